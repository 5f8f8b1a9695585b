import { findAccelerator, isAccelerator } from '../backends/accelerator.ts';
import type { ConnectionMeta, Route } from '../backends/contract.ts';
import { BorrowedConnection } from '../backends/native/borrowed-connection.ts';
import { canLend, type LendingHost } from '../backends/native/loan.ts';
import type { Request } from '../message/request.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import { HTTPExchange } from '../transport/exchange.ts';
import { OriginPool } from '../transport/origin-pool.ts';
import { PoolSlot } from '../transport/pool-slot.ts';
import type { TransportContext } from '../transport/transport.ts';
import { ArrivedResponse } from './arrived-response.ts';
import { BlockingHost } from './blocking-host.ts';
import type { SyncTransportContext } from './sync-transport.ts';

/** Origins of which a connection is kept at hand, each with some memory; others are found by the worker. */
const MOST_ORIGINS = 64;
const NO_TIMINGS = { dns: null, connect: 0, tls: null, proxy: null } as const;

/** A connection of the worker, in the hands of the thread that blocks. */
interface Borrowed {
  readonly wire: BorrowedConnection;
  readonly slot: PoolSlot;
}

/**
 * Connections that the worker of a thread has opened, and that the thread uses itself: one for each origin. What happens
 * on them is decided by the same code as in the worker, only that it is told what happens by a call that blocks.
 */
export class Borrower {
  readonly #host: LendingHost;
  readonly #borrowed = new Map<string, Borrowed>();

  constructor(host: LendingHost) {
    this.#host = host;
  }

  /** Takes over a connection that the worker has lent. */
  add(route: Route, loan: number, info: ConnectionInfo): void {
    const meta: ConnectionMeta = { ...info, backend: 'native', timings: NO_TIMINGS };
    const wire = new BorrowedConnection(this.#host, loan, meta);
    const slot = new PoolSlot(wire.connection, new OriginPool(route, false));
    slot.uses = 1;
    this.#borrowed.delete(route.key);
    this.#borrowed.set(route.key, { wire, slot });
    if (this.#borrowed.size <= MOST_ORIGINS) return;
    const [oldest] = this.#borrowed.keys();
    this.#borrowed.delete(oldest!);
  }

  /** The worker has gone, and all connections with it. */
  clear(): void {
    this.#borrowed.clear();
  }

  /** Sends a plain request and blocks until all of its response is there. Else: how often it was sent in vain. */
  send(request: Request, route: Route, context: SyncTransportContext): ArrivedResponse | number {
    const borrowed = this.#borrowed.get(route.key);
    if (borrowed === undefined) return 0;
    const { wire, slot } = borrowed;
    const host = new BlockingHost(slot);
    // Nothing that it holds is called for a plain request.
    const exchange = new HTTPExchange(host, request, route, context as TransportContext);
    const arrived = new ArrivedResponse(exchange.body);
    let isSent = false;
    try {
      exchange.begin(arrived.resolve, arrived.reject);
      while (!host.isOver) {
        const now = performance.now();
        const left = exchange.deadline - now;
        if (left <= 0 && isSent) {
          exchange.onDeadline(now);
        } else if (!wire.turn(left)) {
          if (!isSent) return this.#giveUp(route);
          wire.connection.onEngineFailure('the worker thread that had opened the connection has ended');
        }
        isSent = true;
      }
      wire.flush();
    } catch (error) {
      wire.connection.close('abort');
      wire.flush();
      throw error;
    } finally {
      if (wire.connection.capacity === 0) this.#borrowed.delete(route.key);
    }
    return host.mustRepeat ? 1 : arrived;
  }

  /** The worker has the connection again, or nobody has it any more: nothing was sent. */
  #giveUp(route: Route): 0 {
    this.#borrowed.delete(route.key);
    return 0;
  }
}

/** What lends connections, if the engine in Rust runs and can. */
export function newBorrower(wire: 'js' | 'native'): Borrower | null {
  const found = wire === 'native' ? findAccelerator('native') : null;
  return found !== null && isAccelerator(found) && canLend(found.host) ? new Borrower(found.host) : null;
}
