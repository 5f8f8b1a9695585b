import { expect, test } from 'vitest';
import { DIGEST_ALGORITHMS } from './digest-algorithm.ts';
import { chooseDigestChallenge, type DigestPolicy } from './digest-challenge.ts';

const POLICY: DigestPolicy = { algorithms: DIGEST_ALGORITHMS, preferredQop: 'auth' };

test('everything that a challenge can say', () => {
  const line =
    'Digest realm="a", domain="/a  http://b.test/c", nonce="n", opaque="o", stale=TRUE, algorithm=sha-256-SESS, ' +
    'qop="auth-int,auth", charset=utf-8, userhash=True, other=x';
  expect(chooseDigestChallenge([line], POLICY)).toEqual({
    realm: 'a',
    nonce: 'n',
    opaque: 'o',
    algorithm: 'SHA-256',
    isSession: true,
    algorithmName: 'sha-256-SESS',
    qop: 'auth',
    isStale: true,
    hashesUser: true,
    isUTF8: true,
    domain: ['/a', 'http://b.test/c'],
  });
});

test('what it leaves out', () => {
  expect(chooseDigestChallenge(['Digest realm="a", nonce="n"'], POLICY)).toEqual({
    realm: 'a',
    nonce: 'n',
    opaque: null,
    algorithm: 'MD5',
    isSession: false,
    algorithmName: 'MD5',
    qop: null,
    isStale: false,
    hashesUser: false,
    isUTF8: false,
    domain: [],
  });
});

test.each([
  [[], null],
  [['Basic realm="a"'], null],
  [['Digest realm="a", nonce="n", algorithm=x'], null],
  [['Digest realm="a"'], { fault: "malformed Digest challenge: there is no 'nonce'" }],
  [
    ['Digest realm="a", algorithm=x', 'Basic realm="b"'],
    { fault: "malformed Digest challenge: there is no 'nonce'" },
  ],
  [['Digest realm="a", nonce="n", qop="x"'], { fault: 'unexpected qop value "x" in a Digest challenge' }],
])('%j cannot be answered', (lines, expected) => {
  expect(chooseDigestChallenge(lines, POLICY)).toEqual(expected);
});

test('policy', () => {
  const line = 'Digest realm="a", nonce="n", qop="auth, auth-int"';
  expect(chooseDigestChallenge([line], { ...POLICY, preferredQop: 'auth-int' })).toMatchObject({
    qop: 'auth-int',
  });
  expect(chooseDigestChallenge([line], { ...POLICY, algorithms: ['SHA-256'] })).toBeNull();
});
