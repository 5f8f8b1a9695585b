import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { reply } from '../../fixtures/reply-server.ts';
import type { DecodeOptions, StreamResponse } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

export const TEXT = 'test 123';

/** `TEXT` in each coding; brotli as it is in the table of vectors, uncompressed within its frame. */
export const CODED: Readonly<Record<string, { readonly label: string; readonly bytes: Buffer }>> = {
  gzip: { label: 'gzip', bytes: gzipSync(TEXT) },
  'zlib deflate': { label: 'deflate', bytes: deflateSync(TEXT) },
  'raw deflate': { label: 'deflate', bytes: deflateRawSync(TEXT) },
  br: { label: 'br', bytes: Buffer.from([0x8b, 0x03, 0x80, ...Buffer.from(TEXT), 0x03]) },
  identity: { label: 'identity', bytes: Buffer.from(TEXT) },
};

/** A Zstandard frame with the content as it is, in one block (RFC 8878 §3.1.1). */
export function zstdFrame(content: string): Buffer {
  const bytes = Buffer.from(content);
  const block = (bytes.length << 3) | 1;
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, block & 0xff, (block >> 8) & 0xff, block >> 16];
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** A frame that decoders pass over (RFC 8878 §3.1.2). */
export const SKIPPABLE: Buffer = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

/** Decodes the frames of `zstdFrame`, so that the cases run where Node has no Zstandard too. */
export const PLAIN_ZSTD: Partial<DecodeOptions> = {
  zstd(frame) {
    const content = frame.subarray(9);
    if (content.length !== frame[5]) throw new Error('the frame is cut off');
    return content;
  },
};

/** How content is taken: whole, or in pieces. */
export const TAKE: Readonly<Record<string, (response: StreamResponse) => Promise<string>>> = {
  read: async (response) => (await response.read()).text,
  async iterate(response) {
    let text = '';
    for await (const piece of response.iterText()) text += piece;
    return text;
  },
};

export function coded(bytes: Uint8Array, ...labels: readonly string[]): Buffer {
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
export async function gives(
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
export async function fails(
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
