import type { Random } from '../../fixtures/random.ts';

/** One parser, and what must hold of it for whatever it is given. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs to begin a mutation with. */
  readonly seeds: readonly string[];
  /** Pieces that mean something to it. */
  readonly pieces: readonly string[];
  /** Throws if a property does not hold. What a parser may throw is caught within. */
  readonly check: (input: string, random: Random) => Promise<void> | void;
}

/** Fails a property. */
export function ensure(isSo: boolean, complaint: string): void {
  if (!isSo) throw new Error(complaint);
}

/** Equality as texts of JSON, with the two sides told if there is none. */
export function ensureSame(one: unknown, other: unknown, what: string): void {
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  if (left !== right) throw new Error(`${what}: ${left?.slice(0, 300)} is not ${right?.slice(0, 300)}`);
}

/** Whether every surrogate of a text has its other half. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** The result, or null if it throws what it may throw. */
export function unless<T>(allowed: abstract new (...args: never[]) => Error, run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof allowed) return null;
    throw error;
  }
}
