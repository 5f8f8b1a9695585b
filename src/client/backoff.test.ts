import { expect, test } from 'vitest';
import { backoffDelay, DEFAULT_BACKOFF, resolveBackoff } from './backoff.ts';

const PLAIN = { baseMs: 100, factor: 3, maxMs: 1000, jitter: 'none' } as const;

test('waits grow up to the longest', () => {
  expect([1, 2, 3, 4, 5000].map((failures) => backoffDelay(PLAIN, failures))).toEqual([
    100, 300, 900, 1000, 1000,
  ]);
  expect(backoffDelay({ ...PLAIN, baseMs: 0 }, 5000)).toBe(0);
  expect(backoffDelay({ ...PLAIN, maxMs: Infinity }, 5000)).toBe(0x7fffffff);
});

test('with full jitter a wait is a part of that', () => {
  const backoff = { ...PLAIN, jitter: 'full' } as const;
  expect([0, 0.5, 0.999].map((random) => backoffDelay(backoff, 2, () => random))).toEqual([0, 150, 300]);
});

test('what is left out is inherited', () => {
  expect(resolveBackoff('b', {}, DEFAULT_BACKOFF)).toEqual(DEFAULT_BACKOFF);
  expect(resolveBackoff('b', { baseMs: 60_000 }, DEFAULT_BACKOFF)).toMatchObject({
    baseMs: 60_000,
    maxMs: 60_000,
  });
  expect(() => resolveBackoff('retry.backoff', { base: 1 } as object, DEFAULT_BACKOFF)).toThrow(
    "'retry.backoff.base' does not exist; there are baseMs, maxMs, factor, jitter.",
  );
  expect(() => resolveBackoff('b', 5 as never, DEFAULT_BACKOFF)).toThrow(
    "'b' must be an object, not a number.",
  );
});
