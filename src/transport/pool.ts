import { type Route, type WireConfig, type WireEngine, WireError } from '../backends/contract.ts';
import type { Limits } from '../models/limits.ts';
import { publishClose } from './connection-events.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { LinkedList } from './linked-list.ts';
import { OriginPool } from './origin-pool.ts';
import { PoolSlot } from './pool-slot.ts';
import { type Acquirer, type Dial, Waiter } from './waiter.ts';

/** What a pool holds at this moment, and what it has done. */
export interface PoolStats {
  /** Open connections, active and idle ones together. */
  readonly connections: number;
  /** Connections that carry an exchange. */
  readonly active: number;
  readonly idle: number;
  /** Connections that are being opened. */
  readonly connecting: number;
  /** Requests that wait for room. */
  readonly waiting: number;
  /** Connections opened since the start. */
  readonly opened: number;
  /** Exchanges that were carried by a connection which had carried another one. */
  readonly reused: number;
  /** Requests that had to wait for room, since the start. */
  readonly waited: number;
}

/** The server closes an idle connection when it has said; ours must be given up a little earlier. */
const KEEP_ALIVE_MARGIN = 1000;

/**
 * Shares connections between requests: up to a limit in all and for each origin, first come first served over all
 * origins, with constant work for a request (logarithmic in the number of origins that have requests waiting).
 *
 * Room, not connections, is what is fairly shared: a connection that comes free goes to the request of its origin
 * that has waited longest, unless a request for another origin has waited longer still and has no room; then it is
 * closed to make some.
 */
export class Pool {
  readonly #engine: WireEngine;
  readonly #config: WireConfig;
  readonly #limits: Limits;
  readonly #origins = new Map<string, OriginPool>();
  /** Origins with requests that wait for room and would be allowed a connection. */
  readonly #starving = new IndexedHeap<OriginPool>();
  /** Idle connections of all origins, the one idle longest first. */
  readonly #idle = new LinkedList<PoolSlot>();
  readonly #open = new Set<PoolSlot>();
  readonly #dials = new Set<Dial>();
  #waiting = 0;
  #tickets = 0;
  #opened = 0;
  #reused = 0;
  #waited = 0;
  #expiryTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(engine: WireEngine, config: WireConfig, limits: Limits) {
    this.#engine = engine;
    this.#config = config;
    this.#limits = limits;
  }

  get stats(): PoolStats {
    const idle = this.#idle.size;
    const connections = this.#open.size;
    return {
      connections,
      active: connections - idle,
      idle,
      connecting: this.#dials.size,
      waiting: this.#waiting,
      opened: this.#opened,
      reused: this.#reused,
      waited: this.#waited,
    };
  }

  /**
   * Asks for a connection. One that is idle is handed over before this returns; else the acquirer is put into the
   * queue, and the result is its place there, by which the wait can be cancelled.
   *
   * @param mayReuse whether an idle connection will do; it may turn out to have been closed by the server
   */
  acquire(acquirer: Acquirer, route: Route, now: number, mayReuse: boolean): Waiter | null {
    if (this.#isClosed) {
      acquirer.onAcquireFailed(closed());
      return null;
    }
    let origin = this.#origins.get(route.key);
    if (mayReuse && origin !== undefined) {
      const slot = this.#takeIdle(origin, now);
      if (slot !== null) {
        this.#hand(slot, acquirer);
        return null;
      }
      origin = this.#origins.get(route.key);
    }
    if (origin === undefined) this.#origins.set(route.key, (origin = new OriginPool(route)));
    const waiter = new Waiter(acquirer, origin, ++this.#tickets, mayReuse);
    // Whoever waits for room has a right to it before those who come now.
    if (this.#starving.size === 0 && this.#makeRoom(origin)) {
      this.#dial(waiter);
      return waiter;
    }
    if (this.#waiting >= this.#limits.maxWaiters) {
      this.#forgetIfUnused(origin);
      const reason = `no connection is free and ${this.#waiting} requests wait already (limits.maxWaiters)`;
      acquirer.onAcquireFailed(
        new WireError({ kind: 'pool-timeout', phase: 'pool', reason, retrySafe: true }),
      );
      return null;
    }
    this.#waiting++;
    this.#waited++;
    origin.starving.push(waiter.node);
    this.#rank(origin);
    return waiter;
  }

  /** Takes a request out of the queue. Nothing is called afterwards. */
  cancel(waiter: Waiter): void {
    this.#leave(waiter);
    const { dial, origin } = waiter;
    if (dial !== null) {
      waiter.dial = null;
      dial.waiter = null;
      if (!this.#adopt(dial)) dial.controller.abort(abandoned());
    }
    this.#forgetIfUnused(origin);
  }

  /** Takes a connection back after an exchange, whatever has become of it. */
  release(slot: PoolSlot, now: number): void {
    if (slot.connection.capacity === 0) {
      slot.connection.close('graceful');
      this.#remove(slot);
    } else if (this.#isClosed) {
      this.#discard(slot);
    } else {
      this.#offer(slot, now);
    }
  }

  /** Closes everything: requests that wait fail, those under way lose their connection. */
  close(): void {
    this.#isClosed = true;
    if (this.#expiryTimer !== null) clearTimeout(this.#expiryTimer);
    const error = closed();
    for (const origin of this.#origins.values()) {
      for (const list of [origin.connecting, origin.starving]) {
        for (let node = list.head; node !== null; node = list.head) {
          const waiter = node.value;
          this.#leave(waiter);
          if (waiter.dial !== null) waiter.dial.waiter = null;
          waiter.acquirer.onAcquireFailed(error);
        }
      }
    }
    for (const dial of this.#dials) dial.controller.abort(error);
    for (const slot of this.#open) {
      const isIdle = slot.connection.capacity > 0;
      this.#unlinkIdle(slot);
      slot.connection.close('abort');
      this.#remove(slot);
      if (isIdle) publishClose(slot.connection.meta.id, slot.origin.key);
    }
  }

  #takeIdle(origin: OriginPool, now: number): PoolSlot | null {
    for (let node = origin.idle.tail; node !== null; node = origin.idle.tail) {
      const slot = node.value;
      this.#unlinkIdle(slot);
      if (slot.connection.capacity > 0 && slot.expiresAt > now) return slot;
      this.#discard(slot);
    }
    return null;
  }

  #hand(slot: PoolSlot, acquirer: Acquirer): void {
    if (slot.uses++ > 0) this.#reused++;
    acquirer.onAcquired(slot);
  }

  /** Whether one more connection to this origin may be opened now; an idle one of another origin gives way to it. */
  #makeRoom(origin: OriginPool): boolean {
    if (origin.connections >= this.#limits.maxPerOrigin) return false;
    if (this.#open.size + this.#dials.size < this.#limits.maxConnections) return true;
    const oldest = this.#idle.head;
    if (oldest === null) return false;
    this.#unlinkIdle(oldest.value);
    this.#discard(oldest.value, false);
    return true;
  }

  #dial(waiter: Waiter): void {
    waiter.origin.connecting.push(waiter.node);
    this.#startDial(waiter);
  }

  /** Opens a connection for a request that is on the list of those for which one is opened. */
  #startDial(waiter: Waiter): void {
    const { origin, acquirer } = waiter;
    const dial: Dial = { origin, controller: new AbortController(), owner: waiter, waiter };
    waiter.dial = dial;
    origin.connections++;
    this.#dials.add(dial);
    acquirer.onConnecting(false);
    const { connectTimeout, tracer } = acquirer;
    this.#engine
      .connect(origin.route, this.#config, {
        deadline: connectTimeout === null ? null : performance.now() + connectTimeout,
        signal: dial.controller.signal,
        tracer,
      })
      .then(
        (connection) => this.#onConnected(dial, new PoolSlot(connection, origin)),
        (error: unknown) => this.#onDialFailed(dial, error),
      );
  }

  #onConnected(dial: Dial, slot: PoolSlot): void {
    this.#dials.delete(dial);
    this.#open.add(slot);
    this.#opened++;
    if (dial.controller.signal.aborted) {
      // It was given up in the moment in which it succeeded.
      slot.connection.close('abort');
      this.#remove(slot);
      return;
    }
    const { waiter } = dial;
    if (waiter !== null) waiter.dial = null;
    this.#offer(slot, performance.now(), waiter);
  }

  #onDialFailed(dial: Dial, error: unknown): void {
    this.#dials.delete(dial);
    dial.origin.connections--;
    const { waiter } = dial;
    if (waiter !== null) {
      waiter.dial = null;
      if (waiter !== dial.owner) {
        // The attempt was begun for another request, within the limits of that one; now it gets its own.
        this.#startDial(waiter);
        return;
      }
      this.#leave(waiter);
      waiter.acquirer.onAcquireFailed(toWireError(error));
    }
    this.#rank(dial.origin);
    this.#feed();
    this.#forgetIfUnused(dial.origin);
  }

  /**
   * Finds the next use of a connection that carries nothing.
   *
   * @param dialler the request for which it was opened, if it is new
   */
  #offer(slot: PoolSlot, now: number, dialler: Waiter | null = null): void {
    const { origin } = slot;
    const next = origin.oldest;
    const other = this.#starving.top;
    if (next !== null && !next.mayReuse && slot.uses > 0) {
      // Such a one has just failed it.
      this.#discard(slot);
      return;
    }
    if (next !== null && (other === undefined || next.ticket <= other.priority)) {
      this.#leave(next);
      // Its own attempt, if another one than this was under way for it, goes to the one who gave this up.
      const { dial } = next;
      next.dial = null;
      if (dial !== null) {
        dial.waiter = null;
        if (dialler !== null && dialler !== next) {
          dial.waiter = dialler;
          dialler.dial = dial;
          dialler.acquirer.onConnecting(true);
        } else if (!this.#adopt(dial) && this.#starving.size > 0) {
          // Its room is needed.
          dial.controller.abort(abandoned());
        }
        // Without an heir the connection will be idle once it is open, ready for the next request.
      }
      this.#hand(slot, next.acquirer);
      return;
    }
    if (other === undefined) this.#rest(slot, now);
    else this.#discard(slot);
  }

  /**
   * Gives an attempt that belongs to nobody to the oldest request of the same origin that has none, unless a request
   * for another origin has waited longer for the room.
   */
  #adopt(dial: Dial): boolean {
    const { origin } = dial;
    const heir = origin.starving.head?.value;
    const first = this.#starving.top;
    if (heir === undefined || (first !== undefined && first.priority < heir.ticket)) return false;
    this.#leave(heir);
    origin.connecting.push(heir.node);
    heir.dial = dial;
    dial.waiter = heir;
    heir.acquirer.onConnecting(true);
    return true;
  }

  #rest(slot: PoolSlot, now: number): void {
    const { keepAliveMs, maxKeepAlive } = this.#limits;
    const hint = slot.connection.keepAliveHint;
    const kept = hint === null ? keepAliveMs : Math.min(keepAliveMs, Math.max(0, hint - KEEP_ALIVE_MARGIN));
    if (kept <= 0 || maxKeepAlive === 0 || slot.connection.capacity === 0) {
      this.#discard(slot);
      return;
    }
    slot.expiresAt = now + kept;
    slot.origin.idle.push(slot.originNode);
    this.#idle.push(slot.idleNode);
    slot.connection.onIdleClose ??= () => {
      this.#unlinkIdle(slot);
      this.#discard(slot);
    };
    if (this.#idle.size > maxKeepAlive) this.#evict(this.#idle.head!.value);
    if (this.#expiryTimer === null && keepAliveMs !== Infinity) this.#armExpiry(keepAliveMs);
  }

  #evict(slot: PoolSlot): void {
    this.#unlinkIdle(slot);
    this.#discard(slot);
  }

  /** Closes a connection that no request uses. */
  #discard(slot: PoolSlot, thenFeed = true): void {
    slot.connection.close('graceful');
    this.#remove(slot, thenFeed);
    publishClose(slot.connection.meta.id, slot.origin.key);
  }

  #armExpiry(delay: number): void {
    // An idle connection is no reason for the process to live on.
    this.#expiryTimer = setTimeout(this.#expire, Math.min(delay + 1, 0x7fffffff));
    this.#expiryTimer.unref();
  }

  readonly #expire = (): void => {
    this.#expiryTimer = null;
    const now = performance.now();
    for (let node = this.#idle.head; node !== null; node = this.#idle.head) {
      const left = node.value.expiresAt - now;
      if (left > 0) {
        this.#armExpiry(left);
        return;
      }
      this.#evict(node.value);
    }
  };

  #unlinkIdle(slot: PoolSlot): void {
    this.#idle.remove(slot.idleNode);
    slot.origin.idle.remove(slot.originNode);
  }

  /** Forgets a connection that is closed, or about to be. */
  #remove(slot: PoolSlot, thenFeed = true): void {
    slot.connection.onIdleClose = null;
    if (!this.#open.delete(slot)) return;
    const { origin } = slot;
    origin.connections--;
    this.#rank(origin);
    if (thenFeed) this.#feed();
    this.#forgetIfUnused(origin);
  }

  /** Opens connections for requests that wait, as long as there is room. */
  #feed(): void {
    for (let origin = this.#starving.top; origin !== undefined; origin = this.#starving.top) {
      if (this.#isClosed || !this.#makeRoom(origin)) return;
      const waiter = origin.starving.head!.value;
      this.#leave(waiter);
      this.#dial(waiter);
      this.#rank(origin);
    }
  }

  #leave(waiter: Waiter): void {
    const { origin, node } = waiter;
    if (node.list === origin.starving) {
      origin.starving.remove(node);
      this.#waiting--;
      this.#rank(origin);
    } else {
      origin.connecting.remove(node);
    }
  }

  /** Puts an origin in its place among those that wait for room. One at its own limit does not take part. */
  #rank(origin: OriginPool): void {
    if (origin.starving.size === 0 || origin.connections >= this.#limits.maxPerOrigin)
      this.#starving.remove(origin);
    else this.#starving.update(origin);
  }

  #forgetIfUnused(origin: OriginPool): void {
    if (origin.isUnused && this.#origins.get(origin.key) === origin) this.#origins.delete(origin.key);
  }
}

function closed(): WireError {
  return new WireError({ kind: 'aborted', phase: 'pool', reason: 'the transport was closed' });
}

function abandoned(): WireError {
  return new WireError({
    kind: 'aborted',
    phase: 'connect',
    reason: 'nobody waits for this connection any more',
  });
}

function toWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WireError({ kind: 'internal', phase: 'connect', reason, cause: error });
}
