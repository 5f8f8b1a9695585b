import type { ConformanceOptions, ConformanceReport } from '../conformance.ts';
import { AbortError } from '../errors/abort-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type OptionSpec, parseArguments, type ParsedArguments } from './argument-parser.ts';
import { EXIT } from './describe-error.ts';
import { formatHelp } from './help.ts';
import type { CommandIO } from './io.ts';
import { styleOf } from './style.ts';

const BACKENDS = ['js', 'native', 'wasm'] as const;

const SPECS: readonly OptionSpec[] = [
  {
    name: 'backend',
    values: ['NAME'],
    isRepeatable: true,
    help: 'js (default), native or wasm; several give several columns.',
  },
  {
    name: 'filter',
    values: ['RE'],
    help: 'Only the cases whose id, title or row matches this regular expression.',
  },
  {
    name: 'seed',
    values: ['NUMBER'],
    help: 'Seed of the random splits and values. Default: TERN_SEED, else 1.',
  },
  { name: 'json', help: 'Print one JSON document.' },
  { name: 'no-color', aliases: ['no-colour'], help: 'Write no colours.' },
  { name: 'help', help: 'Print this text.' },
];

const USAGE = ['ternhttp conformance [OPTIONS]  run the conformance suite and print a matrix'];
const NOTES = ['Exit code: 0 if no case fails, 1 if one does, 2 for a wrong command line.'];

/** `ternhttp conformance` */
export async function runConformanceCommand(argv: readonly string[], io: CommandIO): Promise<number> {
  const { options, positionals } = parseArguments(argv, SPECS);
  if (positionals.length > 0) {
    throw new InvalidArgument(`'ternhttp conformance' takes no argument '${positionals[0]!}'.`);
  }
  if (options.has('help')) {
    const { palette } = styleOf(io.stdout, options.has('no-color') ? false : undefined, io.env);
    await io.stdout.write(formatHelp(USAGE, [{ title: 'Options', specs: SPECS }], NOTES, palette));
    return EXIT.ok;
  }
  const backends = readBackends(options);
  const shared: ConformanceOptions = {
    ...readFilter(options),
    ...readSeed(options),
  };
  const suite = await import('../conformance.ts');
  const reports: ConformanceReport[] = [];
  for (const backend of backends) {
    let done = 0;
    const report = await suite.runConformance({
      ...shared,
      backend,
      onResult: ({ case: { id } }) => {
        if (io.signal.aborted) throw new AbortError({ reason: 'interrupted' });
        if (io.stderr.isTTY) void io.stderr.write(`\r${backend}: ${++done} cases, ${id}\u001B[K`);
      },
    });
    if (io.stderr.isTTY) await io.stderr.write('\r\u001B[K');
    reports.push(report);
  }
  if (reports.some(({ results }) => results.length === 0)) {
    throw new InvalidArgument("No case matches '--filter'.");
  }
  await io.stdout.write(
    options.has('json') ? `${JSON.stringify(reports.map(record), null, 2)}\n` : suite.formatMatrix(reports),
  );
  return reports.every(({ failed }) => failed === 0) ? EXIT.ok : EXIT.failure;
}

/** A report fit for JSON: cases by id, errors as text. */
function record(report: ConformanceReport): object {
  const { results, ...rest } = report;
  return {
    ...rest,
    results: results.map(({ case: { id, rows, title, verdict }, outcome, reason, durationMs }) => ({
      id,
      rows,
      title,
      verdict,
      outcome,
      reason: reason ?? null,
      durationMs,
    })),
  };
}

function readBackends(options: ParsedArguments['options']): readonly (typeof BACKENDS)[number][] {
  const given = options.get('backend')?.map(([name]) => name!) ?? ['js'];
  return given.map((name) => {
    const known = BACKENDS.find((backend) => backend === name);
    if (known === undefined) {
      throw new InvalidArgument(`'--backend' must be one of ${BACKENDS.join(', ')}, not '${name}'.`);
    }
    return known;
  });
}

function readFilter(options: ParsedArguments['options']): { readonly filter?: RegExp } {
  const text = options.get('filter')?.[0]?.[0];
  if (text === undefined) return {};
  try {
    return { filter: new RegExp(text) };
  } catch (cause) {
    throw new InvalidArgument(`'--filter' is no regular expression: ${(cause as Error).message}.`, { cause });
  }
}

function readSeed(options: ParsedArguments['options']): { readonly seed?: number } {
  const text = options.get('seed')?.[0]?.[0];
  if (text === undefined) return {};
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgument(`'--seed' must be a whole number, not '${text}'.`);
  return { seed: Number(text) };
}
