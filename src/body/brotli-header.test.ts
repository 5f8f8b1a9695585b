import { brotliCompressSync, constants } from 'node:zlib';
import { expect, test } from 'vitest';
import { firstMetaBlockLength } from './brotli-header.ts';

test.each([10, 16, 17, 18, 22, 24])('the length stands behind a window of 2^%i', (window) => {
  for (const length of [1, 65_536, 65_537, 1_000_000]) {
    const options = {
      params: { [constants.BROTLI_PARAM_LGWIN]: window, [constants.BROTLI_PARAM_LGBLOCK]: 24 },
    };
    const told = firstMetaBlockLength(brotliCompressSync(Buffer.alloc(length, 'ab'), options));
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(length);
    expect(window < 24 || told === length).toBe(true);
  }
});

test('an empty stream has an empty meta-block, and octets that are missing count as zero', () => {
  expect(firstMetaBlockLength(brotliCompressSync(Buffer.alloc(0)))).toBe(0);
  expect(firstMetaBlockLength(new Uint8Array(0))).toBe(1);
  // Window, not last, metadata: no content.
  expect(firstMetaBlockLength(Uint8Array.of(0b0000_1100))).toBe(0);
});
