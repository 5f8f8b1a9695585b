import { expect, test } from 'vitest';
import { findJSONFault } from '../body/json-syntax.ts';
import { validateJSON } from './json-scanner.ts';

test.each([
  'null',
  ' [ ] ',
  '{}',
  '{"a":[1,-0.5e+3,{"b":"\\u00e9\\n€"}]}',
  '"\\ud800"',
  '[[[[]]]]',
  '\t0\r\n',
])('%j is JSON', (text) => {
  expect(validateJSON(Buffer.from(text))).toBe(-1);
});

test.each([
  ['', 0],
  [' ', 1],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ['[}', 1],
  ['[1}', 2],
  ['01', 1],
  ['-', 1],
  ['1.', 2],
  ['1e', 2],
  ['tru', 0],
  ['"a', 2],
  ['"\\x"', 1],
  ['"\\u12g4"', 1],
  ['"a\nb"', 2],
  ['\ufeff1', 0],
  ['[1] x', 4],
  ['[1]]', 3],
])('%j is none from octet %i on', (text, offset) => {
  expect(validateJSON(Buffer.from(text))).toBe(offset);
});

test('the first fault counts, be it of JSON or of UTF-8', () => {
  expect(validateJSON(Buffer.from('["\xe9", x]', 'latin1'))).toBe(2);
  expect(validateJSON(Buffer.from('[x, "\xe9"]', 'latin1'))).toBe(1);
  expect(validateJSON(Buffer.from('"é\xff"', 'latin1'))).toBe(1);
  expect(validateJSON(Uint8Array.of(0x22, 0xc3))).toBe(1);
});

test('depth is no limit', () => {
  const depth = 200_000;
  expect(validateJSON(Buffer.from('['.repeat(depth) + ']'.repeat(depth)))).toBe(-1);
  expect(validateJSON(Buffer.from('['.repeat(depth)))).toBe(depth);
});

test.each(['{"a":[tru', '[1,2', '{"a":"b\\q"}', '{"a":1 "b":2}', '[-]', '[0123]', '{"a":nul}', '["\u0001"]'])(
  '%j is wrong where the message of a parse error says',
  (text) => {
    expect(validateJSON(Buffer.from(text))).toBe(findJSONFault(text)!.offset);
  },
);
