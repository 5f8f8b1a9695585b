import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DEFAULT_DECODE, type DecodeOptions } from './content-coding.ts';
import { decodeBuffer } from './decode-buffer.ts';
import { failWithoutRequest } from './fail.ts';
import { loadZlib } from './zlib.ts';

const TEXT = Buffer.from('test 123');
const LONG = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `line ${index * 7919}\n`).join(''));

/** A Zstandard frame of one raw block. */
function rawFrame(content: Uint8Array): Uint8Array {
  const { length } = content;
  const size = [length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, length >>> 24];
  const block = (length << 3) | 1;
  const header = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size, block & 0xff, (block >> 8) & 0xff, block >> 16];
  return Buffer.concat([Uint8Array.from(header), content]);
}

/** Decodes what `rawFrame` made: the stand-in for an accelerator. */
function decodeRawFrame(frame: Uint8Array, maxOutput: number): Uint8Array {
  if (frame.length - 12 > maxOutput) throw new RangeError('too long');
  return frame.slice(12);
}

const EMPTY_MEMBER = gzipSync('');

const SKIPPABLE = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
const WITH_ZSTD: DecodeOptions = { ...DEFAULT_DECODE, zstd: decodeRawFrame };

function decode(
  bytes: Uint8Array,
  codings: readonly string[],
  options: Partial<DecodeOptions> = {},
): Uint8Array | Promise<Uint8Array> {
  return decodeBuffer(bytes, codings, { ...DEFAULT_DECODE, ...options }, failWithoutRequest);
}

async function failure(
  bytes: Uint8Array,
  codings: readonly string[],
  options: Partial<DecodeOptions> = {},
): Promise<unknown> {
  try {
    await decode(bytes, codings, options);
    return 'no error';
  } catch (error) {
    return error;
  }
}

const CODERS: readonly (readonly [coding: string, encode: (content: Uint8Array) => Uint8Array])[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
];

describe.each(CODERS)('%s', (coding, encode) => {
  test('a small body is decoded at once (V-D 111)', () => {
    const decoded = decode(encode(TEXT), [coding]);
    expect(decoded).toEqual(new Uint8Array(TEXT));
  });

  test('a large body is decoded in pieces', async () => {
    const decoded = decode(encode(LONG), [coding]);
    expect(decoded).toBeInstanceOf(Promise);
    expect(LONG.equals(await decoded)).toBe(true);
  });

  test('content that cannot be compressed', async () => {
    for (const length of [1000, 200_000, 400_000]) {
      const content = randomBytes(length);
      expect(content.equals(await decode(encode(content), [coding]))).toBe(true);
    }
  });

  test('an empty body is empty, and so is the coded form of one (V-D 115)', async () => {
    expect(decode(new Uint8Array(0), [coding])).toEqual(new Uint8Array(0));
    expect(await decode(encode(new Uint8Array(0)), [coding])).toEqual(new Uint8Array(0));
  });

  test('garbage is an error (V-D 114)', async () => {
    expect(await failure(Buffer.from('\u0007 this is not compressed'), [coding])).toMatchObject({
      code: 'ERR_CONTENT_CODING',
    });
  });

  test.each([1, 5])(
    'a body that lacks its last %i octets is an error, small or large (V-D 119)',
    async (count) => {
      for (const content of [TEXT, LONG]) {
        const error = await failure(encode(content).subarray(0, -count), [coding]);
        expect(error).toMatchObject({
          code: 'ERR_CONTENT_CODING',
          message: expect.stringContaining('truncated'),
        });
      }
    },
  );
});

test('zlib and raw deflate are told by two octets; one is too few', async () => {
  const error = await failure(Uint8Array.of(0x78), ['deflate']);
  expect(error).toMatchObject({ code: 'ERR_CONTENT_CODING', message: expect.stringContaining('truncated') });
});

test.each([
  ['two members', Buffer.concat([gzipSync('one '), gzipSync('two')]), 'one two'],
  ['garbage behind the member', Buffer.concat([gzipSync('one'), Buffer.from('garbage')]), 'one'],
  ['one octet behind the member', Buffer.concat([gzipSync('one'), Buffer.from('\n')]), 'one'],
  ['zeros behind the member', Buffer.concat([gzipSync('one'), Buffer.alloc(512)]), 'one'],
  ['a member behind garbage', Buffer.concat([gzipSync('one'), Buffer.from('x'), gzipSync('two')]), 'one'],
])('gzip: %s (V-D 120)', async (_, bytes, text) => {
  expect(Buffer.from(await decode(bytes, ['gzip'])).toString()).toBe(text);
});

test.each([
  ['checksum', -8, 'incorrect data check'],
  ['length', -4, 'incorrect length check'],
])('gzip: a wrong %s is an error', async (_, position, message) => {
  const bytes = Buffer.from(gzipSync(TEXT));
  bytes[bytes.length + position]! ^= 1;
  expect(await failure(bytes, ['gzip'])).toMatchObject({
    code: 'ERR_CONTENT_CODING',
    message: expect.stringContaining(message),
  });
});

test('gzip: a second member that is cut short is an error', async () => {
  const second = gzipSync('two');
  for (const length of [1, 2, 9, 15, second.length - 1]) {
    const bytes = Buffer.concat([gzipSync('one'), second.subarray(0, length)]);
    expect(await failure(bytes, ['gzip'])).toMatchObject({ message: expect.stringContaining('truncated') });
  }
});

test('octets behind the stream are ignored for deflate and an error for br', async () => {
  const garbage = Buffer.from('garbage');
  expect(await decode(Buffer.concat([deflateSync(TEXT), garbage]), ['deflate'])).toEqual(
    new Uint8Array(TEXT),
  );
  expect(await failure(Buffer.concat([brotliCompressSync(TEXT), garbage]), ['br'])).toMatchObject({
    code: 'ERR_CONTENT_CODING',
    message: expect.stringContaining('goes on after its end'),
  });
});

test('stacked codings are undone last first (V-D 112, 113)', async () => {
  for (const content of [TEXT, LONG]) {
    const bytes = gzipSync(deflateSync(brotliCompressSync(content)));
    expect(content.equals(await decode(bytes, ['br', 'deflate', 'gzip']))).toBe(true);
  }
});

test('a coding around a large one goes on in pieces', async () => {
  const bytes = gzipSync(brotliCompressSync(LONG));
  expect(LONG.equals(await decode(bytes, ['br', 'gzip']))).toBe(true);
  expect(await decode(gzipSync(new Uint8Array(0)), ['br', 'gzip'])).toEqual(new Uint8Array(0));
});

test('six codings are too many (V-D 123)', async () => {
  const codings = Array.from({ length: 6 }, () => 'gzip');
  const bytes = codings.reduce<Uint8Array>((content) => gzipSync(content), TEXT);
  expect(await failure(bytes, codings)).toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
  expect(await decode(bytes, codings, { maxEncodings: 6 })).toEqual(new Uint8Array(TEXT));
  expect(await decode(new Uint8Array(0), codings)).toEqual(new Uint8Array(0));
});

test('an unknown coding is an error, or what it was applied to comes out (V-D 116)', async () => {
  const codings = ['br', 'x-own', 'gzip'];
  const bytes = gzipSync('coded by x-own');
  expect(await failure(bytes, codings)).toMatchObject({
    code: 'ERR_CONTENT_CODING_UNSUPPORTED',
    message: expect.stringContaining('"x-own"'),
  });
  expect(Buffer.from(await decode(bytes, codings, { unknown: 'raw' })).toString()).toBe('coded by x-own');
  expect(LONG.equals(await decode(gzipSync(LONG), codings, { unknown: 'raw' }))).toBe(true);
  expect(await decode(TEXT, ['x-own'], { unknown: 'raw' })).toBe(TEXT);
});

describe('limits', () => {
  test('maxBytes counts what comes out, with codings and without', async () => {
    for (const content of [TEXT, LONG]) {
      for (const [coding, encode] of CODERS) {
        const bytes = encode(content);
        expect(content.equals(await decode(bytes, [coding], { maxBytes: content.length }))).toBe(true);
        expect(await failure(bytes, [coding], { maxBytes: content.length - 1 })).toMatchObject({
          code: 'ERR_CONTENT_LIMIT',
          message: expect.stringContaining(String(content.length - 1)),
        });
      }
      expect(await failure(content, [], { maxBytes: content.length - 1 })).toMatchObject({
        code: 'ERR_CONTENT_LIMIT',
      });
    }
  });

  test('maxRatio counts from 16 MiB on', async () => {
    const bytes = gzipSync(Buffer.alloc(17 * 1024 * 1024));
    expect(await failure(bytes, ['gzip'])).toMatchObject({
      code: 'ERR_CONTENT_LIMIT',
      message: expect.stringContaining('maxRatio'),
    });
    expect((await decode(bytes, ['gzip'], { maxRatio: 1100 })).length).toBe(17 * 1024 * 1024);
    expect((await decode(gzipSync(Buffer.alloc(15 * 1024 * 1024)), ['gzip'], { maxRatio: 1 })).length).toBe(
      15 * 1024 * 1024,
    );
  });

  test('a coding inside another one is held to the octets received', async () => {
    // Empty members: 16 MiB of them make nothing, but they are 1,000 times what was received.
    const inner = Buffer.concat(Array.from({ length: 840_000 }, () => EMPTY_MEMBER));
    const bytes = gzipSync(inner);
    expect(inner.length).toBeGreaterThan(16 * 1024 * 1024);
    expect(await failure(bytes, ['gzip', 'gzip'], { maxRatio: 10 })).toMatchObject({
      code: 'ERR_CONTENT_LIMIT',
    });
  });
});

describe('zstd', () => {
  test('frames, skippable ones among them, are joined (V-D 111, 117)', async () => {
    const bytes = Buffer.concat([
      SKIPPABLE,
      rawFrame(Buffer.from('test ')),
      SKIPPABLE,
      rawFrame(Buffer.from('123')),
      SKIPPABLE,
    ]);
    expect(Buffer.from(await decode(bytes, ['zstd'], WITH_ZSTD)).toString()).toBe('test 123');
    expect(await decode(SKIPPABLE, ['zstd'], WITH_ZSTD)).toEqual(new Uint8Array(0));
    expect(await decode(new Uint8Array(0), ['zstd'], WITH_ZSTD)).toEqual(new Uint8Array(0));
  });

  test('many frames of large content', async () => {
    const part = LONG.subarray(0, 100_000);
    const bytes = Buffer.concat([rawFrame(part), rawFrame(part), rawFrame(part), rawFrame(part)]);
    const decoded = await decode(bytes, ['zstd'], WITH_ZSTD);
    expect(Buffer.concat([part, part, part, part]).equals(decoded)).toBe(true);
  });

  test('more frames than are decoded at once', async () => {
    const bytes = Buffer.concat(
      Array.from({ length: 100 }, (_, index) => rawFrame(Buffer.from(`${index} `))),
    );
    const wanted = Array.from({ length: 100 }, (_, index) => `${index} `).join('');
    expect(Buffer.from(await decode(bytes, ['zstd'], WITH_ZSTD)).toString()).toBe(wanted);
  });

  test.each([1, 3, 8, 12])('a frame that lacks its last %i octets is an error (V-D 118)', async (count) => {
    for (const frame of [rawFrame(TEXT), Buffer.concat([rawFrame(TEXT), rawFrame(TEXT)]), SKIPPABLE]) {
      if (frame.length <= count) continue;
      const bytes = frame.subarray(0, -count);
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its frame
      expect(await failure(bytes, ['zstd'], WITH_ZSTD)).toMatchObject({
        code: 'ERR_CONTENT_CODING',
        message: expect.stringContaining('truncated'),
      });
    }
  });

  test('octets behind the last frame are an error', async () => {
    const bytes = Buffer.concat([rawFrame(TEXT), Buffer.from('garbage')]);
    expect(await failure(bytes, ['zstd'], WITH_ZSTD)).toMatchObject({
      code: 'ERR_CONTENT_CODING',
      message: expect.stringContaining('unknown magic number'),
    });
  });

  test('limits hold', async () => {
    expect(await failure(rawFrame(TEXT), ['zstd'], { ...WITH_ZSTD, maxBytes: 7 })).toMatchObject({
      code: 'ERR_CONTENT_LIMIT',
    });
    expect((await decode(rawFrame(TEXT), ['zstd'], { ...WITH_ZSTD, maxBytes: 8 })).length).toBe(8);
  });

  test('without a decoder the error says how to get one', async () => {
    const outcome = await failure(rawFrame(TEXT), ['zstd']);
    const wanted =
      loadZlib().createZstdDecompress === undefined
        ? {
            code: 'ERR_CONTENT_CODING_UNSUPPORTED',
            message: expect.stringMatching(/Node >= 22\.15.*@ternhttp\/native/),
          }
        : 'no error';
    expect(outcome).toEqual(typeof wanted === 'string' ? wanted : expect.objectContaining(wanted));
  });
});

test('a small result does not hold a large buffer', () => {
  const decoded = decode(gzipSync(TEXT), ['gzip']);
  expect(decoded).toBeInstanceOf(Uint8Array);
  expect((decoded as Uint8Array).buffer.byteLength).toBe(8);
});
