import type { Route } from '../backends/contract.ts';
import type { Deadlined } from '../transport/deadlines.ts';
import type { ExchangeHost } from '../transport/exchange-host.ts';
import type { PoolSlot } from '../transport/pool-slot.ts';
import type { Acquirer, Waiter } from '../transport/waiter.ts';

/** Somebody who waits in vain. */
const NOBODY = {} as Waiter;

/** What an exchange finds around it in a thread that blocks: one connection, and a clock that whoever blocks looks at. */
export class BlockingHost implements ExchangeHost {
  readonly pool: this = this;
  readonly deadlines: this = this;
  /** No request that comes here waits for that. */
  readonly expectContinueMs = 0;
  /** The exchange has let go of the connection. */
  isOver = false;
  /** The connection was dead, and the request may be sent on another one. */
  mustRepeat = false;
  readonly #slot: PoolSlot;

  constructor(slot: PoolSlot) {
    this.#slot = slot;
  }

  acquire(acquirer: Acquirer, _route: Route, _now: number, mayReuse: boolean): Waiter | null {
    if (!mayReuse) {
      this.mustRepeat = true;
      // No limit of time holds from here on: the one who sends it again has its own.
      acquirer.onConnecting(false);
      return NOBODY;
    }
    this.#slot.active++;
    this.#slot.uses++;
    acquirer.onAcquired(this.#slot);
    return null;
  }

  cancel(): void {
    // There is no queue.
  }

  release(slot: PoolSlot): void {
    slot.active--;
    this.isOver = true;
  }

  limit(item: Deadlined, limit: number | null, total: number | null, now: number): void {
    const deadline = limit === null ? Infinity : now + limit;
    item.deadline = total !== null && total < deadline ? total : deadline;
  }

  move(item: Deadlined, deadline: number): void {
    item.deadline = deadline;
  }
}
