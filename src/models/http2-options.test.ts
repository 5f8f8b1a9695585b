import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DEFAULT_HTTP2, type HTTP2Options, resolveHTTP2 } from './http2-options.ts';

test('off, on, and on with settings', () => {
  expect([resolveHTTP2(undefined), resolveHTTP2(false)]).toEqual([null, null]);
  expect(resolveHTTP2(true)).toBe(DEFAULT_HTTP2);
  expect(resolveHTTP2({})).toEqual(DEFAULT_HTTP2);
  const settings: HTTP2Options = { maxConcurrentStreams: 5, keepAlivePing: { intervalMs: 1000 } };
  expect(resolveHTTP2(settings)).toEqual({
    ...DEFAULT_HTTP2,
    maxConcurrentStreams: 5,
    keepAlivePing: { intervalMs: 1000, timeoutMs: 10_000 },
  });
  expect(resolveHTTP2({ keepAlivePing: null })).toEqual(DEFAULT_HTTP2);
});

test.each<[unknown, string]>([
  [null, "'http2' must be true, false or an object"],
  ['yes', "'http2' must be true, false or an object"],
  [[], "'http2' must be true, false or an object"],
  [{ window: 1 }, "'http2.window' does not exist"],
  [{ maxConcurrentStreams: 1.5 }, "'http2.maxConcurrentStreams' must be a whole number"],
  [{ maxFrameSize: 16_777_216 }, "'http2.maxFrameSize' must be a whole number from 16384 to 16777215"],
  [{ connectionWindow: 1 }, "'http2.connectionWindow' must be a whole number from 65535"],
  [{ keepAlivePing: 5 }, "'http2.keepAlivePing' must be an object"],
  [{ keepAlivePing: {} }, "'http2.keepAlivePing.intervalMs' must be milliseconds"],
  [
    { keepAlivePing: { intervalMs: 5, timeoutMs: Infinity } },
    "'http2.keepAlivePing.timeoutMs' must be milli",
  ],
])('%j is refused', (init, message) => {
  expect(() => resolveHTTP2(init as HTTP2Options)).toThrow(InvalidArgument);
  expect(() => resolveHTTP2(init as HTTP2Options)).toThrow(message);
});
