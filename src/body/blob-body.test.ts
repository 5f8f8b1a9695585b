import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectBytes, collectChunks } from '../../fixtures/collect-body.ts';
import { blobBody, isBlob } from './blob-body.ts';

test('a blob is read in bounded chunks, as often as asked', async () => {
  const bytes = new Uint8Array(600_000).map((_, index) => index % 251);
  const body = blobBody(new Blob([bytes.subarray(0, 1000), bytes.subarray(1000)]));
  expect(body).toMatchObject({
    bytes: null,
    length: 600_000,
    replayable: true,
    description: 'a Blob of 600000 bytes',
  });
  const chunks = await collectChunks(body);
  expect(chunks.map((chunk) => chunk.byteLength)).toEqual([262_144, 262_144, 75_712]);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  expect((await collectBytes(body)).equals(bytes)).toBe(true);
});

test('an empty blob gives no chunk', async () => {
  expect(await collectChunks(blobBody(new Blob([])))).toEqual([]);
});

test('a blob on disk gives the octets of the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-'));
  try {
    const path = join(folder, 'file.bin');
    writeFileSync(path, Buffer.alloc(300_000, 'abc'));
    const bytes = await collectBytes(blobBody(await openAsBlob(path)));
    expect(bytes.equals(Buffer.alloc(300_000, 'abc'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('return() ends the reading', async () => {
  const iterator = blobBody(new Blob(['abc'])).open();
  await iterator.return?.();
  expect((await iterator.next()).done).toBe(true);
});

test('a blob is known by its members', () => {
  expect(isBlob(new File(['x'], 'x.txt'))).toBe(true);
  expect(isBlob(new Response('x'))).toBe(false);
  expect(isBlob({ size: 1, type: '' })).toBe(false);
});
