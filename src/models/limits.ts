import { InvalidArgument } from '../errors/invalid-argument.ts';

/** Bounds of the connection pool. `null` in an init means no bound. */
export interface Limits {
  /** Connections open at the same time, over all origins. */
  readonly maxConnections: number;
  /** Connections open at the same time to one origin. */
  readonly maxPerOrigin: number;
  /** Idle connections that are kept. */
  readonly maxKeepAlive: number;
  /** How long an idle connection is kept, in milliseconds; a shorter `Keep-Alive: timeout` of the server wins. */
  readonly keepAliveMs: number;
  /** Requests that may wait for a connection; one more fails at once with `PoolTimeout`. */
  readonly maxWaiters: number;
}

/** Limits to change; what is left out keeps its default. */
export type LimitsInit = { readonly [K in keyof Limits]?: number | null };

/** 100 connections, 20 of them kept idle for 5 seconds. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxConnections: 100,
  maxPerOrigin: Infinity,
  maxKeepAlive: 20,
  keepAliveMs: 5000,
  maxWaiters: Infinity,
});

const MINIMUM: Limits = {
  maxConnections: 1,
  maxPerOrigin: 1,
  maxKeepAlive: 0,
  keepAliveMs: 0,
  maxWaiters: 0,
};

/**
 * The limits that result from `init` on top of inherited ones.
 *
 * @throws InvalidArgument for a limit that does not exist or is not a number in its range
 */
export function resolveLimits(init: LimitsInit | undefined, inherited: Limits = DEFAULT_LIMITS): Limits {
  if (init === undefined) return inherited;
  if (typeof init !== 'object' || init === null)
    throw new InvalidArgument(
      `'limits' must be an object of limits, not ${init === null ? 'null' : typeof init}.`,
    );
  const limits: Record<keyof Limits, number> = { ...inherited };
  for (const name of Object.keys(init) as (keyof Limits)[]) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new InvalidArgument(
        `'limits.${name}' does not exist; the limits are ${Object.keys(DEFAULT_LIMITS).join(', ')}.`,
      );
    }
    const value = init[name];
    if (value === undefined) continue;
    const limit = value ?? Infinity;
    const isWhole = name === 'keepAliveMs' || limit === Infinity || Number.isInteger(limit);
    if (typeof limit !== 'number' || !(limit >= MINIMUM[name]) || !isWhole) {
      throw new InvalidArgument(
        `'limits.${name}' must be a ${name === 'keepAliveMs' ? 'number' : 'whole number'} of at least ${MINIMUM[name]}, or null, not ${String(value)}.`,
      );
    }
    limits[name] = limit;
  }
  return Object.freeze(limits);
}
