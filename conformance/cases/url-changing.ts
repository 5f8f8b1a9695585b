import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'UJ-05',
    rows: ['UJ-05'],
    title: 'each part can be replaced by itself; null removes one',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { withParts } = t.tern;
      const url = new URL('http://u:p@h:8/a%7e?b=%7e#c');
      const hrefs: [Parameters<typeof withParts>[1], string][] = [
        [{}, 'http://u:p@h:8/a%7e?b=%7e#c'],
        [{ scheme: 'HTTPS' }, 'https://u:p@h:8/a%7e?b=%7e#c'],
        [{ host: 'O' }, 'http://u:p@o:8/a%7e?b=%7e#c'],
        [{ port: 9 }, 'http://u:p@h:9/a%7e?b=%7e#c'],
        [{ port: 80 }, 'http://u:p@h/a%7e?b=%7e#c'],
        [{ port: null }, 'http://u:p@h/a%7e?b=%7e#c'],
        [{ path: '/x y' }, 'http://u:p@h:8/x%20y?b=%7e#c'],
        [{ query: 'x=%zz' }, 'http://u:p@h:8/a%7e?x=%zz#c'],
        [{ query: '' }, 'http://u:p@h:8/a%7e?#c'],
        [{ query: null }, 'http://u:p@h:8/a%7e#c'],
        [{ params: { x: 'a b', y: [1, 2] } }, 'http://u:p@h:8/a%7e?x=a+b&y=1&y=2#c'],
        [{ params: {} }, 'http://u:p@h:8/a%7e#c'],
        [{ fragment: 'x y' }, 'http://u:p@h:8/a%7e?b=%7e#x%20y'],
        [{ fragment: null }, 'http://u:p@h:8/a%7e?b=%7e'],
        [{ username: 'x', password: 'y' }, 'http://x:y@h:8/a%7e?b=%7e#c'],
        [{ password: 'y' }, 'http://u:y@h:8/a%7e?b=%7e#c'],
        [{ password: null }, 'http://u@h:8/a%7e?b=%7e#c'],
        [{ username: null }, 'http://h:8/a%7e?b=%7e#c'],
      ];
      for (const [parts, expected] of hrefs) {
        t.assert.equal(withParts(url, parts).href, expected, JSON.stringify(parts));
        t.assert.equal(withParts(url.href, parts).href, expected);
      }
      t.assert.equal(url.href, 'http://u:p@h:8/a%7e?b=%7e#c');
      t.assert.equal(t.tern.withPath(url, '/z').pathname, '/z');
      t.assert.equal(t.tern.withAuth(url, 'x', 'y').username, 'x');
    },
  },
  {
    id: 'UJ-06',
    rows: ['UJ-06'],
    title: 'a replaced part cannot break out of its place',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { withParts } = t.tern;
      const base = 'http://h:8/a?b#c';
      for (const scheme of ['http://evil/', 'ht:tp', 'http:', '', '1x', 'a b', 'a/b']) {
        t.assert.throws(() => withParts(base, { scheme }), t.tern.InvalidURL, scheme);
      }
      for (const host of [
        'evil/x',
        'evil?x',
        'evil#x',
        'u@evil',
        'evil:81',
        'evil\\x',
        '[::1]:81',
        '::1]/x',
        '',
        'a b',
        '[::1',
        ':81',
      ]) {
        t.assert.throws(() => withParts(base, { host }), t.tern.InvalidURL, host);
      }
      t.assert.equal(withParts(base, { path: '/x?y#z' }).href, 'http://h:8/x%3Fy%23z?b#c');
      t.assert.equal(withParts(base, { query: 'x#y' }).href, 'http://h:8/a?x%23y#c');
      t.assert.equal(withParts(base, { fragment: 'x#y?z' }).href, 'http://h:8/a?b#x#y?z');
      t.assert.equal(
        withParts(base, { username: 'x:y@evil/', password: '@evil/?#' }).href,
        'http://x%3Ay%40evil%2F:%40evil%2F%3F%23@h:8/a?b#c',
      );
      t.assert.equal(withParts(base, { params: { 'a&b': 'c#d=e' } }).href, 'http://h:8/a?a%26b=c%23d%3De#c');
      t.assert.throws(() => withParts('mailto:evil', { scheme: 'http' }), t.tern.InvalidURL);
      t.assert.throws(() => withParts('mailto:x', { username: 'u' }), t.tern.InvalidURL);
      t.assert.throws(() => withParts('mailto:x', { port: 1 }), t.tern.InvalidURL);
      t.assert.throws(() => withParts('mailto:x', { host: 'h' }), t.tern.InvalidURL);
    },
  },
  {
    id: 'UJ-07',
    rows: ['UJ-07'],
    title: 'a new username takes the old password away',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.equal(t.tern.withParts('http://u:p@h/', { username: 'x' }).href, 'http://x@h/');
      t.assert.equal(t.tern.withAuth('http://u:p@h/', 'x').href, 'http://x@h/');
    },
  },
  {
    id: 'UJ-08',
    rows: ['UJ-08'],
    title: 'params are set, added to and removed in a copy; without the last one the ? goes',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { QueryParams, withoutParams, withParams, withQuery } = t.tern;
      const url = new URL('http://h/?a=%7e&b=2&a=3#f');
      t.assert.equal(withParams(url, { c: 4 }).href, 'http://h/?a=%7e&b=2&a=3&c=4#f');
      t.assert.equal(withParams(url, { a: [5, 6] }).href, 'http://h/?b=2&a=5&a=6#f');
      t.assert.equal(withParams(url, {}).href, url.href);
      t.assert.equal(
        withQuery(url, new QueryParams(url.searchParams).add('a', 7)).href,
        'http://h/?a=%7E&b=2&a=3&a=7#f',
      );
      t.assert.equal(withoutParams(url, 'a').href, 'http://h/?b=2#f');
      t.assert.equal(withoutParams(url, 'a', 'b').href, 'http://h/#f');
      t.assert.equal(withoutParams(url, 'x').href, url.href);
      t.assert.equal(withoutParams('http://h/?%61=1&A=2', 'a').href, 'http://h/?A=2');
      t.assert.equal(withQuery(url, {}).href, 'http://h/#f');
      t.assert.equal(url.href, 'http://h/?a=%7e&b=2&a=3#f');
    },
  },
];
