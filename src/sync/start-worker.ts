import type { MessagePort, Worker, WorkerOptions } from 'node:worker_threads';
import type { WorkerSetup } from './protocol.ts';

/** Flags of Node that speak about the program and not about its threads, with the number of words that follow. */
const PROGRAM_FLAGS: ReadonlyMap<string, number> = new Map([
  ['-e', 1],
  ['--eval', 1],
  ['-p', 1],
  ['--print', 1],
  ['-pe', 1],
  ['-i', 0],
  ['--interactive', 0],
  ['-c', 0],
  ['--check', 0],
  ['--test', 0],
  ['--watch', 0],
]);

/** Starts the worker of a thread that blocks. It does not keep the process alive. */
export function startWorker(): {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly shared: Int32Array;
} {
  const { MessageChannel, Worker } = process.getBuiltinModule('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  const shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  const workerData: WorkerSetup = { port: port2, shared };
  const options: WorkerOptions = {
    workerData,
    transferList: [port2],
    name: 'ternhttp sync',
  };
  const worker = import.meta.url.endsWith('.ts')
    ? startSource(new URL('./sync-worker.ts', import.meta.url), options)
    : new Worker(new URL('./sync-worker.js', import.meta.url), { ...options, execArgv: threadFlags() });
  worker.unref();
  port1.unref();
  return { worker, port: port1, shared };
}

/** Starts a thread from sources that may be TypeScript; where Node does not read that, tsx does. */
export function startSource(file: URL, options: WorkerOptions): Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const readsTypes = 'typescript' in process.features && process.features.typescript !== false;
  if (readsTypes || !file.pathname.endsWith('.ts'))
    return new Worker(file, { ...options, execArgv: threadFlags() });
  const program = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file.href}'); });`;
  return new Worker(program, { ...options, eval: true, execArgv: [] });
}

/** The flags of the process that hold for its threads too. */
function threadFlags(): string[] {
  const kept: string[] = [];
  const given = process.execArgv;
  for (let i = 0; i < given.length; i++) {
    const flag = given[i]!;
    const follows = PROGRAM_FLAGS.get(flag);
    if (follows !== undefined) i += follows;
    else if (!flag.startsWith('--input-type') && !/^--(?:test|watch)-/.test(flag)) kept.push(flag);
  }
  return kept;
}
