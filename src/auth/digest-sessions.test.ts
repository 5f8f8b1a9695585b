import { expect, test } from 'vitest';
import { parseURL } from '../models/url.ts';
import { DIGEST_ALGORITHMS } from './digest-algorithm.ts';
import { chooseDigestChallenge, type DigestChallenge } from './digest-challenge.ts';
import { DigestSession } from './digest-session.ts';
import { DigestSessions } from './digest-sessions.ts';

const USER = { username: Buffer.from('u'), password: Buffer.from('p') };
const A = parseURL('http://u:p@a.test/x');

function session(realm: string, domain = ''): DigestSession {
  const line = `Digest realm="${realm}", nonce="n", domain="${domain}"`;
  const policy = { algorithms: DIGEST_ALGORITHMS, preferredQop: 'auth' } as const;
  return new DigestSession(chooseDigestChallenge([line], policy) as DigestChallenge, USER, () => 'c');
}

test('one session for a realm, the latest first', () => {
  const sessions = new DigestSessions();
  const [first, second, third] = [session('r'), session('s'), session('r')];
  expect(sessions.find('a', A)).toBeNull();
  sessions.keep('a', first, A);
  expect(sessions.find('a', A)).toBe(first);
  expect(sessions.find('b', A)).toBeNull();
  sessions.keep('a', second, A);
  expect(sessions.find('a', A)).toBe(second);
  sessions.keep('a', third, A);
  expect(sessions.find('a', A)).toBe(third);
  expect(sessions.ofRealm('a', 's')).toBe(second);
  sessions.forget('a', third);
  expect(sessions.ofRealm('a', 'r')).toBeNull();
  expect(sessions.find('a', A)).toBe(second);
  sessions.forget('a', second);
  expect(sessions.find('a', A)).toBeNull();
});

test.each([
  ['', '/x', true],
  ['/x', '/x/y', true],
  ['/x', '/y', false],
  ['x/', '/x/y', true],
  ['http://a.test/y', '/y?z', true],
  ['http://b.test/', '/x', true],
  ['http://b.test/ /y', '/x', false],
  ['http://[', '/x', true],
])('domain %j covers %s: %s', (domain, target, expected) => {
  const sessions = new DigestSessions();
  sessions.keep('a', session('r', domain), A);
  expect(sessions.find('a', parseURL(`http://a.test${target}`)) !== null).toBe(expected);
});

test('the longest prefix wins', () => {
  const sessions = new DigestSessions();
  const [inner, outer] = [session('inner', '/x/y'), session('outer', '/ /x')];
  sessions.keep('a', inner, A);
  sessions.keep('a', outer, A);
  expect(sessions.find('a', parseURL('http://a.test/x/y/z'))).toBe(inner);
  expect(sessions.find('a', parseURL('http://a.test/x/z'))).toBe(outer);
});

test('memory has a bound', () => {
  const sessions = new DigestSessions();
  for (let i = 0; i < 300; i++) sessions.keep(`space ${i}`, session('r'), A);
  expect(sessions.find('space 0', A)).toBeNull();
  expect(sessions.find('space 299', A)).not.toBeNull();
  for (let i = 0; i < 20; i++) sessions.keep('a', session(`r${i}`), A);
  expect(sessions.ofRealm('a', 'r0')).toBeNull();
  expect(sessions.ofRealm('a', 'r19')).not.toBeNull();
});
