import { assert, array, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { addChunk } from './add-chunk.ts';

const few = (): Uint8Array[] => Array.from({ length: 16 }, (_, index) => Uint8Array.of(index));

test('a few chunks, and large ones, are kept as they are', () => {
  const chunks: Uint8Array[] = [];
  const given = [...few(), new Uint8Array(256), new Uint8Array(65_536)];
  for (const chunk of given) addChunk(chunks, chunk);
  expect(chunks).toHaveLength(given.length);
  expect(chunks.every((chunk, index) => chunk === given[index])).toBe(true);
});

test('many small ones are gathered, in memory that grows with their octets', () => {
  const chunks: Uint8Array[] = [];
  const count = 100_000;
  for (let i = 0; i < count; i++) addChunk(chunks, Buffer.of(i & 255));
  expect(chunks.length).toBeLessThan(50);
  const joined = Buffer.concat(chunks);
  expect(joined.length).toBe(count);
  for (const index of [0, 15, 16, 4111, 4112, count - 1]) expect(joined[index]).toBe(index & 255);
});

test('those that lie side by side are joined without a copy', () => {
  const chunks = few();
  const memory = Uint8Array.from({ length: 100 }, (_, index) => index);
  addChunk(chunks, memory.subarray(0, 10));
  expect(chunks).toHaveLength(17);
  const own = new Uint8Array(1000);
  addChunk(chunks, own.subarray(0, 300));
  addChunk(chunks, own.subarray(300, 310));
  addChunk(chunks, own.subarray(310, 320));
  expect(chunks).toHaveLength(18);
  expect([chunks[17]!.buffer === own.buffer, chunks[17]!.length]).toEqual([true, 320]);
});

test('a chunk that has been taken is not written to', () => {
  const chunks = few();
  addChunk(chunks, Uint8Array.of(1, 2));
  const taken = chunks[16]!;
  chunks[16] = new Uint8Array(0);
  addChunk(chunks, Uint8Array.of(3));
  expect([...new Uint8Array(taken.buffer).subarray(0, 3)]).toEqual([1, 2, 0]);
  expect(chunks.at(-1)).toEqual(Uint8Array.of(3));
});

test('a gathered chunk that goes on to other lists is not written to there', () => {
  const from = few();
  for (let i = 0; i < 300; i++) addChunk(from, Uint8Array.of(1));
  const gathered = from[16]!;
  expect(gathered).toHaveLength(300);
  const lists = [2, 3].map((value) => {
    const chunks = few();
    addChunk(chunks, gathered.subarray(10));
    addChunk(chunks, Uint8Array.of(value));
    addChunk(chunks, Uint8Array.of(value));
    return Buffer.concat(chunks.slice(16));
  });
  expect(lists.map((joined) => [joined.length, joined.at(-2), joined.at(-1)])).toEqual([
    [292, 2, 2],
    [292, 3, 3],
  ]);
});

test('octets and their order are kept, whatever the sizes', () => {
  assert(
    property(array(integer({ min: 0, max: 600 }), { maxLength: 200 }), (sizes) => {
      const chunks: Uint8Array[] = [];
      let value = 0;
      const given = sizes.map((size) => Uint8Array.from({ length: size }, () => value++ & 255));
      for (const chunk of given) addChunk(chunks, chunk);
      expect(Buffer.concat(chunks).equals(Buffer.concat(given))).toBe(true);
    }),
  );
});
