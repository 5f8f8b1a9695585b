import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { parseURL } from '../models/url.ts';
import { type Environment, environmentProxies } from './environment-proxies.ts';

const [HTTP, HTTPS] = ['http://a.test/', 'https://a.test/'];

test.each<[Environment, string, string | undefined]>([
  [{ HTTP_PROXY: 'p' }, HTTP, 'http://p:80'],
  [{ HTTP_PROXY: 'p' }, HTTPS, undefined],
  [{ ALL_PROXY: 'socks5://p' }, HTTPS, 'socks5://p:1080'],
  [{ Http_Proxy: 'q', http_proxy: 'p' }, HTTP, 'http://p:80'],
  [{ HTTP_PROXY: 'p', http_proxy: '' }, HTTP, undefined],
  [{ HTTP_PROXY: 'p', REQUEST_METHOD: '' }, HTTP, undefined],
  [{ HTTP_PROXY: 'p', NO_PROXY: 'a.test' }, HTTP, undefined],
  [{ HTTP_PROXY: 'p', NO_PROXY: 'b.test,*' }, HTTP, undefined],
  [{ HTTP_PROXY: 'p', NO_PROXY: 'b.test' }, HTTP, 'http://p:80'],
])('%j for %s', (env, url, proxy) => {
  expect(environmentProxies(env)?.(parseURL(url))?.url).toBe(proxy);
});

test('nothing to choose from', () => {
  expect(environmentProxies({})).toBeNull();
  expect(environmentProxies({ NO_PROXY: 'a', ftp_proxy: 'ftp://p' })).toBeNull();
});

test('a value that is no proxy', () => {
  expect(() => environmentProxies({ https_proxy: 'gopher://p' })).toThrow(InvalidArgument);
  expect(() => environmentProxies({ https_proxy: 'gopher://p' })).toThrow("'HTTPS_PROXY'");
});
