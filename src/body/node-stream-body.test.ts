import { createReadStream, mkdtempSync, openSync, closeSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectText } from '../../fixtures/collect-body.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { fileStreamPath, nodeStreamBody } from './node-stream-body.ts';
import type { RequestBody } from './request-body.ts';

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-'));
  path = join(folder, 'digits.txt');
  writeFileSync(path, '0123456789');
});
afterAll(() => rmSync(folder, { recursive: true }));

function body(stream: object): RequestBody {
  return Reflect.apply(nodeStreamBody, undefined, [stream]);
}

test('a stream is sent once', async () => {
  const one = body(Readable.from([Buffer.from('a'), 'b']));
  expect(one).toMatchObject({ bytes: null, length: null, replayable: false });
  expect(one.description).toBe('a Node.js stream (a Readable)');
  expect(await collectText(one)).toBe('ab');
  expect(() => one.open()).toThrow(StreamConsumed);
});

const ranges: readonly (readonly [object, string])[] = [
  [{}, '0123456789'],
  [{ start: 4 }, '456789'],
  [{ end: 3 }, '0123'],
  [{ start: 2, end: 4 }, '234'],
  [{ start: 2, end: 99 }, '23456789'],
  [{ start: 99 }, ''],
];

test.each(ranges)('the length of a file stream with %o is what it will give', async (options, text) => {
  const one = body(createReadStream(path, options));
  expect(one.length).toBe(text.length);
  expect(await collectText(one)).toBe(text);
});

test('what somebody has read from a file stream is not counted, what waits in its buffer is', async () => {
  const stream = createReadStream(path, { start: 1, highWaterMark: 4 });
  await once(stream, 'readable');
  expect(stream.read(3)).toEqual(Buffer.from('123'));
  const one = body(stream);
  expect(one.length).toBe(6);
  expect(await collectText(one)).toBe('456789');
});

test('a file stream on a descriptor has a length only if it says where it starts', async () => {
  const fd = openSync(path, 'r');
  try {
    readSync(fd, Buffer.alloc(4));
    const rest = body(createReadStream('', { fd, autoClose: false }));
    expect(rest.length).toBeNull();
    expect(await collectText(rest)).toBe('456789');
    const ranged = body(createReadStream('', { fd, autoClose: false, start: 8 }));
    expect(ranged.length).toBe(2);
    expect(await collectText(ranged)).toBe('89');
  } finally {
    closeSync(fd);
  }
});

test('a file stream of a FileHandle likewise', async () => {
  const handle = await open(path);
  const one = body(handle.createReadStream({ start: 5 }));
  expect(one.length).toBe(5);
  expect(await collectText(one)).toBe('56789');
  await handle.close();
});

test('text of a file stream has no known length', async () => {
  const one = body(createReadStream(path, 'latin1'));
  expect(one.length).toBeNull();
  expect(await collectText(one)).toBe('0123456789');
});

test('a file that cannot be opened fails when it is read, not in between', async () => {
  const stream = createReadStream(join(folder, 'absent'));
  const one = body(stream);
  expect(one.length).toBeNull();
  await once(stream, 'close').catch(() => {});
  expect(stream.closed).toBe(true);
  await expect(collectText(one)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('return() destroys the stream: before the first chunk, after it, and while one is awaited', async () => {
  const streams = [0, 1, 2].map(() => new PassThrough());
  const [unstarted, started, waiting] = streams.map((stream) => body(stream).open());
  await unstarted!.return?.();
  streams[1]!.write('a');
  await started!.next();
  await started!.return?.();
  const pending = waiting!.next();
  await waiting!.return?.();
  expect((await pending).done).toBe(true);
  expect(streams.map((stream) => stream.destroyed)).toEqual([true, true, true]);
});

test('return() closes the file of a file stream', async () => {
  const stream = createReadStream(path, { highWaterMark: 2 });
  const iterator = body(stream).open();
  await iterator.next();
  const closed = once(stream, 'close');
  await iterator.return?.();
  await closed;
  expect(stream.closed).toBe(true);
});

test('cancel() of an unopened body destroys the stream', async () => {
  const stream = new PassThrough();
  const one = body(stream);
  await one.cancel?.();
  expect(stream.destroyed).toBe(true);
  expect(() => one.open()).toThrow(StreamConsumed);
});

test('a stream that has ended or was destroyed is refused, not sent as nothing', async () => {
  const ended = Readable.from(['a']);
  await collectText(body(ended));
  expect(() => body(ended)).toThrow(StreamConsumed);
  const destroyed = new PassThrough();
  destroyed.destroy();
  expect(() => body(destroyed)).toThrow('has been destroyed');
});

test('a stream that breaks off is an error, not an end', async () => {
  const stream = new PassThrough();
  const iterator = body(stream).open();
  stream.write('a');
  await iterator.next();
  const pending = iterator.next();
  stream.destroy();
  await expect(pending).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
});

test('what cannot be read is refused', () => {
  expect(() => body(new Writable())).toThrow(InvalidArgument);
  expect(() => body({ pipe() {}, on() {} })).toThrow('new Readable().wrap(stream)');
});

test('only a file stream has a path', () => {
  const stream = createReadStream(path);
  expect(fileStreamPath(stream)).toBe(path);
  expect(body(stream).description).toBe(`a file stream of '${path}'`);
  expect(fileStreamPath(new PassThrough())).toBeNull();
  stream.destroy();
});
