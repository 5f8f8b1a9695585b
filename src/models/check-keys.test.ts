import { expect, test } from 'vitest';
import { checkKeys } from './check-keys.ts';

test('a name that does not exist is refused, with those that do', () => {
  expect(() => checkKeys('options', { a: 1, c: undefined }, ['a', 'b'])).toThrow(
    expect.objectContaining({
      code: 'ERR_INVALID_ARGUMENT',
      message: "'options.c' does not exist; there are a, b.",
    }),
  );
  checkKeys('options', { b: 1 }, ['a', 'b']);
  checkKeys('options', {}, []);
});
