import { expect, test } from 'vitest';
import { isSameOrigin } from './same-origin.ts';
import { parseURL } from './url.ts';

test.each([
  ['http://a/', 'http://a:80/', true],
  ['http://a/', 'https://a/', true],
  ['https://a/', 'http://a/', false],
  ['http://a:8080/', 'https://a:8443/', false],
  ['http://a/', 'https://b/', false],
  ['http://[::1]/', 'https://[0:0::1]/', true],
  ['ws://a/', 'wss://a/', false],
])('same origin: %s and %s: %s', (from, to, expected) => {
  expect(isSameOrigin(parseURL(from), parseURL(to))).toBe(expected);
});
