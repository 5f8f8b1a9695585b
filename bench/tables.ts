import type { ImportTime } from './import-time.ts';
import type { RowResults } from './results.ts';
import type { Row } from './rows.ts';

const MIB = 1_048_576;

/** How many units (requests or MiB) one request of a row is. */
export function unitsOf({ unit, job }: Pick<Row, 'job' | 'unit'>): number {
  return unit === 'MiB' ? job.length / MIB : 1;
}

/** The figures of a row as a table in Markdown; who could not be measured stands at its end. */
export function rowTable(row: Row, { results, absent }: RowResults): string {
  const units = unitsOf(row);
  const lines = results.map((result) => [
    result.client,
    (result.cpu / units).toFixed(1),
    result.thread === null ? '–' : (result.thread / units).toFixed(1),
    `${((result.gc / result.cpu) * 100).toFixed(0)} %`,
    result.cpuRatio.toFixed(2),
    result.threadRatio === null ? '–' : result.threadRatio.toFixed(2),
    (result.perSecond * units).toFixed(0),
    result.rateRatio.toFixed(2),
    (result.peakRSS / MIB).toFixed(0),
  ]);
  const titles = [
    'client',
    `CPU µs/${row.unit}`,
    'JS thread µs',
    'GC share',
    `CPU ratio to ${row.against}`,
    'thread ratio',
    `${row.unit}/s`,
    'rate ratio',
    'peak RSS MiB',
  ];
  const missing = absent.map(({ client, reason }) => [client, reason, ...titles.slice(2).map(() => '')]);
  return table(titles, [...lines, ...missing]);
}

/** Times of import as a table in Markdown. */
export function importTable(times: readonly ImportTime[]): string {
  return table(
    ['module', 'ms', 'RSS MiB'],
    times.map(({ name, ms, rssMiB }) => [name, ms.toFixed(1), rssMiB.toFixed(0)]),
  );
}

/** A table in Markdown: the first column to the left, the others to the right. */
export function table(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const rows = [titles, titles.map((_, column) => (column === 0 ? '---' : '---:')), ...lines];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
