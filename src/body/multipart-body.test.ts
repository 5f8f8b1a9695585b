import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { collectText } from '../../fixtures/collect-body.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { encodeContent, type ContentInit } from './content.ts';
import { MultipartBuilder } from './multipart-body.ts';
import type { RequestBody } from './request-body.ts';

function build(
  ...parts: readonly (string | { readonly content: ContentInit; readonly length?: number })[]
): RequestBody {
  const builder = new MultipartBuilder();
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string') {
      builder.addText(part);
      continue;
    }
    const body = encodeContent(part.content);
    builder.addContent({ name: `p${index}`, body, length: part.length ?? body.length });
  }
  return builder.finish(parts.length);
}

test('what is in memory is one piece', async () => {
  const body = build('a', { content: new Uint8Array([0x62]) }, 'c', { content: '' }, 'd');
  expect(Buffer.from(body.bytes!).toString()).toBe('abcd');
  expect(body).toMatchObject({ length: 4, replayable: true });
});

test('a blob makes a body of known length that can be sent again', async () => {
  const body = build('a', { content: new Blob(['bcd']) }, 'e', { content: 'f' });
  expect(body).toMatchObject({
    bytes: null,
    length: 6,
    replayable: true,
    description: 'multipart content of 4 parts',
  });
  expect([await collectText(body), await collectText(body)]).toEqual(['abcdef', 'abcdef']);
});

test('one stream makes a body that cannot be sent again, and is named', async () => {
  const body = build('a', { content: new Blob(['b']) }, { content: Readable.from(['c', 'd']) });
  expect(body).toMatchObject({ bytes: null, length: null, replayable: false });
  expect(await collectText(body)).toBe('abcd');
  expect(() => body.open()).toThrow(StreamConsumed);
  expect(() => body.open()).toThrow("multipart content whose part 'p2' is a Node.js stream");
});

test('a declared length is part of the whole', async () => {
  const body = build('ab', { content: Readable.from(['cde']), length: 3 });
  expect(body.length).toBe(5);
  expect(await collectText(body)).toBe('abcde');
});

test.each([
  [2, "part 'p1' was announced with 2 bytes, its content has more than 2"],
  [4, "part 'p1' was announced with 4 bytes, its content has 3"],
])('a length of %d that is not true fails, and the other parts are released', async (length, message) => {
  const first = Readable.from(['cde']);
  const second = new PassThrough();
  const body = build('ab', { content: first, length }, { content: second });
  const sent = collectText(body);
  await expect(sent).rejects.toBeInstanceOf(LocalProtocolError);
  await expect(sent).rejects.toThrow(message);
  expect([first.destroyed, second.destroyed]).toEqual([true, true]);
});

test('an error of a part comes through, and the other parts are released', async () => {
  const failure = new Error('disk on fire');
  const second = new PassThrough();
  const body = build(
    { content: new PassThrough().destroy(failure).on('error', () => {}) },
    { content: second },
  );
  await expect(collectText(body)).rejects.toBe(failure);
  expect(second.destroyed).toBe(true);
});

test('return() releases the part at hand and those to come, also while a chunk is awaited', async () => {
  const streams = [new PassThrough(), new PassThrough()];
  const iterator = build('a', { content: streams[0]! }, 'b', { content: streams[1]! }).open();
  await iterator.next();
  const pending = iterator.next();
  await Promise.resolve();
  await iterator.return?.();
  expect((await pending).done).toBe(true);
  expect((await iterator.next()).done).toBe(true);
  expect(streams.map((stream) => stream.destroyed)).toEqual([true, true]);
});

test('cancel() of an unopened body releases every part', async () => {
  const streams = [new PassThrough(), new PassThrough()];
  const body = build({ content: streams[0]! }, 'x', { content: streams[1]! });
  await body.cancel?.();
  expect(streams.map((stream) => stream.destroyed)).toEqual([true, true]);
  expect(() => body.open()).toThrow(StreamConsumed);
});
