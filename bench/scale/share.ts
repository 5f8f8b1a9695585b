import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { loadTern } from './tern.ts';

/** A part of the work, for a thread or a process: warms up, says so, and works when it is told to. */
export interface Share {
  readonly origin: string;
  readonly connections: number;
  readonly requests: number;
}

/** What a part tells at its end: microseconds of CPU of its process. */
export interface Done {
  readonly cpu: number;
}

const share = (isMainThread ? JSON.parse(process.argv[2]!) : workerData) as Share;
const { Client } = await loadTern();
const client = new Client({
  backend: 'js',
  limits: { maxConnections: share.connections, maxKeepAlive: share.connections },
});

async function work(count: number): Promise<void> {
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun < count) {
      begun++;
      const { text } = await client.get(`${share.origin}/small/200`);
      if (text.length !== 200) throw new Error(`${text.length} octets instead of 200`);
    }
  };
  await Promise.all(Array.from({ length: share.connections }, one));
}

const say = (message: unknown): void => {
  if (parentPort === null) process.send!(message);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  else parentPort.postMessage(message);
};

(parentPort ?? process).once('message', () => {
  const before = process.cpuUsage();
  void work(share.requests).then(async () => {
    const { user, system } = process.cpuUsage(before);
    await client.close();
    say({ cpu: user + system } satisfies Done);
    return process.disconnect?.();
  });
});
await work(4000);
say('ready');
