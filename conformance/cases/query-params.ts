import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { ParamsInit } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'QP-01',
    rows: ['QP-01'],
    title: 'params are made from text, bytes, records, pairs, other params, or nothing',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { QueryParams } = t.tern;
      const forms: ParamsInit[] = [
        'a=1&b=2&a=3',
        '?a=1&b=2&a=3',
        new TextEncoder().encode('a=1&b=2&a=3'),
        [
          ['a', '1'],
          ['b', 2],
          ['a', 3n],
        ],
        new Set([['a', '1'] as const, ['b', '2'] as const, ['a', '3'] as const]),
        new URLSearchParams('a=1&b=2&a=3'),
        new QueryParams('a=1&b=2&a=3'),
      ];
      for (const form of forms) t.assert.equal(new QueryParams(form).toString(), 'a=1&b=2&a=3');
      t.assert.equal(new QueryParams({ a: ['1', 3], b: '2' }).toString(), 'a=1&a=3&b=2');
      t.assert.equal(new QueryParams(new Map([['a', '1']])).toString(), 'a=1');
      for (const none of [undefined, null, '', {}, []] as const)
        t.assert.equal(new QueryParams(none).size, 0);
      const client = new t.tern.Client();
      for (const params of forms) {
        t.assert.equal(client.buildRequest('GET', 'http://h/', { params }).url.search, '?a=1&b=2&a=3');
      }
      for (const bad of [
        5,
        true,
        new Date(0),
        ['a'],
        [['a']],
        [['a', '1', '2']],
        [[1, 'a']],
        { a: {} },
        { a: [[]] },
      ]) {
        t.assert.throws(() => new QueryParams(bad as never), { code: 'ERR_INVALID_ARGUMENT' }, inspect(bad));
      }
    },
  },
  {
    id: 'QP-02',
    rows: ['QP-02'],
    title: 'booleans, null and numbers as text; undefined is left out',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { QueryParams } = t.tern;
      t.assert.equal(
        new QueryParams({ a: [1, true, false, null, 'x y'] }).toString(),
        'a=1&a=true&a=false&a=&a=x+y',
      );
      t.assert.equal(
        new QueryParams({ a: 1.5, b: -0, c: 10n ** 20n, d: 1e21 }).toString(),
        'a=1.5&b=0&c=100000000000000000000&d=1e%2B21',
      );
      t.assert.equal(new QueryParams({ a: undefined, b: 1 }).toString(), 'b=1');
      t.assert.equal(new QueryParams([['a', null]]).toString(), 'a=');
    },
  },
  {
    id: 'QP-03',
    rows: ['QP-03'],
    title: 'form encoding of the URL standard: letters, digits and *-._ stay, a space is +',
    verdict: 'fixed:D05',
    rfc: 'URL standard, application/x-www-form-urlencoded',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
      const values = [printable, '%20', 'http://e?q=f%2Fa', '\u00e9\u{1f600}\0\n', '~*'];
      const expected = values.map((value) => `/?${new URLSearchParams({ u: value }).toString()}`);
      const server = await t.replies(reply(200));
      const client = t.client();
      for (const u of values) await client.get(server.url('/'), { params: { u } });
      t.assert.deepEqual(
        server.exchanges.map(({ target }) => target),
        expected,
      );
      t.assert.equal(expected[1], '/?u=%2520');
      t.assert.equal(expected[2], '/?u=http%3A%2F%2Fe%3Fq%3Df%252Fa');
      t.assert.equal(expected[4], '/?u=%7E*');
      t.assert.equal(new t.tern.QueryParams({ 'a b&=': '' }).toString(), 'a+b%26%3D=');
      t.assert.equal(new t.tern.QueryParams({ a: '\ud800' }).toString(), 'a=%EF%BF%BD');
    },
  },
  {
    id: 'QP-04',
    rows: ['QP-04'],
    title: 'parsing: + and %20 are spaces, ; is data, blanks stay, what is not UTF-8 becomes U+FFFD',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { QueryParams } = t.tern;
      const pairs = (query: string | Uint8Array): [string, string][] => [...new QueryParams(query)];
      t.assert.deepEqual(pairs('a=b+c&d=e%20f'), [
        ['a', 'b c'],
        ['d', 'e f'],
      ]);
      t.assert.deepEqual(pairs('a=1;b=2'), [['a', '1;b=2']]);
      t.assert.deepEqual(pairs('a&b=&=c&&'), [
        ['a', ''],
        ['b', ''],
        ['', 'c'],
      ]);
      t.assert.deepEqual(pairs('a=%ff%c3%a9&b=%zz&c=%'), [
        ['a', '\ufffd\u00e9'],
        ['b', '%zz'],
        ['c', '%'],
      ]);
      t.assert.deepEqual(pairs(new Uint8Array([0x61, 0x3d, 0xc3, 0xa9, 0x26, 0x62, 0x3d, 0xff])), [
        ['a', '\u00e9'],
        ['b', '\ufffd'],
      ]);
      t.assert.deepEqual(pairs('a=b=c'), [['a', 'b=c']]);
      t.assert.equal(new QueryParams('a').toString(), 'a=');
    },
  },
  {
    id: 'QP-04.question-mark',
    rows: ['QP-04'],
    title: 'one leading question mark is dropped',
    verdict: 'differs:as URLSearchParams does, so that url.search can be given',
    layer: 'model',
    run(t) {
      t.assert.deepEqual([...new t.tern.QueryParams('?a=1')], [['a', '1']]);
      t.assert.deepEqual([...new t.tern.QueryParams('??a=1')], [['?a', '1']]);
    },
  },
  {
    id: 'QP-05',
    rows: ['QP-05'],
    title: 'pairs keep their order',
    verdict: 'fixed:D04',
    layer: 'model',
    run(t) {
      const text = 'a=1&b=2&a=3&c=4&b=5';
      t.assert.equal(new t.tern.QueryParams(text).toString(), text);
      t.assert.equal(
        new t.tern.Client({ params: text }).buildRequest('GET', 'http://h/').url.search,
        `?${text}`,
      );
    },
  },
  {
    id: 'QP-06',
    rows: ['QP-06'],
    title: 'reading: first value, all values, keys and values once for each key, size of distinct keys',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const params = new t.tern.QueryParams('a=1&b=2&a=3&A=4');
      t.assert.deepEqual(
        [params.get('a'), params.get('b'), params.get('A'), params.get('x')],
        ['1', '2', '4', undefined],
      );
      t.assert.deepEqual([params.getAll('a'), params.getAll('x')], [['1', '3'], []]);
      t.assert.deepEqual([...params.keys()], ['a', 'b', 'A']);
      t.assert.deepEqual([...params.values()], ['1', '2', '4']);
      t.assert.equal(params.size, 3);
      t.assert.deepEqual([params.has('a'), params.has('B')], [true, false]);
    },
  },
  {
    id: 'QP-06.entries',
    rows: ['QP-06'],
    title: 'iterating gives every pair',
    verdict: 'differs:as URLSearchParams does; httpx has multi_items() for it',
    layer: 'model',
    run(t) {
      const params = new t.tern.QueryParams('a=1&b=2&a=3');
      const pairs = [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ];
      t.assert.deepEqual([...params], pairs);
      t.assert.deepEqual([...params.entries()], pairs);
      t.assert.deepEqual(params.toJSON(), pairs);
      t.assert.deepEqual([...params.toURLSearchParams()], pairs);
    },
  },
  {
    id: 'QP-07',
    rows: ['QP-07'],
    title: 'writing gives new params: set, add, remove, merge; there is nothing that changes them',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const params = new t.tern.QueryParams('a=1&b=2&a=3');
      t.assert.equal(params.set('a', 9).toString(), 'a=9&b=2');
      t.assert.equal(params.set('c', [8, 9]).toString(), 'a=1&b=2&a=3&c=8&c=9');
      t.assert.equal(params.add('a', [4, null]).toString(), 'a=1&b=2&a=3&a=4&a=');
      t.assert.equal(params.remove('a').toString(), 'b=2');
      t.assert.equal(params.remove('x').toString(), 'a=1&b=2&a=3');
      t.assert.equal(params.merge('b=7&d=8').toString(), 'a=1&b=7&a=3&d=8');
      t.assert.equal(params.merge(null).toString(), 'a=1&b=2&a=3');
      t.assert.equal(params.toString(), 'a=1&b=2&a=3');
      t.assert.equal(params.remove('a').remove('b').toString(), '');
      for (const name of ['append', 'delete', 'sort', 'update', 'clear'])
        t.assert.ok(!(name in params), name);
      params.toURLSearchParams().append('x', '1');
      params.getAll('a').push('x');
      t.assert.equal(params.toString(), 'a=1&b=2&a=3');
    },
  },
  {
    id: 'QP-08',
    rows: ['QP-08'],
    title: 'merging replaces whole keys, in the place of the first',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { QueryParams } = t.tern;
      t.assert.equal(new QueryParams('a=1&b=2').merge({ a: 0, c: 9 }).toString(), 'a=0&b=2&c=9');
      t.assert.equal(new QueryParams('a=1&b=2&a=3').merge('a=x').toString(), 'a=x&b=2');
      t.assert.equal(new QueryParams('b=2').merge('a=1&a=2').toString(), 'b=2&a=1&a=2');
    },
  },
  {
    id: 'QP-09',
    rows: ['QP-09'],
    title: 'equality does not look at the order',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const params = new t.tern.QueryParams('a=1&b=2&a=3');
      for (const other of ['a=3&a=1&b=2', { b: '2', a: ['3', '1'] }, new URLSearchParams('b=2&a=1&a=3')]) {
        t.assert.equal(params.equals(other), true);
      }
      for (const other of ['a=1&b=2', 'a=1&b=2&a=3&a=3', 'A=1&b=2&a=3', ''])
        t.assert.equal(params.equals(other), false);
    },
  },
  {
    id: 'QP-10',
    rows: ['QP-10'],
    title: 'an empty list makes its key disappear',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { Client, QueryParams } = t.tern;
      t.assert.equal(new QueryParams({ a: [], b: '1' }).toString(), 'b=1');
      t.assert.equal(new QueryParams('a=1&b=2').set('a', []).toString(), 'b=2');
      t.assert.equal(new QueryParams('a=1&b=2').merge({ a: [] }).toString(), 'b=2');
      t.assert.equal(
        new Client().buildRequest('GET', 'http://h/p', { params: { a: [] } }).url.href,
        'http://h/p',
      );
    },
  },
];
