import { expect, test } from 'vitest';
import { utf8 } from './utf8.ts';

test('text becomes plain bytes in UTF-8', () => {
  const bytes = utf8('aü☃😀');
  expect(bytes.constructor).toBe(Uint8Array);
  expect([...bytes]).toEqual([0x61, 0xc3, 0xbc, 0xe2, 0x98, 0x83, 0xf0, 0x9f, 0x98, 0x80]);
});

test('a lone surrogate becomes U+FFFD', () => {
  expect([...utf8('\ud800')]).toEqual([0xef, 0xbf, 0xbd]);
});
