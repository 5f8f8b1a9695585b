import { gzipSync } from 'node:zlib';
import type { DecodeOptions, Response } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { TAKE, TEXT, coded, fails, gives } from '../support/coded-content.ts';

/** Content of which a decoder makes much more. */
const BOMB: Buffer = gzipSync(Buffer.alloc(18 * 1024 * 1024));

/** The value of Content-Encoding for content that was coded several times. */
function gzipTimes(count: number): string[] {
  return [Array.from({ length: count }, () => 'gzip').join(', ')];
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

/** `TEXT`, coded several times. */
function nested(count: number): Buffer {
  let bytes = Buffer.from(TEXT);
  for (let i = 0; i < count; i++) bytes = gzipSync(bytes);
  return bytes;
}

export const cases: readonly ConformanceCase[] = [
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
    id: 'DC-11.endless',
    rows: ['DC-11'],
    title: 'too much content is an error as soon as it is too much, not at its end',
    verdict: 'differs:httpx has no limit',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n${'x'.repeat(3000)}\r\n`,
        );
        await peer.closed;
      });
      const client = t.client({ decode: { maxBytes: 2000 }, timeout: null });
      const expected = { name: 'DecodingError', code: 'ERR_CONTENT_LIMIT' };
      await t.assert.rejects(client.get(server.url()), expected);
      await t.assert.rejects((await client.stream('GET', server.url())).read(), expected);
      await server.untilOpen(0);
    },
  },
];
