import { expect, test } from 'vitest';
import { formatDuration, formatSize } from './format-size.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [1549, '1.5 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [5e12, '5.0 TB'],
  [5e18, '5000.0 PB'],
])('%i octets are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [0.4, '0 ms'],
  [350.2, '350 ms'],
  [4200, '4.2 s'],
  [59_949, '59.9 s'],
  [59_950, '1:00'],
  [187_000, '3:07'],
  [3_723_000, '1:02:03'],
])('%d ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
