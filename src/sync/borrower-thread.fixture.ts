import { parentPort, workerData } from 'node:worker_threads';
import { SyncClient } from '../sync.ts';
import { Borrower } from './borrower.ts';

/** A thread of a program that holds a loan, for tests: it ends, or blocks for good. */
const { origin, blocks } = workerData as { readonly origin: string; readonly blocks: boolean };
const client = new SyncClient({ baseURL: origin, backend: 'native', timeout: null });
client.get('/calm/10/1');

let alone = 0;
// oxlint-disable-next-line typescript/unbound-method -- called with its own object
const { send } = Borrower.prototype;
Borrower.prototype.send = function (...args) {
  if (blocks && alone > 0) parentPort!.postMessage('blocks', []);
  const outcome = send.apply(this, args);
  if (typeof outcome === 'object') alone++;
  return outcome;
};
client.get('/calm/10/2');
if (alone !== 1) throw new Error('the connection was not lent');
if (blocks) client.get('/stall/0/3');
