import type { Connection } from '../backends/contract.ts';
import { newNode, type Node } from './linked-list.ts';
import type { OriginPool } from './origin-pool.ts';

/** The server closes an idle connection when it has said; ours must be given up a little earlier. */
const KEEP_ALIVE_MARGIN = 1000;

/** A connection in the pool. */
export class PoolSlot {
  readonly connection: Connection;
  readonly origin: OriginPool;
  /** Exchanges that it has begun. */
  uses = 0;
  /** Exchanges that it carries now. */
  active = 0;
  /** It can carry several at a time. */
  readonly isShared: boolean;
  /** Exchanges are being handed to it. */
  isOffered = false;
  /** When it is no longer to be used if it stays idle, on the clock of `performance.now()`. */
  expiresAt = 0;
  /** Place among the idle connections of its origin, or among those that are shared. */
  readonly originNode: Node<PoolSlot> = newNode<PoolSlot>(this);
  /** Place among all idle connections. */
  readonly idleNode: Node<PoolSlot> = newNode<PoolSlot>(this);

  constructor(connection: Connection, origin: OriginPool) {
    this.connection = connection;
    this.origin = origin;
    this.isShared = connection.meta.protocol === 'h2';
  }

  /** Whether one more exchange can begin. */
  get hasRoom(): boolean {
    return this.connection.capacity > this.active;
  }

  /** How long it may be kept idle, in milliseconds; 0 if it is of no more use. */
  keepsFor(limit: number): number {
    const { keepAliveHint, capacity } = this.connection;
    if (capacity === 0) return 0;
    return keepAliveHint === null ? limit : Math.min(limit, Math.max(0, keepAliveHint - KEEP_ALIVE_MARGIN));
  }
}
