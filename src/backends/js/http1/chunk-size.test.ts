import { expect, test } from 'vitest';
import { parseChunkSize } from './chunk-size.ts';

test.each([
  ['0\r\n', 0],
  ['a\r\n', 10],
  ['FF\r\n', 255],
  ['1fffffffffffff\r\n', Number.MAX_SAFE_INTEGER],
  ['5 \t\r\n', 5],
  ['5;name=value\r\n', 5],
  ['5 ; a="b c"\r\n', 5],
  ['5;caf\u00e9\r\n', 5],
])('%j is %d', (line, size) => {
  expect(parseChunkSize(line)).toBe(size);
});

test.each([
  '\r\n',
  '5\n',
  ' 5\r\n',
  '5 5\r\n',
  '5\x0c\r\n',
  '5\u00a0\r\n',
  '5;\x01\r\n',
  '5;a\rb\r\n',
  '0x5\r\n',
  '-5\r\n',
  '5,\r\n',
  'xyz\r\n',
  '20000000000000\r\n',
  '0000000000000005\r\n',
])('%j is malformed', (line) => {
  expect(parseChunkSize(line)).toBe(-1);
});
