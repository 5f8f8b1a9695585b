import { expect, test } from 'vitest';
import { repeatedField } from './single-fields.ts';

test('fields that may stand in a request only once', () => {
  expect(repeatedField([':path', '/', 'x-a', '1', 'x-a', '2', 'range', '3'])).toBeNull();
  expect(repeatedField(['range', '1', 'x-a', '1', 'range', '1'])).toBe('range');
});
