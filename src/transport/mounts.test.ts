import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { parseURL } from '../models/url.ts';
import { compareURLPatterns, matchesURLPattern, Mounts, parseURLPattern } from './mounts.ts';
import type { Transport } from './transport.ts';

function transport(): Transport {
  return {
    handle: () => Promise.reject(new Error('not to be used')),
    close: async () => {},
  };
}

describe('parseURLPattern', () => {
  test.each([
    ['all://', '', 'any', '', null],
    ['://', '', 'any', '', null],
    ['HTTP://', 'http', 'any', '', null],
    ['all://*', '', 'any', '', null],
    ['https://*:8443', 'https', 'any', '', 8443],
    ['http://Example.com', 'http', 'exact', 'example.com', null],
    ['all://*.Example.com:81/path', '', 'subdomains', 'example.com', 81],
    ['all://*example.com', '', 'host-and-subdomains', 'example.com', null],
    ['all://[0:0::1]:80', '', 'exact', '::1', 80],
    ['all://0x7f.1', '', 'exact', '127.0.0.1', null],
    ['all://bücher.de.', '', 'exact', 'xn--bcher-kva.de', null],
    ['custom+x.y-z://Host', 'custom+x.y-z', 'exact', 'host', null],
  ])('%s', (text, scheme, hostRule, host, port) => {
    expect(parseURLPattern(text)).toEqual({ text, scheme, hostRule, range: null, host, port });
  });

  test.each([
    ['http', "Instead of 'http', use 'http://'."],
    ['', 'write scheme://host:port'],
    ['http:/x', 'write scheme://host:port'],
    ['http://user@host', 'write scheme://host:port'],
    ['http://a:b', 'write scheme://host:port'],
    ['http://a:65536', '65536 is not a port'],
    ['http://[::1', 'write scheme://host:port'],
    ['http://[::g]', "'[::g]' is not a host"],
    ['http://*.', "'' is not a host"],
    ['http://a%00', 'is not a host'],
  ])('%j is refused', (text, message) => {
    expect(() => parseURLPattern(text)).toThrow(InvalidArgument);
    expect(() => parseURLPattern(text)).toThrow(message);
  });
});

test.each([
  ['all://example.com', 'http://example.com.', true],
  ['all://*example.com', 'http://xexample.com', false],
  ['all://example.com:80', 'ws://example.com', true],
  ['all://example.com:0', 'custom://example.com', true],
  ['custom://host', 'custom://HOST', true],
  ['all://[::1]', 'http://[::1]:9', true],
])('%s fits %s: %s', (pattern, url, expected) => {
  const parsed = URL.canParse(url) ? parseURL(url) : null;
  expect(parsed !== null && matchesURLPattern(parseURLPattern(pattern), parsed)).toBe(expected);
});

test('the order of patterns', () => {
  const sorted = [
    'all://a:1',
    'https://long.example.com',
    'all://example.com',
    'all://*.example.com',
    'https://*example.com',
    'all://*example.com',
    'https://',
    'http://',
    'all://',
  ];
  const patterns = sorted.toReversed().map(parseURLPattern);
  expect(patterns.toSorted(compareURLPatterns).map(({ text }) => text)).toEqual(sorted);
});

describe('ranges of addresses', () => {
  const fits = (pattern: string, url: string): boolean =>
    matchesURLPattern(parseURLPattern(pattern), parseURL(url));

  test('hold for addresses alone, of their family', () => {
    expect(parseURLPattern('all://10.0.0.0/8')).toMatchObject({ hostRule: 'range', host: '', port: null });
    expect(fits('http://10.0.0.0/8', 'http://10.1.2.3:81/')).toBe(true);
    expect(fits('http://10.0.0.0/8', 'https://10.1.2.3/')).toBe(false);
    expect(fits('all://[2001:db8::]/32', 'http://[2001:db8::7]/')).toBe(true);
    expect(fits('all://10.0.0.0/8', 'http://11.0.0.1/')).toBe(false);
    expect(() => parseURLPattern('all://10.0.0.0/33')).toThrow(InvalidArgument);
    // With a port, or anything else behind the slash, it is a path.
    expect(parseURLPattern('all://10.0.0.0:80/8').hostRule).toBe('exact');
    expect(parseURLPattern('all://10.0.0.0/x').hostRule).toBe('exact');
  });

  test('come behind hosts, the narrower ones first', () => {
    const order = ['all://10.0.0.1', 'all://10.0.0.0/24', 'all://10.0.0.0/8', 'all://'];
    const sorted = order.toReversed().map(parseURLPattern).toSorted(compareURLPatterns);
    expect(sorted.map(({ text }) => text)).toEqual(order);
  });
});

describe('Mounts', () => {
  test('none', () => {
    const mounts = new Mounts();
    expect([mounts.isEmpty, mounts.find(parseURL('http://a/')), mounts.transports.size]).toEqual([
      true,
      undefined,
      0,
    ]);
  });

  test('finds the first that fits, and null for what is left to the default', () => {
    const [one, two] = [transport(), transport()];
    const mounts = new Mounts({ 'all://': one, 'all://a': two, 'all://b': null });
    expect(mounts.isEmpty).toBe(false);
    expect(mounts.find(parseURL('http://a/'))).toBe(two);
    expect(mounts.find(parseURL('http://b/'))).toBeNull();
    expect(mounts.find(parseURL('http://c/'))).toBe(one);
  });

  test('each transport once', () => {
    const one = transport();
    expect([...new Mounts({ 'all://a': one, 'all://b': one, 'all://c': null }).transports]).toEqual([one]);
  });
});
