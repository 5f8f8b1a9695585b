import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { DecodeOptions, Response, StreamResponse } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const TEXT = 'test 123';

/** `TEXT` in each coding; brotli as it is in the table of vectors, uncompressed within its frame. */
const CODED: Readonly<Record<string, { readonly label: string; readonly bytes: Buffer }>> = {
  gzip: { label: 'gzip', bytes: gzipSync(TEXT) },
  'zlib deflate': { label: 'deflate', bytes: deflateSync(TEXT) },
  'raw deflate': { label: 'deflate', bytes: deflateRawSync(TEXT) },
  br: { label: 'br', bytes: Buffer.from([0x8b, 0x03, 0x80, ...Buffer.from(TEXT), 0x03]) },
  identity: { label: 'identity', bytes: Buffer.from(TEXT) },
};

/** A Zstandard frame with the content as it is, in one block (RFC 8878 §3.1.1). */
function zstdFrame(content: string): Buffer {
  const bytes = Buffer.from(content);
  const block = (bytes.length << 3) | 1;
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, block & 0xff, (block >> 8) & 0xff, block >> 16];
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** A frame that decoders pass over (RFC 8878 §3.1.2). */
const SKIPPABLE: Buffer = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

/** Decodes the frames of `zstdFrame`, so that the cases run where Node has no Zstandard too. */
const PLAIN_ZSTD: Partial<DecodeOptions> = {
  zstd(frame) {
    const content = frame.subarray(9);
    if (content.length !== frame[5]) throw new Error('the frame is cut off');
    return content;
  },
};

/** Content of which a decoder makes much more. */
const BOMB: Buffer = gzipSync(Buffer.alloc(18 * 1024 * 1024));

/** How content is taken: whole, or in pieces. */
const TAKE: Readonly<Record<string, (response: StreamResponse) => Promise<string>>> = {
  read: async (response) => (await response.read()).text,
  async iterate(response) {
    let text = '';
    for await (const piece of response.iterText()) text += piece;
    return text;
  },
};

/** The value of Content-Encoding for content that was coded several times. */
function gzipTimes(count: number): string[] {
  return [Array.from({ length: count }, () => 'gzip').join(', ')];
}

function coded(bytes: Uint8Array, ...labels: readonly string[]): Buffer {
  return reply(
    200,
    labels.map((label) => ['Content-Encoding', label] as const),
    bytes,
  );
}

/** Takes a body with these content codings in each way, and calls back with the name of the way and its outcome. */
async function takeEach(
  t: CaseContext,
  bytes: Uint8Array,
  labels: readonly string[],
  check: (work: () => Promise<string>, how: string) => Promise<void>,
  decode: Partial<DecodeOptions> = {},
): Promise<void> {
  const server = await t.replies(coded(bytes, ...labels));
  const client = t.client({ decode });
  await check(async () => (await client.get(server.url())).text, 'get');
  for (const [how, take] of Object.entries(TAKE))
    await check(async () => take(await client.stream('GET', server.url())), how);
}

/** The content comes out as it should, whole and in pieces. */
async function gives(
  t: CaseContext,
  bytes: Uint8Array,
  labels: readonly string[],
  expected: string,
  decode?: Partial<DecodeOptions>,
): Promise<void> {
  await takeEach(
    t,
    bytes,
    labels,
    async (work, how) => t.assert.equal(await work(), expected, `${labels.join('+')}: ${how}`),
    decode,
  );
}

/** The content cannot be decoded, whole or in pieces, and the error says so. */
async function fails(
  t: CaseContext,
  bytes: Uint8Array,
  labels: readonly string[],
  code = 'ERR_CONTENT_CODING',
  decode?: Partial<DecodeOptions>,
): Promise<void> {
  await takeEach(
    t,
    bytes,
    labels,
    (work, how) =>
      t.assert.rejects(
        work,
        (error: unknown) => {
          t.assert.ok(error instanceof t.tern.DecodingError, `${how}: ${String(error)}`);
          const { code: found, phase, request } = error as InstanceType<typeof t.tern.DecodingError>;
          t.assert.deepEqual([found, phase, request?.method], [code, 'decode', 'GET'], how);
          return true;
        },
        `${labels.join('+')}: ${how}`,
      ),
    decode,
  );
}

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
    id: 'DC-11',
    rows: ['DC-11'],
    title: 'content that is larger than decode.maxBytes when it is decoded is an error',
    verdict: 'fixed:D19',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const bytes = gzipSync('x'.repeat(2000));
      await fails(t, bytes, ['gzip'], 'ERR_CONTENT_LIMIT', { maxBytes: 1999 });
      await gives(t, bytes, ['gzip'], 'x'.repeat(2000), { maxBytes: 2000 });
      await fails(t, BOMB, ['gzip'], 'ERR_CONTENT_LIMIT', { maxBytes: 1_000_000 });
    },
  },
  {
    id: 'DC-11.plain',
    rows: ['DC-11'],
    title: 'decode.maxBytes holds for content without a coding too',
    verdict: 'fixed:D19',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const tooLarge = { name: 'DecodingError', code: 'ERR_CONTENT_LIMIT' };
      const bytes = Buffer.alloc(2000, 'x');
      for (const labels of [[], ['identity']]) {
        const decode = { maxBytes: 1999 };
        await takeEach(t, bytes, labels, (work, how) => t.assert.rejects(work, tooLarge, how), decode);
      }
      await gives(t, bytes, [], 'x'.repeat(2000), { maxBytes: 2000 });
    },
  },
  {
    id: 'DC-11.ratio',
    rows: ['DC-11'],
    title: 'content that expands more than decode.maxRatio allows is an error',
    verdict: 'fixed:D19',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      await fails(t, BOMB, ['gzip'], 'ERR_CONTENT_LIMIT', { maxRatio: 100 });
      await fails(t, gzipSync(BOMB), ['gzip, gzip'], 'ERR_CONTENT_LIMIT');
      const server = await t.replies(coded(BOMB, 'gzip'));
      const { bytes }: Response = await t.client({ decode: { maxRatio: Infinity } }).get(server.url());
      t.assert.equal(bytes.length, 18 * 1024 * 1024);
    },
  },
  {
    id: 'DC-11.count',
    rows: ['DC-11'],
    title: 'more codings than decode.maxEncodings, five by default, are an error',
    verdict: 'fixed:D19',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const nested = (count: number): Buffer => {
        let bytes = Buffer.from(TEXT);
        for (let i = 0; i < count; i++) bytes = gzipSync(bytes);
        return bytes;
      };
      await gives(t, nested(5), gzipTimes(5), TEXT);
      await fails(t, nested(6), gzipTimes(6), 'ERR_CONTENT_LIMIT');
      await fails(
        t,
        nested(6),
        Array.from({ length: 6 }, () => 'gzip'),
        'ERR_CONTENT_LIMIT',
      );
      await gives(t, nested(6), gzipTimes(6), TEXT, { maxEncodings: 6 });
      await fails(t, nested(2), gzipTimes(2), 'ERR_CONTENT_LIMIT', { maxEncodings: 1 });
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
