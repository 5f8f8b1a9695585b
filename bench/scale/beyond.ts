import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Done, Share } from './share.ts';

/** How clients in several threads or processes fared together. */
export interface Beyond {
  readonly kind: 'processes' | 'threads';
  readonly count: number;
  readonly perSecond: number;
  /** Microseconds of CPU a request, all of them together. */
  readonly cpu: number;
}

/** Threads have no loader of TypeScript of their own on older versions of Node. */
const IN_THREAD = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.script);
})`;

/** Divides the same requests and connections among so many threads or processes, each with a client of its own. */
export async function beyondOne(
  kind: Beyond['kind'],
  count: number,
  origin: string,
  requests: number,
  doesWork: boolean,
): Promise<Beyond> {
  const script = new URL('share.ts', import.meta.url);
  const share: Share = {
    origin,
    connections: Math.ceil(64 / count),
    requests: Math.ceil(requests / count),
    doesWork,
  };
  const parts: (ChildProcess | Worker)[] = Array.from({ length: count }, () =>
    kind === 'threads'
      ? new Worker(IN_THREAD, { eval: true, workerData: { ...share, script: script.href } })
      : fork(fileURLToPath(script), [JSON.stringify(share)], { execArgv: ['--import', 'tsx'] }),
  );
  await Promise.all(parts.map((part) => once(part, 'message')));
  const before = process.cpuUsage();
  const started = performance.now();
  const ends = await Promise.all(
    parts.map(async (part) => {
      const end = once(part, 'message');
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      if (part instanceof Worker) part.postMessage('go');
      else part.send('go');
      const [done] = (await end) as [Done];
      return done;
    }),
  );
  const elapsed = performance.now() - started;
  const own = process.cpuUsage(before);
  const cpu = kind === 'threads' ? own.user + own.system : ends.reduce((sum, { cpu }) => sum + cpu, 0);
  const total = share.requests * count;
  return { kind, count, perSecond: (total / elapsed) * 1000, cpu: cpu / total };
}
