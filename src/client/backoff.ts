import { InvalidArgument } from '../errors/invalid-argument.ts';
import { checkNames, checkNumber } from './check-policy.ts';
import { MAX_DELAY } from '../models/timeout.ts';

/** How long to wait before the next attempt. */
export interface Backoff {
  /** Milliseconds from which the waits grow; 300 by default. */
  readonly baseMs: number;
  /** The longest wait in milliseconds; 20,000 by default. */
  readonly maxMs: number;
  /** By what each wait is longer than the one before; 2 by default. */
  readonly factor: number;
  /**
   * `full` (default): any wait between 0 and the computed one, so that clients which failed together do not come back
   * together. `none`: the computed one.
   */
  readonly jitter: 'full' | 'none';
}

export const DEFAULT_BACKOFF: Backoff = Object.freeze({
  baseMs: 300,
  maxMs: 20_000,
  factor: 2,
  jitter: 'full',
});

const NAMES = Object.keys(DEFAULT_BACKOFF);

/**
 * A complete backoff, on top of an inherited one.
 *
 * @throws InvalidArgument for a member that does not exist or does not fit
 */
export function resolveBackoff(argument: string, init: Partial<Backoff>, inherited: Backoff): Backoff {
  checkNames(argument, init, NAMES);
  const { baseMs = inherited.baseMs, factor = inherited.factor, jitter = inherited.jitter } = init;
  // A base above the inherited maximum is meant as it is said.
  const { maxMs = Math.max(inherited.maxMs, baseMs) } = init;
  checkNumber(`${argument}.baseMs`, baseMs, 0);
  checkNumber(`${argument}.maxMs`, maxMs, 0);
  checkNumber(`${argument}.factor`, factor, 1);
  if (jitter !== 'full' && jitter !== 'none')
    throw new InvalidArgument(`'${argument}.jitter' must be 'full' or 'none', not '${String(jitter)}'.`);
  return { baseMs, maxMs, factor, jitter };
}

/**
 * Milliseconds to wait.
 *
 * @param failures attempts that have failed so far, from 1
 * @param random gives a number from 0 to below 1
 */
export function backoffDelay(backoff: Backoff, failures: number, random: () => number = Math.random): number {
  const { baseMs, maxMs, factor, jitter } = backoff;
  const full = Math.min(baseMs * factor ** (failures - 1), maxMs, MAX_DELAY);
  // Infinity times 0 is no number.
  const computed = Number.isNaN(full) ? 0 : full;
  return jitter === 'full' ? Math.round(computed * random()) : computed;
}
