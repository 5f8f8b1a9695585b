import { createInflateRaw, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { PIECE, ZlibEngine } from './zlib-engine.ts';

async function pullAll(engine: ZlibEngine): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let piece = await engine.pull(); piece !== null; piece = await engine.pull()) {
    expect(piece.length).toBeLessThanOrEqual(PIECE);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

test('null means that input is wanted, or that the stream has ended with input left over', async () => {
  const bytes = deflateRawSync('hello');
  const engine = new ZlibEngine(createInflateRaw());
  expect(await engine.pull()).toBeNull();
  expect(engine.hasEnded).toBe(false);
  engine.feed(bytes.subarray(0, 2));
  const first = await pullAll(engine);
  expect(engine.hasEnded).toBe(false);
  engine.feed(Buffer.concat([bytes.subarray(2), Buffer.from('rest')]));
  expect(Buffer.concat([first, await pullAll(engine)]).toString()).toBe('hello');
  expect(engine).toMatchObject({ hasEnded: true, unused: 4 });
  engine.destroy();
});

test('finish() ends a stream that is complete, and is an error for another', async () => {
  const complete = new ZlibEngine(createInflateRaw());
  complete.feed(deflateRawSync('hello'));
  expect((await pullAll(complete)).toString()).toBe('hello');
  complete.finish();
  expect(await complete.pull()).toBeNull();
  expect(complete.hasEnded).toBe(true);

  const truncated = new ZlibEngine(createInflateRaw());
  truncated.feed(deflateRawSync('hello').subarray(0, -1));
  await pullAll(truncated);
  truncated.finish();
  await expect(truncated.pull()).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
});

test('pieces are not larger than they may be, even if zlib has more at once', async () => {
  const content = Buffer.alloc(PIECE * 5 + 1, 'x');
  const engine = new ZlibEngine(createInflateRaw({ chunkSize: PIECE * 2 }));
  engine.feed(deflateRawSync(content));
  expect((await pullAll(engine)).equals(content)).toBe(true);
  engine.destroy();
});

test('destroy() ends a pull that waits', async () => {
  const engine = new ZlibEngine(createInflateRaw());
  engine.finish();
  const pulling = engine.pull();
  engine.destroy();
  expect(await pulling).toBeNull();
  expect(engine.hasEnded).toBe(true);
});
