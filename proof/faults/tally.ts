import type { Stage } from './progress.ts';
import type { Fault } from './switchboard.ts';
import type { TallyRecord } from './unit.ts';

/** Complaints after which nothing better is to be expected. */
const MANY = 20;

/** What came of the faults of one column. */
export class Tally {
  readonly complaints: string[] = [];
  /** Number of faults by stage, kind and outcome. */
  readonly outcomes: Map<string, number> = new Map();
  attempts = 0;
  /** Faults whose place did not come, also with more time: dialogues differ in length by some octets. */
  unreached = 0;
  /** Faults that were tried once more with longer limits, as what a request came to was wrong. */
  repeated = 0;

  count(fault: Fault, stage: Stage, outcome: string): void {
    this.add(`${stage} ${fault.kind}: ${outcome}`);
  }

  add(what: string): void {
    this.attempts++;
    this.outcomes.set(what, (this.outcomes.get(what) ?? 0) + 1);
  }

  complain(complaint: string): void {
    this.attempts++;
    this.complaints.push(complaint);
  }

  get isHopeless(): boolean {
    return this.complaints.length >= MANY;
  }

  /** Adds what was counted elsewhere. */
  merge({ attempts, unreached, repeated, complaints, outcomes }: TallyRecord): void {
    this.attempts += attempts;
    this.repeated += repeated;
    this.unreached += unreached;
    this.complaints.push(...complaints);
    for (const [what, count] of outcomes) this.outcomes.set(what, (this.outcomes.get(what) ?? 0) + count);
  }

  record(): TallyRecord {
    const { attempts, unreached, repeated, complaints, outcomes } = this;
    return { attempts, unreached, repeated, complaints, outcomes: [...outcomes] };
  }

  /** Outcomes over all stages and kinds. */
  toString(): string {
    const byOutcome = new Map<string, number>();
    for (const [what, count] of this.outcomes) {
      const outcome = what.slice(what.indexOf(': ') + 2);
      byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + count);
    }
    const parts = [...byOutcome].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
    const missed = this.unreached === 0 ? '' : ` (${this.unreached} places did not come)`;
    return `${this.attempts} faults${missed}: ${parts.join(', ')}`;
  }
}
