/*
 * What functions of the program have thrown while a worker waited for them. The errors stay here; what crosses are their
 * numbers, so that the caller gets the same error back that was thrown.
 */

/** So many are kept: an error is asked for soon after it was thrown, or never. */
const MAX_KEPT = 64;

const thrown = new Map<number, unknown>();
let lastKey = 0;

/** Keeps an error and gives its number, which is never 0. */
export function keepThrown(error: unknown): number {
  thrown.set(++lastKey, error);
  thrown.delete(lastKey - MAX_KEPT);
  return lastKey;
}

/** The error with this number. */
export function thrownError(key: number): unknown {
  return thrown.get(key) ?? new Error('A function of the program threw an error that is not known any more.');
}
