import { expect, test } from 'vitest';
import { parseContentRange } from './content-range.ts';

test.each([
  ['bytes 0-9/10', { start: 0, end: 9, total: 10 }],
  ['Bytes 5-5/*', { start: 5, end: 5, total: null }],
  [' bytes 1-2/3 ', { start: 1, end: 2, total: 3 }],
  ['bytes */10', null],
  ['bytes 9-0/10', null],
  ['bytes 0-10/10', null],
  ['items 0-9/10', null],
  ['bytes 0-9', null],
  ['bytes=0-9/10', null],
  ['bytes 0-99999999999999999/*', null],
  ['', null],
])('%j', (field, expected) => {
  expect(parseContentRange(field)).toEqual(expected);
});
