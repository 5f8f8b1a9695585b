import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { ChunkEncoder, viewBytes } from './chunk-encoder.ts';

test('bytes pass without a copy, and views and buffers as the memory that they show', () => {
  const encoder = new ChunkEncoder();
  const bytes = new Uint8Array([1, 2, 3, 4]);
  expect(encoder.encode(bytes)).toBe(bytes);
  expect([...encoder.encode(new DataView(bytes.buffer, 1, 2))]).toEqual([2, 3]);
  expect([...encoder.encode(bytes.buffer)]).toEqual([1, 2, 3, 4]);
  expect([...encoder.encode(new Uint16Array([0x0201]))]).toEqual([1, 2]);
  expect([...encoder.encode(new SharedArrayBuffer(2))]).toEqual([0, 0]);
});

test('bytes of another realm are bytes', () => {
  const foreign: unknown = runInNewContext('new Uint8Array([7, 8]).buffer');
  expect(viewBytes(foreign)).toEqual(new Uint8Array([7, 8]));
  expect(viewBytes(runInNewContext('new Uint8Array([7])'))).toEqual(new Uint8Array([7]));
});

test('a character split over two chunks of text stays whole', () => {
  const encoder = new ChunkEncoder();
  const chunks = ['a\ud83d', '', '\ude00b'].map((chunk) => encoder.encode(chunk));
  expect(Buffer.concat(chunks).toString()).toBe('a😀b');
  expect(encoder.flush()).toHaveLength(0);
});

test('half a character becomes U+FFFD before bytes and at the end', () => {
  const encoder = new ChunkEncoder();
  encoder.encode('\ud83d');
  expect([...encoder.encode(new Uint8Array([1]))]).toEqual([0xef, 0xbf, 0xbd, 1]);
  encoder.encode('\ud83d');
  expect([...encoder.flush()]).toEqual([0xef, 0xbf, 0xbd]);
});

test.each([
  [1, 'a number'],
  [null, 'null'],
  [[1], 'an array'],
  [{}, 'a plain object'],
])('the chunk %o is refused by its type', (chunk, type) => {
  expect(() => new ChunkEncoder().encode(chunk)).toThrow(InvalidArgument);
  expect(() => new ChunkEncoder().encode(chunk)).toThrow(`a chunk is ${type}`);
});
