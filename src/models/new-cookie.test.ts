import { describe, expect, it } from 'vitest';

import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type CookieJarOptions, resolveCookieJarOptions } from './cookie-jar-options.ts';
import type { Cookie } from './cookie.ts';
import { type CookieAttributes, newCookie } from './new-cookie.ts';

function isPublicSuffix(domain: string): boolean {
  return domain === 'co.uk';
}

function make(attributes: CookieAttributes, options: CookieJarOptions = {}, name = 'a', value = '1'): Cookie {
  return newCookie(name, value, attributes, resolveCookieJarOptions(options), 1000);
}

describe('newCookie', () => {
  it('is a session cookie for a domain and its subdomains', () => {
    expect(make({ domain: 'Example.com' })).toEqual({
      name: 'a',
      value: '1',
      domain: 'example.com',
      hostOnly: false,
      path: '/',
      secure: false,
      httpOnly: false,
      sameSite: null,
      expires: null,
      creationTime: 1000,
      lastAccessTime: 1000,
    });
  });

  it('takes every attribute', () => {
    const attributes = { hostOnly: true, path: '/x', secure: true, httpOnly: true, sameSite: 'lax' } as const;
    expect(make({ domain: 'x.test', expires: new Date(5000.7), ...attributes })).toMatchObject({
      ...attributes,
      expires: 5000,
    });
    expect(make({ domain: 'x.test', expires: 7000.5 }).expires).toBe(7000);
    expect(make({ domain: 'x.test', expires: null }).expires).toBeNull();
  });

  it('belongs to the host of the jar alone, and keeps to https if that has it', () => {
    expect(make({}, { url: 'https://a.test' })).toMatchObject({
      domain: 'a.test',
      hostOnly: true,
      secure: true,
    });
    expect(make({}, { url: 'http://a.test' })).toMatchObject({
      domain: 'a.test',
      hostOnly: true,
      secure: false,
    });
    expect(make({}, { defaultDomain: 'a.test' })).toMatchObject({ hostOnly: true, secure: false });
    expect(make({ secure: false, hostOnly: false }, { url: 'https://a.test' })).toMatchObject({
      hostOnly: false,
      secure: false,
    });
    expect(make({ domain: 'b.test' }, { url: 'https://a.test' })).toMatchObject({
      domain: 'b.test',
      secure: false,
    });
  });

  it('is alone on a host that has no subdomains', () => {
    expect(make({ domain: 'localhost' }).hostOnly).toBe(true);
    expect(make({ domain: '127.0.0.1' }).hostOnly).toBe(true);
    expect(make({ domain: '[::1]' })).toMatchObject({ domain: '::1', hostOnly: true });
    expect(make({ domain: 'co.uk' }, { isPublicSuffix }).hostOnly).toBe(true);
    expect(make({ domain: 'intranet' }, { isPublicSuffix }).hostOnly).toBe(false);
    expect(() => make({ domain: 'localhost', hostOnly: false })).toThrow(/has no subdomains/);
  });

  it('goes everywhere only if told so', () => {
    const everywhere = { domain: '', hostOnly: false, secure: false };
    expect(make({ anyHost: true })).toMatchObject(everywhere);
    expect(make({}, { anyHost: true })).toMatchObject(everywhere);
    expect(make({}, { anyHost: true, url: 'https://a.test' })).toMatchObject(everywhere);
    expect(make({ anyHost: false }, { anyHost: true, url: 'http://a.test' }).domain).toBe('a.test');
    expect(make({ domain: 'b.test' }, { anyHost: true }).domain).toBe('b.test');
  });

  it('gets what its prefix demands', () => {
    expect(make({ domain: 'x.test' }, {}, '__Host-a')).toMatchObject({
      secure: true,
      hostOnly: true,
      path: '/',
    });
    expect(make({ domain: 'x.test' }, {}, '__Host-Http-a')).toMatchObject({ hostOnly: true, httpOnly: true });
    expect(make({ domain: 'x.test' }, {}, '__Secure-a')).toMatchObject({ secure: true, hostOnly: false });
    expect(() => make({ domain: 'x.test', path: '/x' }, {}, '__host-a')).toThrow(
      "Cookie '__host-a': the prefix __Host- demands secure: true, hostOnly: true, path: '/'.",
    );
    expect(() => make({ domain: 'x.test', httpOnly: false }, {}, '__Http-a')).toThrow(/httpOnly: true/);
    expect(() => make({ anyHost: true }, {}, '__Host-a')).toThrow(/hostOnly: true/);
  });

  it('says how to give a cookie a host', () => {
    expect(() => make({})).toThrow(InvalidArgument);
    expect(() => make({})).toThrow(
      "Cookie 'a': it belongs to no host; give 'domain', give the jar a base URL ('url'), or say 'anyHost: true' to send it everywhere.",
    );
  });

  it.each<[unknown, RegExp]>([
    [
      { domain: 'a.test:80' },
      /'attributes\.domain' must be a host name without scheme, port and path, not 'a\.test:80'/,
    ],
    [{ domain: '' }, /'attributes\.domain' must be a host name/],
    [{ domain: 5 }, /'attributes\.domain' must be a host name/],
    [{ domain: 'x.test', anyHost: true }, /exclude each other/],
    [{ hostOnly: true, anyHost: true }, /exclude each other/],
    [{ domain: 'x.test', path: 'x' }, /'attributes\.path' must start with '\/'/],
    [{ domain: 'x.test', path: '/;' }, /'attributes\.path'/],
    [{ domain: 'x.test', path: '/\n' }, /'attributes\.path'/],
    [{ domain: 'x.test', expires: Infinity }, /'attributes\.expires' must be a valid date/],
    [{ domain: 'x.test', expires: new Date('x') }, /'attributes\.expires'/],
    [{ domain: 'x.test', expires: '2030' }, /'attributes\.expires'/],
    [
      { domain: 'x.test', sameSite: 'Lax' },
      /'attributes\.sameSite' must be 'strict', 'lax', 'none' or null, not Lax/,
    ],
    [{ domain: 'x.test', secure: 1 }, /'attributes\.secure' must be true or false, not 1/],
    [{ domain: 'x.test', maxAge: 60 }, /'attributes\.maxAge' does not exist; there are domain,/],
  ])('refuses %j', (attributes, message) => {
    const set = (): unknown => Reflect.apply(make, undefined, [attributes]);
    expect(set).toThrow(InvalidArgument);
    expect(set).toThrow(message);
  });

  it.each(['', ' a', 'a\t', 'a=b', 'a;b', 'a\nb', 'a\0', '\u20ac', 5])('refuses the name %j', (name) => {
    expect(() => Reflect.apply(make, undefined, [{ domain: 'x.test' }, {}, name])).toThrow(InvalidArgument);
  });

  it.each(['topsecret;', 'topsecret\r\n', 'topsecret\u20ac', ' topsecret', null])(
    'refuses the value %j without showing it',
    (value) => {
      const set = (): unknown => Reflect.apply(make, undefined, [{ domain: 'x.test' }, {}, 'a', value]);
      expect(set).toThrow(InvalidArgument);
      expect(set).toThrow(/^Cookie 'a': 'value' (?!.*topsecret)/);
    },
  );

  it.each(['', '"q v"', 'x=y', 'a, b', '\u00ff'])('takes the value %j', (value) => {
    expect(make({ domain: 'x.test' }, {}, 'a', value).value).toBe(value);
  });
});
