import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import {
  CODED,
  PLAIN_ZSTD,
  SKIPPABLE,
  TAKE,
  TEXT,
  fails,
  gives,
  zstdFrame,
} from '../support/coded-content.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'DC-01',
    rows: ['DC-01'],
    title: 'gzip, deflate with and without its wrapper, br and identity are undone',
    verdict: 'same',
    rfc: 'RFC 9110 §8.4.1',
    layer: 'bytes',
    async run(t) {
      for (const { label, bytes } of Object.values(CODED)) await gives(t, bytes, [label], TEXT);
    },
  },
  {
    id: 'DC-01.zstd',
    rows: ['DC-01'],
    title: 'zstd is undone, by Node or by a decoder that is given',
    verdict: 'same',
    rfc: 'RFC 8878',
    layer: 'bytes',
    async run(t) {
      await gives(t, zstdFrame(TEXT), ['zstd'], TEXT, PLAIN_ZSTD);
      if (t.has('zstd')) await gives(t, zstdFrame(TEXT), ['zstd'], TEXT);
      else await fails(t, zstdFrame(TEXT), ['zstd'], 'ERR_CONTENT_CODING_UNSUPPORTED');
    },
  },
  {
    id: 'DC-01.names',
    rows: ['DC-01'],
    title: 'names are compared without white space and case',
    verdict: 'same',
    rfc: 'RFC 9110 §8.4.1',
    layer: 'bytes',
    async run(t) {
      for (const label of ['GZIP', ' \tgzip \t', 'gZip', ',gzip,', 'Identity , gzip'])
        await gives(t, CODED['gzip']!.bytes, [label], TEXT);
    },
  },
  {
    id: 'DC-01.x-gzip',
    rows: ['DC-01'],
    title: 'x-gzip is another name of gzip',
    verdict: 'differs:RFC 9110 §8.4.1.3 asks for x-gzip to be taken as gzip',
    rfc: 'RFC 9110 §8.4.1.3',
    layer: 'bytes',
    async run(t) {
      await gives(t, CODED['gzip']!.bytes, ['x-gzip'], TEXT);
      await gives(t, CODED['gzip']!.bytes, ['X-GZip'], TEXT);
    },
  },
  {
    id: 'DC-01.offer',
    rows: ['DC-01'],
    title: 'a client offers the codings that it can undo',
    verdict: 'same',
    rfc: 'RFC 9110 §12.5.3',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      await t.client().get(server.url());
      const offered = server.requests[0]?.get('accept-encoding');
      t.assert.equal(offered, `gzip, deflate, br${t.has('zstd') ? ', zstd' : ''}`);
    },
  },
  {
    id: 'DC-02',
    rows: ['DC-02'],
    title: 'several codings, in one field or several, are undone from the last to the first',
    verdict: 'same',
    rfc: 'RFC 9110 §8.4',
    layer: 'bytes',
    async run(t) {
      const both = gzipSync(deflateSync(TEXT));
      await gives(t, both, ['deflate, gzip'], TEXT);
      await gives(t, both, ['deflate', 'gzip'], TEXT);
      await fails(t, both, ['gzip, deflate']);
      await gives(t, CODED['br']!.bytes, ['br, identity'], TEXT);
      await gives(t, brotliCompressSync(gzipSync(deflateRawSync(TEXT))), ['deflate', 'gzip, br'], TEXT);
    },
  },
  {
    id: 'DC-04',
    rows: ['DC-04'],
    title: 'an empty body is empty in every coding',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      for (const label of ['gzip', 'deflate', 'br', 'zstd', 'identity', 'gzip, br'])
        await gives(t, Buffer.alloc(0), [label], '');
    },
  },
  {
    id: 'DC-04.content',
    rows: ['DC-04'],
    title: 'a body of a few octets that stand for no content is empty too',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const empty: readonly (readonly [string, Buffer])[] = [
        ['gzip', gzipSync('')],
        ['deflate', deflateSync('')],
        ['deflate', deflateRawSync('')],
        ['br', brotliCompressSync('')],
      ];
      for (const [label, bytes] of empty) await gives(t, bytes, [label], '');
      await gives(t, zstdFrame(''), ['zstd'], '', PLAIN_ZSTD);
    },
  },
  {
    id: 'DC-05',
    rows: ['DC-05'],
    title: 'the frames of zstd are joined, skippable ones passed over',
    verdict: 'same',
    rfc: 'RFC 8878 §3.1',
    layer: 'bytes',
    async run(t) {
      const bytes = Buffer.concat([zstdFrame('test '), SKIPPABLE, zstdFrame('123'), SKIPPABLE]);
      await gives(t, bytes, ['zstd'], TEXT, PLAIN_ZSTD);
      await gives(t, SKIPPABLE, ['zstd'], '', PLAIN_ZSTD);
      if (t.has('zstd')) await gives(t, bytes, ['zstd'], TEXT);
    },
  },
  {
    id: 'DC-08',
    rows: ['DC-08'],
    title: 'all members of gzip count',
    verdict: 'fixed:D15',
    rfc: 'RFC 1952 §2.2',
    layer: 'bytes',
    async run(t) {
      await gives(t, Buffer.concat([gzipSync('test '), gzipSync('123')]), ['gzip'], TEXT);
      await gives(
        t,
        Buffer.concat([gzipSync(''), gzipSync('test '), gzipSync(''), gzipSync('123')]),
        ['gzip'],
        TEXT,
      );
      await fails(t, Buffer.concat([gzipSync('test '), gzipSync('123').subarray(0, -1)]), ['gzip']);
    },
  },
  {
    id: 'DC-10',
    rows: ['DC-10'],
    title: 'deflate in single octets is told from its raw form by its octets, not by its pieces',
    verdict: 'fixed:D15',
    layer: 'bytes',
    splits: ['bytes'],
    async run(t) {
      for (const name of ['zlib deflate', 'raw deflate']) {
        const pieces = Array.from(CODED[name]!.bytes, (octet) => Uint8Array.of(octet));
        const fields = [
          ['Content-Encoding', 'deflate'],
          ['Transfer-Encoding', 'chunked'],
        ] as const;
        const server = await t.replies(reply(200, fields, chunked(pieces)));
        const client = t.client();
        for (const [how, take] of Object.entries(TAKE))
          t.assert.equal(await take(await client.stream('GET', server.url())), TEXT, `${name}: ${how}`);
      }
    },
  },
  {
    id: 'DC-12',
    rows: ['DC-12'],
    title: 'a coding that is named where there is no body is no error',
    verdict: 'same',
    rfc: 'RFC 9110 §8.4',
    layer: 'bytes',
    async run(t) {
      const fields = [
        ['Content-Encoding', 'gzip'],
        ['Content-Length', '30'],
      ] as const;
      const heads: readonly (readonly [string, Buffer])[] = [
        ['HEAD', reply(200, fields)],
        ['GET', reply(204, fields.slice(0, 1))],
        ['GET', reply(304, fields)],
        ['HEAD', reply(200, [['Content-Encoding', 'unheard-of']])],
      ];
      for (const [method, bytes] of heads) {
        const server = await t.replies(bytes);
        const client = t.client();
        t.assert.equal((await client.request(method, server.url())).bytes.length, 0);
        for (const take of Object.values(TAKE))
          t.assert.equal(await take(await client.stream(method, server.url())), '');
      }
    },
  },
];
