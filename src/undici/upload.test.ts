import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { Request, type RequestInit, StreamConsumed } from '../index.ts';
import { framingOf } from '../transport/framing.ts';
import { Upload, UploadBlob, type UploadEvents, UploadIterable } from './upload.ts';

class Recorder implements UploadEvents {
  readonly calls: string[] = [];

  onWanted(bytes: number): void {
    this.calls.push(`wanted ${bytes}`);
  }

  onGiven(): void {
    this.calls.push('given');
  }

  onDone(bytes: number): void {
    this.calls.push(`done ${bytes}`);
  }

  onSourceError(error: unknown): void {
    this.calls.push(`error ${(error as Error).message}`);
  }
}

function upload(init: RequestInit): { upload: Upload; recorder: Recorder } {
  const request = new Request('POST', 'http://example.com/', init);
  const recorder = new Recorder();
  return { recorder, upload: new Upload(request.payload!, framingOf(request), request, recorder) };
}

async function lengths(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const found: number[] = [];
  for await (const chunk of chunks) found.push(chunk.length);
  return found;
}

test('large chunks go in pieces, each asked for', async () => {
  const { upload: body, recorder } = upload({ content: Buffer.alloc(140_000) });
  expect(await lengths(body.open())).toEqual([65_536, 65_536, 8928]);
  expect(recorder.calls).toEqual([
    'wanted 0',
    'given',
    'wanted 65536',
    'given',
    'wanted 131072',
    'given',
    'wanted 140000',
    'done 140000',
  ]);
});

test('a body in memory can be read again, as a Blob or an iterable', async () => {
  const { upload: body } = upload({ content: Buffer.alloc(100_000) });
  const blob = new UploadBlob(body, 100_000);
  expect(await lengths(blob.stream())).toEqual([65_536, 34_464]);
  expect(await lengths(new UploadIterable(body))).toEqual([65_536, 34_464]);
  expect((await blob.arrayBuffer()).byteLength).toBe(100_000);
  expect(Object.prototype.toString.call(blob)).toBe('[object Blob]');
});

test('a one-shot body cannot', async () => {
  const { upload: body, recorder } = upload({ content: Readable.from(['abc']) });
  expect(await lengths(body.open())).toEqual([3]);
  await expect(lengths(body.open())).rejects.toThrow(StreamConsumed);
  expect(recorder.calls.at(-1)).toContain('error The request body is a Node.js stream');
});

test.each([
  ['2', 'too much data for declared Content-Length: more than 2 bytes'],
  ['4', 'too little data for declared Content-Length: 3 of 4 bytes'],
])('the announced length %s is kept to', async (length, message) => {
  const { upload: body, recorder } = upload({
    content: Readable.from(['abc']),
    headers: { 'Content-Length': length },
  });
  await expect(lengths(body.open())).rejects.toThrow(message);
  expect(recorder.calls.at(-1)).toContain(message);
});

test('stopping closes the source and fails who asks', async () => {
  const source = new Readable({ read() {} });
  const { upload: body, recorder } = upload({ content: source });
  const chunks = body.open();
  const pending = chunks.next();
  body.stop();
  await expect(pending).rejects.toThrow('the upload has been stopped');
  await expect(chunks.next()).rejects.toThrow('the upload has been stopped');
  expect(source.destroyed).toBe(true);
  expect(recorder.calls).toEqual(['wanted 0']);
});

test('who stops reading closes the source', async () => {
  const source = Readable.from(['a', 'b']);
  const { upload: body } = upload({ content: source });
  for await (const chunk of body.open()) {
    expect(chunk).toHaveLength(1);
    break;
  }
  expect(source.destroyed).toBe(true);
});

test('stopping does not throw, whatever the source throws when it is closed', async () => {
  function* spiteful(): Generator<string, void> {
    try {
      for (;;) yield 'x';
    } finally {
      // oxlint-disable-next-line no-unsafe-finally -- this is what the test is about
      throw new Error('cleanup failed');
    }
  }
  const { upload: body } = upload({ content: spiteful() });
  const chunks = body.open();
  await chunks.next();
  body.stop();
  await expect(chunks.next()).rejects.toThrow('the upload has been stopped');
});
