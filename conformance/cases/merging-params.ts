import { reply } from '../../fixtures/reply-server.ts';
import type { RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { href } from '../support/built-href.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MG-02',
    rows: ['MG-02'],
    title: 'a param of the request replaces the one of the client in its place; others stay, client first',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const params = { a: '1', b: ['2', '3'], c: '4' };
      t.assert.equal(
        href(t, { params }, 'http://h/p', { params: { d: '5', b: 6 } }),
        'http://h/p?a=1&b=6&c=4&d=5',
      );
      t.assert.equal(
        href(t, { params }, 'http://h/p', {
          params: [
            ['a', 'x'],
            ['a', 'y'],
          ],
        }),
        'http://h/p?a=x&a=y&b=2&b=3&c=4',
      );
      t.assert.equal(href(t, { params }, 'http://h/p', { params: { b: [] } }), 'http://h/p?a=1&c=4');
      t.assert.equal(href(t, { params }, 'http://h/p'), 'http://h/p?a=1&b=2&b=3&c=4');
    },
  },
  {
    id: 'MG-07',
    rows: ['MG-07'],
    title: 'params are added to the query of the URL, whose octets stay; the same key replaces',
    verdict: 'fixed:D01',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const targets: [target: string, params: RequestOptions['params'], expected: string][] = [
        ['/p?x=1', {}, '/p?x=1'],
        ['/p?x=1', [], '/p?x=1'],
        ['/p?x=1', { y: 2 }, '/p?x=1&y=2'],
        ['/p?x=1&z=3&x=2', { x: 9 }, '/p?z=3&x=9'],
        ['/p?x=a%20b+c&flag&y=%zz&&', { n: 'a b' }, '/p?x=a%20b+c&flag&y=%zz&&&n=a+b'],
        ['/p?%78=1', { x: 9 }, '/p?x=9'],
        ['/p?X=1', { x: 9 }, '/p?X=1&x=9'],
        ['/p?', { x: 9 }, '/p?x=9'],
        ['/p??x=1', { x: 9 }, '/p??x=1&x=9'],
        ['/p#f?x=1', { x: 9 }, '/p?x=9'],
      ];
      for (const [target, params] of targets) await client.get(server.url(target), { params: params! });
      t.assert.deepEqual(
        server.exchanges.map(({ target }) => target),
        targets.map(([, , expected]) => expected),
      );
      t.assert.equal(t.tern.withQuery('http://h/p?x=1', { y: 2 }).href, 'http://h/p?y=2');
      t.assert.equal(t.tern.withQuery('http://h/p?x=1', {}).href, 'http://h/p');
    },
  },
  {
    id: 'MG-08',
    rows: ['MG-08'],
    title: 'params of the client are added too, before those of the request',
    verdict: 'fixed:D01',
    layer: 'model',
    run(t) {
      const params = { k: '1' };
      t.assert.equal(href(t, { params }, 'http://h/p?x=%7e'), 'http://h/p?x=%7e&k=1');
      t.assert.equal(href(t, { params }, 'http://h/p?x=1', { params: { y: 2 } }), 'http://h/p?x=1&k=1&y=2');
      t.assert.equal(href(t, { params }, 'http://h/p?x=1', { params: { k: 2 } }), 'http://h/p?x=1&k=2');
      t.assert.equal(href(t, { params }, 'http://h/p?k=5&x=1'), 'http://h/p?x=1&k=1');
      t.assert.equal(href(t, { params, baseURL: 'http://h/b?t=1' }, 'p?x=1'), 'http://h/b/p?t=1&x=1&k=1');
    },
  },
  {
    id: 'MG-09',
    rows: ['MG-09'],
    title: 'without params the query goes out as it is',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const queries = ['?x=a%20b+c&flag&y=%zz', '?', '?%7E%7e', '?a=1&&b&=c', '?;x=[1]&{y}'];
      const direct = t.client();
      for (const query of queries) await direct.get(server.url(`/p${query}`));
      const based = t.client({ baseURL: server.url('/p') });
      for (const query of queries) await based.get(query);
      t.assert.deepEqual(
        server.exchanges.map(({ target }) => target),
        [...queries.map((query) => `/p${query}`), ...queries.map((query) => `/p/${query}`)],
      );
    },
  },
];
