import { expect, test } from 'vitest';
import type { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import type { RetryEvent } from '../transport/transport.ts';
import { Client } from './client.ts';
import type { ClientOptions } from './options.ts';

const headers = { 'Content-Type': 'text/event-stream' };
const QUICK = { backoff: { baseMs: 0 } };

function streamOf(body: string): StreamResponse {
  return new StreamResponse(200, { headers, body });
}

/** A client over a transport that gives these answers in turn. */
function clientOf(
  answers: readonly (Error | Response | StreamResponse)[],
  options: ClientOptions = {},
): { client: Client; requests: Request[] } {
  const requests: Request[] = [];
  const transport = new MockTransport((request) => {
    const answer = answers[requests.push(request) - 1] ?? new Response(204);
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { client: new Client({ transport, ...options }), requests };
}

test('each connection is a request of its own, built anew: cookies that came are sent', async () => {
  const first = new StreamResponse(200, {
    headers: { ...headers, 'Set-Cookie': 'a=1' },
    body: 'id: 1\ndata: x\n\n',
  });
  const { client, requests } = clientOf([first, streamOf('data: y\n\n')]);
  const seen: string[] = [];
  for await (const { data } of await client.sse('http://h/', { reconnect: QUICK })) seen.push(data);
  expect(seen).toEqual(['x', 'y']);
  expect(requests.map((request) => request.headers.get('cookie'))).toEqual([null, 'a=1', 'a=1']);
  expect(requests.map((request) => request.headers.get('last-event-id'))).toEqual([null, '1', '1']);
});

test('an error is shown to the hooks once, wherever it comes from', async () => {
  const failure = new RangeError('of the transport');
  for (const [answers, name] of [
    [[failure], 'RangeError'],
    [[new Response(500)], 'HTTPStatusError'],
    [[new Response(200)], 'EventStreamError'],
    [[streamOf('data: x\n\n'), failure], 'RangeError'],
    [[streamOf('data: x\n\n'), new Response(404)], 'HTTPStatusError'],
  ] as const) {
    const seen: unknown[] = [];
    const { client } = clientOf(answers, {
      hooks: { error: [(error) => void seen.push((error as Error).name)] },
    });
    const all = async (): Promise<void> => {
      for await (const event of await client.sse('http://h/', { reconnect: QUICK })) void event;
    };
    await expect(all()).rejects.toMatchObject({ name });
    expect(seen).toEqual([name]);
  }
  const { client } = clientOf([], { hooks: { error: [() => new SyntaxError('another one')] } });
  await expect(client.sse('http://h/', { reconnect: { max: -1 } })).rejects.toThrow(SyntaxError);
});

test('null as signal leaves the one of the client aside', async () => {
  const signal = AbortSignal.abort(new Error('the client is being shut down'));
  const { client } = clientOf([streamOf('data: x\n\n')], { signal });
  await expect(client.sse('http://h/')).rejects.toMatchObject({ name: 'AbortError' });
  const events = await client.sse('http://h/', { signal: null });
  expect((await events.next()).value).toMatchObject({ data: 'x' });
  await events.close();
});

test('streams that end without an event are counted, too', async () => {
  const retries: RetryEvent[] = [];
  const empty = Array.from({ length: 9 }, () => streamOf(': nothing\n\n'));
  const { client, requests } = clientOf(empty, {
    hooks: { retry: [(event) => void retries.push(event)] },
    metrics: true,
  });
  const events = await client.sse('http://h/', { reconnect: { ...QUICK, max: 2 } });
  await expect(events.next()).rejects.toMatchObject({
    name: 'EventStreamError',
    message: expect.stringContaining('2 attempts in a row brought no event'),
  });
  expect([requests.length, retries.map(({ attempt }) => attempt)]).toEqual([3, [2, 3]]);
  expect(client.metrics?.snapshot()).toMatchObject({ requests: 3, inFlight: 0, retries: { error: 2 } });
});

test('a hook that throws ends the stream', async () => {
  const failure = new Error('not again');
  const hooks = {
    retry: [
      () => {
        throw failure;
      },
    ],
  };
  const { client } = clientOf([streamOf('data: x\n\n')], { hooks });
  const events = await client.sse('http://h/');
  await events.next();
  await expect(events.next()).rejects.toBe(failure);
});
