import { AbortError } from '../errors/abort-error.ts';
import { TernError } from '../errors/tern-error.ts';
import { VERSION } from '../models/version.ts';
import { describeError, EXIT, exitCodeOf } from './describe-error.ts';
import { formatHelp } from './help.ts';
import type { CommandIO } from './io.ts';
import { runRequest } from './request-command.ts';
import { readCommandLine } from './request-command-line.ts';
import { REQUEST_GROUPS } from './request-specs.ts';
import { styleOf } from './style.ts';

/**
 * Runs the command `ternhttp`.
 *
 * @param argv the arguments after the name of the command
 * @returns the exit code: 0 for a final status of 2xx, 1 for another one or none, 2 for a command line that makes
 *   no sense, 130 after an interruption
 */
export async function main(argv: readonly string[], io: CommandIO): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    // Who interrupts a command knows why it ends.
    if (error instanceof AbortError) return EXIT.interrupted;
    const { clean } = styleOf(io.stderr, undefined, io.env);
    const isUsage = error instanceof TernError && exitCodeOf(error) === EXIT.usage;
    const hint = isUsage ? "\nSee 'ternhttp --help'." : '';
    await io.stderr.write(`${clean(describeError(error))}${hint}\n`);
    return exitCodeOf(error);
  }
}

async function dispatch(argv: readonly string[], io: CommandIO): Promise<number> {
  // These two load a server or the whole suite, which no request needs.
  if (argv[0] === 'doctor') return (await import('./doctor-command.ts')).runDoctor(argv.slice(1), io);
  if (argv[0] === 'conformance') {
    return (await import('./conformance-command.ts')).runConformanceCommand(argv.slice(1), io);
  }
  const invocation = readCommandLine(argv);
  if (invocation.kind === 'request') return runRequest(invocation.line, io);
  const { palette } = styleOf(io.stdout, undefined, io.env);
  await io.stdout.write(
    invocation.kind === 'help' ? formatHelp(USAGE, REQUEST_GROUPS, NOTES, palette) : `ternhttp ${VERSION}\n`,
  );
  return EXIT.ok;
}

const USAGE = [
  'ternhttp [METHOD] URL [OPTIONS]        send a request and print the response',
  'ternhttp doctor [--json]               look at what this installation can do',
  'ternhttp conformance [--backend NAME]  run the conformance suite',
];

const NOTES = [
  `A URL without a scheme means https, except for this machine (localhost, 127.*, [::1], and ':8080/path' for
localhost), which is spoken to over http.`,
  `Standard output gets the status line, the fields, an empty line and the body: JSON indented, other text as it
is, anything else as '<N bytes of binary data>'. NO_COLOR and FORCE_COLOR are honoured.`,
  'Exit code: 0 for a status of 2xx, 1 for another one or no response, 2 for a wrong command line, 130 if interrupted.',
];
