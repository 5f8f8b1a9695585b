import { describe, expect, it } from 'vitest';
import { HOME, jarWith } from '../../fixtures/cookie-setup.ts';
import { CookieJar } from './cookie-jar.ts';
import type { Cookie } from './cookie.ts';

describe('CookieJar: limits and hostile input', () => {
  it('keeps 180 cookies of a domain out of 10,000', () => {
    const jar = new CookieJar();
    jar.setCookies(
      Array.from({ length: 10_000 }, (_, index) => `c${index}=${index}`),
      HOME,
    );
    expect(jar.size).toBe(180);
    expect(jar.has('c9999')).toBe(true);
    expect(jar.has('c9819')).toBe(false);
  });

  it('keeps 3000 cookies out of 10,000 hosts', () => {
    const jar = new CookieJar();
    for (let index = 0; index < 10_000; index++) jar.store(['a=1'], 'http', `h${index}.test`, '/');
    expect(jar.size).toBe(3000);
    expect(jar.headerFor('http', 'h9999.test', '/')).toBe('a=1');
    expect(jar.headerFor('http', 'h6999.test', '/')).toBeNull();
  });

  it('spares what was used, and secure cookies longest', () => {
    let now = 0;
    const jar = new CookieJar(null, { maxCookiesPerDomain: 3, now: () => now++ });
    jar.setCookies(['s=1; Secure', 'a=1; Path=/a', 'b=1; Path=/b'], HOME);
    jar.cookieHeader(`${HOME}a`);
    jar.setCookie('c=1', HOME);
    expect([...jar].map(({ name }) => name)).toEqual(['s', 'a', 'c']);
  });

  it('obeys its own limits', () => {
    const jar = new CookieJar(null, { maxCookies: 2, maxPairSize: 10 });
    jar.setCookies(['a=1', 'b=2; Domain=example.com', 'c=3', `d=${'x'.repeat(10)}`], HOME);
    expect(jar.size).toBe(2);
    expect(jar.has('d')).toBe(false);
    expect(CookieJar.fromJSON(jarWith('a=1', 'b=2', 'c=3').toJSON(), { maxCookies: 1 }).size).toBe(1);
  });

  it('survives names from the prototype chain', () => {
    const jar = new CookieJar();
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
    jar.setCookies(
      names.map((name) => `${name}=1; Path=/`),
      HOME,
    );
    expect(jar.cookieHeader(HOME)).toBe(names.map((name) => `${name}=1`).join('; '));
    expect(CookieJar.fromJSON(JSON.parse(JSON.stringify(jar))).get('__proto__')).toBe('1');
    expect(Object.hasOwn(Object.prototype, 'value')).toBe(false);
    const init: Record<string, string> = JSON.parse('{"__proto__": "x"}');
    expect(new CookieJar(init, { url: HOME }).get('__proto__')).toBe('x');
    expect(jar.get('valueOf')).toBeUndefined();
  });

  it('ignores huge and illegal fields', () => {
    const jar = jarWith(
      `a=${'x'.repeat(5_000_000)}`,
      'b=1\r\nSet-Cookie: c=2',
      'd=\0',
      `e=1; Path=/${'x'.repeat(5000)}`,
    );
    expect(Array.from(jar, ({ name, path }): [string, string] => [name, path])).toEqual([['e', '/']]);
  });

  it('never mixes up a scope with the text of another', () => {
    const cookies: Partial<Cookie>[] = [];
    const jar = new CookieJar();
    jar.setCookie('a/b=1; Path=/x', HOME);
    jar.setCookie('b=1; Path=/x/a', HOME);
    for (const { name, path } of jar) cookies.push({ name, path });
    expect(cookies).toEqual([
      { name: 'a/b', path: '/x' },
      { name: 'b', path: '/x/a' },
    ]);
  });
});
