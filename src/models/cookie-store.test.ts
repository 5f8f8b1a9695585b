import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { CookieStore } from './cookie-store.ts';
import type { Cookie } from './cookie.ts';

function cookie(changes: Partial<Cookie>): Cookie {
  return {
    name: 'a',
    value: '1',
    domain: 'x.test',
    hostOnly: false,
    path: '/',
    secure: false,
    httpOnly: false,
    sameSite: null,
    expires: null,
    creationTime: 0,
    lastAccessTime: 0,
    ...changes,
  };
}

function names(store: CookieStore): string {
  return Array.from(store.values(), ({ name }) => name).join('');
}

describe('CookieStore', () => {
  it('replaces the cookie of the same scope and keeps its place and creation time', () => {
    const store = new CookieStore();
    const first = store.put(cookie({ name: 'a', creationTime: 1 }));
    store.put(cookie({ name: 'b', creationTime: 2 }));
    const second = store.put(cookie({ name: 'a', value: '2', creationTime: 3, lastAccessTime: 3 }));
    expect(second).toMatchObject({ value: '2', creationTime: 1, lastAccessTime: 3 });
    expect(store.has(first)).toBe(false);
    expect(store.has(second)).toBe(true);
    expect(store.header(true, 'x.test', '/', 9)).toBe('a=2; b=1');
  });

  it('tells cookies apart by name, domain, host-only flag and path', () => {
    const store = new CookieStore();
    store.put(cookie({}));
    store.put(cookie({ name: 'A' }));
    store.put(cookie({ domain: 'y.x.test' }));
    store.put(cookie({ hostOnly: true }));
    store.put(cookie({ path: '/b' }));
    expect(store.size).toBe(5);
  });

  it('merges the domains of a host by path length, then creation', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'p', domain: 'x.test' }));
    store.put(cookie({ name: 'h', domain: 'w.x.test', hostOnly: true }));
    store.put(cookie({ name: 'l', domain: 'x.test', path: '/long' }));
    store.put(cookie({ name: 'e', domain: '' }));
    expect(store.header(false, 'w.x.test', '/long/er', 5)).toBe('l=1; p=1; h=1; e=1');
    expect(store.header(false, 'other.test', '/', 5)).toBe('e=1');
    expect(store.header(false, 'root.test.', '/', 5)).toBe('e=1');
    expect(store.header(false, 'deep.w.x.test', '/', 5)).toBe('p=1; e=1');
  });

  it('notes the use of the cookies that it sends, and of no others', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a' }));
    store.put(cookie({ name: 'b', path: '/b' }));
    store.header(false, 'x.test', '/', 7);
    expect(Array.from(store.values(), ({ lastAccessTime }) => lastAccessTime)).toEqual([7, 0]);
  });

  it('forgets expired cookies', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a', expires: 10 }));
    store.put(cookie({ name: 'b', expires: 20 }));
    store.put(cookie({ name: 'c' }));
    store.purge(9);
    expect(names(store)).toBe('abc');
    store.purge(10);
    expect(names(store)).toBe('bc');
    store.purge(25);
    expect(names(store)).toBe('c');
  });

  it('evicts from a full domain: insecure first, then the one used longest ago', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a', secure: true, lastAccessTime: 1 }));
    store.put(cookie({ name: 'b', lastAccessTime: 3 }));
    store.put(cookie({ name: 'c', lastAccessTime: 2 }));
    store.put(cookie({ name: 'd', secure: true, lastAccessTime: 0 }));
    store.evict('x.test', 3, 99);
    expect(names(store)).toBe('abd');
    store.evict('x.test', 2, 99);
    expect(names(store)).toBe('ad');
    store.evict('x.test', 1, 99);
    expect(names(store)).toBe('a');
  });

  it('evicts from a full store the one used longest ago, secure or not, the older one of two', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a', domain: 'a.test', lastAccessTime: 2 }));
    store.put(cookie({ name: 'b', domain: 'b.test', lastAccessTime: 1, secure: true }));
    store.put(cookie({ name: 'c', domain: 'c.test', lastAccessTime: 1 }));
    store.evict('c.test', 99, 2);
    expect(names(store)).toBe('ac');
    store.evict('c.test', 99, 1);
    expect(names(store)).toBe('a');
  });

  it('evicts the older one of two that were used at the same time, whatever their paths', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a' }));
    store.put(cookie({ name: 'b', path: '/long' }));
    store.evict('x.test', 1, 99);
    expect(names(store)).toBe('b');
  });

  it('sends the cookies of one domain by path length, then creation', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a' }));
    store.put(cookie({ name: 'b', path: '/p/q' }));
    store.put(cookie({ name: 'c', path: '/p' }));
    store.put(cookie({ name: 'd', path: '/p/q' }));
    store.put(cookie({ name: 'e', creationTime: -1 }));
    expect(store.header(false, 'x.test', '/p/q', 0)).toBe('b=1; d=1; c=1; e=1; a=1');
    expect(names(store)).toBe('abcde');
  });

  it('removes by scope, and does not mind what is not there', () => {
    const store = new CookieStore();
    store.put(cookie({ name: 'a' }));
    store.put(cookie({ name: 'b' }));
    store.remove(cookie({ name: 'a', value: 'other' }));
    store.remove(cookie({ name: 'a' }));
    expect(names(store)).toBe('b');
    store.remove(cookie({ name: 'b' }));
    expect(store.size).toBe(0);
    expect(store.header(true, 'x.test', '/', 0)).toBeNull();
  });

  it('clears', () => {
    const store = new CookieStore();
    store.put(cookie({ expires: 5 }));
    store.clear();
    expect(store.size).toBe(0);
    expect(store.header(true, 'x.test', '/', 0)).toBeNull();
  });
});

describe('StoredCookie', () => {
  it('is plain data in JSON and hides its value from inspect', () => {
    const stored = new CookieStore().put(cookie({ value: 'topsecret' }));
    expect(JSON.parse(JSON.stringify(stored))).toEqual(cookie({ value: 'topsecret' }));
    expect(inspect([stored])).not.toContain('topsecret');
    expect(inspect(stored)).toContain(`value: '[secure]'`);
  });
});
