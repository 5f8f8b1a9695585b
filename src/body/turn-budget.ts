/** Work for about a quarter of a millisecond, in octets of input and output. */
const BUDGET = 128 * 1024;

/** What a call costs beside its octets. */
const CALL = 1024;

/**
 * Sees to it that work done at once on this thread does not keep everything else waiting: when much was done, it
 * lets the event loop take a turn.
 */
export class TurnBudget {
  #spent = 0;

  /** Counts the octets that a call took and gave; the promise is fulfilled when the work may go on. */
  async spend(octets: number): Promise<void> {
    this.#spent += octets + CALL;
    if (this.#spent < BUDGET) return;
    this.#spent = 0;
    await new Promise<void>(nextTurn);
  }
}

function nextTurn(resolve: () => void): void {
  setImmediate(resolve);
}
