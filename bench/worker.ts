import { PerformanceObserver } from 'node:perf_hooks';
import type { BenchClient, MakeClient } from './clients/client.ts';
import { cpuNow } from './cpu.ts';

/** One measurement, in a process of its own: prints its figures as JSON. */
export interface Job {
  readonly client: string;
  readonly origin: string;
  readonly path: string;
  readonly isHTTP2: boolean;
  readonly use: 'buffer' | 'get' | 'stream';
  readonly connections: number;
  readonly concurrency: number;
  readonly warmup: number;
  readonly requests: number;
  /** Octets that each request must deliver. */
  readonly length: number;
}

export interface Figures {
  /** Microseconds of CPU a request, all threads. */
  readonly cpu: number;
  /** Microseconds of the JavaScript thread a request. */
  readonly thread: number | null;
  /** Microseconds of it in garbage collections. */
  readonly gc: number;
  readonly perSecond: number;
  /** Octets. */
  readonly peakRSS: number;
}

async function main(job: Job): Promise<Figures> {
  const { make } = (await import(`./clients/${job.client}.ts`)) as { make: MakeClient };
  const client = await make(job.origin, job.connections, job.isHTTP2);
  await run(client, job, job.warmup);
  let gc = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) gc += entry.duration * 1000;
  });
  observer.observe({ entryTypes: ['gc'] });
  const before = cpuNow();
  const started = performance.now();
  await run(client, job, job.requests);
  const elapsed = performance.now() - started;
  const after = cpuNow();
  // Work that never waited has kept collections from being told: they are queued in one turn, and told in the next.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  return {
    cpu: (after.total - before.total) / job.requests,
    thread:
      before.thread === null || after.thread === null ? null : (after.thread - before.thread) / job.requests,
    gc: gc / job.requests,
    perSecond: (job.requests / elapsed) * 1000,
    peakRSS: process.resourceUsage().maxRSS * 1024,
  };
}

async function run(
  client: BenchClient,
  { use, path, concurrency, length }: Job,
  count: number,
): Promise<void> {
  const call = client[use]!.bind(client);
  let started = 0;
  const one = async (): Promise<void> => {
    while (started < count) {
      started++;
      const got = await call(path);
      if (got !== length) throw new Error(`${got} octets instead of ${length}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

process.stdout.write(JSON.stringify(await main(JSON.parse(process.argv[2]!) as Job)));
process.exit(0);
