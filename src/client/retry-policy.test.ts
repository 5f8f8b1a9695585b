import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';
import { checkRequestBudget, resolveRetry, type RetryInit, type RetryPolicy } from './retry-policy.ts';

const budget = new RetryBudget();

function resolve(init: RetryInit | undefined, inherited: RetryPolicy | null = null): RetryPolicy | null {
  return resolveRetry(init, inherited, budget);
}

test('nothing, null and 0 send once', () => {
  for (const init of [undefined, null, 0]) expect(resolve(init)).toBeNull();
  const inherited = resolve(2);
  expect(resolve(undefined, inherited)).toBe(inherited);
  expect(resolve(null, inherited)).toBeNull();
});

test('a number is one of retries, an object one of attempts', () => {
  expect(resolve(2)).toMatchObject({ attempts: 3, connect: 0, maxRetryAfterMs: 60_000, budget });
  expect(resolve({ attempts: 2 })).toMatchObject({ attempts: 2 });
  expect(resolve({})).toMatchObject({ attempts: 3 });
  expect(resolve({ backoff: { baseMs: 1 } })).toMatchObject({
    attempts: 3,
    backoff: { baseMs: 1, factor: 2 },
  });
});

test('connect alone does not switch the rest on, nor off', () => {
  expect(resolve({ connect: 2 })).toMatchObject({ attempts: 1, connect: 2 });
  expect(resolve({ connect: 2, attempts: undefined })).toMatchObject({ attempts: 1, connect: 2 });
  expect(resolve({ connect: 2, methods: ['get'] })).toMatchObject({ attempts: 3, methods: ['GET'] });
  expect(resolve({ connect: 2 }, resolve(4))).toMatchObject({ attempts: 5, connect: 2 });
  expect(resolve(1, resolve({ connect: 2 }))).toMatchObject({ attempts: 2, connect: 2 });
  expect(resolve({ statuses: [503] }, resolve({ connect: 2 }))).toMatchObject({ attempts: 3, connect: 2 });
});

test('budgets', () => {
  const own = new RetryBudget({ reserve: 1 });
  expect(resolve({ budget: own })?.budget).toBe(own);
  expect(resolve({ budget: null })?.budget).toBeNull();
  expect(resolve({ budget: { reserve: 7 } })?.budget?.available).toBe(7);
  expect(resolve({ attempts: 2 }, resolve({ budget: own }))?.budget).toBe(own);
  for (const init of [undefined, null, 3, {}, { budget: null }, { budget: own }] as const) {
    expect(() => checkRequestBudget(init)).not.toThrow();
  }
  expect(() => checkRequestBudget({ budget: {} })).toThrow('must be a RetryBudget');
});
