import { cpuNow } from '../cpu.ts';
import { greatestDelay, quantile } from '../statistics.ts';
import { loadTern } from './tern.ts';

/** How requests fared that were all begun at once. */
export interface Crowd {
  readonly requests: number;
  /** Microseconds of CPU a request, all threads. */
  readonly cpu: number;
  /** Milliseconds until the response: the half, nearly all, the last. */
  readonly half: number;
  readonly nearlyAll: number;
  readonly last: number;
  /** Places by which the most delayed request ended behind its turn; as many as connections is the order they came in. */
  readonly displaced: number;
}

/** Begins so many requests at once over few connections: what each costs, and how long and in which order they wait. */
export async function crowd(origin: string, connections: number, requests: number): Promise<Crowd> {
  const { Client } = await loadTern();
  const order: number[] = [];
  const client = new Client({
    backend: 'js',
    limits: { maxConnections: connections, maxKeepAlive: connections, maxWaiters: requests },
    timeout: { pool: 300_000 },
  });
  const burst = async (count: number, note: (index: number, ms: number) => void): Promise<void> => {
    const started = performance.now();
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const { bytes } = await client.get(`${origin}/small/200`);
        if (bytes.length !== 200) throw new Error(`${bytes.length} octets instead of 200`);
        note(index, performance.now() - started);
      }),
    );
  };
  for (let done = 0; done < 12_000; done += requests) await burst(Math.min(requests, 12_000), () => {});
  const times: number[] = [];
  const rounds = Math.ceil(10_000 / requests);
  const before = cpuNow();
  for (let round = 0; round < rounds; round++)
    await burst(requests, (index, ms) => {
      if (round === 0) order.push(index);
      times.push(ms);
    });
  const after = cpuNow();
  await client.close();
  return {
    requests,
    cpu: (after.total - before.total) / (rounds * requests),
    half: quantile(times, 0.5),
    nearlyAll: quantile(times, 0.99),
    last: quantile(times, 1),
    displaced: greatestDelay(order),
  };
}
