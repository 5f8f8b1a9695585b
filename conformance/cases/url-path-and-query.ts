import type { ConformanceCase } from '../case.ts';
import { parse, targets } from '../support/urls.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'UP-12',
    rows: ['UP-12'],
    title: 'the path is shown as it is sent; it is / when there is none',
    verdict: 'differs:the URL is that of the platform, whose path is encoded',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, 'http://h/pa%20th%2Fx').pathname, '/pa%20th%2Fx');
      t.assert.equal(parse(t, 'http://h/a b/\u00e9').pathname, '/a%20b/%C3%A9');
      t.assert.equal(parse(t, 'http://h').pathname, '/');
      t.assert.equal(parse(t, 'http://h?x').pathname, '/');
    },
  },
  {
    id: 'UP-13',
    rows: ['UP-13'],
    title: 'path on the wire: escapes stay as they are, the rest is encoded as the platform does',
    verdict: 'fixed:D07',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const given = [
        '/%7e%2f%61%20',
        '/a b"c<d>e`f{g}h',
        '/caf\u00e9/\u{1f600}',
        "/a|b[c]d!$&'()*+,;=:@",
        '/a^b',
      ];
      const expected = [
        '/%7e%2f%61%20',
        '/a%20b%22c%3Cd%3Ee%60f%7Bg%7Dh',
        '/caf%C3%A9/%F0%9F%98%80',
        "/a|b[c]d!$&'()*+,;=:@",
        // Whether this one is encoded has changed in the URL standard, and so in Node.
        new URL('http://h/a^b').pathname,
      ];
      t.assert.deepEqual(await targets(t, given), expected);
    },
  },
  {
    id: 'UP-14',
    rows: ['UP-14'],
    title: 'a percent sign without two digits stays in path and query, and is encoded in params',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const given = ['/100%', '/%zz', '/%e', '/?a=100%&b=%zz'];
      t.assert.deepEqual(await targets(t, given), given);
      t.assert.equal(t.tern.withParams('http://h/?a=%', { b: '%', c: '%20' }).search, '?a=%&b=%25&c=%2520');
    },
  },
  {
    id: 'UP-15',
    rows: ['UP-15'],
    title: 'query on the wire: space, quotation mark, #, <, > and other letters are encoded',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.deepEqual(
        await targets(t, [
          '/?a=b c&d=e/f',
          '/?a=b+c',
          '/?%20%97',
          '/?"<>\u00e9\u{1f600}',
          '/?`{}^|[]+?/:@\\',
        ]),
        ['/?a=b%20c&d=e/f', '/?a=b+c', '/?%20%97', '/?%22%3C%3E%C3%A9%F0%9F%98%80', '/?`{}^|[]+?/:@\\'],
      );
    },
  },
  {
    id: 'UP-15.apostrophe',
    rows: ['UP-15'],
    title: 'the apostrophe is encoded in the query of http and https',
    verdict: 'differs:special-query percent-encode set of the URL standard',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.deepEqual(await targets(t, ["/it's?it's"]), ["/it's?it%27s"]);
    },
  },
  {
    id: 'UP-16',
    rows: ['UP-16'],
    title: 'fragment: space, quotation mark, <, > and backquote are encoded; it is never sent',
    verdict: 'same',
    rfc: 'RFC 9110 §7.1',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      t.assert.equal(parse(t, 'http://h/#x y"<>`\u00e9{}|%zz').hash, '#x%20y%22%3C%3E%60%C3%A9{}|%zz');
      t.assert.deepEqual(await targets(t, ['/#x y', '/a?b#c?d', '#?']), ['/', '/a?b', '/']);
    },
  },
  {
    id: 'UP-17',
    rows: ['UP-17'],
    title: 'an empty query is kept on the wire, and reads as none',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      t.assert.deepEqual(await targets(t, ['/path?', '/path', '/path?#f', '?']), [
        '/path?',
        '/path',
        '/path?',
        '/?',
      ]);
      t.assert.deepEqual([parse(t, 'http://h/p?').search, parse(t, 'http://h/p').search], ['', '']);
      t.assert.equal(parse(t, 'http://h/p?').href, 'http://h/p?');
    },
  },
  {
    id: 'UP-18',
    rows: ['UP-18'],
    title: 'dot segments of an absolute URL are resolved',
    verdict: 'same',
    rfc: 'RFC 3986 §5.2.4',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      t.assert.deepEqual(
        await targets(t, ['/abc/def/../ghi/./jkl', '/../abc', '/a//../b', '/.../..x', '/?/../x']),
        ['/abc/ghi/jkl', '/abc', '/a/b', '/.../..x', '/?/../x'],
      );
    },
  },
  {
    id: 'UP-18.relative',
    rows: ['UP-18'],
    title: 'those of a relative URL are resolved when it meets its base',
    verdict: 'differs:a relative reference is a text until it is joined',
    layer: 'model',
    run(t) {
      t.assert.equal(t.tern.joinURL('http://h/a/b/c', '../abc'), 'http://h/a/abc');
      t.assert.equal(
        new t.tern.Client({ baseURL: 'http://h/a/b' }).buildRequest('GET', '../abc').url.pathname,
        '/a/abc',
      );
    },
  },
  {
    id: 'UP-19',
    rows: ['UP-19'],
    title: 'a trailing dot segment leaves the slash',
    verdict: 'fixed:D06',
    rfc: 'RFC 3986 §5.2.4',
    layer: 'model',
    run(t) {
      const paths = { '/a/b/..': '/a/', '/a/./b/.': '/a/b/', '/..': '/', '/.': '/', '/a/b/../': '/a/' };
      for (const [path, expected] of Object.entries(paths)) {
        t.assert.equal(parse(t, `http://h${path}`).pathname, expected);
      }
    },
  },
  {
    id: 'UP-20',
    rows: ['UP-20'],
    title: 'encoded dots make dot segments too',
    verdict: 'fixed:D06',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, 'https://h/%2e%2e/a').pathname, '/a');
      t.assert.equal(parse(t, 'https://h/x/%2E./a/%2e').pathname, '/a/');
      t.assert.equal(parse(t, 'https://h/%2e%2e%2e/a').pathname, '/%2e%2e%2e/a');
      t.assert.equal(
        new t.tern.Client({ baseURL: 'http://h/a/b' }).buildRequest('GET', '%2e%2e/x').url.pathname,
        '/a/x',
      );
    },
  },
];
