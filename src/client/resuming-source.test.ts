import { describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { ReadError } from '../errors/read-error.ts';
import type { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { Client } from './client.ts';
import type { ResumeInit } from './resume-policy.ts';

const CONTENT = createRandom(7).bytes(5000);
const TAG = { ETag: '"a"' };
const QUICK = { backoff: { baseMs: 0 } };

/** Pieces of octets, and then a failure unless they come to the end. */
async function* pieces(content: Uint8Array, length: number, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += size) yield content.subarray(at, Math.min(at + size, length));
  if (length < content.length) throw new ReadError({ reason: 'reset' });
}

function clientOf(
  handler: (request: Request, index: number) => StreamResponse,
  resume: ResumeInit = QUICK,
): Client {
  let index = 0;
  return new Client({ transport: new MockTransport((request) => handler(request, index++)), resume });
}

function startOf(request: Request): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.get('range') ?? 'bytes=0-')![1]);
}

function partOf(request: Request, length: number, size: number): StreamResponse {
  const start = startOf(request);
  const rest = CONTENT.subarray(start);
  const headers = request.headers.has('range')
    ? { ...TAG, 'Content-Range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` }
    : { ...TAG, 'Content-Length': String(CONTENT.length) };
  const status = request.headers.has('range') ? 206 : 200;
  return new StreamResponse(status, { headers, body: pieces(rest, Math.min(length, rest.length), size) });
}

describe('whatever breaks off, and wherever', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('seed %d', async (seed) => {
    const random = createRandom(seed);
    const client = clientOf(
      (request, index) => {
        const size = random.int(1, 900);
        // Sometimes the server has nothing, or ignores the range, or sends a part of the part in good order.
        const kind = index === 0 ? 0 : random.int(0, 6);
        if (kind === 1)
          return new StreamResponse(206, {
            headers: { ...TAG, 'Content-Range': `bytes ${startOf(request)}-4999/5000` },
            body: pieces(CONTENT, 0, 1),
          });
        if (kind === 2)
          return new StreamResponse(200, { headers: TAG, body: pieces(CONTENT, CONTENT.length, size) });
        if (kind === 3) {
          const start = startOf(request);
          const end = Math.min(start + 99, 4999);
          const headers = { ...TAG, 'Content-Range': `bytes ${start}-${end}/5000` };
          return new StreamResponse(206, { headers, body: [CONTENT.subarray(start, end + 1)] });
        }
        if (kind === 4) return new StreamResponse(503, { body: 'busy' });
        return partOf(request, random.int(0, 2500), size);
      },
      { ...QUICK, attempts: 50 },
    );
    const response = await client.stream('GET', 'http://h/');
    const taken: Uint8Array[] = [];
    for await (const chunk of response) taken.push(chunk);
    expect(Buffer.concat(taken).equals(CONTENT)).toBe(true);
    expect(response.bytesReceived).toBe(CONTENT.length);
  });
});

test('progress goes on from where the first response had come to', async () => {
  const seen: unknown[] = [];
  const client = clientOf((request, index) => partOf(request, index === 0 ? 2000 : 5000, 1500));
  const onDownloadProgress = (progress: object): void => void seen.push(progress);
  await client.get('http://h/', { onDownloadProgress });
  expect(seen).toEqual([
    { transferred: 3500, total: 5000 },
    { transferred: 5000, total: 5000 },
  ]);
});

test('more than was announced is refused', async () => {
  const client = clientOf((request, index) => {
    if (index === 0) return partOf(request, 2000, 500);
    const headers = { ...TAG, 'Content-Range': 'bytes 2000-4999/5000' };
    return new StreamResponse(206, { headers, body: [CONTENT.subarray(2000), CONTENT.subarray(0, 1)] });
  });
  await expect(client.get('http://h/')).rejects.toMatchObject({
    name: 'ResumeError',
    message: expect.stringContaining('more than the 5000 octets'),
  });
});

test('only failures that may pass are reasons to resume', async () => {
  let sent = 0;
  const broken = new RangeError('a defect');
  const client = clientOf(() => {
    sent++;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield CONTENT;
      throw broken;
    }
    return new StreamResponse(200, { headers: TAG, body: body() });
  });
  await expect(client.get('http://h/')).rejects.toBe(broken);
  expect(sent).toBe(1);
});

test('a busy server that wants a long wait, and one that is gone', async () => {
  const busy = clientOf((request, index) =>
    index === 0 ? partOf(request, 10, 10) : new StreamResponse(503, { headers: { 'Retry-After': '3600' } }),
  );
  await expect(busy.get('http://h/')).rejects.toMatchObject({
    name: 'ReadError',
    retries: { stopped: 'retry-after' },
  });
  const dead = clientOf((request, index) => {
    if (index === 0) return partOf(request, 10, 10);
    throw new ReadError({ reason: 'refused' });
  });
  await expect(dead.get('http://h/')).rejects.toMatchObject({
    message: expect.stringContaining('refused'),
    retries: { attempts: 6, stopped: 'attempts' },
  });
  const total = clientOf((request) => partOf(request, 10, 10), {
    backoff: { baseMs: 9_000_000, jitter: 'none' },
  });
  await expect(total.get('http://h/', { timeout: { total: 60_000 } })).rejects.toMatchObject({
    retries: { stopped: 'total' },
  });
});

test('a response that a hook has read is left alone', async () => {
  const transport = new MockTransport(() => new StreamResponse(200, { headers: TAG, body: 'all' }));
  const hooks = { response: [async (response: StreamResponse) => void (await response.read())] };
  const client = new Client({ transport, hooks, resume: true });
  expect((await client.get('http://h/')).text).toBe('all');
});
