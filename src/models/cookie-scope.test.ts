import { describe, expect, it } from 'vitest';

import {
  canonicalDomain,
  defaultPath,
  domainMatches,
  isIPAddress,
  isSecureScheme,
  isSingleLabel,
  pathMatches,
  requestPath,
  withoutBrackets,
} from './cookie-scope.ts';

describe('isSecureScheme', () => {
  it('is https and wss', () => {
    expect(['https', 'wss', 'http', 'ws', 'ftp'].map(isSecureScheme)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('isIPAddress', () => {
  it.each(['127.0.0.1', '::1', '2001:db8::7f', '::ffff:1.2.3.4'])('knows %s', (host) => {
    expect(isIPAddress(host)).toBe(true);
  });

  it.each(['', 'localhost', 'a1.example', '1.example', 'xn--p1ai', 'v4.1.2.3.test'])('is not %j', (host) => {
    expect(isIPAddress(host)).toBe(false);
  });
});

describe('domainMatches', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['www.example.com', 'example.com', true],
    ['a.b.example.com', 'example.com', true],
    ['badexample.com', 'example.com', false],
    ['example.com', 'www.example.com', false],
    ['example.com.evil.test', 'example.com', false],
    ['.example.com', 'example.com', false],
    ['example.com.', 'example.com', false],
    ['1.2.3.4', '3.4', false],
    ['1.2.3.4', '1.2.3.4', true],
  ])('%s in %s: %s', (host, domain, matches) => {
    expect(domainMatches(host, domain)).toBe(matches);
  });
});

describe('isSingleLabel', () => {
  it('counts labels, a root dot not being one', () => {
    expect(['com', 'com.', 'localhost', 'a.b', 'a.b.'].map(isSingleLabel)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('pathMatches', () => {
  it.each([
    ['/foo', '/foo', true],
    ['/foo/', '/foo', true],
    ['/foo/x', '/foo', true],
    ['/foobar', '/foo', false],
    ['/foo', '/foo/', false],
    ['/foo/x', '/foo/', true],
    ['/anything', '/', true],
    ['/FOO', '/foo', false],
    ['/f%6Fo', '/foo', false],
  ])('%s below %s: %s', (path, cookiePath, matches) => {
    expect(pathMatches(path, cookiePath)).toBe(matches);
  });
});

describe('defaultPath', () => {
  it('is the directory of the path', () => {
    expect(['/', '/a', '/a/', '/a/b', '/a/b/', ''].map(defaultPath)).toEqual([
      '/',
      '/',
      '/a',
      '/a',
      '/a/b',
      '/',
    ]);
  });
});

describe('requestPath', () => {
  it('leaves out the query, and knows targets without path', () => {
    expect(['/a?b', '/a', '/?', '*', ''].map(requestPath)).toEqual(['/a', '/a', '/', '/', '/']);
  });
});

describe('withoutBrackets', () => {
  it('takes them off an IPv6 address', () => {
    expect(['[::1]', '::1', 'a.test'].map(withoutBrackets)).toEqual(['::1', '::1', 'a.test']);
  });
});

describe('canonicalDomain', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['.example.com', 'example.com'],
    ['example.com.', 'example.com.'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['127.1', '127.0.0.1'],
    ['::1', '::1'],
    ['[0:0:0:0:0:0:0:1]', '::1'],
    ['localhost', 'localhost'],
  ])('of %s is %s', (text, domain) => {
    expect(canonicalDomain(text)).toBe(domain);
  });

  it.each([
    '',
    '.',
    'a.test:80',
    '[::1]:80',
    'http://a.test',
    'a.test/',
    'a b',
    'u@a.test',
    'a\\b',
    'a\nb',
    'a?',
    'a#',
    '[x]',
    '%',
    'a;b\u0000',
  ])('refuses %j', (text) => {
    expect(canonicalDomain(text)).toBeNull();
  });
});
