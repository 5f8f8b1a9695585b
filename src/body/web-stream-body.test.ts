import { expect, test } from 'vitest';
import { collectText } from '../../fixtures/collect-body.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { type ReadableWebStream, webStreamBody } from './web-stream-body.ts';

function streamOf(chunks: readonly unknown[], log: unknown[] = []): ReadableWebStream {
  const queue = [...chunks];
  return new ReadableStream({
    pull(controller) {
      if (queue.length === 0) controller.close();
      else controller.enqueue(queue.shift());
    },
    cancel: (reason) => void log.push(reason),
  });
}

test('a web stream is sent once, bytes and text alike', async () => {
  const stream = streamOf([new Uint8Array([0x61]), 'b', new Uint8Array(0), '☃']);
  const body = webStreamBody(stream);
  expect(body).toMatchObject({ bytes: null, length: null, replayable: false });
  expect(await collectText(body)).toBe('ab☃');
  expect(stream.locked).toBe(false);
  expect(() => body.open()).toThrow(StreamConsumed);
});

test('return() cancels the stream with the reason, also while a chunk is awaited', async () => {
  const log: unknown[] = [];
  const body = webStreamBody(new ReadableStream({ cancel: (reason) => void log.push(reason) }));
  const iterator = body.open();
  const pending = iterator.next();
  const reason = new Error('aborted');
  await iterator.return?.(reason);
  expect(log).toEqual([reason]);
  expect((await pending).done).toBe(true);
});

test('cancel() of an unopened body cancels the stream, and after that it cannot be opened', async () => {
  const log: unknown[] = [];
  const body = webStreamBody(streamOf(['a'], log));
  await body.cancel?.('no connection');
  await body.cancel?.('again');
  expect(log).toEqual(['no connection']);
  expect(() => body.open()).toThrow(StreamConsumed);
});

test('a locked stream is refused at once, and when it is locked later', () => {
  const stream = streamOf(['a']);
  const body = webStreamBody(stream);
  stream.getReader();
  expect(() => webStreamBody(stream)).toThrow('locked to another reader');
  expect(() => body.open()).toThrow(StreamConsumed);
});

test('what is left of a stream is sent, but nothing left is an error', async () => {
  const stream = streamOf(['a', 'b']);
  const reader = stream.getReader();
  await reader.read();
  reader.releaseLock();
  expect(await collectText(webStreamBody(stream))).toBe('b');
  await expect(collectText(webStreamBody(stream))).rejects.toThrow(StreamConsumed);
});

test('an empty stream that nobody has read is an empty body', async () => {
  expect(await collectText(webStreamBody(streamOf([])))).toBe('');
});

test('an error of the stream comes through', async () => {
  const failure = new Error('source failed');
  const stream = new ReadableStream({ start: (controller) => controller.error(failure) });
  await expect(collectText(webStreamBody(stream))).rejects.toBe(failure);
});

test('a chunk of the wrong type cancels the stream', async () => {
  const log: unknown[] = [];
  await expect(collectText(webStreamBody(streamOf([5, 6], log)))).rejects.toThrow('a chunk is a number');
  expect(log).toHaveLength(1);
});
