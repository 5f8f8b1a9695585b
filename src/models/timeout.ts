import { InvalidArgument } from '../errors/invalid-argument.ts';

/** The longest delay that a timer of Node can take, in milliseconds. */
export const MAX_DELAY: number = 0x7fffffff;

/** Limits of time in milliseconds; `null`, like anything over 24 days, means no limit. */
export interface Timeout {
  /** Waiting for a connection of the pool. 0 fails at once if none can be had. */
  readonly pool: number | null;
  /** Opening a connection: name resolution, TCP, proxy and TLS together. */
  readonly connect: number | null;
  /** The longest pause in which the peer takes no data. */
  readonly write: number | null;
  /** From the request being sent to the first octet of the response. `null`: `read` applies to it too. */
  readonly firstByte: number | null;
  /** The longest pause in which the peer sends no data. */
  readonly read: number | null;
  /** Everything: redirects, auth rounds and retries included, until the body has been read. */
  readonly total: number | null;
}

/** A number sets pool, connect, write and read; an object sets what it names; `null` switches all off. */
export type TimeoutInit = number | Partial<Timeout> | null;

/** Five seconds for each of pool, connect, write and read. */
export const DEFAULT_TIMEOUT: Timeout = Object.freeze({
  pool: 5000,
  connect: 5000,
  write: 5000,
  firstByte: null,
  read: 5000,
  total: null,
});

/** No limit at all. */
export const NO_TIMEOUT: Timeout = Object.freeze({
  pool: null,
  connect: null,
  write: null,
  firstByte: null,
  read: null,
  total: null,
});

/** Timers of Node end at 2^31 - 1 milliseconds, about 24.8 days, and fire at once beyond that. */
const LONGEST = 24 * 24 * 60 * 60 * 1000;

const PHASES = Object.keys(DEFAULT_TIMEOUT) as (keyof Timeout)[];

/**
 * The limits that result from `init` on top of inherited ones.
 *
 * @throws InvalidArgument for a phase that does not exist, or a limit that is not a number of 0 or more
 */
export function resolveTimeout(init: TimeoutInit | undefined, inherited: Timeout): Timeout {
  if (init === undefined) return inherited;
  if (init === null) return NO_TIMEOUT;
  if (typeof init === 'number') {
    const limit = checkLimit('timeout', init);
    return Object.freeze({ ...inherited, pool: limit, connect: limit, write: limit, read: limit });
  }
  if (typeof init !== 'object') {
    throw new InvalidArgument(
      `'timeout' must be milliseconds, an object of phases, or null, not ${typeof init}.`,
    );
  }
  const timeout: Record<keyof Timeout, number | null> = { ...inherited };
  for (const phase of Object.keys(init) as (keyof Timeout)[]) {
    if (!PHASES.includes(phase)) {
      throw new InvalidArgument(`'timeout.${phase}' does not exist; the phases are ${PHASES.join(', ')}.`);
    }
    const limit = init[phase];
    if (limit !== undefined) timeout[phase] = limit === null ? null : checkLimit(`timeout.${phase}`, limit);
  }
  return Object.freeze(timeout);
}

function checkLimit(name: string, limit: number): number | null {
  if (typeof limit !== 'number' || Number.isNaN(limit) || limit < 0) {
    throw new InvalidArgument(
      `'${name}' must be milliseconds of 0 or more, or null for no limit, not ${String(limit)}.`,
    );
  }
  return limit > LONGEST ? null : limit;
}
