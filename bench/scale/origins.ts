import { cpuNow } from '../cpu.ts';
import { evenness } from '../statistics.ts';
import { loadTern } from './tern.ts';

/** How requests to many origins fared that share one pool. */
export interface ManyOrigins {
  readonly origins: number;
  /** How many connections one origin may have. */
  readonly perOrigin: number;
  /** Microseconds of CPU a request, all threads. */
  readonly cpu: number;
  /** How evenly the origins were served when half of all was done: 1 is perfectly. */
  readonly evenness: number;
  readonly opened: number;
}

const CONNECTIONS = 200;

/**
 * Requests to so many origins in turn, 1,000 at a time over 200 connections.
 *
 * @param isDivided every origin has its part of the connections; else they all compete for them
 */
export async function manyOrigins(
  origins: readonly string[],
  requests: number,
  isDivided: boolean,
): Promise<ManyOrigins> {
  const { Client } = await loadTern();
  const perOrigin = isDivided ? CONNECTIONS / origins.length : CONNECTIONS;
  const client = new Client({
    backend: 'js',
    limits: { maxConnections: CONNECTIONS, maxKeepAlive: CONNECTIONS, maxPerOrigin: perOrigin },
    timeout: { pool: 300_000 },
  });
  const served = origins.map(() => 0);
  let begun = 0;
  let halfway: readonly number[] = [];
  const run = async (count: number): Promise<void> => {
    begun = 0;
    served.fill(0);
    let done = 0;
    const one = async (): Promise<void> => {
      while (begun < count) {
        const index = begun++ % origins.length;
        await client.get(`${origins[index]!}/small/200`);
        served[index]!++;
        if (++done === count / 2) halfway = [...served];
      }
    };
    await Promise.all(Array.from({ length: 1000 }, one));
  };
  await run(requests);
  const opened = client.stats?.opened ?? 0;
  const before = cpuNow();
  await run(requests);
  const after = cpuNow();
  const reopened = (client.stats?.opened ?? 0) - opened;
  await client.close();
  return {
    origins: origins.length,
    perOrigin,
    cpu: (after.total - before.total) / requests,
    evenness: evenness(halfway),
    opened: reopened,
  };
}
