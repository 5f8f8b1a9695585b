import { barChart } from './chart.ts';
import type { ImportTime } from './import-time.ts';
import { judge, type RowResults } from './results.ts';
import type { Row } from './rows.ts';
import { importTable, rowTable, unitsOf } from './tables.ts';

/** Milliseconds that `import('ternhttp')` may take, and loading the addon. */
const IMPORT_BUDGET = 40;
const ADDON_BUDGET = 15;

/** What is kept of all rows: the book is made of this, and later runs are compared with it. */
export interface Kept {
  readonly machine: string;
  /** Versions of those who were measured. */
  readonly versions: Readonly<Record<string, string>>;
  readonly imports: { readonly load: number; readonly times: readonly ImportTime[] } | null;
  readonly rows: Readonly<Record<string, RowResults>>;
}

/** A chapter: text in Markdown, and the drawing it shows. */
interface Chapter {
  readonly name: string;
  readonly text: string;
  readonly chart: string;
  /** Budgets that do not hold. */
  readonly missed: readonly string[];
}

/** The chapter about loading. */
export function importChapter({ load, times }: NonNullable<Kept['imports']>): Chapter {
  const tern = times.find(({ name }) => name === 'tern');
  if (tern === undefined) throw new Error('the import of tern was not measured');
  const addon = times.find(({ name }) => name === '@ternhttp/native');
  const verdicts = [
    verdictOn('import of the core', IMPORT_BUDGET, tern.ms),
    ...(addon === undefined ? [] : [verdictOn('loading the addon', ADDON_BUDGET, addon.ms)]),
  ];
  const title = 'time of `import()` in a fresh process';
  return {
    name: 'import',
    text: chapterText(
      'import',
      title,
      `load ${load.toFixed(1)}`,
      importTable(times),
      verdicts.map(({ isMet, text }) => verdictLine(isMet, text)),
    ),
    chart: barChart({
      title: 'import() in a fresh process',
      legend: 'Milliseconds; shorter is better. The line is the budget.',
      bars: times.map(({ name, ms }) => ({
        label: name,
        main: ms,
        rest: 0,
        note: `${ms.toFixed(1)} ms`,
        isOurs: isOurs(name),
      })),
      mark: IMPORT_BUDGET,
    }),
    missed: verdicts.filter(({ isMet }) => !isMet).map(({ text }) => text),
  };
}

function verdictOn(
  what: string,
  budget: number,
  ms: number,
): { readonly isMet: boolean; readonly text: string } {
  return { isMet: ms <= budget, text: `${what} at most ${budget} ms: ${ms.toFixed(1)} ms` };
}

/** The chapter about a row. */
export function rowChapter(row: Row, kept: RowResults): Chapter {
  const verdicts = (row.budgets ?? []).map((budget) => judge(budget, row, kept.results));
  const units = unitsOf(row);
  const base = kept.results.find(({ client }) => client === row.against);
  return {
    name: row.name,
    text: chapterText(
      row.name,
      row.title,
      `${kept.rounds} round${kept.rounds === 1 ? '' : 's'}, load ${kept.load.toFixed(1)}${kept.subject === undefined ? '' : `; ${kept.subject}`}`,
      rowTable(row, kept),
      verdicts.map(({ isMet, text }) => verdictLine(isMet, text)),
    ),
    chart: barChart({
      title: row.title,
      legend: `CPU µs/${row.unit}: JavaScript thread, then (pale) all other threads. Shorter is better; the line is ${row.against}.`,
      bars: kept.results.map(({ client, cpu, thread, cpuRatio }) => ({
        label: client,
        main: Math.min(thread ?? cpu, cpu) / units,
        rest: Math.max(0, cpu - (thread ?? cpu)) / units,
        note: `${(cpu / units).toFixed(1)} (${cpuRatio.toFixed(2)}x)`,
        isOurs: isOurs(client),
      })),
      ...(base === undefined ? {} : { mark: base.cpu / units }),
    }),
    missed: verdicts.filter(({ isMet }) => !isMet).map(({ text }) => `${row.name}: ${text}`),
  };
}

/** The whole book, in the order of the rows; and its drawings by name. */
export function makeBook(
  kept: Kept,
  rows: readonly Row[],
): { readonly text: string; readonly charts: ReadonlyMap<string, string> } {
  const chapters = [
    ...(kept.imports === null ? [] : [importChapter(kept.imports)]),
    ...rows.flatMap((row) => {
      const results = kept.rows[row.name];
      return results === undefined ? [] : [rowChapter(row, results)];
    }),
  ];
  const missed = chapters.flatMap(({ missed }) => missed);
  const summary =
    missed.length === 0
      ? ['All budgets hold.']
      : ['Budgets that do not hold here:', '', ...missed.map((text) => `- ${text}`)];
  return {
    text: `${[...heading(kept), ...summary, ...chapters.map(({ text }) => text)].join('\n')}\n`,
    charts: new Map(chapters.map(({ name, chart }) => [name, chart])),
  };
}

function heading({ machine, versions }: Kept): string[] {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Benchmark results',
    '',
    'Made by `npm run bench -- --all`; one row alone: `npm run bench -- --row small`; compared with these: `npm run bench -- --check`.',
    '',
    `- ${machine}; server and client each on a core of their own where the system can pin them.`,
    `- ${peers.join(', ')}; \`fetch\` is the one built into Node, \`undici-fetch\` that of the package, and \`undici-request\` over HTTP/2 has \`allowH2\`.`,
    '- Each client in a fresh process, the order reversed every other round; ratios are taken within a round, all figures are medians. The load is that of the machine over the minute before the row: at more than 1 its absolute figures are worth little.',
    '- CPU is user and system time of the client process, all threads; the JS thread is the one that runs the program. GC share is the time of collections by the clock, as a share of the CPU: too high on a busy machine. Machines are noisy: trust ratios, and CPU before rates.',
    '- Peak RSS includes the loader of TypeScript, the same for all but httpx (about 30 MiB).',
    '- `net` is the floor: sockets alone, for responses of known shape. `undici-dispatch` counts octets and decodes nothing. `indexof` is the floor of the page: the place of the block is known, nothing is parsed.',
    '- All clients verify certificates but impit and wreq-js, which know no other authority than the system’s.',
    '',
  ];
}

function chapterText(
  name: string,
  title: string,
  conditions: string,
  body: string,
  verdicts: readonly string[],
): string {
  const head = ['', `## ${name}: ${title}`, '', `![${name}](charts/${name}.svg)`, '', `${conditions}.`, ''];
  return [...head, body, ...(verdicts.length === 0 ? [] : ['', ...verdicts])].join('\n');
}

function verdictLine(isMet: boolean, text: string): string {
  return `- ${isMet ? 'met' : 'MISSED'}: ${text}`;
}

function isOurs(client: string): boolean {
  return client.startsWith('tern') || client.startsWith('kernels');
}
