import { expect, test } from 'vitest';
import { CookieJar } from '../../../src/index.ts';
import { dumpCookies, loadCookies, parseCookieFile, sortCookies } from './netscape-cookies.ts';

const FILE = [
  '# Netscape HTTP Cookie File',
  '#HttpOnly_.Foo.com\tTRUE\t/we/\tFALSE\t4102444800\tone\tyes',
  'foo.com\tFALSE\t/\tTRUE\t0\ttwo\t',
  'com\tTRUE\t/\tFALSE\t0\tpublic\tno',
  'six\tFALSE\t/\tFALSE\t0\tfields',
  '',
].join('\n');

test('a cookie file survives the way through a jar, without what the jar refuses', () => {
  const lines = parseCookieFile(FILE);
  expect(lines.map(({ name }) => name)).toEqual(['one', 'two', 'public']);
  const jar = new CookieJar();
  loadCookies(jar, lines);
  expect(dumpCookies(jar)).toEqual(sortCookies(lines.slice(0, 2)));
  expect(dumpCookies(jar)[1]).toEqual({
    domain: 'foo.com',
    hostOnly: false,
    path: '/we/',
    secure: false,
    httpOnly: true,
    expires: 4_102_444_800,
    name: 'one',
    value: 'yes',
  });
});
