import { describe, expect, test } from 'vitest';
import { InvalidURL } from '../errors/invalid-url.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { keyOf, mergeParams, parseBaseURL, resolveURL, withQuery } from './base-url.ts';
import { QueryParams } from './query-params.ts';

describe('parseBaseURL', () => {
  test.each([
    ['http://h', 'http://h/', 'http://h/', ''],
    ['http://h/a', 'http://h/a/', 'http://h/a/', ''],
    ['http://h/a/', 'http://h/a/', 'http://h/a/', ''],
    ['http://h/a?b=1', 'http://h/a/?b=1', 'http://h/a/', 'b=1'],
    ['http://h?b', 'http://h/?b', 'http://h/', 'b'],
    ['http://h/a?', 'http://h/a/', 'http://h/a/', ''],
    ['http://h/a#f', 'http://h/a/', 'http://h/a/', ''],
    ['http://u:p@h:8/a?b#f', 'http://u:p@h:8/a/?b', 'http://u:p@h:8/a/', 'b'],
  ])('%s', (text, href, prefix, query) => {
    expect(parseBaseURL(text)).toMatchObject({ parsed: { href }, prefix, query });
  });

  test.each(['/a', 'h/a', 'mailto:x', 'file:///a', ''])('refuses %j', (text) => {
    expect(() => parseBaseURL(text)).toThrow(InvalidURL);
  });
});

describe('resolveURL', () => {
  const base = parseBaseURL('https://u:p@h/api?t=1');
  test.each([
    ['users', 'https://u:p@h/api/users?t=1'],
    ['/users', 'https://u:p@h/api/users?t=1'],
    ['../users?x#f', 'https://u:p@h/users?t=1&x#f'],
    ['', 'https://u:p@h/api/?t=1'],
    ['#f', 'https://u:p@h/api/?t=1#f'],
    ['a?b?c', 'https://u:p@h/api/a?t=1&b?c'],
    ['a#b?c', 'https://u:p@h/api/a?t=1#b?c'],
    ['//o/x', 'https://o/x'],
    ['http://o/x', 'http://o/x'],
    [' http://o/x ', 'http://o/x'],
    [' x ', 'https://u:p@h/api/x?t=1'],
  ])('%j', (text, href) => {
    expect(resolveURL(text, base).href).toBe(href);
  });

  test('without a base only a URL with a scheme will do', () => {
    expect(resolveURL('http:h/x', null).href).toBe('http://h/x');
    for (const text of ['/x', 'x', '//h/x', '']) {
      expect(() => resolveURL(text, null)).toThrow(UnsupportedProtocol);
    }
    expect(() => resolveURL('//u:hidden@h/', null)).not.toThrow('hidden');
  });

  test('params go between query and fragment', () => {
    const params = new QueryParams({ x: 'a b', y: 2 });
    expect(resolveURL('http://h/a?x=1&%7e#f', null, params).href).toBe('http://h/a?%7e&x=a+b&y=2#f');
    expect(resolveURL('http://h/a#f?x', null, params).href).toBe('http://h/a?x=a+b&y=2#f?x');
    expect(resolveURL('x?x=3', base, params).href).toBe('https://u:p@h/api/x?t=1&x=a+b&y=2');
  });

  test('many spaces cost no more than one look at each', () => {
    const text = ` ${' '.repeat(60_000)}x${' '.repeat(5000)}y`;
    expect(resolveURL(text, base).path).toMatch(/^\/api\/x.*y$/);
  });
});

test.each([
  ['', 'a=1', 'a=1'],
  ['a=1&b=2', '', 'a=1&b=2'],
  ['a=1&b=%7e&a=3', 'a=9', 'b=%7e&a=9'],
  ['%61=1&+=2', 'a=9', '+=2&a=9'],
  ['?a=1', 'a=9', '?a=1&a=9'],
  ['a&b', 'a=1', 'b&a=1'],
  ['a=1&&b', 'c=1', 'a=1&&b&c=1'],
])('mergeParams(%j, %j)', (query, params, merged) => {
  expect(mergeParams(query, new QueryParams(params))).toBe(merged);
});

test.each([
  ['a=b=c', 'a'],
  ['a', 'a'],
  ['a+b=', 'a b'],
  ['%3F=1', '?'],
  ['?=1', '?'],
  ['=1', ''],
  ['', ''],
])('keyOf(%j) is %j', (pair, key) => {
  expect(keyOf(pair)).toBe(key);
});

test.each([
  ['http://h/a?b#c', 'x', 'http://h/a?x#c'],
  ['http://h/a#c?d', 'x', 'http://h/a?x#c?d'],
  ['http://h/a?b#c', '', 'http://h/a?#c'],
  ['http://h/a?b#c', null, 'http://h/a#c'],
])('withQuery(%j, %j)', (href, query, expected) => {
  expect(withQuery(href, query)).toBe(expected);
});
