import { expect, test } from 'vitest';
import { checkCount, checkNames, checkNumber } from './check-policy.ts';

test('names', () => {
  expect(() => checkNames('retry', { a: 1 }, ['a', 'b'])).not.toThrow();
  expect(() => checkNames('retry', { c: 1 }, ['a', 'b'])).toThrow(
    "'retry.c' does not exist; there are a, b.",
  );
  for (const [init, what] of [
    [null, 'null'],
    [[], 'an array'],
    ['x', 'a string'],
  ] as const) {
    expect(() => checkNames('retry', init as never, [])).toThrow(`'retry' must be an object, not ${what}`);
  }
});

test('numbers', () => {
  expect([checkCount('x', 1, 1), checkCount('x', Infinity, 1), checkNumber('x', 0.5, 0)]).toEqual([
    1,
    Infinity,
    0.5,
  ]);
  expect(() => checkCount('x', 0, 1)).toThrow("'x' must be a whole number of 1 or more, not 0.");
  expect(() => checkCount('x', 1.5, 1)).toThrow('not 1.5');
  expect(() => checkNumber('x', Number.NaN, 0)).toThrow('not NaN');
  expect(() => checkNumber('x', '1' as never, 0)).toThrow('not a string');
});
