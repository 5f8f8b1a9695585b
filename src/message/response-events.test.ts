import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { EventStreamError } from '../errors/event-stream-error.ts';
import { Request } from './request.ts';
import { StreamResponse } from './stream-response.ts';

const headers = { 'Content-Type': 'text/event-stream' };

test('events of a streamed response, taken one by one', async () => {
  const body = ['id: 1\ndata: a\n\nid: 2\ndata: b\n\n', 'retry: 5\nid: 3\nda', 'ta: c\n\n'];
  const events = new StreamResponse(200, { headers, body }).events();
  const seen: unknown[] = [];
  for await (const { data } of events) seen.push([data, events.lastEventId, events.retry]);
  // The id is that of the event which was taken, not of the last one that has arrived.
  expect(seen).toEqual([
    ['a', '1', null],
    ['b', '2', null],
    ['c', '3', 5],
  ]);
  expect(inspect(events)).toBe("EventStream { lastEventId: '3', retry: 5 }");
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('leaving, closing and disposing of it cancels the response', async () => {
  const ways: ((events: ReturnType<StreamResponse['events']>) => Promise<unknown>)[] = [
    (events) => events.close(),
    (events) => events[Symbol.asyncDispose](),
    async (events) => {
      for await (const event of events) if (event.data === 'a') break;
    },
  ];
  for (const leave of ways) {
    const response = new StreamResponse(200, { headers, body: ['data: a\n\n', 'data: b\n\n'] });
    const events = response.events();
    expect(events.response).toBe(response);
    await leave(events);
    expect(response.isClosed).toBe(true);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  }
});

test('another type is refused before anything is read; a fault names the request', async () => {
  const request = new Request('GET', 'http://h/?token=x');
  const response = new StreamResponse(200, { request, body: 'data: a\n\n' });
  expect(() => response.events()).toThrow(EventStreamError);
  expect(() => response.events()).toThrow(
    'GET http://h/?token=[secure]: the response is no stream of events: there is no',
  );
  expect((await response.events({ anyContentType: true }).next()).value).toMatchObject({ data: 'a' });
  const long = new StreamResponse(200, { headers, request, body: `data: ${'x'.repeat(100)}\n\n` });
  await expect(long.events({ maxLineBytes: 50 }).next()).rejects.toMatchObject({
    name: 'EventStreamError',
    code: 'ERR_CONTENT_LIMIT',
    request,
  });
  expect(long.isClosed).toBe(true);
  const bad = new StreamResponse(200, { headers, request, body: 'data: {\n\n' });
  const { value } = await bad.events().next();
  expect(() => value!.json()).toThrow(expect.objectContaining({ name: 'DecodingError', request }));
});

test('options that do not exist or do not fit', () => {
  const response = new StreamResponse(200, { headers });
  for (const options of [
    { max: 1 },
    { onComment: 1 },
    { anyContentType: 'yes' },
    { maxLineBytes: -1 },
    null,
  ]) {
    expect(() => response.events(options as object)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  }
});
