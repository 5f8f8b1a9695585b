import type { Limits } from '../models/limits.ts';
import { IndexedHeap } from './indexed-heap.ts';
import type { LinkedList } from './linked-list.ts';
import type { OriginPool } from './origin-pool.ts';
import type { Waiter } from './waiter.ts';

/** The requests of all origins that wait, and whose turn it is among those that wait for room. */
export class WaitingLine {
  /** Requests that wait, without those for which a connection is being opened. */
  size = 0;
  /** Origins with requests that wait for room and would be allowed a connection. */
  readonly #starving = new IndexedHeap<OriginPool>();
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whether a request waits for room that it would be allowed to take. */
  get isStarving(): boolean {
    return this.#starving.size > 0;
  }

  /** The origin of the request that has waited longest for room. */
  get first(): OriginPool | undefined {
    return this.#starving.top;
  }

  /**
   * Whether a connection of its own origin may go to a request. It may be ahead of the one that has waited longest for
   * room by fewer places than there may be connections, since that one costs a connection closed and another opened.
   */
  isNear({ ticket }: Waiter): boolean {
    const { first } = this;
    return first === undefined || ticket - first.priority < this.#limits.maxConnections;
  }

  /** Puts a request at the end of one of the lists of its origin. */
  join(waiter: Waiter, list: LinkedList<Waiter>): void {
    this.size++;
    list.push(waiter.node);
    if (list === waiter.origin.starving) this.rank(waiter.origin);
  }

  /** Takes a request out of the list in which it is, if any. */
  leave({ origin, node }: Waiter): void {
    const { list } = node;
    if (list === null) return;
    list.remove(node);
    if (list !== origin.connecting) this.size--;
    if (list === origin.starving) this.rank(origin);
  }

  /** Lets those that wait for room wait for the connection that is being opened for one of them. */
  gather(origin: OriginPool): void {
    for (const waiter of origin.starving.members) {
      origin.starving.remove(waiter.node);
      origin.sharing.push(waiter.node);
      waiter.acquirer.onConnecting(true);
    }
  }

  /** Puts an origin in its place among those that wait for room. One at its own limit does not take part. */
  rank(origin: OriginPool): void {
    if (origin.starving.size === 0 || origin.connections >= this.#limits.maxPerOrigin)
      this.#starving.remove(origin);
    else this.#starving.update(origin);
  }
}
