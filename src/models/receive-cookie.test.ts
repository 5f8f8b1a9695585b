import { describe, expect, it } from 'vitest';

import { type CookieJarOptions, resolveCookieJarOptions } from './cookie-jar-options.ts';
import { CookieStore, type StoredCookie } from './cookie-store.ts';
import { receiveCookie } from './receive-cookie.ts';
import { parseSetCookie } from './set-cookie.ts';

const NOW = 1_000_000;

class Site {
  readonly store: CookieStore = new CookieStore();
  readonly #options: CookieJarOptions;

  constructor(options: CookieJarOptions = {}) {
    this.#options = options;
  }

  /** Receives a field from a URL without port and query. */
  receive(header: string, url = 'https://www.example.com/dir/page', now = NOW): StoredCookie | null {
    const { protocol, hostname, pathname } = new URL(url);
    const source = { isSecure: protocol === 'https:', host: hostname, path: pathname };
    return receiveCookie(
      this.store,
      parseSetCookie(header)!,
      source,
      resolveCookieJarOptions(this.#options),
      now,
    );
  }
}

function receive(header: string, url?: string, options?: CookieJarOptions): StoredCookie | null {
  return new Site(options).receive(header, url);
}

describe('receiveCookie', () => {
  it('makes a host-only session cookie for the directory of the path', () => {
    expect(receive('a=1')).toMatchObject({
      domain: 'www.example.com',
      hostOnly: true,
      path: '/dir',
      secure: false,
      httpOnly: false,
      sameSite: null,
      expires: null,
      creationTime: NOW,
      lastAccessTime: NOW,
    });
  });

  it('lets a host span its parents, and no one else', () => {
    expect(receive('a=1; Domain=example.com')).toMatchObject({ domain: 'example.com', hostOnly: false });
    expect(receive('a=1; Domain=.www.example.com')).toMatchObject({
      domain: 'www.example.com',
      hostOnly: false,
    });
    const foreign = [
      'evil.test',
      'x.www.example.com',
      'ample.com',
      'com',
      'example.com.',
      '..example.com',
      'ex\u00e4mple.com',
    ];
    expect(foreign.filter((domain) => receive(`a=1; Domain=${domain}`) !== null)).toEqual([]);
  });

  it('makes Domain host-only where there is nothing to span', () => {
    expect(receive('a=1; Domain=localhost', 'http://localhost/')).toMatchObject({
      domain: 'localhost',
      hostOnly: true,
    });
    expect(receive('a=1; Domain=127.0.0.1', 'http://127.0.0.1/')).toMatchObject({
      domain: '127.0.0.1',
      hostOnly: true,
    });
    expect(receive('a=1; Domain=0.0.1', 'http://127.0.0.1/')).toBeNull();
    expect(receive('a=1; Domain=localhost', 'http://a.localhost/')).toBeNull();
  });

  it('asks the public suffix list', () => {
    const asked: string[] = [];
    const isPublicSuffix = (domain: string): boolean => {
      asked.push(domain);
      return domain === 'co.uk';
    };
    expect(receive('a=1; Domain=co.uk', 'http://shop.co.uk/', { isPublicSuffix })).toBeNull();
    expect(receive('a=1; Domain=co.uk', 'http://co.uk/', { isPublicSuffix })).toMatchObject({
      hostOnly: true,
    });
    expect(receive('a=1; Domain=shop.co.uk', 'http://shop.co.uk/', { isPublicSuffix })).toMatchObject({
      hostOnly: false,
    });
    expect(receive('a=1; Domain=corp', 'http://wiki.corp/', { isPublicSuffix })).toMatchObject({
      hostOnly: false,
    });
    expect(receive('a=1; Domain=evil.test', 'http://shop.co.uk/', { isPublicSuffix })).toBeNull();
    expect(receive('a=1; Domain=1.2.3.4', 'http://1.2.3.4/', { isPublicSuffix })).toMatchObject({
      hostOnly: true,
    });
    expect(asked).toEqual(['co.uk', 'co.uk', 'shop.co.uk', 'corp']);
  });

  it('takes Secure cookies over https only, loopback or not', () => {
    expect(receive('a=1; Secure')).not.toBeNull();
    expect(receive('a=1; Secure', 'http://www.example.com/')).toBeNull();
    expect(receive('a=1; Secure', 'http://localhost/')).toBeNull();
  });

  it('does not let plain http hide a secure cookie', () => {
    const site = new Site();
    site.receive('a=1; Secure; Path=/login; Domain=example.com');
    const http = (header: string, host = 'www.example.com'): unknown =>
      site.receive(header, `http://${host}/`);
    expect(http('a=2; Path=/login')).toBeNull();
    expect(http('a=2; Path=/login/en')).toBeNull();
    expect(http('a=2; Path=/login', 'example.com')).toBeNull();
    expect(http('a=; Path=/login; Domain=example.com; Max-Age=0')).toBeNull();
    expect(http('a=2; Path=/')).not.toBeNull();
    expect(http('a=2; Path=/loginx')).not.toBeNull();
    expect(http('b=2; Path=/login')).not.toBeNull();
    expect(http('a=2; Path=/login', 'other.test')).not.toBeNull();
    expect(site.receive('a=2; Path=/login')).not.toBeNull();
  });

  it('sees a secure cookie of a subdomain too', () => {
    const site = new Site();
    site.receive('a=1; Secure; Path=/', 'https://www.example.com/');
    expect(site.receive('a=2; Domain=example.com', 'http://example.com/')).toBeNull();
    expect(site.receive('a=2', 'http://shop.example.com/')).not.toBeNull();
  });

  it('forgets an expired secure cookie before it looks', () => {
    const site = new Site();
    site.receive('a=1; Secure; Path=/; Max-Age=1');
    expect(site.receive('a=2; Path=/', 'http://www.example.com/', NOW + 1000)).not.toBeNull();
  });

  it('refuses SameSite=None without Secure and keeps the others', () => {
    expect(receive('a=1; SameSite=None')).toBeNull();
    expect(receive('a=1; SameSite=None; Secure')).toMatchObject({ sameSite: 'none' });
    expect(receive('a=1; SameSite=Strict')).toMatchObject({ sameSite: 'strict' });
  });

  it.each([
    ['__Secure-a=1; Secure', true],
    ['__Secure-a=1', false],
    ['__SECURE-a=1', false],
    ['__Host-a=1; Secure; Path=/', true],
    ['__Host-a=1; Path=/', false],
    ['__Host-a=1; Secure', false],
    ['__Host-a=1; Secure; Path=/dir', false],
    ['__Host-a=1; Secure; Path=/; Domain=www.example.com', false],
    ['__host-a=1; Secure; Path=/; Domain=example.com', false],
    ['__Http-a=1; Secure; HttpOnly', true],
    ['__Http-a=1; Secure', false],
    ['__Host-Http-a=1; Secure; HttpOnly; Path=/', true],
    ['__Host-Http-a=1; Secure; Path=/', false],
    ['__Host-a', false],
    ['=__Secure-a=1; Secure', false],
    ['=__proto__', true],
  ])('%s is taken: %s', (header, isTaken) => {
    expect(receive(header) !== null).toBe(isTaken);
  });

  it('wants the path of __Host- to be asked for', () => {
    expect(receive('__Host-a=1; Secure', 'https://x.example/')).toBeNull();
  });

  it('ends cookies by Max-Age, else Expires, and no later than in 400 days', () => {
    const limit = NOW + 34_560_000_000;
    expect(receive('a=1; Max-Age=60; Expires=1 Jan 1970 0:0:0')?.expires).toBe(NOW + 60_000);
    expect(receive('a=1; Expires=2 Jan 1970 0:0:0')?.expires).toBe(86_400_000);
    expect(receive('a=1; Expires=1 Jan 2500 0:0:0')?.expires).toBe(limit);
    expect(receive(`a=1; Max-Age=${'9'.repeat(30)}`)?.expires).toBe(limit);
    expect(receive(`a=1; Max-Age=${'9'.repeat(30)}`, undefined, { maxLifetimeMs: null })?.expires).toBe(
      8.64e15,
    );
    expect(receive('a=1; Expires=1 Jan 1970 0:0:0; Max-Age=0')).toBeNull();
  });

  it('keeps the creation time of the cookie that is replaced', () => {
    const site = new Site();
    site.receive('a=1');
    expect(site.receive('a=2', undefined, NOW + 5)).toMatchObject({
      value: '2',
      creationTime: NOW,
      lastAccessTime: NOW + 5,
    });
    expect(site.store.size).toBe(1);
  });

  it('removes the cookie of the same scope, and only that', () => {
    const site = new Site();
    site.receive('a=1');
    site.receive('a=1; Path=/');
    expect(site.receive('a=; Max-Age=0')).toBeNull();
    expect(site.store.size).toBe(1);
    site.receive('a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=www.example.com');
    expect(site.store.size).toBe(1);
    site.receive('a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/');
    expect(site.store.size).toBe(0);
  });

  it('says so if a cookie has no room', () => {
    const site = new Site({ maxCookiesPerDomain: 1 });
    site.receive('a=1; Secure');
    expect(site.receive('b=1')).toBeNull();
    expect(site.receive('c=1; Secure')).not.toBeNull();
    expect(site.store.size).toBe(1);
  });
});
