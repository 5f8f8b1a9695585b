import type { Result, RowResults } from './results.ts';
import type { Row } from './rows.ts';
import { table } from './tables.ts';

/** Rows of the short comparison. They tell apart: requests, connections, bodies, streams, HTTP/2, the blocking client. */
const CHECKED: readonly (readonly [row: string, client: string])[] = [
  ['small', 'tern'],
  ['serial', 'tern'],
  ['medium', 'tern'],
  ['buffered', 'tern'],
  ['streamed', 'tern'],
  ['http2', 'tern'],
  ['pool-1000', 'tern'],
  ['sync', 'tern-sync'],
];
/** Short runs on busy machines differ by that much without a change of the code. */
const BAND = 1.5;
/** The share of requests that is enough for a look. */
const SHARE = 0.25;

/** One comparison. */
export interface Drift {
  readonly row: string;
  readonly against: string;
  readonly kept: number | null;
  readonly found: number;
  readonly verdict: 'faster' | 'new' | 'same' | 'slower';
}

/** The rows of the comparison, cut short: our client beside the one it is compared to. */
export function shortRows(rows: readonly Row[]): readonly { readonly row: Row; readonly client: string }[] {
  return CHECKED.flatMap(([name, client]) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new Error(`there is no row '${name}'`);
    const { warmup, requests, concurrency } = row.job;
    const job = {
      ...row.job,
      warmup: Math.max(Math.ceil(warmup * SHARE), Math.min(warmup, concurrency)),
      requests: Math.max(Math.ceil(requests * SHARE), Math.min(requests, concurrency)),
    };
    return [{ row: { ...row, clients: [row.against, client], job }, client }];
  });
}

/** Compares the CPU ratio of a short run with the one that is kept. */
export function compare(
  row: Row,
  client: string,
  found: RowResults,
  kept: RowResults | undefined,
  band: number = BAND,
): Drift {
  const now = ratioOf(found.results, client);
  const then = kept === undefined ? null : ratioOf(kept.results, client);
  if (now === null) {
    const reason = found.absent.find((one) => one.client === client)?.reason;
    throw new Error(`${client} could not be measured in ${row.name}: ${reason}`);
  }
  const verdict =
    then === null ? 'new' : now > then * band ? 'slower' : now < then / band ? 'faster' : 'same';
  return { row: row.name, against: row.against, kept: then, found: now, verdict };
}

/** A table of comparisons, with a loud line if something drifted. */
export function driftReport(drifts: readonly Drift[], skipped: readonly string[]): string {
  const lines = drifts.map(({ row, against, kept, found, verdict }) => [
    row,
    against,
    kept === null ? '–' : kept.toFixed(2),
    found.toFixed(2),
    kept === null ? '–' : `${found > kept ? '+' : ''}${((found / kept - 1) * 100).toFixed(0)} %`,
    verdict === 'same' ? 'same' : verdict.toUpperCase(),
  ]);
  const slower = drifts.filter(({ verdict }) => verdict === 'slower').map(({ row }) => row);
  const faster = drifts.filter(({ verdict }) => verdict === 'faster').map(({ row }) => row);
  return [
    table(['row', 'CPU ratio to', 'kept', 'now', 'change', ''], lines),
    ...(skipped.length === 0 ? [] : ['', `NOT MEASURED, the time was up: ${skipped.join(', ')}`]),
    '',
    slower.length === 0 && faster.length === 0
      ? `bench: no ratio left the band of ${BAND}x around what is kept`
      : [
          ...(slower.length === 0 ? [] : [`!!! BENCH DRIFT: slower than what is kept: ${slower.join(', ')}`]),
          ...(faster.length === 0
            ? []
            : [
                `bench: faster than what is kept: ${faster.join(', ')}; 'npm run bench -- --all' keeps new figures`,
              ]),
        ].join('\n'),
  ].join('\n');
}

function ratioOf(results: readonly Result[], client: string): number | null {
  return results.find((one) => one.client === client)?.cpuRatio ?? null;
}
