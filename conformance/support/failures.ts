import type { HTTPError } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** What a failure has to be. */
export interface Expected {
  readonly name: string;
  readonly code: string;
  readonly phase: string;
}

/** The failure of some work. */
export async function failureOf(t: CaseContext, work: Promise<unknown>): Promise<HTTPError> {
  let caught: unknown;
  try {
    await work;
  } catch (error) {
    caught = error;
  }
  t.assert.ok(caught instanceof t.tern.HTTPError, `not an HTTPError: ${String(caught)}`);
  return caught as HTTPError;
}

/** What an expected failure and a real one are compared by. */
export function summary({ name, code, phase }: Expected): string[] {
  return [name, code, phase];
}

/** The end of a chain of causes. */
export function rootCause(error: Error): unknown {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
}
