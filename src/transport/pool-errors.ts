import { WireError } from '../backends/contract.ts';

/** The pool was closed. */
export function closed(): WireError {
  return new WireError({ kind: 'aborted', phase: 'pool', reason: 'the transport was closed' });
}

/** An attempt to connect is given up, as nobody waits for it. */
export function abandoned(): WireError {
  return new WireError({
    kind: 'aborted',
    phase: 'connect',
    reason: 'nobody waits for this connection any more',
  });
}

/** As many requests wait as may. */
export function noRoom(waiting: number): WireError {
  const reason = `no connection is free and ${waiting} requests wait already (limits.maxWaiters)`;
  return new WireError({ kind: 'pool-timeout', phase: 'pool', reason, retrySafe: true });
}

export function toWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new WireError({ kind: 'internal', phase: 'connect', reason, cause: error });
}
