import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { Client } from './client.ts';
import type { ClientOptions } from './options.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function mocked(
  answer: (request: Request) => Promise<Response | StreamResponse> | Response | StreamResponse,
  options: ClientOptions = {},
): Client {
  const client = new Client({ ...options, transport: new MockTransport(answer) });
  closing.push(() => client.close());
  return client;
}

describe('the signal of a client beside those of its requests', () => {
  const counts = (...controllers: readonly AbortController[]): number[] =>
    controllers.map(({ signal }) => getEventListeners(signal, 'abort').length);

  test('holds nothing of a request that is over, and hears each one until it is', async () => {
    const [shared, own] = [new AbortController(), new AbortController()];
    const seen: number[][] = [];
    const client = mocked(
      () => {
        seen.push(counts(shared, own));
        return new Response(200, { text: 'x' });
      },
      { signal: shared.signal },
    );
    await client.get('http://a.test/', { signal: own.signal });
    expect([seen, counts(shared, own)]).toEqual([[[1, 1]], [0, 0]]);

    const response = await client.stream('GET', 'http://a.test/', { signal: own.signal });
    expect(counts(shared, own)).toEqual([1, 1]);
    await response.cancel();
    expect(counts(shared, own)).toEqual([0, 0]);
  });

  test('holds nothing of a request that has failed', async () => {
    const [shared, own] = [new AbortController(), new AbortController()];
    const failure = new Error('broken');
    const client = mocked(() => Promise.reject(failure), { signal: shared.signal });
    await expect(client.get('http://a.test/', { signal: own.signal })).rejects.toBe(failure);
    expect(counts(shared, own)).toEqual([0, 0]);
  });

  test.each(['own', 'shared'] as const)('either ends the request: %s', async (which) => {
    const controllers = { own: new AbortController(), shared: new AbortController() };
    const client = mocked(() => new Promise<Response>(() => {}), { signal: controllers.shared.signal });
    const pending = client.get('http://a.test/', { signal: controllers.own.signal });
    const reason = new Error('enough');
    controllers[which].abort(reason);
    await expect(pending).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: reason });
    expect(counts(controllers.own, controllers.shared)).toEqual([0, 0]);
  });

  test('either ends the content', async () => {
    const [shared, own] = [new AbortController(), new AbortController()];
    const endless = async function* (): AsyncGenerator<string> {
      yield 'x';
      await new Promise(() => {});
    };
    const client = mocked(() => new StreamResponse(200, { body: endless() }), { signal: shared.signal });
    const response = await client.stream('GET', 'http://a.test/', { signal: own.signal });
    const reading = response.read();
    shared.abort();
    await expect(reading).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(counts(shared, own)).toEqual([0, 0]);
  });
});

test('a body that does not come to rest keeps neither error nor answer back', async () => {
  let cancelled = 0;
  const content = (): ReadableStream =>
    new ReadableStream({
      cancel() {
        cancelled++;
        return new Promise(() => {});
      },
    });
  const failure = new Error('broken');
  const failing = mocked(() => new Response(200), {
    middleware: [() => Promise.reject(failure)],
  });
  await expect(failing.post('http://a.test/', { content: content() as never })).rejects.toBe(failure);
  const answering = mocked(() => new Response(200), {
    middleware: [async () => new StreamResponse(200, { body: 'cached' })],
  });
  expect((await answering.post('http://a.test/', { content: content() as never })).text).toBe('cached');
  expect(cancelled).toBe(2);
});

test.each([
  ['a redirect that is followed', 302, {}],
  ['a round of authentication', 401, { auth: { flow: twice } }],
])('%s has a content of 16 MiB at most', async (_name, status, options) => {
  const mebi = 2 ** 20;
  const answer = (mebibytes: number): Client => {
    let count = 0;
    const content = function* (): Generator<Uint8Array> {
      for (let i = 0; i < mebibytes; i++) yield new Uint8Array(mebi);
    };
    return mocked(
      () =>
        count++ === 0
          ? new StreamResponse(status, { headers: { Location: '/end' }, body: content() })
          : new Response(200),
      { redirect: true, ...options },
    );
  };
  const { history } = await answer(16).get('http://a.test/');
  expect(history.map(({ bytes }) => bytes.length)).toEqual([16 * mebi]);
  await expect(answer(17).get('http://a.test/')).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
  const strict = answer(2).extend({ decode: { maxBytes: mebi } });
  await expect(strict.get('http://a.test/')).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
});

function* twice(request: Request): Generator<Request> {
  yield request;
  yield request;
}
