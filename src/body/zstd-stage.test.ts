import { describe, expect, test } from 'vitest';
import { DEFAULT_DECODE } from './content-coding.ts';
import { failWithoutRequest } from './fail.ts';
import type { Stage } from './stage.ts';
import { loadZlib } from './zlib.ts';
import { createZstdStage, ZstdFrameStage } from './zstd-stage.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const HELLO = Uint8Array.from([...MAGIC, 0x20, 5, 0x29, 0, 0, ...Buffer.from('hello')]);
const EMPTY = Uint8Array.from([...MAGIC, 0x20, 0, 0x01, 0, 0]);
const SKIPPABLE = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);

/** One RLE block of this many octets 'z', which may be more than a piece. */
function repeated(length: number): Uint8Array {
  const block = (length << 3) | 3;
  const size = [length & 0xff, (length >> 8) & 0xff, length >> 16, 0];
  return Uint8Array.from([...MAGIC, 0xa0, ...size, block & 0xff, (block >> 8) & 0xff, block >> 16, 0x7a]);
}

/** Decodes the frames above. */
function decode(frame: Uint8Array, maxOutput: number): Uint8Array {
  const isRepeated = frame[4] === 0xa0;
  const content = isRepeated
    ? Buffer.alloc(Buffer.from(frame).readUInt32LE(5), 'z')
    : Buffer.from(frame.subarray(9, 9 + frame[5]!));
  if (content.length > maxOutput) throw new RangeError('longer than allowed');
  if (content.includes('!')) throw new Error('broken block');
  return content;
}

function stageOf(chunks: readonly Uint8Array[]): Stage {
  const queue = [...chunks];
  return { read: async () => queue.shift() ?? null, destroy: () => undefined };
}

async function readAll(stage: Stage): Promise<string> {
  let text = '';
  for (let chunk = await stage.read(); chunk !== null; chunk = await stage.read()) {
    expect(chunk.length).toBeGreaterThan(0);
    expect(chunk.length).toBeLessThanOrEqual(64 * 1024);
    text += Buffer.from(chunk).toString();
  }
  expect(await stage.read()).toBeNull();
  return text;
}

const limit = { left: Number.POSITIVE_INFINITY };
const engines: [string, (upstream: Stage) => Stage][] = [
  [
    'a decoder of whole frames',
    (upstream) => new ZstdFrameStage(upstream, decode, failWithoutRequest, limit),
  ],
];
if (loadZlib().createZstdDecompress !== undefined) {
  engines.push(['zlib', (upstream) => createZstdStage(upstream, DEFAULT_DECODE, failWithoutRequest, limit)]);
}

describe.each(engines)('with %s', (_, create) => {
  test.each([1, 2, 3, 5, 9, 1000])('frames in pieces of %i', async (size) => {
    const bytes = Buffer.concat([
      SKIPPABLE,
      HELLO,
      EMPTY,
      SKIPPABLE,
      SKIPPABLE,
      repeated(100_000),
      HELLO,
      SKIPPABLE,
    ]);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (__, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(await readAll(create(stageOf(chunks)))).toBe(`hello${'z'.repeat(100_000)}hello`);
  });

  test('no frame, and no frame with content', async () => {
    expect(await readAll(create(stageOf([])))).toBe('');
    expect(await readAll(create(stageOf([SKIPPABLE, EMPTY])))).toBe('');
  });

  test('every end inside a frame is an error', async () => {
    for (const frame of [HELLO, SKIPPABLE, repeated(1000)]) {
      for (let length = 1; length < frame.length; length++) {
        const stage = create(stageOf([HELLO, frame.subarray(0, length)]));
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its length
        await expect(readAll(stage), `${length} of ${frame.length}`).rejects.toMatchObject({
          code: 'ERR_CONTENT_CODING',
          message: expect.stringContaining('truncated'),
        });
      }
    }
  });

  test('a content that is not as long as the frame says is an error', async () => {
    // The block is shorter than the content size; the stand-in for an accelerator looks for the mark.
    const bytes = Uint8Array.from([...MAGIC, 0x20, 9, 0x29, 0, 0, ...Buffer.from('hell!')]);
    await expect(readAll(create(stageOf([bytes])))).rejects.toMatchObject({ code: 'ERR_CONTENT_CODING' });
  });

  test('events in frames of their own come out when they are there', async () => {
    let wake: (chunk: Uint8Array) => void = () => undefined;
    const stage = create({
      read: () => new Promise<Uint8Array>((resolve) => (wake = resolve)),
      destroy: () => undefined,
    });
    for (let count = 0; count < 3; count++) {
      const reading = stage.read();
      wake(HELLO);
      // oxlint-disable-next-line no-await-in-loop -- one event after another is what is tested
      expect(Buffer.from((await reading)!).toString()).toBe('hello');
    }
    stage.destroy();
  });

  test('many small frames do not hold up the event loop', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const bytes = Buffer.concat(Array.from({ length: 20_000 }, () => EMPTY));
    expect(await readAll(create(stageOf([bytes])))).toBe('');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

test('a decoder of whole frames is told what is left of the limit, and its RangeError is one of the limit', async () => {
  const stage = new ZstdFrameStage(stageOf([HELLO, repeated(10)]), decode, failWithoutRequest, { left: 9 });
  expect(Buffer.from((await stage.read())!).toString()).toBe('hello');
  await expect(stage.read()).rejects.toMatchObject({
    code: 'ERR_CONTENT_LIMIT',
    message: expect.stringContaining('9 octets'),
    cause: expect.any(RangeError),
  });
});
