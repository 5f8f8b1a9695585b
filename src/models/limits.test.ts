import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DEFAULT_LIMITS, type LimitsInit, resolveLimits } from './limits.ts';

test('defaults', () => {
  expect(resolveLimits(undefined)).toEqual({
    maxConnections: 100,
    maxPerOrigin: Infinity,
    maxKeepAlive: 20,
    keepAliveMs: 5000,
    maxWaiters: Infinity,
  });
});

test.each([
  [{}, {}],
  [
    { maxConnections: 1, maxKeepAlive: 0 },
    { maxConnections: 1, maxKeepAlive: 0 },
  ],
  [{ maxConnections: null }, { maxConnections: Infinity }],
  [{ maxWaiters: Infinity, keepAliveMs: 0.5 }, { keepAliveMs: 0.5 }],
  [{ keepAliveMs: undefined }, {}],
])('%j', (init, changes) => {
  const limits = resolveLimits(init as LimitsInit);
  expect(limits).toEqual({ ...DEFAULT_LIMITS, ...changes });
  expect(Object.isFrozen(limits)).toBe(true);
});

test('stand on top of others', () => {
  const inherited = resolveLimits({ maxConnections: 3, keepAliveMs: 1 });
  expect(resolveLimits({ keepAliveMs: 2 }, inherited)).toMatchObject({ maxConnections: 3, keepAliveMs: 2 });
});

test.each([
  [{ maxConnections: 0 }, "'limits.maxConnections'"],
  [{ maxConnections: 1.5 }, "'limits.maxConnections'"],
  [{ maxPerOrigin: -1 }, "'limits.maxPerOrigin'"],
  [{ maxKeepAlive: '5' }, "'limits.maxKeepAlive'"],
  [{ keepAliveMs: Number.NaN }, "'limits.keepAliveMs'"],
  [{ maxConnection: 1 }, "'limits.maxConnection'"],
  [{ toString: 1 }, "'limits.toString'"],
  [null, "'limits'"],
  [5, "'limits'"],
])('refuses %j, naming %s', (init, name) => {
  expect(() => resolveLimits(init as never)).toThrow(InvalidArgument);
  expect(() => resolveLimits(init as never)).toThrow(name);
});
