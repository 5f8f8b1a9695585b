import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { href } from '../support/built-href.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MG-10',
    rows: ['MG-10'],
    title: 'a relative URL is appended to the path of the base, then dot segments go',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const joined = (url: string): string => href(t, { baseURL: 'http://h/api/v1' }, url);
      const hrefs = {
        users: 'http://h/api/v1/users',
        '/users': 'http://h/api/v1/users',
        '../users': 'http://h/api/users',
        '../../../users': 'http://h/users',
        '/a:1': 'http://h/api/v1/a:1',
        'a:1': 'http://h/api/v1/a:1',
        './x/../y/': 'http://h/api/v1/y/',
        '/': 'http://h/api/v1/',
        '.': 'http://h/api/v1/',
        '///': null,
      };
      for (const [url, expected] of Object.entries(hrefs)) {
        if (expected === null) t.assert.throws(() => joined(url), t.tern.InvalidURL);
        else t.assert.equal(joined(url), expected);
      }
    },
  },
  {
    id: 'MG-11',
    rows: ['MG-11'],
    title: 'an absolute URL is taken as it is',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const baseURL = 'https://u:p@h/api?t=1';
      t.assert.equal(href(t, { baseURL }, 'http://o/x?y=1#z'), 'http://o/x?y=1#z');
      t.assert.equal(href(t, { baseURL }, 'HTTP://O/x'), 'http://o/x');
      t.assert.equal(href(t, { baseURL }, 'https://h/x'), 'https://h/x');
      t.assert.equal(
        new t.tern.Client({ baseURL }).buildRequest('GET', new URL('http://o/x')).url.href,
        'http://o/x',
      );
    },
  },
  {
    id: 'MG-12',
    rows: ['MG-12'],
    title: '//host/path keeps its host and takes only the scheme of the base',
    verdict: 'fixed:D03',
    rfc: 'RFC 3986 §4.2',
    layer: 'model',
    run(t) {
      t.assert.equal(href(t, { baseURL: 'http://h/api' }, '//other.com/x'), 'http://other.com/x');
      t.assert.equal(
        href(t, { baseURL: 'https://u:p@h/api?t=1' }, '//other.com/x?y'),
        'https://other.com/x?y',
      );
      t.assert.equal(href(t, { baseURL: 'http://h/api' }, '//other.com:81'), 'http://other.com:81/');
      // Everything else without '://' stays on the host of the base, whatever it looks like.
      for (const url of [
        '\\\\other.com\\x',
        '/\\other.com/x',
        'http:other.com',
        'javascript:x',
        '@other.com/x',
      ]) {
        t.assert.equal(new URL(href(t, { baseURL: 'http://h/api' }, url)).host, 'h', url);
      }
      t.assert.throws(
        () => new t.tern.Client().buildRequest('GET', '//other.com/x'),
        t.tern.UnsupportedProtocol,
      );
    },
  },
  {
    id: 'MG-13',
    rows: ['MG-13'],
    title: 'a base URL keeps its query, and only paths are joined',
    verdict: 'fixed:D02',
    layer: 'model',
    run(t) {
      const joined = (url: string): string => href(t, { baseURL: 'http://h/api?t=%7e' }, url);
      t.assert.equal(joined('users'), 'http://h/api/users?t=%7e');
      t.assert.equal(joined('users?x=1#f'), 'http://h/api/users?t=%7e&x=1#f');
      t.assert.equal(joined('?x=1'), 'http://h/api/?t=%7e&x=1');
      t.assert.equal(joined(''), 'http://h/api/?t=%7e');
      t.assert.equal(joined('users?'), 'http://h/api/users?t=%7e');
      t.assert.equal(new t.tern.Client({ baseURL: 'http://h/api?t=1' }).baseURL?.href, 'http://h/api/?t=1');
    },
  },
  {
    id: 'MG-14',
    rows: ['MG-14'],
    title: 'the fragment is that of the relative URL; the one of the base is not inherited, and none is sent',
    verdict: 'differs:the fragment of a reference is its own (RFC 3986 §5.2.2)',
    rfc: 'RFC 3986 §5.2.2',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ baseURL: server.url('/api#base') });
      t.assert.equal(client.baseURL?.hash, '');
      const own = await client.get('users?x=1#own');
      const none = await client.get('users');
      t.assert.deepEqual([own.url.hash, none.url.hash], ['#own', '']);
      t.assert.deepEqual(
        server.exchanges.map(({ target }) => target),
        ['/api/users?x=1', '/api/users'],
      );
    },
  },
  {
    id: 'MG-15',
    rows: ['MG-15'],
    title: 'an empty and a query-only relative URL mean the base itself',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.equal(href(t, { baseURL: 'http://h/api' }, ''), 'http://h/api/');
      t.assert.equal(href(t, { baseURL: 'http://h/api' }, '?x=1'), 'http://h/api/?x=1');
      t.assert.equal(href(t, { baseURL: 'http://h' }, ''), 'http://h/');
      t.assert.throws(() => href(t, {}, ''), t.tern.UnsupportedProtocol);
    },
  },
  {
    id: 'MG-16',
    rows: ['MG-16'],
    title: 'encoded slashes in base and path survive the join',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ baseURL: server.url('/b%2Fp') });
      await client.get('/t%2fu');
      await client.get('');
      t.assert.deepEqual(
        server.exchanges.map(({ target }) => target),
        ['/b%2Fp/t%2fu', '/b%2Fp/'],
      );
    },
  },
];
