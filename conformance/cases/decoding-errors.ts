import { deflateSync, gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import {
  CODED,
  PLAIN_ZSTD,
  SKIPPABLE,
  TEXT,
  coded,
  fails,
  gives,
  zstdFrame,
} from '../support/coded-content.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'DC-02.unknown',
    rows: ['DC-02'],
    title: 'content in an unknown coding is an error, unless the raw octets are asked for',
    verdict: 'fixed:D18',
    rfc: 'RFC 9110 §8.4',
    layer: 'bytes',
    async run(t) {
      const bytes = gzipSync(TEXT);
      await fails(t, Buffer.from(TEXT), ['compress'], 'ERR_CONTENT_CODING_UNSUPPORTED');
      await fails(t, bytes, ['snappy, gzip'], 'ERR_CONTENT_CODING_UNSUPPORTED');
      await fails(t, bytes, ['gzip, snappy'], 'ERR_CONTENT_CODING_UNSUPPORTED');
      await gives(t, Buffer.from(TEXT), ['compress'], TEXT, { unknown: 'raw' });
      await gives(t, bytes, ['snappy, gzip'], TEXT, { unknown: 'raw' });
      await gives(t, Buffer.from(TEXT), ['gzip, snappy'], TEXT, { unknown: 'raw' });
    },
  },
  {
    id: 'DC-03',
    rows: ['DC-03', 'EX-13'],
    title: 'corrupt content is a DecodingError that carries the request',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const garbage = Buffer.from('this is not compressed at all');
      for (const label of ['gzip', 'deflate', 'br']) await fails(t, garbage, [label]);
      await fails(t, garbage, ['zstd'], 'ERR_CONTENT_CODING', PLAIN_ZSTD);
      const flipped = gzipSync(Buffer.alloc(500, 'abcdefghij'));
      flipped[14]! ^= 0xff;
      await fails(t, flipped, ['gzip']);
    },
  },
  {
    id: 'DC-03.connection',
    rows: ['DC-03'],
    title: 'after corrupt content nothing is left open, and the client goes on',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies([
        reply(
          200,
          [
            ['Content-Encoding', 'gzip'],
            ['Transfer-Encoding', 'chunked'],
          ],
          chunked(['not gzip', 'at all']),
        ),
        reply(200, [], 'fine'),
      ]);
      const client = t.client();
      const response = await client.stream('GET', server.url());
      await t.assert.rejects(async () => {
        for await (const piece of response) t.assert.fail(`garbage was decoded: ${piece.length} octets`);
      }, t.tern.DecodingError);
      t.assert.deepEqual([response.isClosed, client.stats.active], [true, 0]);
      t.assert.equal((await client.get(server.url())).text, 'fine');
    },
  },
  {
    id: 'DC-06',
    rows: ['DC-06'],
    title: 'zstd that is cut off is an error',
    verdict: 'same',
    rfc: 'RFC 8878 §3.1',
    layer: 'bytes',
    async run(t) {
      const bytes = Buffer.concat([zstdFrame('test '), SKIPPABLE, zstdFrame('123')]);
      const second = zstdFrame('test ').length + SKIPPABLE.length;
      for (const end of [3, 7, 12, second - 1, second + 2, bytes.length - 1])
        await fails(t, bytes.subarray(0, end), ['zstd'], 'ERR_CONTENT_CODING', PLAIN_ZSTD);
    },
  },
  {
    id: 'DC-07',
    rows: ['DC-07'],
    title: 'gzip, deflate and br that are cut off are an error',
    verdict: 'fixed:D15',
    rfc: 'RFC 1952 §2.2',
    layer: 'bytes',
    async run(t) {
      for (const name of ['gzip', 'zlib deflate', 'raw deflate', 'br']) {
        const { label, bytes } = CODED[name]!;
        for (const end of [1, bytes.length >> 1, bytes.length - 1])
          await fails(t, bytes.subarray(0, end), [label]);
      }
      // The content is whole, and only its checksum is missing.
      await fails(t, gzipSync(TEXT).subarray(0, -8), ['gzip']);
    },
  },
  {
    id: 'DC-07.partial',
    rows: ['DC-07'],
    title: 'what came before the cut is given to whoever iterates',
    verdict: 'fixed:D15',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(coded(gzipSync(TEXT).subarray(0, -8), 'gzip'));
      const response = await t.client().stream('GET', server.url());
      let text = '';
      await t.assert.rejects(async () => {
        for await (const piece of response) text += Buffer.from(piece).toString();
      }, t.tern.DecodingError);
      t.assert.equal(text, TEXT);
    },
  },
  {
    id: 'DC-09',
    rows: ['DC-09'],
    title: 'octets behind gzip are ignored, behind br they are an error, and so is a wrong checksum',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      await gives(t, Buffer.concat([gzipSync(TEXT), Buffer.from('garbage')]), ['gzip'], TEXT);
      await gives(t, Buffer.concat([gzipSync(TEXT), Buffer.alloc(600)]), ['gzip'], TEXT);
      await fails(t, Buffer.concat([CODED['br']!.bytes, Buffer.from('garbage')]), ['br']);
      const wrongChecksum = gzipSync(TEXT);
      wrongChecksum[wrongChecksum.length - 8]! ^= 1;
      await fails(t, wrongChecksum, ['gzip']);
      const wrongLength = gzipSync(TEXT);
      wrongLength[wrongLength.length - 4]! ^= 1;
      await fails(t, wrongLength, ['gzip']);
      const wrongAdler = deflateSync(TEXT);
      wrongAdler[wrongAdler.length - 1]! ^= 1;
      await fails(t, wrongAdler, ['deflate']);
    },
  },
];
