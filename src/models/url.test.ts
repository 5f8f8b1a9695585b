import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { InvalidURL } from '../errors/invalid-url.ts';
import { checkText, isAbsolute, MAX_URL_LENGTH, parseURL } from './url.ts';

test('parseURL takes a URL apart', () => {
  expect(parseURL('https://us%40er:p%20w@EXAMPLE.com:8443/a/../b?c=%7e#d')).toEqual({
    href: 'https://us%40er:p%20w@example.com:8443/b?c=%7e#d',
    scheme: 'https',
    hostname: 'example.com',
    port: 8443,
    host: 'example.com:8443',
    origin: 'https://example.com:8443',
    target: '/b?c=%7e',
    path: '/b',
    fragment: '#d',
    credentials: { username: 'us@er', password: 'p w' },
  });
});

test.each([
  ['http://h', 80, 'h'],
  ['https://h:443', 443, 'h'],
  ['ws://h', 80, 'h'],
  ['wss://h', 443, 'h'],
  ['ftp://h', 21, 'h'],
  ['http://h:443', 443, 'h:443'],
  ['http://[::1]:8080', 8080, '[::1]:8080'],
  ['custom://h', 0, 'h'],
  ['custom://h:9', 9, 'h:9'],
])('port and host of %s', (text, port, host) => {
  expect(parseURL(text)).toMatchObject({
    port,
    host,
    origin: `${text.slice(0, text.indexOf(':'))}://${host}`,
  });
});

test('an IPv6 address has no brackets as a host name', () => {
  expect(parseURL('http://[2001:DB8::1]/').hostname).toBe('2001:db8::1');
});

test.each([
  ['http://h', '/'],
  ['http://h?', '/?'],
  ['http://h?#', '/?'],
  ['http://h/#?', '/'],
  ['http://h/a?#f', '/a?'],
  ['http://h/a?b#f', '/a?b'],
  ['http://h/a?b?', '/a?b?'],
])('the target of %s is %s', (text, target) => {
  expect(parseURL(text).target).toBe(target);
});

test.each([
  ['http://h/', null],
  ['http://@h/', null],
  ['http://u@h/', { username: 'u', password: '' }],
  ['http://:p@h/', { username: '', password: 'p' }],
  ['http://u%zz:%ff@h/', { username: 'u%zz', password: '%ff' }],
])('the credentials of %s', (text, credentials) => {
  expect(parseURL(text).credentials).toEqual(credentials);
});

test('the same text gives the same object, and the memory of it is bounded', () => {
  expect(parseURL('http://same/')).toBe(parseURL('http://same/'));
  const long = `http://h/${'a'.repeat(600)}`;
  expect(parseURL(long)).not.toBe(parseURL(long));
  const first = parseURL('http://first/');
  for (let i = 0; i < 600; i++) parseURL(`http://h/${i}`);
  expect(parseURL('http://first/')).not.toBe(first);
});

describe('errors', () => {
  test.each([
    ['http://h:abc/', "'abc' is not a port"],
    ['http://h:65536/', "'65536' is not a port"],
    ['http://[::1]:x/', "'x' is not a port"],
    ['http://a b/', "'a b' is not a host"],
    ['http://[::1/', "'[::1' is not a host"],
    ['http://', 'it has no host'],
    ['http://?x', 'it has no host'],
    ['h/x', 'it has no scheme'],
    ['http://u:p/q@h/', 'must be percent-encoded'],
  ])('%s: %s', (text, reason) => {
    expect(() => parseURL(text)).toThrow(InvalidURL);
    expect(() => parseURL(text)).toThrow(reason);
  });

  test.each(['http://u:h1d/d3n@h/', 'http://u:h1d?d3n@h', 'http://u:h1d#d3n@h', 'http://u:h1dd3n@h:x/'])(
    'neither message nor cause show the password of %s',
    (text) => {
      let error: unknown;
      try {
        parseURL(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toHaveProperty('cause.name', 'TypeError');
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/h1d|d3n@/);
    },
  );

  test('control characters are refused with their place', () => {
    expect(() => parseURL('http://h/\n')).toThrow('Invalid control character U+000A in URL at position 9.');
    expect(() => checkText('ab\u007f', 'URL path')).toThrow('U+007F in URL path at position 2');
    expect(() => checkText('caf\u00e9 \u0085')).not.toThrow();
  });

  test('a text that is too long is refused before it is parsed', () => {
    expect(() => parseURL(`http://h/${'a'.repeat(MAX_URL_LENGTH)}`)).toThrow(
      'URL too long: 65545 characters, the limit is 65536.',
    );
  });
});

test.each([
  ['http://h', true],
  ['HTTP://h', true],
  ['a+b-c.1://h', true],
  ['1a://h', false],
  ['//h', false],
  ['://h', false],
  ['http:h', false],
  ['/http://h', false],
  ['a b://h', false],
  ['?u=http://h', false],
  ['', false],
])('isAbsolute(%j) is %s', (text, expected) => {
  expect(isAbsolute(text)).toBe(expected);
});
