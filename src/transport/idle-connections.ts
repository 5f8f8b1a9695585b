import { LinkedList } from './linked-list.ts';
import type { OriginPool } from './origin-pool.ts';
import type { PoolSlot } from './pool-slot.ts';

/** The longest delay that a timer of Node can take, in milliseconds. */
const MAX_DELAY = 0x7fffffff;

/** The idle connections of all origins, and the clock that ends them. */
export class IdleConnections {
  /** The one idle longest first. */
  readonly #list = new LinkedList<PoolSlot>();
  readonly #keepAliveMs: number;
  readonly #onSpent: (slot: PoolSlot) => void;
  readonly #isUsable: (slot: PoolSlot, now: number) => boolean;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param onSpent called with one that has been taken out because it is of no use, or one too many
   * @param isUsable whether a request may begin on it; may give it a new `expiresAt` if it has been used meanwhile
   */
  constructor(
    keepAliveMs: number,
    onSpent: (slot: PoolSlot) => void,
    isUsable: (slot: PoolSlot, now: number) => boolean,
  ) {
    this.#keepAliveMs = keepAliveMs;
    this.#onSpent = onSpent;
    this.#isUsable = isUsable;
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

  /** Takes out the one of an origin that was used last, and ends those that are of no use any more. */
  take(origin: OriginPool, now: number): PoolSlot | null {
    for (let node = origin.idle.tail; node !== null; node = origin.idle.tail) {
      const slot = node.value;
      this.remove(slot);
      if (this.#isUsable(slot, now)) return slot;
      this.#onSpent(slot);
    }
    return null;
  }

  /** Ends the oldest one. */
  evict(): void {
    const { oldest } = this;
    if (oldest === null) return;
    this.remove(oldest);
    this.#onSpent(oldest);
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
      if (this.#isUsable(oldest, performance.now())) this.#push(oldest);
      else this.#onSpent(oldest);
    }
  };
}
