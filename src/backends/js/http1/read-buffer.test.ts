import { describe, expect, test } from 'vitest';
import { ReadBuffer } from './read-buffer.ts';

/** Stands in for the system: reads into the buffer that is next. */
function read(reader: ReadBuffer, content: Buffer): { buffer: Buffer; length: number } {
  const buffer = reader.next();
  return { buffer, length: content.copy(buffer) };
}

const small = Buffer.from('a small response');
const bulk = Buffer.alloc(40_000, 'bulk');

describe('small reads', () => {
  test('share one buffer, and are copied out of it', () => {
    const one = new ReadBuffer();
    const other = new ReadBuffer();
    const { buffer } = read(one, small);
    const taken = one.take(buffer, 2, 7);
    expect(other.next()).toBe(buffer);
    buffer.fill(0);
    expect(taken.toString()).toBe('small');
  });
});

describe('bulk reads', () => {
  test('a large one gets the next ones memory of their own, handed out without a copy', () => {
    const reader = new ReadBuffer();
    const first = read(reader, bulk);
    const firstPart = reader.take(first.buffer, 0, first.length);
    const second = read(reader, bulk);
    expect(second.buffer.buffer).not.toBe(first.buffer.buffer);
    const secondPart = reader.take(second.buffer, 0, second.length);
    expect(secondPart.buffer).toBe(second.buffer.buffer);
    first.buffer.fill(0);
    const third = reader.next();
    expect(third.buffer).not.toBe(second.buffer.buffer);
    expect(Buffer.concat([firstPart, secondPart])).toEqual(Buffer.concat([bulk, bulk]));
  });

  test('a small one, or the end of the message, goes back to the shared buffer', () => {
    const reader = new ReadBuffer();
    const shared = reader.next();
    reader.take(shared, 0, 40_000);
    const own = reader.next();
    expect(own).not.toBe(shared);
    reader.take(own, 0, 10);
    expect(reader.next()).toBe(shared);
    reader.take(shared, 0, 40_000);
    reader.reset();
    expect(reader.next()).toBe(shared);
  });
});

describe('the size of bulk reads', () => {
  const KiB = 1024;

  function sizeAfter(reader: ReadBuffer, filled: number): number {
    const buffer = reader.next();
    reader.take(buffer, 0, Math.ceil(buffer.length * filled));
    return reader.next().length / KiB;
  }

  test('doubles up to 128 KiB as long as the peer fills what it gets', () => {
    const reader = new ReadBuffer();
    expect([1, 1, 1, 1].map((filled) => sizeAfter(reader, filled))).toEqual([64, 128, 128, 128]);
  });

  test('stays when most of it is used, halves when not, and starts over with the next message', () => {
    const reader = new ReadBuffer();
    const filled = [1, 1, 1, 0.75, 0.5, 0.5, 1];
    expect(filled.map((part) => sizeAfter(reader, part))).toEqual([64, 128, 128, 128, 64, 64, 128]);
    sizeAfter(reader, 1);
    reader.reset();
    reader.take(reader.next(), 0, 40_000);
    expect(reader.next()).toHaveLength(64 * KiB);
  });
});

describe('a body of known length that is wanted whole', () => {
  const body = Buffer.alloc(20_000, 'whole body');

  test('is put together in one piece: the first part copied, the rest read in place', () => {
    const reader = new ReadBuffer();
    const first = read(reader, Buffer.concat([Buffer.from('head'), body.subarray(0, 5000)]));
    reader.expectWhole(body.length);
    const parts = [reader.take(first.buffer, 4, 5004)];
    const second = read(reader, body.subarray(5000, 12_000));
    expect(second.buffer.length).toBe(15_001);
    parts.push(reader.take(second.buffer, 0, 7000));
    const third = read(reader, Buffer.concat([body.subarray(12_000), Buffer.from('surplus')]));
    // What comes behind it shows by one octet.
    expect(third.length).toBe(8001);
    parts.push(reader.take(third.buffer, 0, 8000));
    expect(Buffer.concat(parts)).toEqual(body);
    const [{ buffer }] = parts as [Buffer, Buffer, Buffer];
    expect(parts.map((part) => [part.buffer === buffer, part.byteOffset])).toEqual([
      [true, 0],
      [true, 5000],
      [true, 12_000],
    ]);
    reader.reset();
    expect(reader.next().buffer).not.toBe(buffer);
  });

  test('pieces that were read elsewhere, as under TLS, are copied in', () => {
    const reader = new ReadBuffer();
    reader.expectWhole(body.length);
    const parts = [reader.take(body.subarray(0, 100), 0, 100), reader.take(body, 100, 20_000)];
    expect(parts[0]!.buffer).toBe(parts[1]!.buffer);
    expect(Buffer.concat(parts)).toEqual(body);
  });

  test('not for small ones, and not for lengths that nobody should believe', () => {
    const reader = new ReadBuffer();
    const shared = reader.next();
    for (const length of [16_383, 67_108_865, 2 ** 40]) {
      reader.expectWhole(length);
      expect(reader.next()).toBe(shared);
    }
  });
});
