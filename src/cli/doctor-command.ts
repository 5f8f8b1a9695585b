import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type OptionSpec, parseArguments } from './argument-parser.ts';
import { EXIT } from './describe-error.ts';
import { examine } from './doctor.ts';
import { formatDoctorReport } from './format-doctor-report.ts';
import { formatHelp } from './help.ts';
import type { CommandIO } from './io.ts';
import { styleOf } from './style.ts';

const SPECS: readonly OptionSpec[] = [
  { name: 'json', help: 'Print one JSON document.' },
  { name: 'color', aliases: ['colour'], help: 'Write colours although the output is no terminal.' },
  { name: 'no-color', aliases: ['no-colour'], help: 'Write no colours.' },
  { name: 'help', help: 'Print this text.' },
];

const USAGE = ['ternhttp doctor [OPTIONS]  look at what this installation can do, and try it out'];
const NOTES = ['Exit code: 0 if all is well, 1 if something is not, 2 for a wrong command line.'];

/** `ternhttp doctor` */
export async function runDoctor(argv: readonly string[], io: CommandIO): Promise<number> {
  const { options, positionals } = parseArguments(argv, SPECS);
  if (positionals.length > 0) {
    throw new InvalidArgument(
      `'ternhttp doctor' takes no argument '${positionals[0]!}'; for a host of that name write 'http://doctor/'.`,
    );
  }
  const colour = options.has('color') ? true : options.has('no-color') ? false : undefined;
  const { palette } = styleOf(io.stdout, colour, io.env);
  if (options.has('help')) {
    await io.stdout.write(formatHelp(USAGE, [{ title: 'Options', specs: SPECS }], NOTES, palette));
    return EXIT.ok;
  }
  const report = await examine(io.env);
  await io.stdout.write(
    options.has('json') ? `${JSON.stringify(report, null, 2)}\n` : formatDoctorReport(report, palette),
  );
  return report.problems.length === 0 ? EXIT.ok : EXIT.failure;
}
