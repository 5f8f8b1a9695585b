import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { GzipHeader } from './gzip-header.ts';

const FIXED = [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 0, 255];

function header(flags: number, ...parts: number[]): number[] {
  return FIXED.with(3, flags).concat(parts);
}

function withCRC(octets: number[], error = 0): number[] {
  const crc = crc32(Uint8Array.from(octets)) ^ error;
  return [...octets, crc & 0xff, (crc >> 8) & 0xff];
}

const NAME = [...Buffer.from('name.txt'), 0];
const COMMENT = [...Buffer.from('a comment'), 0];

test.each([
  ['fixed part alone', FIXED],
  ['text flag', header(1)],
  ['name', header(8, ...NAME)],
  ['comment', header(16, ...COMMENT)],
  ['extra', header(4, 3, 0, 7, 0, 9)],
  ['empty extra', header(4, 0, 0)],
  ['long extra', header(4, 0, 1, ...Array.from({ length: 256 }, () => 5))],
  ['checksum', withCRC(header(2))],
  ['everything', withCRC(header(31, 2, 0, 0, 1, ...NAME, ...COMMENT))],
])('%s: the end is found, whole and byte by byte', (_, octets) => {
  const bytes = Uint8Array.from([...octets, 0x1f, 0x8b]);
  const whole = new GzipHeader();
  expect(whole.read(bytes, 0)).toBe(octets.length);
  expect(whole.isDone).toBe(true);

  const single = new GzipHeader();
  for (let at = 0; at < octets.length; at++) {
    expect(single.isDone).toBe(false);
    expect(single.read(bytes.subarray(at, at + 1), 0)).toBe(1);
  }
  expect(single.isDone).toBe(true);
  expect(single.read(bytes, octets.length)).toBe(octets.length);
});

test.each([
  ['incorrect header check', [0x1f, 0x8c]],
  ['incorrect header check', [0x50]],
  ['unknown compression method', [0x1f, 0x8b, 7]],
  ['unknown header flags set', [0x1f, 0x8b, 8, 0x20]],
  ['header crc mismatch', withCRC(header(2), 1)],
  ['header crc mismatch', withCRC(header(10, ...NAME), 0x100)],
])('%s', (message, octets) => {
  expect(() => new GzipHeader().read(Uint8Array.from(octets), 0)).toThrow(message);
});
