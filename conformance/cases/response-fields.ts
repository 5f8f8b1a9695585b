import { gzipSync } from 'node:zlib';
import { reply } from '../../fixtures/reply-server.ts';
import type { Response } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { answered } from '../support/answered-response.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-12',
    rows: ['RS-12'],
    title: 'links stand under their relation, or their URL if they have none',
    verdict: 'same',
    rfc: 'RFC 8288 §3',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(
        reply(200, [
          [
            'Link',
            '<https://api.test/items?page=2>; rel="next", </items?page=9>; rel=\'last\'; title="Page 9"',
          ],
          ['link', '</hub>; rel="hub", </bare>'],
        ]),
      );
      const { links } = await t.client().get(server.url());
      t.assert.deepEqual(Object.keys(links), ['next', 'last', 'hub', '/bare']);
      t.assert.equal(links['next']?.url, 'https://api.test/items?page=2');
      t.assert.deepEqual([links['last']?.url, links['last']?.title], ['/items?page=9', 'Page 9']);
      t.assert.deepEqual({ ...links['last']?.parameters }, { rel: 'last', title: 'Page 9' });
      t.assert.deepEqual(new t.tern.Response(200).links, Object.create(null));
    },
  },
  {
    id: 'RS-13',
    rows: ['RS-13'],
    title: 'several relations, separators in quotes, flags, repeated relations and encoded titles',
    verdict: 'fixed:D36',
    rfc: 'RFC 8288 §3',
    layer: 'model',
    run(t) {
      const of = (value: string): Response['links'] =>
        new t.tern.Response(200, { headers: { Link: value } }).links;
      const two = of('</2>; rel="next LAST"');
      t.assert.deepEqual(
        [Object.keys(two), two['next'], two['last']?.url],
        [['next', 'last'], two['last'], '/2'],
      );
      const quoted = of('<a;b,c=d>; title="x;y, z=\\"w\\""; rel=z');
      t.assert.deepEqual([quoted['z']?.url, quoted['z']?.title], ['a;b,c=d', 'x;y, z="w"']);
      t.assert.equal(of('</f>; crossorigin; rel=preload; as=style')['preload']?.parameters['as'], 'style');
      t.assert.equal(of('</1>; rel=next, </2>; rel=next')['next']?.url, '/1');
      t.assert.equal(of(`</t>; rel=x; title="plain"; title*=UTF-8''na%C3%AFve`)['x']?.title, 'naïve');
      t.assert.equal(of('not a link, </ok>; rel=ok')['ok']?.url, '/ok');
      t.assert.deepEqual(Object.keys(of('</elsewhere>; rel=next; anchor="#foot"')), []);
    },
  },
  {
    id: 'RS-15',
    rows: ['RS-15'],
    title: 'cookies are those of this response alone, by the rules of a jar',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(200, [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'foreign=1; Domain=elsewhere.test'],
        ]),
        reply(200, [['Set-Cookie', 'b=2; Path=/deep']]),
        reply(200),
      ]);
      const client = t.client();
      const names: string[][] = [];
      for (let i = 0; i < 3; i++) {
        const { cookies } = await client.get(server.url());
        names.push(Array.from(cookies, ({ name, value }) => `${name}=${value}`));
      }
      t.assert.deepEqual(names, [['a=1'], ['b=2'], []]);
      const response = answered(t, 200, { headers: { 'Set-Cookie': 'c=3' } });
      t.assert.equal(response.cookies, response.cookies);
      t.assert.equal(response.cookies.get('c'), '3');
    },
  },
  {
    id: 'RS-22',
    rows: ['RS-22'],
    title: 'the fields that describe the coded content stay as they came',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const coded = gzipSync('content');
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Encoding', 'gzip'],
            ['X-Case', 'Kept'],
          ],
          coded,
        ),
      );
      const response = await t.client().get(server.url());
      t.assert.deepEqual(response.headers.raw, [
        ['Content-Encoding', 'gzip'],
        ['X-Case', 'Kept'],
        ['Content-Length', String(coded.length)],
      ]);
      t.assert.equal(response.text, 'content');
    },
  },
];
