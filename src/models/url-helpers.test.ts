import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InvalidURL } from '../errors/invalid-url.ts';
import {
  joinURL,
  redactURL,
  unicodeHost,
  withAuth,
  withoutParams,
  withParams,
  withParts,
  withPath,
  withQuery,
} from './url-helpers.ts';

const base = 'http://u:p@h:8/a%7e?b=%7e#c';

describe('withParts', () => {
  test.each([
    [{}, base],
    [{ scheme: 'HTTPS' }, 'https://u:p@h:8/a%7e?b=%7e#c'],
    [{ scheme: 'custom' }, 'custom://u:p@h:8/a%7e?b=%7e#c'],
    [{ host: 'O' }, 'http://u:p@o:8/a%7e?b=%7e#c'],
    [{ host: '::1' }, 'http://u:p@[::1]:8/a%7e?b=%7e#c'],
    [{ host: 'b\u00fccher' }, 'http://u:p@xn--bcher-kva:8/a%7e?b=%7e#c'],
    [{ port: 80 }, 'http://u:p@h/a%7e?b=%7e#c'],
    [{ port: 0 }, 'http://u:p@h:0/a%7e?b=%7e#c'],
    [{ port: null }, 'http://u:p@h/a%7e?b=%7e#c'],
    [{ path: 'x' }, 'http://u:p@h:8/x?b=%7e#c'],
    [{ path: '//x?y#z' }, 'http://u:p@h:8//x%3Fy%23z?b=%7e#c'],
    [{ query: 'x=%zz#' }, 'http://u:p@h:8/a%7e?x=%zz%23#c'],
    [{ query: '' }, 'http://u:p@h:8/a%7e?#c'],
    [{ query: null }, 'http://u:p@h:8/a%7e#c'],
    [{ params: { x: [1, 'a b'] } }, 'http://u:p@h:8/a%7e?x=1&x=a+b#c'],
    [{ params: [] }, 'http://u:p@h:8/a%7e#c'],
    [{ fragment: '' }, 'http://u:p@h:8/a%7e?b=%7e'],
    [{ username: 'x' }, 'http://x@h:8/a%7e?b=%7e#c'],
    [{ password: 'x' }, 'http://u:x@h:8/a%7e?b=%7e#c'],
    [{ username: null, password: null }, 'http://h:8/a%7e?b=%7e#c'],
    [{ scheme: 'https', host: 'o', port: null, path: '/', query: null, fragment: null }, 'https://u:p@o/'],
  ])('%j', (parts, href) => {
    expect(withParts(base, parts).href).toBe(href);
    expect(withParts(new URL(base), parts).href).toBe(href);
  });

  test.each([
    [{ scheme: 'http:' }],
    [{ scheme: '' }],
    [{ host: 'a/b' }],
    [{ host: 'a:1' }],
    [{ host: 'u@a' }],
    [{ host: '' }],
    [{ host: '[::1]:1' }],
    [{ port: 65_536 }],
    [{ port: -1 }],
    [{ port: '80' as never }],
    [{ path: 'a\tb' }],
    [{ query: 'a\n' }],
    [{ fragment: '\0' }],
    [{ username: '\r' }],
    [{ password: '\u007f' }],
    [{ path: 'a'.repeat(65_536) }],
  ])('refuses %j', (parts) => {
    expect(() => withParts(base, parts)).toThrow(InvalidURL);
  });

  test('refuses parts that a URL cannot have', () => {
    for (const parts of [{ host: 'h' }, { port: 1 }, { path: '/x' }, { username: 'u' }, { password: 'p' }]) {
      expect(() => withParts('mailto:x', parts)).toThrow(InvalidURL);
    }
    expect(() => withParts('file:///x', { port: 1 })).toThrow(InvalidURL);
    expect(() => withParts('mailto:h', { scheme: 'http' })).toThrow(InvalidURL);
    expect(withParts('mailto:x', { query: 'a', port: null, username: null }).href).toBe('mailto:x?a');
  });

  test.each([
    [{ hostname: 'x' }],
    [{ path: 5 }],
    [{ host: null }],
    [null],
    ['x'],
    [{ query: 'a', params: {} }],
  ])('refuses the argument %j', (parts) => {
    expect(() => withParts(base, parts as never)).toThrow(InvalidArgument);
  });
});

test('withPath, withAuth, withQuery', () => {
  expect(withPath(base, '/x y').pathname).toBe('/x%20y');
  expect(withAuth(base, 'x', 'y:').href).toContain('//x:y%3A@');
  expect(withAuth(base, 'x').password).toBe('');
  expect(withQuery(base, { x: 1 }).search).toBe('?x=1');
  expect(withQuery(base, '').search).toBe('');
});

test('withParams and withoutParams leave the octets of the others alone', () => {
  const url = 'http://h/?a=%7e+&b&&a=2#f';
  expect(withParams(url, { c: 'x' }).href).toBe('http://h/?a=%7e+&b&&a=2&c=x#f');
  expect(withParams(url, { a: 1 }).href).toBe('http://h/?b&&a=1#f');
  expect(withParams('http://h/??a=1', { a: 2 }).href).toBe('http://h/??a=1&a=2');
  expect(withoutParams(url, 'a').href).toBe('http://h/?b&#f');
  expect(withoutParams(url, 'a', 'b').href).toBe('http://h/#f');
  expect(withoutParams('http://h/??a=1', 'a').href).toBe('http://h/??a=1');
  expect(() => withParams('http://h/', { a: 'x'.repeat(70_000) })).toThrow(InvalidURL);
});

describe('joinURL', () => {
  test.each([
    ['http://a/b/c', '../d', 'http://a/d'],
    ['http://a/b/c', '', 'http://a/b/c'],
    ['http://a/b/c', '//x/y', 'http://x/y'],
    ['http://a/b?c', '?d#e', 'http://a/b?d#e'],
    ['/a/b', 'c', '/a/c'],
    ['/a/b?c', '', '/a/b?c'],
    ['/a', '//x/y', '//x/y'],
    ['/a', 'http://x', 'http://x/'],
    ['//h', 'c', '//h/c'],
    ['//h/a', '/c', '//h/c'],
  ])('%j and %j', (text, reference, expected) => {
    expect(joinURL(text, reference)).toBe(expected);
  });

  test.each([
    ['a/b', 'c'],
    ['', 'c'],
    ['?a', 'c'],
    ['mailto:x', 'c'],
    ['http://a', 'http://[x'],
    ['/a', 'http://[x'],
    ['http://a', 'b\nc'],
    ['http://a\n', 'b'],
    ['http://a', 'b'.repeat(70_000)],
  ])('refuses %j and %.9j', (text, reference) => {
    expect(() => joinURL(text, reference)).toThrow(InvalidURL);
  });

  test('hides passwords in its errors', () => {
    expect(() => joinURL('http://u:hidden@a', 'http://u:hidden@[x')).toThrow(/^(?!.*hidden).*\[secure\]/s);
  });
});

test('redactURL and unicodeHost', () => {
  expect(redactURL(new URL('http://u:p@h/?token=1#f'))).toBe('http://[secure]@h/?token=[secure]');
  expect(redactURL('x?token=1')).toBe('x?token=[secure]');
  expect(unicodeHost('http://xn--bcher-kva.example:8/')).toBe('b\u00fccher.example');
  expect(unicodeHost('http://[::1]/')).toBe('::1');
  expect(unicodeHost('http://1.2.3.4/')).toBe('1.2.3.4');
});
