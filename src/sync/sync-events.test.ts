import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Request, Response, RetryEvent } from '../index.ts';
import { SyncClient, type SyncClientOptions, SyncEventStream, SyncStreamResponse } from '../sync.ts';

const headers = { 'Content-Type': 'text/event-stream' };
const QUICK = { backoff: { baseMs: 0 } };

function streamOf(...body: string[]): SyncStreamResponse {
  return new SyncStreamResponse(200, { headers, body });
}

/** A client over a transport that gives these answers in turn, then 204. */
function clientOf(
  answers: readonly SyncStreamResponse[],
  options: SyncClientOptions = {},
): { client: SyncClient; requests: Request[] } {
  const requests: Request[] = [];
  const transport = {
    handleSync: (request: Request) => answers[requests.push(request) - 1] ?? new SyncStreamResponse(204),
    closeSync: () => {},
  };
  return { client: new SyncClient({ transport, ...options }), requests };
}

test('events of one response', () => {
  const response = streamOf('id: 1\ndata: a\n\nid: 2\ndata: b\n\n', 'retry: 5\nid: 3\nda', 'ta: c\n\n');
  const events = response.events();
  expect(events).toBeInstanceOf(SyncEventStream);
  expect(events.response).toBe(response);
  const seen: unknown[] = [];
  for (const { data } of events) seen.push([data, events.lastEventId, events.retry]);
  expect(seen).toEqual([
    ['a', '1', null],
    ['b', '2', null],
    ['c', '3', 5],
  ]);
  expect(inspect(events)).toBe("SyncEventStream { lastEventId: '3', retry: 5 }");
  expect(events.next()).toEqual({ done: true, value: undefined });
  expect(() => new SyncStreamResponse(200).events()).toThrow(
    expect.objectContaining({ code: 'ERR_EVENT_STREAM' }),
  );
  expect(() => streamOf().events({ maxLineBytes: 0 })).toThrow("'maxLineBytes'");
});

test('leaving, closing and disposing of it cancels the response', () => {
  const ways: ((events: SyncEventStream) => void)[] = [
    (events) => events.close(),
    (events) => events[Symbol.dispose](),
    (events) => {
      for (const event of events) if (event.data === 'a') break;
    },
  ];
  for (const leave of ways) {
    const response = streamOf('data: a\n\n', 'data: b\n\n');
    const { client, requests } = clientOf([response]);
    const events = client.sse('http://h/');
    leave(events);
    expect(response.isClosed).toBe(true);
    expect(events.next()).toEqual({ done: true, value: undefined });
    expect(requests.length).toBe(1);
  }
});

test('a comment that has the stream closed is the last of it', () => {
  const events = streamOf(': stop\ndata: a\n\n').events({ onComment: () => events.close() });
  expect([...events]).toEqual([]);
});

test('what ends, or breaks, is opened again where it was, after the time of the server', () => {
  const seen: RetryEvent[] = [];
  const { client, requests } = clientOf([streamOf('retry: 1\nid: a\ndata: 1\n\n'), streamOf('data: 2\n\n')], {
    hooks: { retry: [(event) => void seen.push(event)] },
  });
  const events = client.sse('http://h/');
  expect([...events].map(({ data }) => data)).toEqual(['1', '2']);
  expect(requests.map((request) => request.headers.get('last-event-id'))).toEqual([null, 'a', 'a']);
  expect(seen.map(({ attempt }) => attempt)).toEqual([2, 3]);
  expect([events.lastEventId, events.retry, events.response.status]).toEqual(['a', 1, 204]);
});

test('a signal that a hook aborts ends the wait, and a hook that has to be waited for is refused', () => {
  const controller = new AbortController();
  const ended = clientOf([streamOf()], { hooks: { retry: [() => controller.abort()] } });
  const events = ended.client.sse('http://h/', { signal: controller.signal, reconnect: QUICK });
  expect(() => events.next()).toThrow(expect.objectContaining({ name: 'AbortError' }));
  const hook = (async () => {}) as unknown as () => void;
  const { client } = clientOf([streamOf()], { hooks: { retry: [hook] } });
  expect(() => client.sse('http://h/', { reconnect: QUICK }).next()).toThrow(
    expect.objectContaining({ name: 'UnsupportedOption', option: 'hooks.retry' }),
  );
});

test('another answer than a stream is an error that the hooks see', () => {
  const errors: unknown[] = [];
  const { client } = clientOf([new SyncStreamResponse(404, { body: 'gone' })], {
    hooks: { error: [(error) => void errors.push(error)] },
  });
  let caught: unknown;
  try {
    client.sse('http://h/');
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ name: 'HTTPStatusError', status: 404 });
  expect((caught as { response: Response }).response.text).toBe('gone');
  expect(errors).toEqual([caught]);
  expect(() => client.sse('http://h/', { reconnect: { max: -1 } })).toThrow("'reconnect.max'");
  client.close();
  expect(() => client.sse('http://h/')).toThrow(expect.objectContaining({ name: 'ClientClosed' }));
});
