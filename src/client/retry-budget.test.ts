import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

test('requests earn parts of retries, up to the reserve', () => {
  const budget = new RetryBudget({ ratio: 0.1, reserve: 1 });
  expect([budget.spend(), budget.spend(), budget.available]).toEqual([true, false, 0]);
  for (let i = 0; i < 9; i++) budget.earn();
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect(budget.spend()).toBe(true);
  for (let i = 0; i < 100; i++) budget.earn();
  expect([budget.available, inspect(budget)]).toEqual([1, 'RetryBudget { available: 1 }']);
});

test('a reserve of 0 leaves what requests earn', () => {
  const budget = new RetryBudget({ ratio: 2, reserve: 0 });
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  expect(new RetryBudget().available).toBe(100);
});

test.each([{ rate: 1 }, { ratio: -1 }, { reserve: Number.NaN }, null])('%j is refused', (init) => {
  expect(() => new RetryBudget(init as object)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
  );
});
