import { expect, test } from 'vitest';
import { DEFAULT_TIMEOUT } from '../models/timeout.ts';
import { eventStreamFields, resolveSSE, type SSEOptions } from './sse-options.ts';

function resolve(options: SSEOptions): ReturnType<typeof resolveSSE> {
  return resolveSSE(options, DEFAULT_TIMEOUT);
}

test('GET is opened again, what has a body is a POST and is not', () => {
  expect(resolve({})).toMatchObject({ method: 'GET', lastEventId: '', reconnect: { onEnd: true } });
  expect(resolve({ json: {} })).toMatchObject({ method: 'POST', reconnect: null, request: { json: {} } });
  expect(resolve({ method: 'QUERY' })).toMatchObject({ method: 'QUERY', reconnect: null });
  expect(resolve({ json: {}, reconnect: true })).toMatchObject({ reconnect: { onEnd: true } });
  expect(resolve({ reconnect: false })).toMatchObject({ reconnect: null });
});

test('options of the stream do not go to the request', () => {
  const onComment = (): void => {};
  const { request, stream } = resolve({ onComment, maxLineBytes: 5, params: { a: 1 } });
  expect(stream).toEqual({ maxLineBytes: 5, maxEventBytes: 16_777_216, anyContentType: false, onComment });
  expect(Object.keys(request).toSorted()).toEqual(['params', 'timeout']);
});

test('pauses between events are not limited unless that is said for this stream', () => {
  expect(resolve({}).request.timeout).toEqual({ firstByte: 5000, read: null });
  expect(resolve({ timeout: { read: 9 } }).request.timeout).toEqual({ firstByte: 5000, read: 9 });
  expect(resolve({ timeout: { total: 9 } }).request.timeout).toEqual({
    firstByte: 5000,
    read: null,
    total: 9,
  });
  expect(resolve({ timeout: 7 }).request.timeout).toBe(7);
  expect(resolve({ timeout: null }).request.timeout).toBeNull();
  expect(resolveSSE({}, { ...DEFAULT_TIMEOUT, firstByte: 3 }).request.timeout).toEqual({
    firstByte: 3,
    read: null,
  });
});

test('fields', () => {
  const id = Buffer.from('1');
  expect(eventStreamFields(undefined, '')).toEqual([
    ['Accept', 'text/event-stream'],
    ['Cache-Control', 'no-cache'],
  ]);
  expect(eventStreamFields({ ACCEPT: 'x', 'last-event-id': 'own', 'X-A': null }, '1')).toEqual([
    ['Cache-Control', 'no-cache'],
    ['ACCEPT', 'x'],
    ['X-A', null],
    ['Last-Event-ID', id],
  ]);
});

test.each([{ lastEventId: 5 }, { reconnect: 5 }, { anyContentType: 1 }, null, 5])(
  '%j is refused',
  (options) => {
    expect(() => resolve(options as object)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  },
);
