import { LinkedList } from './linked-list.ts';
import type { PoolSlot } from './pool-slot.ts';

/** The longest delay that a timer of Node can take, in milliseconds. */
const MAX_DELAY = 0x7fffffff;

/** The idle connections of all origins, and the clock that ends them. */
export class IdleConnections {
  /** The one idle longest first. */
  readonly #list = new LinkedList<PoolSlot>();
  readonly #keepAliveMs: number;
  readonly #onExpired: (slot: PoolSlot) => void;
  readonly #isRenewed: (slot: PoolSlot) => boolean;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param onExpired called with one that has been taken out because its time is over
   * @param isRenewed whether it has been used meanwhile, and has a new `expiresAt`
   */
  constructor(
    keepAliveMs: number,
    onExpired: (slot: PoolSlot) => void,
    isRenewed: (slot: PoolSlot) => boolean,
  ) {
    this.#keepAliveMs = keepAliveMs;
    this.#onExpired = onExpired;
    this.#isRenewed = isRenewed;
  }

  get size(): number {
    return this.#list.size;
  }

  get newest(): PoolSlot | null {
    return this.#list.tail?.value ?? null;
  }

  get oldest(): PoolSlot | null {
    return this.#list.head?.value ?? null;
  }

  /** Takes one in, until its `expiresAt`. */
  add(slot: PoolSlot): void {
    this.#push(slot);
    if (this.#timer === null && this.#keepAliveMs !== Infinity) this.#arm(this.#keepAliveMs);
  }

  /** Takes one out; does nothing if it is not there. */
  remove(slot: PoolSlot): void {
    this.#list.remove(slot.idleNode);
    slot.origin.idle.remove(slot.originNode);
  }

  /** Ends the oldest one. */
  evict(): void {
    const { oldest } = this;
    if (oldest === null) return;
    this.remove(oldest);
    this.#onExpired(oldest);
  }

  /** Stops the clock. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #push(slot: PoolSlot): void {
    slot.origin.idle.push(slot.originNode);
    this.#list.push(slot.idleNode);
  }

  #arm(delay: number): void {
    // An idle connection is no reason for the process to live on.
    this.#timer = setTimeout(this.#expire, Math.min(delay + 1, MAX_DELAY));
    this.#timer.unref();
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const now = performance.now();
    for (let { oldest } = this; oldest !== null; oldest = this.oldest) {
      const left = oldest.expiresAt - now;
      if (left > 0) {
        this.#arm(left);
        return;
      }
      this.remove(oldest);
      if (this.#isRenewed(oldest)) this.#push(oldest);
      else this.#onExpired(oldest);
    }
  };
}
