import { parseArgs } from 'node:util';
import { firstMessage, forkScript } from '../../fixtures/forked-script.ts';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { type BackendName, Client } from '../../src/index.ts';
import { requireEngine } from '../engine.ts';
import { pickJob } from './jobs.ts';

/**
 * Sends a great many requests over changing concurrency, one in a hundred of them into a fault, and checks every
 * response; memory, handles and pool slots must be flat. Needs `node --expose-gc`.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    backend: { type: 'string', default: 'js' },
    http2: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run soak -- [--requests N] [--backend js|native] [--http2]   (TERN_SEED repeats a run)');
  process.exit(0);
}

/** Requests under way at the same time, one after another. */
const CONCURRENCY = [1, 8, 64, 256, 16];
/** The run is cut into so many parts, after each of which is looked. */
const PARTS = 20;
/** Parts after which everything is warm. */
const WARM = 4;
/** How far memory may be above what it was when warm, in MiB, and as a part of it. */
const SLACK = { heap: 6, rss: 32, part: 0.15 };

interface Look {
  readonly heap: number;
  readonly rss: number;
  readonly handles: number;
}

const total = Number(values.requests);
const backend = values.backend as BackendName;
const collectGarbage = globalThis.gc;
if (collectGarbage === undefined) throw new Error('run it with --expose-gc, as `npm run soak` does');
if (!Number.isInteger(total) || total < PARTS)
  throw new Error(`--requests must be a number from ${PARTS} on`);

async function main(): Promise<number> {
  const engine = await requireEngine(backend);
  const server = forkScript(new URL('server.ts', import.meta.url));
  const ports = await firstMessage<{ http1: number; http2: number }>(server);
  const client = new Client({
    baseURL: `http://127.0.0.1:${values.http2 ? ports.http2 : ports.http1}`,
    backend,
    ...(values.http2 && { http1: false, http2: true }),
    limits: { maxConnections: 128, maxKeepAlive: 64 },
    timeout: { pool: 60_000, connect: 30_000, read: 30_000, write: 30_000 },
  });
  const random = createRandom(seedFromEnvironment(Date.now()));
  const counts = new Map<string, number>();
  const failures: string[] = [];
  const looks: Look[] = [];
  let done = 0;
  console.log(
    `soak: ${total} requests, backend ${backend}, engine ${engine}, Node ${process.version}, ${values.http2 ? 'HTTP/2' : 'HTTP/1.1'}, seed ${random.seed}`,
  );
  const started = performance.now();
  // Node's server of HTTP/2 has been seen to break its own heap; then nothing that follows proves anything.
  try {
    for (let part = 0; part < PARTS; part++) {
      const concurrency = CONCURRENCY[part % CONCURRENCY.length]!;
      const until = Math.floor((total * (part + 1)) / PARTS);
      const one = async (): Promise<void> => {
        while (done < until && server.connected) {
          done++;
          const own = random.derive(String(done));
          const { name, run } = pickJob(own);
          try {
            await run(client, own);
            counts.set(name, (counts.get(name) ?? 0) + 1);
          } catch (error) {
            failures.push(
              `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
            );
          }
        }
      };
      await Promise.all(Array.from({ length: concurrency }, one));
      if (!server.connected) throw new Error('the server of the soak has ended, and not the client');
      looks.push(await look(client));
      const { heap, rss, handles } = looks.at(-1)!;
      console.log(
        `${String(done).padStart(8)} done, ${String(concurrency).padStart(3)} at a time: heap ${heap.toFixed(1)} MiB, RSS ${rss.toFixed(0)} MiB, ${handles} handles, ${failures.length} failures`,
      );
      if (failures.length > 20) break;
    }
  } finally {
    await client.close();
    if (server.connected) server.disconnect();
  }
  const seconds = (performance.now() - started) / 1000;
  const faults = [...counts].filter(([name]) => name.startsWith('fault')).reduce((sum, [, n]) => sum + n, 0);
  console.log([...counts].map(([name, count]) => `${name} ${count}`).join(', '));
  const complaints = [...failures.slice(0, 5), ...judge(looks)];
  for (const complaint of complaints) console.error(`FAILED: ${complaint}`);
  console.log(
    `${done} requests in ${seconds.toFixed(0)} s, ${faults} faults, ${failures.length} failures, ${complaints.length === 0 ? 'nothing lost, nothing leaked' : 'NOT flat or not right'}`,
  );
  return complaints.length === 0 ? 0 : 1;
}

/** What is left once nothing runs. Throws if the pool still counts something as busy. */
async function look(client: Client): Promise<Look> {
  for (let turn = 0; turn < 50; turn++) {
    const { active, waiting, connecting } = client.stats;
    if (active + waiting + connecting === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { active, waiting, connecting } = client.stats;
  if (active + waiting + connecting > 0)
    throw new Error(`slots are lost: ${active} active, ${waiting} waiting, ${connecting} connecting`);
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage!();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const mebi = 1 << 20;
  return {
    heap: (heapUsed + external) / mebi,
    rss: rss / mebi,
    // Idle connections do not keep a process alive and do not count.
    handles: process.getActiveResourcesInfo().length,
  };
}

function judge(looks: readonly Look[]): string[] {
  const warm = looks.slice(0, WARM + 1);
  const last = looks.slice(-3);
  const complaints: string[] = [];
  for (const figure of ['heap', 'rss'] as const) {
    const before = Math.max(...warm.map((one) => one[figure]));
    const after = Math.min(...last.map((one) => one[figure]));
    if (after > before * (1 + SLACK.part) + SLACK[figure])
      complaints.push(`${figure} grew from ${before.toFixed(1)} to ${after.toFixed(1)} MiB`);
  }
  const handles = Math.min(...last.map((one) => one.handles)) - Math.max(...warm.map((one) => one.handles));
  if (handles > 2) complaints.push(`${handles} handles more than at the beginning`);
  return complaints;
}

process.exitCode = await main();
