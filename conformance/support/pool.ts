import type { Client, ClientOptions, LimitsInit, PoolStats } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** A client with these limits. */
export function limited(t: CaseContext, limits: LimitsInit, options: ClientOptions = {}): Client {
  return t.client({ limits, ...options });
}

/** The connections, those in use, idle and being opened, and the requests that wait. */
export function counts({ connections, active, idle, connecting, waiting }: PoolStats): number[] {
  return [connections, active, idle, connecting, waiting];
}

/** The name of the error that some work ends with, else 'done'. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as Error).name;
  }
}
