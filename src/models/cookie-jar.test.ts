import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOME, jarWith } from '../../fixtures/cookie-setup.ts';
import { CookieConflict } from '../errors/cookie-conflict.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InvalidURL } from '../errors/invalid-url.ts';
import { CookieJar } from './cookie-jar.ts';
import type { CookiesInit } from './cookie-jar.ts';

describe('CookieJar: construction', () => {
  it.each<[string, CookiesInit]>([
    ['an object', { a: '1', b: '2' }],
    [
      'pairs',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a map',
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    ],
  ])('takes %s', (_what, init) => {
    const jar = new CookieJar(init, { url: 'http://x.test' });
    expect(jar.cookieHeader('http://x.test/')).toBe('a=1; b=2');
  });

  it('copies a jar and inherits its options', () => {
    let now = 5000;
    const jar = new CookieJar({ a: '1' }, { url: HOME, now: () => now });
    const copy = new CookieJar(jar);
    copy.set('b', '2');
    jar.delete('a');
    now = 6000;
    expect(copy.cookieHeader(HOME)).toBe('a=1; b=2');
    expect(jar.isEmpty).toBe(true);
    expect(copy.getAll({ name: 'a' })[0]).toMatchObject({ creationTime: 5000, lastAccessTime: 6000 });
    expect(new CookieJar(copy, { url: 'http://other.test' }).getAll()).toEqual(copy.getAll());
  });

  it('binds names and values to the host of the URL', () => {
    const jar = new CookieJar({ a: '1' }, { url: 'https://api.example/v1/' });
    expect(jar.cookieHeader('https://api.example/')).toBe('a=1');
    expect(jar.cookieHeader('https://api.example:8443/x')).toBe('a=1');
    expect(jar.cookieHeader('http://api.example/')).toBeNull();
    expect(jar.cookieHeader('https://sub.api.example/')).toBeNull();
    expect(jar.cookieHeader('https://evil.test/')).toBeNull();
  });

  it('wants a host for them, or the word that there is none', () => {
    expect(() => new CookieJar({ a: '1' })).toThrow(InvalidArgument);
    expect(() => new CookieJar({ a: '1' })).toThrow(/'domain'.*base URL.*'anyHost: true'/);
    expect(new CookieJar({}).isEmpty).toBe(true);
    expect(new CookieJar({ a: '1' }, { anyHost: true }).cookieHeader('http://any.test/')).toBe('a=1');
  });

  it.each<[unknown, RegExp]>([
    ['a=1', /must be an object of names and values, pairs, or a CookieJar, not text/],
    [5, /not 5/],
    [['a'], /must be a pair/],
    [[['a', '1', '2']], /must be a pair/],
    [{ a: 1 }, /Cookie 'a': 'value' must be text, not number/],
    [{ a: undefined }, /Cookie 'a': 'value' must be text, not undefined/],
  ])('refuses %j', (init, message) => {
    const construct = (): unknown => Reflect.construct(CookieJar, [init, { anyHost: true }]);
    expect(construct).toThrow(InvalidArgument);
    expect(construct).toThrow(message);
  });
});

describe('CookieJar: access', () => {
  it('sets, gets, lists and deletes', () => {
    const jar = new CookieJar();
    jar.set('a', '1', { domain: 'x.test' });
    jar.set('a', '2', { domain: 'x.test', path: '/y' });
    jar.set('b', '3', { domain: 'y.test' });
    expect(jar.size).toBe(3);
    expect(jar.get('b')).toBe('3');
    expect(jar.get('c')).toBeUndefined();
    expect(jar.get('a', { path: '/y' })).toBe('2');
    expect(jar.get('a', { domain: '.X.test', path: '/' })).toBe('1');
    expect(jar.get('a', { domain: 'y.test' })).toBeUndefined();
    expect(jar.has('a')).toBe(true);
    expect(jar.getAll({ domain: 'x.test' }).map(({ value }) => value)).toEqual(['1', '2']);
    expect(jar.delete('a', { path: '/y' })).toBe(true);
    expect(jar.delete('a', { path: '/y' })).toBe(false);
    expect(jar.delete('a')).toBe(true);
    expect([...jar].map(({ name }) => name)).toEqual(['b']);
  });

  it('refuses to choose between cookies of one name', () => {
    const jar = new CookieJar();
    jar.set('a', 'topsecret', { domain: 'x.test' });
    jar.set('a', '2', { domain: 'y.test', path: '/p' });
    expect(() => jar.get('a')).toThrow(CookieConflict);
    expect(() => jar.get('a')).toThrow("2 cookies are named 'a': x.test/, y.test/p. Narrow the lookup");
    expect(() => jar.get('a')).not.toThrow(/topsecret/);
    expect(jar.get('a', { domain: 'x.test' })).toBe('topsecret');
  });

  it('replaces by set, and removes by a past date', () => {
    const jar = new CookieJar(null, { url: HOME });
    jar.set('a', '1');
    jar.set('a', '2');
    expect(jar.get('a')).toBe('2');
    jar.set('a', '', { expires: new Date(0) });
    expect(jar.isEmpty).toBe(true);
  });

  it('finds cookies of every host by the empty domain', () => {
    const jar = new CookieJar(null, { url: HOME });
    jar.set('a', '1', { anyHost: true });
    jar.set('a', '2');
    expect(jar.get('a', { domain: '' })).toBe('1');
    expect(jar.cookieHeader(HOME)).toBe('a=1; a=2');
    expect(() => jar.get('a')).toThrow(/\(any host\)\//);
  });

  it('clears all, a domain, or a domain and path', () => {
    const jar = new CookieJar();
    jar.set('a', '1', { domain: 'x.test' });
    jar.set('b', '2', { domain: 'x.test', path: '/p' });
    jar.set('c', '3', { domain: 'y.test' });
    jar.set('d', '4', { domain: 'y.test' });
    const left = (): string => Array.from(jar, ({ name }) => name).join('');
    expect(() => jar.clear({ path: '/p' })).toThrow(InvalidArgument);
    expect(left()).toBe('abcd');
    jar.clear({ domain: 'x.test', path: '/p' });
    expect(left()).toBe('acd');
    jar.clear({ domain: 'x.test' });
    expect(left()).toBe('cd');
    jar.clear();
    expect(left()).toBe('');
  });

  it('merges another jar, whose cookies win', () => {
    const jar = jarWith('a=1', 'b=2');
    jar.update(jarWith('b=3', 'c=4'));
    expect(jar.cookieHeader(HOME)).toBe('a=1; b=3; c=4');
    jar.update(jar);
    expect(jar.size).toBe(3);
    const bound = new CookieJar(null, { url: HOME });
    bound.update({ a: '1' });
    expect(bound.get('a')).toBe('1');
  });

  it('clones into a life of its own', () => {
    const jar = jarWith('a=1');
    const clone = jar.clone();
    clone.setCookie('a=2', HOME);
    clone.cookieHeader(HOME);
    expect(jar.get('a')).toBe('1');
    expect(clone.get('a')).toBe('2');
  });

  it('shows names and scopes, never values', () => {
    const jar = jarWith(
      'sid=topsecret; Secure; HttpOnly',
      'x=topsecret; Domain=example.com; Path=/p',
      'topsecret',
    );
    jar.set('all', 'topsecret', { anyHost: true });
    expect(inspect(jar)).not.toContain('topsecret');
    for (const line of [
      'sid=[secure] for www.example.com/ Secure HttpOnly',
      'x=[secure] for .example.com/p',
      '[secure] for www.example.com/',
      'all=[secure] for any host/',
    ]) {
      expect(inspect(jar)).toContain(`'${line}'`);
    }
    expect(inspect(jar.getAll())).not.toContain('topsecret');
  });

  it('names what is wrong with an argument', () => {
    const jar = new CookieJar();
    expect(() => jar.setCookie('a=1', 'nonsense')).toThrow(InvalidURL);
    // @ts-expect-error a number is not a URL
    expect(() => jar.setCookie('a=1', 5)).toThrow(/'url' must be a URL or its text, not number/);
    // @ts-expect-error a list is not one field
    expect(() => jar.setCookie(['a=1'], HOME)).toThrow(/'header' must be the text of one Set-Cookie/);
    // @ts-expect-error one field is not a list
    expect(() => jar.setCookies('a=1', HOME)).toThrow(/'headers' must be a list/);
    expect(() => jar.cookieHeader('/relative')).toThrow(InvalidURL);
  });
});

describe('CookieJar: response and JSON', () => {
  it('holds what one response set', () => {
    const jar = CookieJar.fromResponse(
      ['a=1; Path=/', 'b=2; Max-Age=0', 'c=3; Domain=evil.test'],
      'https',
      'x.test',
      '/p?q',
    );
    expect(jar.getAll().map(({ name, domain, path }) => [name, domain, path])).toEqual([
      ['a', 'x.test', '/'],
    ]);
    expect(CookieJar.fromResponse([], 'https', 'x.test', '/').isEmpty).toBe(true);
  });

  it('drops what has expired since it was written', () => {
    const jar = new CookieJar(null, { now: () => 0 });
    jar.setCookies(['a=1; Max-Age=10', 'b=2'], HOME);
    const data: unknown = JSON.parse(JSON.stringify(jar));
    expect(CookieJar.fromJSON(data, { now: () => 10_000 }).cookieHeader(HOME)).toBe('b=2');
    expect(() => CookieJar.fromJSON('{}')).toThrow(InvalidArgument);
  });

  it('makes no room for what has expired', () => {
    let now = 0;
    const jar = new CookieJar(null, { now: () => now++ });
    jar.setCookies(['a=1', 'b=2; Max-Age=10'], HOME);
    expect(CookieJar.fromJSON(jar.toJSON(), { now: () => 20_000, maxCookies: 1 }).get('a')).toBe('1');
  });

  it('round-trips exactly', () => {
    const octets = fc.string({
      unit: fc.integer({ min: 33, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 12,
    });
    const value = octets.map((text) => text.replaceAll(/[;\u007f]/g, ''));
    const name = value.map((text) => text.replaceAll('=', ''));
    const header = fc.record({
      pair: fc.oneof(
        fc.tuple(name, value).map((pair) => pair.join('=')),
        value.map((text) => `=${text}`),
        fc.constant('__proto__=1'),
      ),
      path: fc.constantFrom('', '; Path=/', '; Path=/a/b'),
      domain: fc.constantFrom('', '; Domain=example.com', '; Domain=www.example.com'),
      end: fc.constantFrom('', '; Max-Age=50', '; Expires=Fri, 07 Aug 2099 08:04:19 GMT'),
      flags: fc.constantFrom('', '; Secure', '; HttpOnly', '; SameSite=Lax', '; Secure; SameSite=None'),
      url: fc.constantFrom(
        HOME,
        'https://example.com/x/y',
        'http://www.example.com/a',
        'http://127.0.0.1/',
        'http://[::1]/',
      ),
    });
    fc.assert(
      fc.property(fc.array(header, { maxLength: 12 }), fc.boolean(), (headers, hasEveryHost) => {
        let now = 1000;
        const options = { now: (): number => now };
        const jar = new CookieJar(null, options);
        for (const { pair, path, domain, end, flags, url } of headers) {
          now += 500;
          jar.setCookie(pair + domain + path + end + flags, url);
        }
        if (hasEveryHost) jar.set('any', 'where', { anyHost: true, expires: 90_000 });
        const text = JSON.stringify(jar);
        const copy = CookieJar.fromJSON(JSON.parse(text), options);
        expect(JSON.stringify(copy)).toBe(text);
        for (const url of [`${HOME}a/b/c`, 'http://example.com/', 'http://127.0.0.1/', 'http://[::1]/']) {
          expect(copy.cookieHeader(url)).toBe(jar.cookieHeader(url));
        }
        expect(copy.clone().toJSON()).toEqual(copy.toJSON());
      }),
      { numRuns: 200 },
    );
  });
});
