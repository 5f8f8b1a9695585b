import type { Route } from '../backends/contract.ts';
import type { HeapItem } from './indexed-heap.ts';
import { LinkedList } from './linked-list.ts';
import type { PoolSlot } from './pool-slot.ts';
import type { Waiter } from './waiter.ts';

/** What the pool knows about one origin. */
export class OriginPool implements HeapItem {
  readonly key: string;
  readonly route: Route;
  /** Connections, the ones being opened included. */
  connections = 0;
  /** Idle connections, the one used last at the end. */
  readonly idle: LinkedList<PoolSlot> = new LinkedList<PoolSlot>();
  /** Requests for which a connection is being opened, oldest first. */
  readonly connecting: LinkedList<Waiter> = new LinkedList<Waiter>();
  /** Requests for which there is no room to open one, oldest first. */
  readonly starving: LinkedList<Waiter> = new LinkedList<Waiter>();
  heapIndex = -1;

  constructor(route: Route) {
    this.key = route.key;
    this.route = route;
  }

  /** Order among origins with starving requests: that of their oldest one. */
  get priority(): number {
    return this.starving.head?.value.ticket ?? Infinity;
  }

  /** The request that has waited longest, whether a connection is being opened for it or not. */
  get oldest(): Waiter | null {
    const connecting = this.connecting.head?.value ?? null;
    const starving = this.starving.head?.value ?? null;
    if (connecting === null || starving === null) return connecting ?? starving;
    return connecting.ticket < starving.ticket ? connecting : starving;
  }

  get isUnused(): boolean {
    return this.connections === 0 && this.connecting.size === 0 && this.starving.size === 0;
  }
}
