import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DEFAULT_REDACTION, Redaction } from './redaction.ts';

describe('fields', () => {
  test.each(['authorization', 'COOKIE', 'Set-Cookie', 'x-api-key', 'Private-Token', 'X-XSRF-Token'])(
    'masks %s',
    (name) => {
      expect(DEFAULT_REDACTION.isSecretHeader(name)).toBe(true);
      expect(DEFAULT_REDACTION.header(name, 'hidden')).toBe('[secure]');
    },
  );

  test('leaves the others', () => {
    for (const name of ['Accept', 'WWW-Authenticate', 'X-Api-Keys', 'Authorization2', '']) {
      expect(DEFAULT_REDACTION.header(name, 'shown')).toBe('shown');
    }
    expect(DEFAULT_REDACTION.fields(['A', '1', 'Cookie', '2', 'a', '3'])).toEqual([
      ['A', '1'],
      ['Cookie', '[secure]'],
      ['a', '3'],
    ]);
  });

  test('knows configured names beside the usual ones', () => {
    const redaction = new Redaction({ headers: ['X-Mine'], query: ['Mine'] });
    expect(redaction.header('x-mine', 'hidden')).toBe('[secure]');
    expect(redaction.header('authorization', 'hidden')).toBe('[secure]');
    expect(redaction.query('mine=1&MINE=2&token=3&a=4')).toBe(
      'mine=[secure]&MINE=[secure]&token=[secure]&a=4',
    );
  });
});

describe('Link', () => {
  test.each([
    [
      '</a?token=1>; rel=next, <http://u:p@h/>; title="a>b"',
      '</a?token=[secure]>; rel=next, <http://[secure]@h/>; title="a>b"',
    ],
    ['</a>,</b?key=1>', '</a>,</b?key=[secure]>'],
    ['<http://u:p@h/<x>', '<http://[secure]@h/<x>'],
    ['<>', '<>'],
    ['a > b < c', 'a > b < c'],
    ['', ''],
  ])('%j', (value, shown) => {
    expect(DEFAULT_REDACTION.header('link', value)).toBe(shown);
  });

  test('many brackets that nothing closes are looked at once', { timeout: 5000 }, () => {
    const value = '<'.repeat(300_000);
    expect(DEFAULT_REDACTION.header('Link', value)).toBe(value);
  });
});

describe('query', () => {
  test.each([
    ['', ''],
    ['a=1&b', 'a=1&b'],
    ['token=x', 'token=[secure]'],
    ['TOKEN=x&a=1&token=', 'TOKEN=[secure]&a=1&token=[secure]'],
    ['%74oken=x', '%74oken=[secure]'],
    ['token', 'token'],
    ['token=a=b', 'token=[secure]'],
    ['to%ffken=x', 'to%ffken=x'],
    ['tokens=x', 'tokens=x'],
    ['X-Amz-Signature=x', 'X-Amz-Signature=[secure]'],
    ['&&token=x&', '&&token=[secure]&'],
  ])('%j', (query, shown) => {
    expect(DEFAULT_REDACTION.query(query)).toBe(shown);
  });
});

describe('url', () => {
  test.each([
    ['http://h/', 'http://h/'],
    ['http://u:p@h/x', 'http://[secure]@h/x'],
    ['http://u@h', 'http://[secure]@h'],
    ['http://:p@h', 'http://[secure]@h'],
    ['http://a@b@h/@c', 'http://[secure]@h/@c'],
    ['http://@h/', 'http://@h/'],
    ['http://h/a@b?c@d', 'http://h/a@b?c@d'],
    ['http://h?u@x', 'http://h?u@x'],
    ['http://h/?a=1&key=2#token', 'http://h/?a=1&key=[secure]'],
    ['http://h/#a?key=2', 'http://h/'],
    ['//u:p@h/x', '//[secure]@h/x'],
    ['/x?token=1', '/x?token=[secure]'],
    ['/@scope/x', '/@scope/x'],
    ['/a//b@c', '/a//b@c'],
    ['?token=1', '?token=[secure]'],
    ['', ''],
    // As lenient parsers read them.
    ['http:u:p@h/', 'http:[secure]@h/'],
    ['http:\\\\u:p@h\\x@y', 'http:\\\\[secure]@h\\x@y'],
    ['/\\u:p@h/', '/\\[secure]@h/'],
  ])('%j', (url, shown) => {
    expect(DEFAULT_REDACTION.url(url)).toBe(shown);
  });

  test.each([
    ['http://u:pa/ss@h/', 'http://[secure]@h/'],
    ['http://u:pa?ss@h/', 'http://[secure]@h/'],
    ['http://u:pa#ss@h/?token=1', 'http://[secure]@h/?token=[secure]'],
    ['u:p@h', 'u:[secure]@h'],
    ['p@h', '[secure]@h'],
    ['http://[bad/?key=1', 'http://[bad/?key=[secure]'],
  ])('malformed: %j', (url, shown) => {
    expect(DEFAULT_REDACTION.malformedURL(url)).toBe(shown);
  });
});

test('off masks nothing but still knows what is secret', () => {
  const url = 'http://u:p@h/?token=1#f';
  expect(Redaction.off.url(url)).toBe(url);
  expect(Redaction.off.malformedURL('u:p@h')).toBe('u:p@h');
  expect(Redaction.off.query('token=1')).toBe('token=1');
  expect(Redaction.off.header('Cookie', 'a')).toBe('a');
  expect(Redaction.off.isSecretHeader('cookie')).toBe(true);
  expect(Redaction.off.isSecretParam('Token')).toBe(true);
});

test.each([[{ header: ['x'] }], [{ headers: 'x' }], [{ query: [1] }], ['x'], [5]])(
  'refuses the options %j, which would leave a secret in sight',
  (options) => {
    expect(() => new Redaction(options as never)).toThrow(InvalidArgument);
  },
);
