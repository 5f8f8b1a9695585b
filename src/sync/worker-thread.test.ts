import { spawn } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerThread, startServerThread } from '../../fixtures/server-thread.ts';
import { type Trace, TransportError } from '../index.ts';
import { SyncClient } from '../sync.ts';
import { startSource } from './start-worker.ts';
import { WorkerThread } from './worker-thread.ts';

let server: ServerThread;
beforeAll(async () => {
  server = await startServerThread();
});
afterAll(() => server.close());

const entry = new URL('../sync.ts', import.meta.url).href;

/** Runs a program in a process of its own; kills it by `signal` when it prints a line. */
function run(
  program: string,
  signal?: NodeJS.Signals,
): Promise<{ code: number | null; signal: string | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (signal !== undefined) child.kill(signal);
    });
    child.on('close', (code, killedBy) => resolve({ code, signal: killedBy, output }));
  });
}

test('a worker that has ended is an error, and the next request starts another one', async () => {
  const client = new SyncClient({ baseURL: server.origin });
  expect(client.get('/get').status).toBe(200);
  const first = WorkerThread.current;
  const streamed = client.stream('GET', '/bytes/5000000');
  await first.terminate();
  let error: unknown;
  try {
    streamed.read();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ code: 'ERR_TRANSPORT', request: streamed.request });
  expect(client.stats.connections).toBe(0);
  expect(client.get('/get').status).toBe(200);
  expect(WorkerThread.current).not.toBe(first);
  client.close();
});

test('a worker that dies while it is waited for does not hang its caller', () => {
  const client = new SyncClient({ baseURL: server.origin, timeout: null });
  client.get('/get');
  const thread = WorkerThread.current;
  // Nothing but silence tells of it.
  const trace: Trace = ({ name }) => {
    if (name === 'http11.send_request_headers.complete') void thread.terminate();
  };
  let error: unknown;
  try {
    client.get('/delay/60000', { extensions: { trace } });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(TransportError);
  client.close();
});

test('threads have workers of their own', async () => {
  const program = new URL('./thread-program.fixture.ts', import.meta.url);
  const outcomes = await Promise.all(
    [1, 2, 3].map(
      (number) =>
        new Promise((resolve, reject) => {
          const worker: Worker = startSource(program, { workerData: { origin: server.origin, number } });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  expect(outcomes).toEqual([1, 2, 3]);
});

test('a process ends by itself after requests, with a response open', async () => {
  const { code, output } = await run(`
    const { SyncClient } = await import('${entry}');
    const client = new SyncClient({ baseURL: '${server.origin}' });
    client.stream('GET', '/bytes/5000000');
    console.log(client.get('/get').status);
  `);
  expect([code, output]).toEqual([0, '200\n']);
});

test('a process that blocks can be interrupted', async () => {
  const { signal } = await run(
    `
    const { SyncClient } = await import('${entry}');
    const client = new SyncClient({ baseURL: '${server.origin}', timeout: null });
    client.get('/get');
    (await import('node:fs')).writeSync(1, 'ready');
    client.get('/delay/60000');
  `,
    'SIGINT',
  );
  expect(signal).toBe('SIGINT');
});
