import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DEFAULT_DECODE } from './content-coding.ts';
import { buildPipeline, checkCount, type Received, tooLong } from './decode-pipeline.ts';
import { failWithoutRequest } from './fail.ts';
import type { Stage } from './stage.ts';

function sourceOf(bytes: Uint8Array, received = bytes.length): Stage & Received {
  const queue = [bytes];
  return { received, read: async () => queue.shift() ?? null, destroy: () => undefined };
}

async function length(stage: Stage): Promise<number> {
  let sum = 0;
  for (let chunk = await stage.read(); chunk !== null; chunk = await stage.read()) sum += chunk.length;
  stage.destroy();
  return sum;
}

test('without codings the source is the pipeline', () => {
  const source = sourceOf(new Uint8Array(3));
  expect(buildPipeline(source, [], DEFAULT_DECODE, failWithoutRequest)).toBe(source);
});

test('the last coding is undone first, and none behind an unknown one if it stays raw', async () => {
  const inner = brotliCompressSync(Buffer.alloc(1000));
  const options = { ...DEFAULT_DECODE, unknown: 'raw' } as const;
  const build = (codings: string[]): Stage =>
    buildPipeline(sourceOf(gzipSync(inner)), codings, options, failWithoutRequest);
  expect(await length(build(['br', 'gzip']))).toBe(1000);
  expect(await length(build(['br', 'x-own', 'gzip']))).toBe(inner.length);
});

test('every stage is held to the octets that were received', async () => {
  const bytes = gzipSync(gzipSync(Buffer.alloc(17 * 1024 * 1024)));
  const options = { ...DEFAULT_DECODE, maxRatio: 1000 };
  const pipeline = buildPipeline(sourceOf(bytes, 1_000_000), ['gzip', 'gzip'], options, failWithoutRequest);
  expect(await length(pipeline)).toBe(17 * 1024 * 1024);
  const bounded = buildPipeline(sourceOf(bytes), ['gzip', 'gzip'], options, failWithoutRequest);
  await expect(length(bounded)).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
});

test('the errors name the limit and its value', () => {
  expect(() =>
    checkCount(['a', 'b', 'c'], { ...DEFAULT_DECODE, maxEncodings: 2 }, failWithoutRequest),
  ).toThrow("the content has 3 content codings; the limit 'maxEncodings' is 2");
  expect(tooLong(10, failWithoutRequest).message).toContain("limit 'maxBytes' of 10 octets");
});
