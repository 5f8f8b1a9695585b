import { parentPort, workerData } from 'node:worker_threads';
import { SyncClient } from '../sync.ts';

/** A thread of a program, for tests: sends requests of its own and tells its number. */
const { origin, number } = workerData as { readonly origin: string; readonly number: number };
const client = new SyncClient({ baseURL: origin });
for (let i = 0; i < 20; i++) {
  const { target } = client.get(`/get?n=${number}`).json<{ target: string }>();
  if (target !== `/get?n=${number}`) throw new Error(`the response of another thread: ${target}`);
}
client.close();
parentPort!.postMessage(number, []);
