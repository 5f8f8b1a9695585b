import {
  AbortError,
  type Client,
  NetworkError,
  ReadTimeout,
  RemoteProtocolError,
  type ServerSentEvent,
  type StreamResponse,
} from '../../src/index.ts';
import type { Random } from '../../fixtures/random.ts';
import { contentAt, eventText } from './content.ts';

/** One request of the soak: sends it and throws unless it ends as it must. */
export type Job = (client: Client, random: Random) => Promise<void>;

const MAX_OFFSET = 1 << 19;

/** What is asked for, and how often of 1000 times; the faults are ten of them. */
const WEIGHTS: readonly (readonly [number, string, Job])[] = [
  [520, 'get', (client, random) => get(client, 'plain', random, 3000)],
  [100, 'chunked', (client, random) => get(client, 'chunked', random, 30_000)],
  [60, 'gzip', getGzip],
  [30, 'large', (client, random) => get(client, 'plain', random, 300_000)],
  [100, 'upload', upload],
  [40, 'stream', stream],
  [20, 'stream upload', streamUpload],
  [30, 'abandoned stream', abandon],
  [30, 'abort', abort],
  [20, 'events', events],
  [20, 'reconnecting events', reconnect],
  [20, 'close', (client, random) => get(client, 'close', random, 3000)],
  [3, 'fault: reset', (client, random) => fault(client, 'reset', random)],
  [3, 'fault: cut', (client, random) => fault(client, 'cut', random)],
  [2, 'fault: garbage', (client, random) => fault(client, 'garbage', random)],
  [2, 'fault: stall', stall],
];
const TOTAL = WEIGHTS.reduce((sum, [weight]) => sum + weight, 0);

/** A job by weight. */
export function pickJob(random: Random): { readonly name: string; readonly run: Job } {
  let at = random.int(0, TOTAL - 1);
  for (const [weight, name, run] of WEIGHTS) {
    if (at < weight) return { name, run };
    at -= weight;
  }
  throw new RangeError('weights do not add up');
}

async function get(client: Client, kind: string, random: Random, max: number): Promise<void> {
  const { path, content } = target(kind, random, max);
  const response = await client.get(path);
  expectStatus(response.status);
  expectSame(response.bytes, content);
}

/** From few places, so that the server can keep what it has compressed. */
async function getGzip(client: Client, random: Random): Promise<void> {
  const offset = random.int(0, 400);
  const response = await client.get(`/gzip/${offset}/20000`);
  expectStatus(response.status);
  expectSame(response.bytes, contentAt(offset, 20_000));
}

async function upload(client: Client, random: Random): Promise<void> {
  const content = contentAt(random.int(0, MAX_OFFSET), random.int(0, 20_000));
  const response = await client.post('/echo', { content });
  expectStatus(response.status);
  expectSame(response.bytes, content);
}

async function stream(client: Client, random: Random): Promise<void> {
  const { path, content } = target('chunked', random, 100_000);
  const response = await client.stream('GET', path);
  expectSame(await collect(response), content);
}

async function streamUpload(client: Client, random: Random): Promise<void> {
  const content = contentAt(random.int(0, MAX_OFFSET), random.int(1, 50_000));
  const parts = random.splits(content, 9000);
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      await Promise.resolve();
      yield part;
    }
  }
  const response = await client.post('/echo', { content: source });
  expectSame(response.bytes, content);
}

/** Reads a part of a response and leaves the rest. */
async function abandon(client: Client, random: Random): Promise<void> {
  const { path, content } = target('plain', random, 300_000);
  const response = await client.stream('GET', path);
  let at = 0;
  for await (const chunk of response) {
    expectSame(chunk, content.subarray(at, at + chunk.length));
    at += chunk.length;
    if (at > content.length / 3) break;
  }
  await response.cancel();
}

async function abort(client: Client, random: Random): Promise<void> {
  const controller = new AbortController();
  const { path } = target('slow', random, 3000);
  const wait = random.int(0, 5);
  const timer = setTimeout(() => controller.abort(), wait);
  try {
    await expectError(client.get(path, { signal: controller.signal }), [AbortError]);
  } finally {
    clearTimeout(timer);
  }
}

async function events(client: Client, random: Random): Promise<void> {
  const count = random.int(1, 20);
  const got: ServerSentEvent[] = [];
  const response = await client.stream('GET', `/events/${count}`);
  for await (const event of response.events()) got.push(event);
  const wanted = Array.from({ length: count }, (_, index) => eventText(index));
  if (got.length !== count || got.some(({ data }, index) => data !== wanted[index]))
    throw new Error(`${got.length} events instead of ${count}, or others`);
}

/** From a server that breaks off every few events; none may be missing, or come twice. */
async function reconnect(client: Client, random: Random): Promise<void> {
  const count = random.int(1, 8);
  const got: string[] = [];
  const stream = await client.sse(`/live/${count}`, { reconnect: { backoff: { baseMs: 1, maxMs: 5 } } });
  for await (const event of stream) {
    got.push(event.data);
    if (got.length === count) break;
  }
  if (got.some((data, index) => data !== eventText(index)))
    throw new Error(`events in another order, or others: ${got.length} of ${count}`);
}

async function fault(client: Client, kind: string, random: Random): Promise<void> {
  const { path } = target(kind, random, 3000);
  await expectError(client.get(path), [NetworkError, RemoteProtocolError]);
}

async function stall(client: Client, random: Random): Promise<void> {
  const { path } = target('slow', random, 3000);
  await expectError(client.get(path, { timeout: { read: 50 } }), [ReadTimeout]);
}

function target(kind: string, random: Random, max: number): { path: string; content: Buffer } {
  const offset = random.int(0, MAX_OFFSET);
  const length = random.int(1, max);
  return { path: `/${kind}/${offset}/${length}`, content: contentAt(offset, length) };
}

async function collect(response: StreamResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function expectError(
  promise: Promise<unknown>,
  classes: readonly (abstract new (...args: never[]) => Error)[],
): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (classes.some((one) => error instanceof one)) return;
    throw error;
  }
  throw new Error(`a response where ${classes.map(({ name }) => name).join(' or ')} was due`);
}

function expectStatus(status: number): void {
  if (status !== 200) throw new Error(`status ${status}`);
}

function expectSame(got: Uint8Array, wanted: Uint8Array): void {
  if (Buffer.compare(got, wanted) !== 0)
    throw new Error(`${got.length} octets that are not the ${wanted.length} which were sent`);
}
