/** A histogram as plain data. */
export interface HistogramSnapshot {
  readonly count: number;
  /** Sum of all values, in milliseconds. */
  readonly sum: number;
  readonly min: number | null;
  readonly max: number | null;
  /** Upper bounds in milliseconds with the number of values up to each, those below included. */
  readonly buckets: readonly (readonly [upTo: number, count: number])[];
}

/** Counts durations by size. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param bounds upper bounds in milliseconds, ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length);
  }

  record(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    const bounds = this.#bounds;
    for (let i = 0; i < bounds.length; i++) {
      if (value <= bounds[i]!) {
        this.#counts[i]!++;
        return;
      }
    }
  }

  snapshot(): HistogramSnapshot {
    let below = 0;
    return {
      count: this.#count,
      sum: this.#sum,
      min: this.#count === 0 ? null : this.#min,
      max: this.#count === 0 ? null : this.#max,
      buckets: this.#bounds.map((bound, index) => [bound, (below += this.#counts[index]!)] as const),
    };
  }

  reset(): void {
    this.#counts.fill(0);
    this.#sum = 0;
    this.#count = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
  }
}
