import { expect, test, vi } from 'vitest';
import { collectBytes, collectChunks } from '../../fixtures/collect-body.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { alreadyRead, byteCount, bytesBody, closeQuietly } from './request-body.ts';

test('a body of bytes has them without a copy, and gives them as often as asked', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const body = bytesBody(bytes);
  expect(body.bytes).toBe(bytes);
  expect(body).toMatchObject({ length: 3, replayable: true, description: '3 bytes' });
  expect(await collectBytes(body)).toEqual(Buffer.from(bytes));
  expect(await collectBytes(body)).toEqual(Buffer.from(bytes));
});

test('an empty body gives no chunk', async () => {
  expect(await collectChunks(bytesBody(new Uint8Array(0)))).toEqual([]);
});

test('the error for a body that is gone names it and says what to do', () => {
  const error = alreadyRead('a web ReadableStream');
  expect(error).toBeInstanceOf(StreamConsumed);
  expect(error.message).toContain('is a web ReadableStream that has been read already');
  expect(error.message).toContain('a function that makes the content anew');
});

test('one byte is singular', () => {
  expect([byteCount(0), byteCount(1), byteCount(2)]).toEqual(['0 bytes', '1 byte', '2 bytes']);
});

test('a source is closed with the reason, however it takes that', async () => {
  const next = (): IteratorResult<Uint8Array> => ({ done: true, value: undefined });
  const failure = new Error('cleanup failed');
  const throwing = vi.fn(() => {
    throw failure;
  });
  const rejecting = vi.fn(() => Promise.reject(failure));
  closeQuietly({ next, return: throwing }, 'why');
  closeQuietly({ next: async () => next(), return: rejecting }, 'why');
  closeQuietly({ next });
  closeQuietly(null);
  await new Promise((resolve) => setImmediate(resolve));
  expect([throwing.mock.calls, rejecting.mock.calls]).toEqual([[['why']], [['why']]]);
});
