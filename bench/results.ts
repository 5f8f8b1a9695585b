import type { Budget, Row } from './rows.ts';
import { median } from './statistics.ts';
import type { Figures } from './worker.ts';

/** The medians of one client in one row. */
export interface Result extends Figures {
  readonly client: string;
  /** CPU compared with the row's `against` within each round. */
  readonly cpuRatio: number;
  /** Time of the JavaScript thread, likewise; null where it is not known. */
  readonly threadRatio: number | null;
  readonly rateRatio: number;
}

/** A client that could not be measured, and what helps. */
export interface Absence {
  readonly client: string;
  readonly reason: string;
}

/** What is kept of a row. */
export interface RowResults {
  readonly rounds: number;
  /** The machine's load, over a minute, when the row began. */
  readonly load: number;
  readonly results: readonly Result[];
  readonly absent: readonly Absence[];
  /** What was measured, where that depends on the machine. */
  readonly subject?: string;
}

/** Medians of the samples of each client, one a round, beside those of `against` of the same round. */
export function summarize(
  samples: ReadonlyMap<string, readonly Figures[]>,
  against: string,
): readonly Result[] {
  const base = samples.get(against);
  if (base === undefined) throw new Error(`${against}, to which all are compared, was not measured`);
  return [...samples].map(([client, list]) => {
    const of = (figure: (one: Figures) => number): number => median(list.map(figure));
    const isThreadKnown = [...base, ...list].every(({ thread }) => thread !== null);
    return {
      client,
      cpu: of(({ cpu }) => cpu),
      thread: isThreadKnown ? of(({ thread }) => thread!) : null,
      gc: of(({ gc }) => gc),
      perSecond: of(({ perSecond }) => perSecond),
      peakRSS: of(({ peakRSS }) => peakRSS),
      cpuRatio: median(list.map(({ cpu }, round) => cpu / base[round]!.cpu)),
      threadRatio: isThreadKnown
        ? median(list.map(({ thread }, round) => thread! / base[round]!.thread!))
        : null,
      rateRatio: median(list.map(({ perSecond }, round) => perSecond / base[round]!.perSecond)),
    };
  });
}

/** Whether a budget holds, and how that is said. */
export function judge(
  budget: Budget,
  { against }: Pick<Row, 'against'>,
  results: readonly Result[],
): { readonly isMet: boolean; readonly text: string } {
  const result = results.find(({ client }) => client === budget.client);
  if (result === undefined)
    return { isMet: false, text: `${budget.text}: ${budget.client} was not measured` };
  const { cpu, cpuRatio, threadRatio, rateRatio, perSecond } = result;
  const thread = threadRatio ?? cpuRatio;
  const value = {
    cpu: cpuRatio,
    cpuMicroseconds: cpu,
    perSecond: rateRatio,
    thread,
    microseconds: 1e6 / perSecond,
    microsecondsBeyond:
      1e6 / perSecond - 1e6 / (results.find(({ client }) => client === against)?.perSecond ?? NaN),
  }[budget.figure];
  const isMet = value <= (budget.atMost ?? Infinity) && value >= (budget.atLeast ?? 0);
  const isTime = budget.figure.toLowerCase().includes('microseconds');
  const told = isTime ? `${value.toFixed(0)} µs` : `${value.toFixed(2)}x of ${against}`;
  return { isMet, text: `${budget.text}: ${told}` };
}
