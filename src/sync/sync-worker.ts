import { workerData } from 'node:worker_threads';
import type { WorkerSetup } from './protocol.ts';
import { WorkerHost } from './worker-host.ts';

/** The program of the worker thread: does the waiting for a thread that blocks. */
const { port, shared } = workerData as WorkerSetup;
const host = new WorkerHost(port, shared);
process.on('uncaughtException', (error) => host.crash(error));
host.start();
