import type { WireError } from '../backends/contract.ts';
import type { Tracer } from '../models/trace.ts';
import type { Dial } from './dial.ts';
import { newNode, type Node } from './linked-list.ts';
import type { OriginPool } from './origin-pool.ts';
import type { PoolSlot } from './pool-slot.ts';

/** Who wants a connection. Exactly one of the two outcomes is called, unless the wait is cancelled. */
export interface Acquirer {
  /** Limit for opening a connection on its behalf, in milliseconds. */
  readonly connectTimeout: number | null;
  readonly tracer: Tracer | null;
  /**
   * The wait for room is over: a connection is being opened. May be called before {@link Pool.acquire} returns.
   *
   * @param isInherited the attempt was begun for another request, whose limits it has
   */
  onConnecting(isInherited: boolean): void;
  /** What was opened has no room: the wait for some begins again. */
  onQueued(): void;
  onAcquired(slot: PoolSlot): void;
  onAcquireFailed(error: WireError): void;
}

/** A request in the queue of the pool. */
export class Waiter {
  readonly acquirer: Acquirer;
  readonly origin: OriginPool;
  /** Number in the order of arrival. */
  readonly ticket: number;
  /** A connection that has carried another request will do. */
  readonly mayReuse: boolean;
  readonly node: Node<Waiter> = newNode<Waiter>(this);
  dial: Dial | null = null;

  constructor(acquirer: Acquirer, origin: OriginPool, ticket: number, mayReuse: boolean) {
    this.acquirer = acquirer;
    this.origin = origin;
    this.ticket = ticket;
    this.mayReuse = mayReuse;
  }
}
