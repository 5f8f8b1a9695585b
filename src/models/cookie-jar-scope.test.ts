import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HOME, jarWith } from '../../fixtures/cookie-setup.ts';
import { CookieJar } from './cookie-jar.ts';

describe('CookieJar: scope', () => {
  it('returns a cookie to its host alone', () => {
    const jar = new CookieJar();
    jar.setCookie('a=1', 'http://example.com/');
    expect(jar.cookieHeader('http://example.com/x')).toBe('a=1');
    expect(jar.cookieHeader('http://www.example.com/')).toBeNull();
  });

  it('spans the domain that was asked for', () => {
    const jar = jarWith('a=1; Domain=example.com');
    const headers = [
      'example.com',
      'www.example.com',
      'a.b.example.com',
      'badexample.com',
      'example.com.evil.test',
    ].map((host) => jar.cookieHeader(`http://${host}/`));
    expect(headers).toEqual(['a=1', 'a=1', 'a=1', null, null]);
  });

  it('refuses foreign and public domains', () => {
    const jar = new CookieJar(null, { isPublicSuffix: (domain) => domain === 'co.uk' || domain === 'uk' });
    expect(jar.setCookie('a=1; Domain=evil.com', HOME)).toBeNull();
    expect(new CookieJar().setCookie('a=1; Domain=com', HOME)).toBeNull();
    expect(jar.setCookie('a=1; Domain=co.uk', 'https://www.shop.co.uk')).toBeNull();
    expect(jar.setCookie('a=1; Domain=shop.co.uk', 'https://www.shop.co.uk')).not.toBeNull();
  });

  it('works on localhost, with and without Domain', () => {
    const jar = new CookieJar();
    jar.setCookies(['a=1; Domain=localhost', 'b=2'], 'http://localhost:8080/');
    expect(jar.cookieHeader('http://localhost/')).toBe('a=1; b=2');
    expect(jar.cookieHeader('http://x.localhost/')).toBeNull();
  });

  it('works on addresses', () => {
    const jar = new CookieJar();
    jar.setCookies(['a=1', 'b=2; Domain=127.0.0.1'], 'http://127.0.0.1:8080/');
    jar.setCookies(['c=3', 'd=4; Domain=[::1]'], 'http://[::1]:8080/');
    expect(jar.cookieHeader('http://127.0.0.1/')).toBe('a=1; b=2');
    expect(jar.cookieHeader('http://[0:0::1]/')).toBe('c=3; d=4');
    expect(jar.headerFor('http', '::1', '/')).toBe('c=3; d=4');
    expect(jar.headerFor('http', '[::1]', '/')).toBe('c=3; d=4');
    expect(jar.cookieHeader('http://1.127.0.0/')).toBeNull();
  });

  it('matches paths at segment boundaries and ignores the query', () => {
    const jar = jarWith('a=1; Path=/foo');
    const matches = (path: string): boolean => jar.cookieHeader(HOME + path) === 'a=1';
    expect(['foo', 'foo/', 'foo/x', 'foo?q', 'foo#f'].filter(matches)).toHaveLength(5);
    expect(['', 'foobar', 'x?/foo', 'FOO'].filter(matches)).toEqual([]);
    expect(jar.headerFor('https', 'www.example.com', '/foo?/bar')).toBe('a=1');
    expect(jar.headerFor('https', 'www.example.com', '*')).toBeNull();
  });

  it('defaults to the directory of the path', () => {
    const jar = new CookieJar();
    jar.setCookie('a=1', 'https://x.test/dir/page?/q/');
    expect(jar.getAll()[0]?.path).toBe('/dir');
  });

  it('sends Secure cookies over https and wss only', () => {
    const jar = jarWith('a=1; Secure', 'b=2');
    expect(jar.cookieHeader('https://www.example.com/')).toBe('a=1; b=2');
    expect(jar.cookieHeader('wss://www.example.com/')).toBe('a=1; b=2');
    expect(jar.cookieHeader('http://www.example.com/')).toBe('b=2');
    expect(jar.cookieHeader('ws://www.example.com/')).toBe('b=2');
  });

  it('has no host for URLs without one', () => {
    const jar = new CookieJar({ a: '1' }, { anyHost: true });
    expect(jar.setCookie('b=2', 'data:,x')).toBeNull();
    expect(jar.cookieHeader('data:,x')).toBeNull();
    expect(jar.headerFor('http', '', '/')).toBeNull();
  });
});

describe('CookieJar: order and time', () => {
  it('sends the longest path first, then in order of creation', () => {
    const jar = jarWith(
      'a=1; Path=/',
      'b=2; Path=/x/y',
      'c=3; Path=/x',
      'd=4; Path=/x/y',
      'e=5; Domain=example.com; Path=/x',
    );
    expect(jar.cookieHeader(`${HOME}x/y/z`)).toBe('b=2; d=4; c=3; e=5; a=1');
    jar.setCookie('b=9; Path=/x/y', HOME);
    expect(jar.cookieHeader(`${HOME}x/y`)).toBe('b=9; d=4; c=3; e=5; a=1');
  });

  it('lets a delete and a set in one response happen in their order', () => {
    expect(jarWith('a=1; Max-Age=0', 'a=2').get('a')).toBe('2');
    expect(jarWith('a=1', 'a=; Max-Age=0').has('a')).toBe(false);
    expect(jarWith('a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT').get('a')).toBe('1');
  });

  it('drops expired cookies at every look', () => {
    let now = 0;
    const make = (): CookieJar => {
      now = 0;
      const jar = new CookieJar(null, { now: () => now });
      jar.setCookies(['a=1; Max-Age=10', 'b=2; Max-Age=20', 'c=3'], HOME);
      now = 10_000;
      return jar;
    };
    expect(make().size).toBe(2);
    expect(make().cookieHeader(HOME)).toBe('b=2; c=3');
    expect(make().get('a')).toBeUndefined();
    expect(make().has('a')).toBe(false);
    expect(make().delete('a')).toBe(false);
    expect([...make()].map(({ name }) => name)).toEqual(['b', 'c']);
    expect(make().toJSON().cookies).toHaveLength(2);
    expect(inspect(make())).not.toContain('a=');
    expect(make().clone().size).toBe(2);
    const jar = make();
    jar.delete('c');
    expect(jar.isEmpty).toBe(false);
    now = 20_000;
    expect(jar.isEmpty).toBe(true);
  });

  it('plays login and logout with redirects', () => {
    const jar = new CookieJar();
    const site = 'https://app.example';
    expect(jar.cookieHeader(`${site}/login`)).toBeNull();
    jar.setCookies(['csrf=t1; Path=/; Secure'], `${site}/login`);
    expect(jar.cookieHeader(`${site}/session`)).toBe('csrf=t1');
    // POST /session: 303 to /account with the session
    jar.setCookies(['csrf=; Path=/; Max-Age=0', 'sid=s1; Path=/; Secure; HttpOnly'], `${site}/session`);
    expect(jar.cookieHeader(`${site}/account`)).toBe('sid=s1');
    expect(jar.cookieHeader('https://cdn.example/logo')).toBeNull();
    expect(jar.cookieHeader('http://app.example/account')).toBeNull();
    // GET /account rotates the session
    jar.setCookies(['sid=s2; Path=/; Secure; HttpOnly'], `${site}/account`);
    expect(jar.cookieHeader(`${site}/logout`)).toBe('sid=s2');
    // GET /logout: 302 to / without it
    jar.setCookies(['sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], `${site}/logout`);
    expect(jar.cookieHeader(`${site}/`)).toBeNull();
    expect(jar.isEmpty).toBe(true);
  });
});
