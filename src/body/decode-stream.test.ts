import { randomBytes } from 'node:crypto';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createDeflateRaw,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_DECODE, type DecodeOptions } from './content-coding.ts';
import { decodeStream } from './decode-stream.ts';
import { failWithoutRequest } from './fail.ts';
import { loadZlib } from './zlib.ts';

const TEXT = Buffer.from('test 123, and some more of it');
const LONG = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `line ${index * 7919}\n`).join(''));

const CODERS: readonly (readonly [coding: string, encode: (content: Uint8Array) => Uint8Array])[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
];

/** A source that gives what it is given, and counts what is done to it. */
class Source implements AsyncIterator<Uint8Array> {
  pulls = 0;
  returns = 0;
  readonly #chunks: Uint8Array[];
  #isOpen: boolean;
  #wake: (() => void) | undefined;

  /** @param isOpen whether it waits for more, and does not end, when all chunks are taken */
  constructor(chunks: readonly Uint8Array[], isOpen = false) {
    this.#chunks = [...chunks];
    this.#isOpen = isOpen;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    this.pulls++;
    // oxlint-disable-next-line no-await-in-loop -- waiting for push() or return() is the point
    while (this.#chunks.length === 0 && this.#isOpen)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const value = this.#chunks.shift();
    return value === undefined ? { value, done: true } : { value, done: false };
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.returns++;
    this.#isOpen = false;
    this.#chunks.length = 0;
    this.#wake?.();
    return { value: undefined, done: true };
  }
}

function open(
  source: AsyncIterator<Uint8Array>,
  codings: readonly string[],
  options: Partial<DecodeOptions> = {},
): AsyncGenerator<Uint8Array, void, void> {
  return decodeStream(source, codings, { ...DEFAULT_DECODE, ...options }, failWithoutRequest);
}

async function read(generator: AsyncGenerator<Uint8Array, void, void>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of generator) {
    expect(chunk.length).toBeGreaterThan(0);
    expect(chunk.length).toBeLessThanOrEqual(64 * 1024);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function split(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
}

async function nextText(generator: AsyncGenerator<Uint8Array, void, void>): Promise<string> {
  const { value } = await generator.next();
  return value === undefined ? 'the end' : Buffer.from(value).toString();
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(CODERS)('%s', (coding, encode) => {
  test('octets may come in pieces of any size (V-D 121, 122)', async () => {
    for (const length of [1, 2, 3, 7, 1000]) {
      expect(await read(open(new Source(split(encode(TEXT), length)), [coding]))).toEqual(TEXT);
    }
    const noise = randomBytes(150_000);
    for (const length of [1000, 65_536, 200_000]) {
      expect(LONG.equals(await read(open(new Source(split(encode(LONG), length)), [coding])))).toBe(true);
      expect(noise.equals(await read(open(new Source(split(encode(noise), length)), [coding])))).toBe(true);
    }
  });

  test('a truncated body gives what it has, and then an error', async () => {
    const bytes = encode(LONG);
    const generator = open(new Source([bytes.subarray(0, -3)]), [coding]);
    let length = 0;
    const reading = (async () => {
      for await (const chunk of generator) {
        expect(LONG.subarray(length, length + chunk.length).equals(chunk)).toBe(true);
        length += chunk.length;
      }
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'ERR_CONTENT_CODING',
      message: expect.stringContaining('truncated'),
    });
    expect(length).toBeGreaterThan(LONG.length / 2);
    expect(await generator.next()).toEqual({ value: undefined, done: true });
  });

  test('an empty body is empty', async () => {
    const source = new Source([new Uint8Array(0), new Uint8Array(0)]);
    expect(await read(open(source, [coding]))).toEqual(Buffer.alloc(0));
    expect(source.returns).toBe(0);
  });

  test('input is taken only for output that is asked for', async () => {
    // Four octets out for one in: what is decoded ahead is bounded by the input that is taken.
    const source = new Source(split(encode(LONG), 4096));
    const generator = open(source, [coding]);
    await generator.next();
    const { pulls } = source;
    expect(pulls).toBeLessThan(10);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(source.pulls).toBe(pulls);
    await generator.return();
    expect(source.returns).toBe(1);
  });

  test('one input with much output is decoded as it is asked for', async () => {
    const zeros = Buffer.alloc(8 * 1024 * 1024);
    const create = vi.spyOn(loadZlib(), createName(coding, encode));
    const generator = open(new Source([encode(zeros)]), [coding]);
    await generator.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const transform = create.mock.results[0]!.value;
    expect(transform.readableLength).toBeLessThanOrEqual(2 * 64 * 1024);
    await generator.return();
    expect(transform.destroyed).toBe(true);
  });

  test('return() destroys the decompressor and closes the source, also while next() waits', async () => {
    const create = vi.spyOn(loadZlib(), createName(coding, encode));
    const bytes = encode(LONG);
    const source = new Source([bytes.subarray(0, 20)], true);
    const generator = open(source, [coding]);
    const results: Promise<IteratorResult<Uint8Array, void>>[] = [];
    for (let count = 0; count < 3; count++) results.push(generator.next());
    await vi.waitFor(() => expect(source.pulls).toBe(2), 30_000);
    expect(await generator.return()).toEqual({ value: undefined, done: true });
    expect(source.returns).toBe(1);
    expect(create.mock.results[0]!.value.destroyed).toBe(true);
    expect((await Promise.all(results)).at(-1)).toEqual({ value: undefined, done: true });
  });

  test('the decompressor is destroyed after the end and after an error', async () => {
    const create = vi.spyOn(loadZlib(), createName(coding, encode));
    await read(open(new Source([encode(TEXT)]), [coding]));
    const source = new Source([encode(LONG), encode(LONG).fill(0xee)], true);
    await read(open(source, [coding], { maxBytes: 10 })).catch(() => undefined);
    expect(source.returns).toBe(1);
    expect(create.mock.results.map(({ value }) => value.destroyed)).toEqual([true, true]);
  });
});

function createName(
  coding: string,
  encode: unknown,
): 'createBrotliDecompress' | 'createInflate' | 'createInflateRaw' {
  if (coding === 'br') return 'createBrotliDecompress';
  return coding === 'deflate' && encode === deflateSync ? 'createInflate' : 'createInflateRaw';
}

test.each([
  ['gzip', createGzip],
  ['deflate', createDeflate],
  ['deflate', createDeflateRaw],
  ['br', createBrotliCompress],
] as const)('%s: what was flushed comes out without waiting for more', async (coding, create) => {
  const compressor = create();
  const kind = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
  const flush = async (text: string): Promise<Uint8Array> => {
    compressor.write(text);
    await new Promise<void>((resolve) => compressor.flush(kind, resolve));
    const pieces: Uint8Array[] = [];
    for (let piece = compressor.read(); piece !== null; piece = compressor.read()) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const source = new Source([], true);
  const generator = open(source, [coding]);
  for (const text of ['event one', 'event two', 'event three']) {
    // oxlint-disable-next-line no-await-in-loop -- one event after another is what is tested
    source.push(await flush(text));
    // oxlint-disable-next-line no-await-in-loop -- as above
    expect(await nextText(generator)).toBe(text);
  }
  await generator.return();
  compressor.destroy();
});

test('gzip: a member for each event comes out when it is there, whole or in pieces', async () => {
  const source = new Source([], true);
  const generator = open(source, ['gzip']);
  for (const text of ['event one', 'event two', 'event three', LONG.toString(), 'event five']) {
    for (const piece of split(gzipSync(text), text.length > 1000 ? 50_000 : 11)) source.push(piece);
    let seen = '';
    // oxlint-disable-next-line no-await-in-loop -- one event after another is what is tested
    while (seen.length < text.length) seen += await nextText(generator);
    expect(seen).toBe(text);
  }
  source.push(gzipSync('event six'));
  expect(await nextText(generator)).toBe('event six');
  await generator.return();
});

test('stacked codings in pieces', async () => {
  const bytes = gzipSync(brotliCompressSync(deflateSync(LONG)));
  for (const length of [1000, 10_000]) {
    const source = new Source(split(bytes, length));
    expect(LONG.equals(await read(open(source, ['deflate', 'br', 'gzip'])))).toBe(true);
  }
  expect(await read(open(new Source([gzipSync('')]), ['br', 'gzip']))).toEqual(Buffer.alloc(0));
});

test('without codings chunks come as they are, but never empty', async () => {
  const large = new Uint8Array(100_000);
  const generator = open(new Source([TEXT, new Uint8Array(0), large]), []);
  expect((await generator.next()).value).toBe(TEXT);
  expect((await generator.next()).value).toBe(large);
  expect((await generator.next()).done).toBe(true);
});

test('what follows a gzip body is read to the end of the message and dropped', async () => {
  const source = new Source([gzipSync('one'), Buffer.from('garbage'), Buffer.from('more of it')]);
  expect((await read(open(source, ['gzip']))).toString()).toBe('one');
  expect(source).toMatchObject({ pulls: 4, returns: 0 });
});

test('octets behind a brotli stream are an error, whenever they come', async () => {
  for (const chunks of [
    [Buffer.concat([brotliCompressSync('one'), Buffer.from('x')])],
    [brotliCompressSync('one'), Buffer.from('x')],
  ]) {
    await expect(read(open(new Source(chunks), ['br']))).rejects.toMatchObject({
      code: 'ERR_CONTENT_CODING',
    });
  }
});

test('errors of the source come through, and the source is not closed after one', async () => {
  const failure = new Error('connection reset');
  const source = new Source([gzipSync(LONG).subarray(0, 100)]);
  const broken = {
    next: async () => (source.pulls === 1 ? Promise.reject(failure) : source.next()),
    return: () => source.return(),
  };
  await expect(read(open(broken, ['gzip']))).rejects.toBe(failure);
  expect(source.returns).toBe(0);
});

test('return() before anything was read closes the source', async () => {
  const source = new Source([gzipSync(TEXT)]);
  const generator = open(source, ['gzip']);
  await generator.return();
  expect(source).toMatchObject({ pulls: 0, returns: 1 });
  expect(await generator.next()).toEqual({ value: undefined, done: true });
});

test('an unknown coding is an error before anything is read of it, or passed through', async () => {
  const source = new Source([TEXT, TEXT]);
  await expect(read(open(source, ['x-own']))).rejects.toMatchObject({
    code: 'ERR_CONTENT_CODING_UNSUPPORTED',
  });
  expect(source).toMatchObject({ pulls: 1, returns: 1 });
  const raw = open(new Source([gzipSync(TEXT)]), ['br', 'x-own', 'gzip'], { unknown: 'raw' });
  expect(await read(raw)).toEqual(TEXT);
});

test('too many codings are an error', async () => {
  const codings = Array.from({ length: 6 }, () => 'gzip');
  await expect(read(open(new Source([TEXT]), codings))).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
});

test('maxBytes ends the stream with an error when it is passed', async () => {
  const source = new Source(split(gzipSync(LONG), 1000), true);
  await expect(read(open(source, ['gzip'], { maxBytes: 100_000 }))).rejects.toMatchObject({
    code: 'ERR_CONTENT_LIMIT',
  });
  expect(source.returns).toBe(1);
  expect((await read(open(new Source([gzipSync(LONG)]), ['gzip'], { maxBytes: LONG.length }))).length).toBe(
    LONG.length,
  );
  await expect(read(open(new Source([TEXT]), [], { maxBytes: 8 }))).rejects.toMatchObject({
    code: 'ERR_CONTENT_LIMIT',
  });
});

test('maxRatio compares with the octets received so far', async () => {
  const bomb = gzipSync(Buffer.alloc(24 * 1024 * 1024));
  let length = 0;
  const reading = (async () => {
    for await (const chunk of open(new Source(split(bomb, 1000)), ['gzip'], { maxRatio: 500 }))
      length += chunk.length;
  })();
  await expect(reading).rejects.toMatchObject({
    code: 'ERR_CONTENT_LIMIT',
    message: expect.stringContaining("500 times its size (limit 'maxRatio')"),
  });
  expect(length).toBe(16 * 1024 * 1024);
});
