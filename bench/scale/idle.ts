import { Agent as HTTPAgent, get } from 'node:http';
import { Agent, request } from 'undici';
import { loadTern } from './tern.ts';

/** What connections hold that do nothing. */
export interface Idle {
  readonly client: string;
  readonly connections: number;
  /** KiB a connection: JavaScript objects, buffers outside the heap, and all memory of the process. */
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
}

type Open = (url: string, connections: number) => Promise<unknown>;

const OPENERS: Readonly<Record<string, Open>> = {
  async tern(url, connections) {
    const { Client } = await loadTern();
    const client = new Client({
      backend: 'js',
      limits: { maxConnections: connections, maxKeepAlive: connections, keepAliveMs: 60_000 },
    });
    const all = Array.from({ length: connections }, async () => (await client.get(url)).bytes.length);
    await Promise.all(all);
    return client;
  },
  async 'undici-request'(url, connections) {
    const dispatcher = new Agent({ connections, pipelining: 1, keepAliveTimeout: 60_000 });
    const all = Array.from({ length: connections }, async () =>
      (await request(url, { dispatcher })).body.text(),
    );
    await Promise.all(all);
    return dispatcher;
  },
  async 'node-http'(url, connections) {
    const agent = new HTTPAgent({
      keepAlive: true,
      maxSockets: connections,
      maxFreeSockets: connections,
    });
    const one = (): Promise<void> =>
      new Promise((resolve, reject) => {
        get(url, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
      });
    await Promise.all(Array.from({ length: connections }, one));
    return agent;
  },
};

/** Clients whose idle connections can be weighed. */
export const WEIGHED: readonly string[] = Object.keys(OPENERS);

/** Opens so many connections by slow requests, all at once, and weighs the process without garbage. Needs `--expose-gc`. */
export async function weigh(client: string, origin: string, connections: number): Promise<Idle> {
  const open = OPENERS[client];
  if (open === undefined) throw new Error(`no connections of ${client} can be weighed`);
  // What is loaded and compiled by use is not part of a connection; the server needs a moment for all.
  const small = await open(`${origin}/slow/100`, 8);
  const before = weighed();
  const all = await open(`${origin}/slow/1000`, connections);
  const after = weighed();
  if (small === all) throw new Error('both pools are one');
  return {
    client,
    connections,
    heap: (after.heapUsed - before.heapUsed) / connections / 1024,
    external: (after.external - before.external) / connections / 1024,
    rss: (after.rss - before.rss) / connections / 1024,
  };
}

function weighed(): NodeJS.MemoryUsage {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 4; i++) globalThis.gc();
  return process.memoryUsage();
}
