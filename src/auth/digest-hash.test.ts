import { expect, test } from 'vitest';
import { DIGEST_ALGORITHMS } from './digest-algorithm.ts';
import { findAlgorithm, hexHash, isAvailable, startHash } from './digest-hash.ts';

test('names', () => {
  expect(findAlgorithm('MD5')).toEqual({ algorithm: 'MD5', isSession: false, rank: 4 });
  expect(findAlgorithm('sha-512-256-SESS')).toEqual({ algorithm: 'SHA-512-256', isSession: true, rank: 1 });
  for (const name of ['', 'MD4', '-sess', 'SHA-512/256', 'MD5-sess-sess'])
    expect(findAlgorithm(name)).toBeNull();
});

test.each([
  ['MD5', '900150983cd24fb0d6963f7d28e17f72'],
  ['SHA', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['SHA-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['SHA-512-256', '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23'],
] as const)('%s of abc', (algorithm, expected) => {
  expect(hexHash(algorithm, 'a', Buffer.from('bc'))).toBe(expected);
  const hash = startHash(algorithm);
  for (const piece of 'abc') hash.update(piece);
  expect(hash.hex()).toBe(expected);
});

test('text is Latin-1', () => {
  expect(hexHash('MD5', 'ü')).toBe(hexHash('MD5', Uint8Array.of(0xfc)));
});

test('what this process has', () => {
  for (const algorithm of DIGEST_ALGORITHMS) expect(isAvailable(algorithm)).toBe(true);
});
