import { expect, test } from 'vitest';
import { TurnBudget } from './turn-budget.ts';

test('much work lets the event loop take a turn, little does not', async () => {
  const budget = new TurnBudget();
  let turns = 0;
  setImmediate(() => turns++);
  await budget.spend(1000);
  expect(turns).toBe(0);
  await budget.spend(1_000_000);
  expect(turns).toBe(1);
  setImmediate(() => turns++);
  await budget.spend(1000);
  expect(turns).toBe(1);
});

test('many calls without octets are work', async () => {
  const budget = new TurnBudget();
  let turns = 0;
  setImmediate(() => turns++);
  // oxlint-disable-next-line no-await-in-loop -- one after another is what is tested
  for (let call = 0; call < 1000; call++) await budget.spend(0);
  expect(turns).toBe(1);
});
