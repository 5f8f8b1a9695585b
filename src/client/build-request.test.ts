import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { parseBaseURL } from '../models/base-url.ts';
import { CookieJar } from '../models/cookie-jar.ts';
import { QueryParams } from '../models/query-params.ts';
import { Redaction } from '../models/redaction.ts';
import { buildRequest, type RequestDefaults } from './build-request.ts';

const defaults: RequestDefaults = {
  base: parseBaseURL('https://api.test/v1?fixed=1'),
  fields: ['Accept', '*/*', 'X-API-Key', 'k'],
  params: new QueryParams({ lang: 'en', token: 't' }),
  cookies: new CookieJar({ sid: '1' }, { url: 'https://api.test' }),
  config: { authScope: 'origin', redaction: new Redaction() },
};

test('puts everything together', () => {
  const request = buildRequest(
    'post',
    'users?x=%7e',
    { headers: { 'X-Own': '1', Accept: null }, params: { lang: 'de', page: 2 }, json: { a: 1 } },
    defaults,
  );
  expect(request.method).toBe('POST');
  expect(request.url.href).toBe('https://api.test/v1/users?fixed=1&x=%7e&lang=de&token=t&page=2');
  expect(request.headers.raw).toEqual([
    ['Host', 'api.test'],
    ['X-API-Key', 'k'],
    ['X-Own', '1'],
    ['Cookie', 'sid=1'],
    ['Content-Length', '7'],
    ['Content-Type', 'application/json'],
  ]);
});

test('leaves secrets of the client out for another origin, unless any will do', () => {
  const foreign = buildRequest('GET', 'https://other.test/', undefined, defaults);
  expect(foreign.url.search).toBe('?lang=en');
  expect([foreign.headers.has('x-api-key'), foreign.headers.has('cookie')]).toEqual([false, false]);
  const config = { ...defaults.config, authScope: 'any' } as const;
  for (const others of [
    { ...defaults, config },
    { ...defaults, base: null },
  ]) {
    const request = buildRequest('GET', 'https://other.test/', undefined, others);
    expect(request.url.search).toBe('?lang=en&token=t');
    expect(request.headers.get('x-api-key')).toBe('k');
  }
});

describe('cookies', () => {
  test('of the request add to those of the jar and do not enter it', () => {
    const request = buildRequest('GET', '', { cookies: { sid: '2', own: '3' } }, defaults);
    expect(request.headers.get('cookie')?.split('; ').toSorted()).toEqual(['own=3', 'sid=2']);
    expect([...defaults.cookies].map(({ value }) => value)).toEqual(['1']);
  });

  test('a Cookie header is the whole truth', () => {
    const options = { headers: { cookie: 'mine=1' }, cookies: { own: '3' } };
    expect(buildRequest('GET', '', options, defaults).headers.getAll('cookie')).toEqual(['mine=1']);
  });
});

test('a multipart body completes the type that is given, others keep it', () => {
  const typed = { headers: { 'content-type': 'multipart/mixed' }, multipart: { a: 'b' } };
  expect(buildRequest('POST', '', typed, defaults).headers.get('content-type')).toMatch(
    /^multipart\/mixed; ?boundary=/,
  );
  const json = { headers: { 'content-type': 'application/problem+json' }, json: {} };
  expect(buildRequest('POST', '', json, defaults).headers.getAll('content-type')).toEqual([
    'application/problem+json',
  ]);
});

test('a URL of another realm is one', () => {
  const url = { href: 'https://other.test/x' } as URL;
  expect(buildRequest('GET', url, undefined, defaults).url.href).toBe('https://other.test/x?lang=en');
});

test.each([undefined, null, 5, {}, [], true])('the URL %j is refused', (url) => {
  expect(() => buildRequest('GET', url as never, undefined, defaults)).toThrow(InvalidArgument);
  expect(() => buildRequest('GET', url as never, undefined, defaults)).toThrow(
    "'url' must be a string or a URL",
  );
});

test('wrong methods and URLs without a host', () => {
  expect(() => buildRequest('G ET', '', undefined, defaults)).toThrow(LocalProtocolError);
  expect(() => buildRequest(5 as never, '', undefined, defaults)).toThrow(InvalidArgument);
  expect(() => buildRequest('GET', 'localhost:80', undefined, { ...defaults, base: null })).toThrow(
    UnsupportedProtocol,
  );
});
