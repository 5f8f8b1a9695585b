import type { Connection, WireConfig, WireEngine } from '../backends/contract.ts';
import type { OriginPool } from './origin-pool.ts';
import type { Waiter } from './waiter.ts';

/** An attempt to open a connection. */
export interface Dial {
  readonly origin: OriginPool;
  readonly controller: AbortController;
  /** The request for which it was begun, within whose limits it runs. */
  readonly owner: Waiter;
  /** The request that waits for its outcome: another one, or none, once the owner is served or has gone. */
  waiter: Waiter | null;
}

export function newDial(waiter: Waiter): Dial {
  return { origin: waiter.origin, controller: new AbortController(), owner: waiter, waiter };
}

/** Begins to open the connection, within the limits of the request for which it is opened. */
export function beginDial(engine: WireEngine, config: WireConfig, dial: Dial): Promise<Connection> {
  const { connectTimeout, tracer } = dial.owner.acquirer;
  const deadline = connectTimeout === null ? null : performance.now() + connectTimeout;
  return engine.connect(dial.origin.route, config, { deadline, signal: dial.controller.signal, tracer });
}

/** Gives an attempt to another request of the same origin. */
export function bequeath(dial: Dial, heir: Waiter): void {
  dial.waiter = heir;
  heir.dial = dial;
  heir.acquirer.onConnecting(true);
}
