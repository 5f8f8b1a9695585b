import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { HeadersInit } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** The three lines that most cases look at. */
function sample(t: CaseContext): InstanceType<CaseContext['tern']['Headers']> {
  return new t.tern.Headers([
    ['A', '1'],
    ['B', '3'],
    ['a', '2'],
  ]);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'HD-02',
    rows: ['HD-02'],
    title: 'headers are made from objects, pairs, maps, other headers, and bytes as values',
    verdict: 'differs:names are texts; bytes are for values alone',
    layer: 'model',
    run(t) {
      const { Headers } = t.tern;
      const forms: HeadersInit[] = [
        { 'X-A': '1', 'X-B': '2' },
        { 'X-A': new TextEncoder().encode('1'), 'X-B': ['2'] },
        [
          ['X-A', '1'],
          ['X-B', new Uint8Array([0x32])],
        ],
        new Map([
          ['X-A', '1'],
          ['X-B', '2'],
        ]),
        new Headers({ 'X-A': '1', 'X-B': '2' }),
      ];
      for (const form of forms) {
        t.assert.deepEqual(new Headers(form).raw, [
          ['X-A', '1'],
          ['X-B', '2'],
        ]);
      }
      t.assert.deepEqual(new Headers(new globalThis.Headers({ 'X-A': '1' })).raw, [['x-a', '1']]);
      t.assert.deepEqual(new Headers({ a: ['1', '2'], b: [], c: undefined }).raw, [
        ['a', '1'],
        ['a', '2'],
      ]);
      t.assert.equal(new Headers().size + new Headers(null).size, 0);
      for (const bad of [
        'a: 1',
        5,
        true,
        [['a']],
        ['ab'],
        [['a', 'b', 'c']],
        [[new Uint8Array([0x61]), '1']],
      ]) {
        t.assert.throws(() => new Headers(bad as never), { code: 'ERR_INVALID_ARGUMENT' }, inspect(bad));
      }
    },
  },
  {
    id: 'HD-03',
    rows: ['HD-03'],
    title: 'a value that is neither text nor bytes is refused, and the error names the header',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { Client, Headers } = t.tern;
      const client = new Client();
      for (const value of [null, 5, true, {}, new Date(0), Symbol('x'), ['a', 5], [undefined]]) {
        const init = { 'X-Bad': value } as never;
        const expected = { code: 'ERR_INVALID_ARGUMENT', message: /'X-Bad'/ };
        t.assert.throws(() => new Headers(init), expected);
        if (value === null) continue;
        t.assert.throws(() => new Client({ headers: init }), expected);
        await t.assert.rejects(client.get('http://h/', { headers: init }), expected);
        if (Array.isArray(value)) continue;
        t.assert.throws(() => new Headers().set('X-Bad', value as never), expected);
        t.assert.throws(() => new Headers().append('X-Bad', value as never), expected);
      }
    },
  },
  {
    id: 'HD-06',
    rows: ['HD-06'],
    title: 'get joins all values of a name; absent is null',
    verdict: 'same',
    rfc: 'RFC 9110 §5.3',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      t.assert.deepEqual(
        [headers.get('a'), headers.get('A'), headers.get('b'), headers.get('c')],
        ['1, 2', '1, 2', '3', null],
      );
      t.assert.equal(new t.tern.Headers({ a: '' }).get('a'), '');
      t.assert.equal(new t.tern.Headers({ k: '1' }).get('\u212a'), null);
      t.assert.equal(new t.tern.Headers({ '`': '1' }).get('@'), null);
    },
  },
  {
    id: 'HD-07',
    rows: ['HD-07'],
    title: 'lists are split at commas outside quotes',
    verdict: 'fixed:D33',
    rfc: 'RFC 9110 §5.6.1',
    layer: 'model',
    run(t) {
      const headers = new t.tern.Headers([
        ['X', 'a, b'],
        ['x', ' c ,, "d, e"'],
        ['Y', '"f\\", g" , h'],
      ]);
      t.assert.deepEqual(headers.getAll('x'), ['a, b', 'c ,, "d, e"']);
      t.assert.deepEqual(headers.getList('X'), ['a', 'b', 'c', '"d, e"']);
      t.assert.deepEqual(headers.getList('y'), ['"f\\", g"', 'h']);
      t.assert.deepEqual([headers.getAll('z'), headers.getList('z')], [[], []]);
    },
  },
  {
    id: 'HD-08',
    rows: ['HD-08'],
    title:
      'keys, values and entries are lower-case, unique and joined, in first-seen order; raw is every line',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      t.assert.deepEqual([...headers.keys()], ['a', 'b']);
      t.assert.deepEqual([...headers.values()], ['1, 2', '3']);
      t.assert.deepEqual(
        [...headers],
        [
          ['a', '1, 2'],
          ['b', '3'],
        ],
      );
      t.assert.deepEqual([...headers.entries()], [...headers]);
      const seen: string[] = [];
      headers.forEach((value, name, owner) => seen.push(`${name}=${value} ${owner === headers}`));
      t.assert.deepEqual(seen, ['a=1, 2 true', 'b=3 true']);
      t.assert.deepEqual(headers.raw, [
        ['A', '1'],
        ['B', '3'],
        ['a', '2'],
      ]);
      t.assert.deepEqual(
        [...headers.toFetch()],
        [
          ['a', '1, 2'],
          ['b', '3'],
        ],
      );
      t.assert.equal(JSON.stringify(headers), '[["A","1"],["B","3"],["a","2"]]');
    },
  },
  {
    id: 'HD-09',
    rows: ['HD-09'],
    title: 'set replaces the first in its place and drops the others; a new name comes last',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      headers.set('a', '9');
      headers.set('C', '4');
      headers.append('b', '5');
      t.assert.deepEqual(headers.raw, [
        ['a', '9'],
        ['B', '3'],
        ['C', '4'],
        ['b', '5'],
      ]);
    },
  },
  {
    id: 'HD-10',
    rows: ['HD-10'],
    title: 'delete removes all of a name and tells whether there was one',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      t.assert.equal(headers.delete('a'), true);
      t.assert.equal(headers.delete('a'), false);
      t.assert.deepEqual(headers.raw, [['B', '3']]);
    },
  },
  {
    id: 'HD-11',
    rows: ['HD-11'],
    title: 'update removes every name that it brings and puts all at the end',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      headers.update([
        ['a', 'x'],
        ['C', 'y'],
        ['A', 'z'],
      ]);
      t.assert.deepEqual(headers.raw, [
        ['B', '3'],
        ['a', 'x'],
        ['C', 'y'],
        ['A', 'z'],
      ]);
      headers.update({});
      t.assert.equal(headers.size, 4);
      t.assert.throws(() => headers.update({ good: '1', 'ba d': '2' }), t.tern.LocalProtocolError);
      t.assert.equal(headers.has('good'), false);
    },
  },
  {
    id: 'HD-12',
    rows: ['HD-12'],
    title: 'has, and copies that do not share changes with their original',
    verdict: 'differs:has() before set() takes the place of setdefault',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      t.assert.deepEqual([headers.has('A'), headers.has('x')], [true, false]);
      const copies = [headers.clone(), new t.tern.Headers(headers)];
      for (const copy of copies) copy.set('a', 'copy');
      t.assert.deepEqual(
        copies.map((copy) => copy.get('a')),
        ['copy', 'copy'],
      );
      t.assert.equal(headers.get('a'), '1, 2');
      const later = headers.clone();
      headers.delete('a');
      t.assert.equal(later.get('a'), '1, 2');
      const { headers: sent } = new t.tern.Request('GET', 'http://h/', { headers });
      headers.set('b', 'changed');
      t.assert.equal(sent.get('b'), '3');
      for (const change of [
        () => sent.set('b', '1'),
        () => sent.append('b', '1'),
        () => sent.delete('b'),
        () => sent.delete('x'),
        () => sent.update({}),
      ]) {
        t.assert.throws(change, { code: 'ERR_INVALID_ARGUMENT', message: /request\.with/ });
      }
      const writable = sent.clone();
      writable.set('b', 'mine');
      t.assert.equal(writable.get('b'), 'mine');
    },
  },
  {
    id: 'HD-13',
    rows: ['HD-13'],
    title: 'size counts repeated fields each',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      t.assert.deepEqual([headers.size, [...headers.keys()].length], [3, 2]);
    },
  },
  {
    id: 'HD-14',
    rows: ['HD-14'],
    title: 'equality looks neither at order nor at the case of names, but at that of values',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const headers = sample(t);
      const equal: HeadersInit[] = [
        headers.clone(),
        [
          ['a', '2'],
          ['b', '3'],
          ['A', '1'],
        ],
        { a: ['1', '2'], B: '3' },
      ];
      for (const other of equal) t.assert.equal(headers.equals(other), true);
      const different: HeadersInit[] = [
        { a: '1, 2', b: '3' },
        { a: ['1', '2'] },
        { a: ['1', '2'], b: ['3', '3'] },
        {},
      ];
      for (const other of different) t.assert.equal(headers.equals(other), false);
      t.assert.equal(new t.tern.Headers({ a: 'x' }).equals({ a: 'X' }), false);
    },
  },
  {
    id: 'HD-15',
    rows: ['HD-15'],
    title: 'inspected headers show every line but no secret, those included that the client was told',
    verdict: 'fixed:D35',
    layer: 'model',
    run(t) {
      const { Client, Headers } = t.tern;
      const names = [
        'Authorization',
        'proxy-authorization',
        'Cookie',
        'Set-Cookie',
        'X-API-Key',
        'X-Auth-Token',
        'Private-Token',
      ];
      const headers = new Headers([
        ...names.map((name) => [name, 'hidden'] as const),
        ['X-Plain', 'shown'],
        ['x-plain', 'too'],
      ]);
      const text = inspect(headers);
      t.assert.doesNotMatch(text, /hidden/);
      for (const name of [...names, 'X-Plain', 'x-plain', 'shown', 'too'])
        t.assert.ok(text.includes(name), name);
      t.assert.equal(text.match(/\[secure\]/g)?.length, names.length);
      t.assert.doesNotMatch(inspect({ deep: [headers.clone()] }, { depth: 9 }), /hidden/);

      const client = new Client({ headers: { 'X-Mine': 'hidden' }, redact: { headers: ['x-mine'] } });
      t.assert.doesNotMatch(inspect(client.headers), /hidden/);
      const sent = client.buildRequest('GET', 'http://h/').headers;
      t.assert.doesNotMatch(inspect([sent, sent.clone()]), /hidden/);
      client.headers = { 'X-Mine': 'hidden' };
      t.assert.doesNotMatch(inspect(client.headers.clone()), /hidden/);
      t.assert.doesNotMatch(inspect(client.extend({ headers: { a: '1' } }).headers), /hidden/);
      t.assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }), /hidden/);
      t.assert.match(
        inspect(new Client({ redact: null, headers: { Authorization: 'shown' } }).headers),
        /shown/,
      );
    },
  },
  {
    id: 'HD-19',
    rows: ['HD-19'],
    title: 'Set-Cookie joined is not to be used; getSetCookie() and the iterators keep each by itself',
    verdict: 'same',
    rfc: 'RFC 6265 §3',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const cookies = ['a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT', 'b=2'];
      const server = await t.replies(
        reply(
          200,
          cookies.map((cookie) => ['Set-Cookie', cookie] as const),
        ),
      );
      const { headers } = await t.client().get(server.url('/'));
      t.assert.equal(headers.get('set-cookie'), cookies.join(', '));
      t.assert.deepEqual(headers.getSetCookie(), cookies);
      t.assert.deepEqual(headers.getAll('set-cookie'), cookies);
      t.assert.deepEqual(
        [...headers].slice(0, 2),
        cookies.map((cookie) => ['set-cookie', cookie]),
      );
      t.assert.deepEqual(headers.toFetch().getSetCookie(), cookies);
    },
  },
];
