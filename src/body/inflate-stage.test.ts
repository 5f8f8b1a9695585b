import { brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { failWithoutRequest } from './fail.ts';
import { BROTLI, DEFLATE, InflateStage, isZlibHeader } from './inflate-stage.ts';
import type { Stage } from './stage.ts';

function stageOf(chunks: readonly Uint8Array[]): Stage {
  const queue = [...chunks];
  return { read: async () => queue.shift() ?? null, destroy: () => undefined };
}

test.each([
  [[0x78, 0x9c], true],
  [[0x78, 0x01], true],
  [[0x78, 0xda], true],
  [[0x08, 0x1d], true],
  [[0x78, 0x9d], false],
  [[0x88, 0x98], false],
  [[0x79, 0x9c], false],
  [[0x4b, 0x04], false],
  [[0x78], false],
  [[], false],
])('the octets %j begin a zlib stream: %s', (octets, isZlib) => {
  expect(isZlibHeader(Uint8Array.from(octets))).toBe(isZlib);
});

test.each([1, 2, 3, 9])('zlib is told from deflate at every level (%i)', (level) => {
  for (const content of ['', 'a', 'some text, some text', 'x'.repeat(100_000)]) {
    expect(isZlibHeader(deflateSync(content, { level }))).toBe(true);
    expect(isZlibHeader(deflateRawSync(content, { level }))).toBe(false);
  }
});

test.each([
  ['deflate', DEFLATE, deflateSync('hello')],
  ['br', BROTLI, brotliCompressSync('hello')],
] as const)('%s: null comes again after the end', async (_, inflation, bytes) => {
  const stage = new InflateStage(stageOf([bytes]), inflation, failWithoutRequest);
  expect(Buffer.from((await stage.read())!).toString()).toBe('hello');
  expect([await stage.read(), await stage.read(), await stage.read()]).toEqual([null, null, null]);
  stage.destroy();
});

test('destroy() before and after the decompressor was made', async () => {
  let destroyed = 0;
  const upstream = stageOf([deflateSync('hello')]);
  const stage = new InflateStage({ ...upstream, destroy: () => destroyed++ }, DEFLATE, failWithoutRequest);
  stage.destroy();
  expect(destroyed).toBe(1);
  await expect(stage.read())
    .rejects.toMatchObject({ code: 'ERR_CONTENT_CODING' })
    .catch(() => undefined);
  stage.destroy();
  expect(destroyed).toBe(2);
});
