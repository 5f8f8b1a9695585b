import type { Route, WireConfig, WireEngine } from '../backends/contract.ts';
import type { Limits } from '../models/limits.ts';
import { publishClose } from './connection-events.ts';
import { beginDial, bequeath, type Dial, newDial } from './dial.ts';
import { IdleConnections } from './idle-connections.ts';
import { LoanWatch } from './loan-watch.ts';
import type { OriginPool } from './origin-pool.ts';
import { Origins } from './origins.ts';
import { abandoned, closed, noRoom, toWireError } from './pool-errors.ts';
import { PoolSlot } from './pool-slot.ts';
import type { PoolStats } from './pool-stats.ts';
import { type Acquirer, Waiter } from './waiter.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * Shares connections between requests: up to a limit in all and for each origin, first come first served over all
 * origins, with constant work for a request (logarithmic in the number of origins that have requests waiting).
 *
 * Room, not connections, is what is fairly shared: a connection that comes free goes to the request of its origin
 * that has waited longest, unless one for another origin that has no room came before it by as many places as there
 * may be connections; then it is closed to make some.
 */
export class Pool {
  readonly #engine: WireEngine;
  readonly #config: WireConfig;
  readonly #limits: Limits;
  readonly #origins: Origins;
  readonly #line: WaitingLine;
  readonly #idle: IdleConnections;
  readonly #loanWatch: LoanWatch = new LoanWatch(() => this.#sweepLoans(this.#open, performance.now()));
  readonly #open = new Set<PoolSlot>();
  readonly #dials = new Set<Dial>();
  #tickets = 0;
  #opened = 0;
  #reused = 0;
  #waited = 0;
  #isClosed = false;

  constructor(engine: WireEngine, config: WireConfig, limits: Limits) {
    this.#engine = engine;
    this.#config = config;
    this.#limits = limits;
    this.#origins = new Origins(config);
    this.#line = new WaitingLine(limits);
    this.#idle = new IdleConnections(
      limits.keepAliveMs,
      (slot) => this.#discard(slot),
      (slot, now) => this.#isUsable(slot, now),
    );
  }

  get stats(): PoolStats {
    this.#sweepLoans(this.#open, performance.now());
    const idle = this.#idle.size;
    const connections = this.#open.size;
    let exchanges = 0;
    for (const { active } of this.#open) exchanges += active;
    return {
      connections,
      active: connections - idle,
      idle,
      connecting: this.#dials.size,
      waiting: this.#line.size,
      opened: this.#opened,
      reused: this.#reused,
      waited: this.#waited,
      exchanges,
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
    const known = this.#origins.find(route);
    if (known !== undefined) {
      if (!mayReuse) this.#sweepLoans(known.idle.members, now);
      // Whoever waits for room has a right to it before those who come now.
      const mayJoin = known.shared.size > 0 && known.sharing.size === 0 && !this.#line.isStarving;
      const slot = (mayJoin ? known.roomy : null) ?? (mayReuse ? this.#idle.take(known, now) : null);
      if (slot !== null) {
        this.#hand(slot, acquirer);
        return null;
      }
    }
    // What was of no use any more may have been the last that there was of the origin.
    const origin = this.#origins.findOrAdd(route);
    const waiter = new Waiter(acquirer, origin, ++this.#tickets, mayReuse);
    const hasShared = origin.shared.size > 0;
    const mayWait = this.#line.size < this.#limits.maxWaiters;
    if (mayWait && (hasShared || (origin.mayShare && origin.dials > 0))) {
      this.#line.join(waiter, origin.sharing);
      if (hasShared) this.#waited++;
      else acquirer.onConnecting(true);
      return waiter;
    }
    if (!hasShared && !this.#line.isStarving && this.#makeRoom(origin)) {
      this.#dial(waiter);
      return waiter;
    }
    if (!mayWait) {
      this.#origins.forgetIfUnused(origin);
      acquirer.onAcquireFailed(noRoom(this.#line.size));
      return null;
    }
    this.#waited++;
    this.#line.join(waiter, origin.starving);
    return waiter;
  }

  /** Takes a request out of the queue. Nothing is called afterwards. */
  cancel(waiter: Waiter): void {
    this.#line.leave(waiter);
    const { dial, origin } = waiter;
    if (dial !== null) {
      waiter.dial = null;
      dial.waiter = null;
      if (!this.#adopt(dial)) dial.controller.abort(abandoned());
    }
    this.#origins.forgetIfUnused(origin);
  }

  /** Takes a connection back after an exchange, whatever has become of it. */
  release(slot: PoolSlot, now: number): void {
    slot.active--;
    if (slot.isShared) {
      this.#offerStreams(slot, now);
    } else if (slot.connection.capacity === 0) {
      slot.connection.close('graceful');
      this.#remove(slot);
    } else if (this.#isClosed) {
      this.#discard(slot);
    } else {
      this.#offer(slot, now);
    }
  }

  /** Lends the connection that became idle last, if it is this one, to a thread that blocks; it stays idle here. */
  lend(id: number): number | null {
    const slot = this.#idle.newest;
    if (slot?.connection.meta.id !== id) return null;
    const loan = slot.connection.lend?.() ?? null;
    if (loan !== null) this.#loanWatch.start();
    return loan;
  }

  /** Closes everything: requests that wait fail, those under way lose their connection. */
  close(): void {
    this.#isClosed = true;
    this.#idle.stop();
    const error = closed();
    for (const origin of this.#origins.all) {
      for (const list of [origin.connecting, origin.starving, origin.sharing]) {
        for (let node = list.head; node !== null; node = list.head) {
          const waiter = node.value;
          this.#line.leave(waiter);
          if (waiter.dial !== null) waiter.dial.waiter = null;
          waiter.acquirer.onAcquireFailed(error);
        }
      }
    }
    for (const dial of this.#dials) dial.controller.abort(error);
    this.#loanWatch.stop();
    for (const slot of this.#open) {
      const isIdle = slot.active === 0;
      this.#idle.remove(slot);
      this.#settle(slot, performance.now());
      slot.connection.close('abort');
      this.#remove(slot);
      if (isIdle) publishClose(slot.connection.meta.id, slot.origin.key);
    }
  }

  /** Counts what has been done with a connection on loan. @returns whether it is on loan */
  #settle(slot: PoolSlot, now: number): boolean {
    const done = slot.connection.settle?.() ?? null;
    if (done === null) return false;
    slot.uses += done.exchanges;
    this.#reused += done.exchanges;
    // While it is used it has no other time than its last.
    if (done.exchanges > 0 || done.idleMs === 0)
      slot.expiresAt = now - done.idleMs + slot.keepsFor(this.#limits.keepAliveMs);
    return true;
  }

  /** Whether a request may begin on an idle connection, after all that was done with it on loan. */
  #isUsable(slot: PoolSlot, now: number): boolean {
    this.#settle(slot, now);
    return slot.connection.capacity > 0 && slot.expiresAt > now;
  }

  /** One that was lost on loan is in nobody's hands, and takes no room any more. @returns whether any is on loan */
  #sweepLoans(slots: Iterable<PoolSlot>, now: number): boolean {
    let hasLoans = false;
    for (const slot of slots) {
      if (slot.active > 0 || slot.isShared || !this.#settle(slot, now)) continue;
      hasLoans = true;
      if (slot.connection.capacity === 0) this.#discard(slot);
    }
    return hasLoans;
  }

  #hand(slot: PoolSlot, acquirer: Acquirer): void {
    slot.active++;
    if (slot.isShared && slot.originNode.list === null) slot.origin.shared.push(slot.originNode);
    if (slot.uses++ > 0) this.#reused++;
    acquirer.onAcquired(slot);
  }

  /** Whether one more connection to this origin may be opened now; an idle one of another origin gives way to it. */
  #makeRoom(origin: OriginPool): boolean {
    if (origin.connections >= this.#limits.maxPerOrigin) return false;
    if (this.#open.size + this.#dials.size < this.#limits.maxConnections) return true;
    const { oldest } = this.#idle;
    if (oldest === null) return false;
    this.#discard(oldest, false);
    return true;
  }

  #dial(waiter: Waiter): void {
    waiter.origin.connecting.push(waiter.node);
    this.#startDial(waiter);
  }

  /** Opens a connection for a request that is on the list of those for which one is opened. */
  #startDial(waiter: Waiter): void {
    const { origin, acquirer } = waiter;
    const dial = newDial(waiter);
    waiter.dial = dial;
    origin.connections++;
    origin.dials++;
    this.#dials.add(dial);
    acquirer.onConnecting(false);
    beginDial(this.#engine, this.#config, dial).then(
      (connection) => this.#onConnected(dial, new PoolSlot(connection, origin)),
      (error: unknown) => this.#onDialFailed(dial, error),
    );
  }

  #onConnected(dial: Dial, slot: PoolSlot): void {
    const { origin } = dial;
    this.#dials.delete(dial);
    origin.dials--;
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
    if (slot.isShared) {
      slot.connection.onCapacity = () => {
        // One that is idle tells by its end that it is spent.
        if (slot.active > 0) this.#offerStreams(slot, performance.now());
      };
      this.#offerStreams(slot, performance.now(), waiter);
      for (const late of origin.sharing.members)
        if (late.node.list === origin.sharing) late.acquirer.onQueued();
      return;
    }
    origin.mayShare = false;
    this.#offer(slot, performance.now(), waiter);
    this.#resettle(origin, false);
  }

  #onDialFailed(dial: Dial, error: unknown): void {
    this.#dials.delete(dial);
    dial.origin.connections--;
    dial.origin.dials--;
    const { waiter } = dial;
    if (waiter !== null) {
      waiter.dial = null;
      if (waiter !== dial.owner) {
        // The attempt was begun for another request, within the limits of that one; now it gets its own.
        this.#startDial(waiter);
        return;
      }
      this.#line.leave(waiter);
      waiter.acquirer.onAcquireFailed(toWireError(error));
    }
    this.#line.rank(dial.origin);
    // It need not fail for others too, but they wait no longer for one attempt.
    this.#resettle(dial.origin, false);
    this.#feed();
    this.#origins.forgetIfUnused(dial.origin);
  }

  /**
   * Finds the next use of a connection that carries nothing.
   *
   * @param dialler the request for which it was opened, if it is new
   */
  #offer(slot: PoolSlot, now: number, dialler: Waiter | null = null): void {
    const { origin } = slot;
    const next = origin.oldest;
    if (next !== null && !next.mayReuse && slot.uses > 0) {
      // Such a one has just failed it.
      this.#discard(slot);
      return;
    }
    // Whom a connection was opened for has had its turn.
    if (next !== null && (dialler !== null || this.#line.isNear(next))) this.#serve(slot, next, dialler);
    else if (this.#line.isStarving) this.#discard(slot);
    else this.#rest(slot, now);
  }

  /** Hands over a connection, or a part of one. */
  #serve(slot: PoolSlot, next: Waiter, dialler: Waiter | null): void {
    this.#line.leave(next);
    // Its own attempt, if another one than this was under way for it, goes to the one who gave this up.
    const { dial } = next;
    next.dial = null;
    if (dial !== null) {
      dial.waiter = null;
      if (dialler !== null && dialler !== next) {
        bequeath(dial, dialler);
      } else if (!this.#adopt(dial) && this.#line.isStarving) {
        // Its room is needed, and nobody of its origin could use it soon.
        dial.controller.abort(abandoned());
      }
      // Without an heir the connection will be idle once it is open, ready for the next request.
    }
    this.#hand(slot, next.acquirer);
  }

  /** The same as {@link #offer} for a connection that carries several exchanges, as long as it has room. */
  #offerStreams(slot: PoolSlot, now: number, dialler: Waiter | null = null): void {
    // Who is handed something may be done with it at once; then the loop below goes on.
    if (slot.isOffered) return;
    const { origin, connection } = slot;
    slot.isOffered = true;
    let opener = dialler;
    if (opener !== null && !slot.hasRoom) {
      // It died in the moment in which it was opened: who opened it will see, and begin again.
      this.#serve(slot, opener, null);
      opener = null;
    }
    while (!this.#isClosed && slot.hasRoom) {
      const next = origin.oldest;
      if (next === null || (opener === null && !this.#line.isNear(next))) break;
      this.#serve(slot, next, opener);
      opener = null;
    }
    slot.isOffered = false;
    if (dialler !== null && dialler.dial === null && dialler.node.list === origin.connecting) {
      // Those before it took all the room.
      this.#line.leave(dialler);
      this.#line.join(dialler, origin.sharing);
    }
    if (connection.capacity === 0) this.#retire(slot);
    else if (slot.active > 0 || !this.#open.has(slot)) return;
    else if (this.#isClosed || this.#line.isStarving) this.#discard(slot);
    else this.#rest(slot, now);
  }

  /** A connection takes no more exchanges: requests that counted on it need another one. */
  #retire(slot: PoolSlot): void {
    slot.origin.shared.remove(slot.originNode);
    if (slot.active === 0) {
      slot.connection.close('graceful');
      this.#remove(slot);
    } else {
      this.#resettle(slot.origin, true);
    }
  }

  /**
   * Finds another way for requests that wait for room on a connection, if there is none left that may have some.
   *
   * @param mayShare they may wait for one new connection together
   */
  #resettle(origin: OriginPool, mayShare: boolean): void {
    for (let node = origin.sharing.head; node !== null; node = origin.sharing.head) {
      if (this.#isClosed || origin.shared.size > 0) return;
      if (mayShare && origin.dials > 0) {
        for (const waiter of origin.sharing.members) waiter.acquirer.onConnecting(true);
        return;
      }
      const waiter = node.value;
      this.#line.leave(waiter);
      if (!this.#line.isStarving && this.#makeRoom(origin)) {
        this.#dial(waiter);
      } else {
        this.#line.join(waiter, origin.starving);
        waiter.acquirer.onQueued();
      }
    }
  }

  /**
   * Gives an attempt that belongs to nobody to the oldest request of the same origin that has none, unless it is too far
   * behind one for another origin that waits for the room.
   */
  #adopt(dial: Dial): boolean {
    const { origin } = dial;
    const heir = (origin.sharing.head ?? origin.starving.head)?.value;
    if (heir === undefined || !this.#line.isNear(heir)) return false;
    this.#line.leave(heir);
    origin.connecting.push(heir.node);
    bequeath(dial, heir);
    return true;
  }

  #rest(slot: PoolSlot, now: number): void {
    slot.origin.shared.remove(slot.originNode);
    const { keepAliveMs, maxKeepAlive } = this.#limits;
    const kept = slot.keepsFor(keepAliveMs);
    if (kept <= 0 || maxKeepAlive === 0) {
      this.#discard(slot);
      return;
    }
    slot.expiresAt = now + kept;
    this.#idle.add(slot);
    slot.connection.onIdleClose ??= () => this.#discard(slot);
    if (this.#idle.size > maxKeepAlive) this.#idle.evict();
  }

  /** Closes a connection that no request uses. */
  #discard(slot: PoolSlot, thenFeed = true): void {
    this.#idle.remove(slot);
    this.#settle(slot, performance.now());
    slot.connection.close('graceful');
    this.#remove(slot, thenFeed);
    publishClose(slot.connection.meta.id, slot.origin.key);
  }

  /** Forgets a connection that is closed, or about to be. */
  #remove(slot: PoolSlot, thenFeed = true): void {
    slot.connection.onIdleClose = null;
    if (!this.#open.delete(slot)) return;
    const { origin } = slot;
    origin.shared.remove(slot.originNode);
    origin.connections--;
    this.#line.rank(origin);
    if (thenFeed) {
      this.#resettle(origin, true);
      this.#feed();
    }
    this.#origins.forgetIfUnused(origin);
  }

  /** Opens connections for requests that wait, as long as there is room. */
  #feed(): void {
    for (let origin = this.#line.first; origin !== undefined; origin = this.#line.first) {
      if (this.#isClosed || !this.#makeRoom(origin)) return;
      const waiter = origin.starving.head!.value;
      this.#line.leave(waiter);
      this.#dial(waiter);
      if (origin.mayShare) this.#line.gather(origin);
      this.#line.rank(origin);
    }
  }
}
