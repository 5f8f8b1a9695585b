import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DigestAuth, digestAuth } from './digest-auth.ts';

test('makes an auth', () => {
  expect(digestAuth('user', 'pass', { qop: 'auth-int' })).toBeInstanceOf(DigestAuth);
  expect(digestAuth(Buffer.from('user'), Uint8Array.of(0xff))).toBeInstanceOf(DigestAuth);
});

test.each([
  [['user'], 'The password for Digest authentication must be a string or octets, not undefined.'],
  [[1, 'x'], 'The user name for Digest authentication must be a string or octets, not a number.'],
  [['a\r', 'x'], 'control characters'],
  [['u', 'p', { algorithm: 'MD5' }], "'options.algorithm' does not exist"],
  [
    ['u', 'p', { algorithms: ['SHA3'] }],
    'must name some of SHA-512, SHA-512-256, SHA-256, SHA, MD5, not "SHA3"',
  ],
  [['u', 'p', { algorithms: [] }], 'at least one'],
  [['u', 'p', { qop: 'x' }], "must be 'auth' or 'auth-int'"],
  [['u', 'p', { preemptive: null }], "'options.preemptive' must be true or false, not null"],
])('%j is refused', (given, message) => {
  const make = (): unknown => new DigestAuth(...(given as ConstructorParameters<typeof DigestAuth>));
  expect(make).toThrow(InvalidArgument);
  expect(make).toThrow(message);
});

test('secrets cannot be seen', () => {
  expect(inspect(new DigestAuth('someone', 'hidden'), { depth: 9, showHidden: true })).not.toMatch(
    /someone|hidden/,
  );
});
