import { describe, expect, it } from 'vitest';

import { InvalidArgument } from '../errors/invalid-argument.ts';
import { resolveCookieJarOptions } from './cookie-jar-options.ts';

describe('resolveCookieJarOptions', () => {
  it('has the limits of RFC 6265bis', () => {
    expect(resolveCookieJarOptions(undefined)).toMatchObject({
      host: null,
      anyHost: false,
      isPublicSuffix: null,
      maxCookies: 3000,
      maxCookiesPerDomain: 180,
      maxLifetimeMs: 34_560_000_000,
      maxPairSize: 4096,
      maxAttributeSize: 1024,
      now: Date.now,
    });
  });

  it('takes the host from a URL or a name', () => {
    expect(resolveCookieJarOptions({ url: 'https://API.example:8443/v1' })).toMatchObject({
      host: 'api.example',
      isHostSecure: true,
    });
    expect(resolveCookieJarOptions({ url: new URL('http://[::1]:8080/') })).toMatchObject({
      host: '::1',
      isHostSecure: false,
    });
    expect(resolveCookieJarOptions({ defaultDomain: '.Example.com' })).toMatchObject({
      host: 'example.com',
      isHostSecure: false,
    });
  });

  it('inherits what is undefined and switches off what is null', () => {
    const inherited = resolveCookieJarOptions({ url: 'https://a.test', maxCookies: 5, anyHost: true });
    expect(resolveCookieJarOptions({ url: undefined, maxCookies: undefined }, inherited)).toEqual(inherited);
    expect(resolveCookieJarOptions({ url: null, maxCookies: null, anyHost: false }, inherited)).toMatchObject(
      {
        host: null,
        isHostSecure: false,
        maxCookies: Infinity,
        anyHost: false,
      },
    );
  });

  it.each<[unknown, RegExp]>([
    ['x', /'options' must be an object/],
    [null, /'options' must be an object/],
    [{ maxAge: 5 }, /'options\.maxAge' does not exist/],
    [{ url: 'https://a.test', defaultDomain: 'a.test' }, /exclude each other/],
    [{ url: 'data:,x' }, /'options\.url' must have a host/],
    [{ defaultDomain: 'https://a.test' }, /'options\.defaultDomain' must be a host name/],
    [{ defaultDomain: 5 }, /'options\.defaultDomain' must be a host name/],
    [{ maxCookies: 0 }, /'options\.maxCookies' must be a number of at least 1/],
    [{ maxCookiesPerDomain: Number.NaN }, /'options\.maxCookiesPerDomain'/],
    [{ maxLifetimeMs: '5' }, /'options\.maxLifetimeMs'/],
    [{ now: 5 }, /'options\.now' must be a function/],
    [{ isPublicSuffix: ['com'] }, /'options\.isPublicSuffix' must be a function/],
    [{ anyHost: 'yes' }, /'options\.anyHost' must be true or false/],
  ])('refuses %j', (options, message) => {
    const resolve = (): unknown => Reflect.apply(resolveCookieJarOptions, undefined, [options]);
    expect(resolve).toThrow(InvalidArgument);
    expect(resolve).toThrow(message);
  });
});
