import { expect, test } from 'vitest';
import { reconnectDelay, resolveReconnect } from './reconnect-policy.ts';

test('switches', () => {
  expect([resolveReconnect(false), resolveReconnect(null)]).toEqual([null, null]);
  expect(resolveReconnect(true)).toMatchObject({
    max: Infinity,
    onEnd: true,
    statuses: [429, 502, 503, 504],
  });
  expect(resolveReconnect({ max: 2, backoff: { baseMs: 1 } })).toMatchObject({
    max: 2,
    backoff: { baseMs: 1 },
  });
  for (const bad of [
    { max: -1 },
    { onEnd: 1 },
    { statuses: 5 },
    { tries: 1 },
    { backoff: { factor: 0 } },
    'x',
  ]) {
    expect(() => resolveReconnect(bad as object)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  }
});

test('a wait is never shorter than the server asks for, nor longer than the longest', () => {
  const policy = resolveReconnect({ backoff: { baseMs: 100, maxMs: 500 } })!;
  const delays = (asked: number | null, random: number): number[] =>
    [1, 2, 3, 4].map((failures) => reconnectDelay(policy, asked, failures, () => random));
  expect(delays(null, 0)).toEqual([100, 200, 400, 500]);
  expect(delays(null, 0.5)).toEqual([150, 300, 450, 500]);
  expect(delays(1000, 0.5)).toEqual([1000, 1000, 1000, 1000]);
  const plain = resolveReconnect({ backoff: { baseMs: 100, maxMs: 500, jitter: 'none' } })!;
  expect(reconnectDelay(plain, null, 2)).toBe(200);
});
