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
  /** Connections that are being opened. */
  dials = 0;
  /** A connection may turn out to carry several exchanges, so requests wait for it instead of opening their own. */
  mayShare: boolean;
  /** Idle connections, the one used last at the end. */
  readonly idle: LinkedList<PoolSlot> = new LinkedList<PoolSlot>();
  /** Requests for which a connection is being opened, oldest first. */
  readonly connecting: LinkedList<Waiter> = new LinkedList<Waiter>();
  /** Requests for which there is no room to open one, oldest first. */
  readonly starving: LinkedList<Waiter> = new LinkedList<Waiter>();
  /** Connections that carry exchanges, and can carry several at a time. */
  readonly shared: LinkedList<PoolSlot> = new LinkedList<PoolSlot>();
  /** Requests that wait for room on one of those, or on the one that is being opened, oldest first. */
  readonly sharing: LinkedList<Waiter> = new LinkedList<Waiter>();
  heapIndex = -1;

  constructor(route: Route, mayShare = false) {
    this.key = route.key;
    this.route = route;
    this.mayShare = mayShare;
  }

  /** Order among origins with starving requests: that of their oldest one. */
  get priority(): number {
    return this.starving.head?.value.ticket ?? Infinity;
  }

  /** The request that has waited longest, whether a connection is being opened for it or not. */
  get oldest(): Waiter | null {
    const connecting = this.connecting.head?.value ?? null;
    const starving = this.starving.head?.value ?? null;
    return older(older(connecting, starving), this.sharing.head?.value ?? null);
  }

  /** A shared connection on which an exchange can begin at once. */
  get roomy(): PoolSlot | null {
    for (let node = this.shared.head; node !== null; node = node.next)
      if (node.value.hasRoom) return node.value;
    return null;
  }

  get isUnused(): boolean {
    const waiting = this.connecting.size + this.starving.size + this.sharing.size;
    return this.connections === 0 && waiting === 0;
  }
}

function older(a: Waiter | null, b: Waiter | null): Waiter | null {
  if (a === null || b === null) return a ?? b;
  return a.ticket < b.ticket ? a : b;
}
