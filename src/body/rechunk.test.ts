import { expect, test, vi } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { rechunk, rechunkText } from './rechunk.ts';

async function* iterate<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

test.each([
  [5, ['Hello', ', wor', 'ld!']],
  [7, ['Hello, ', 'world!']],
  [13, ['Hello, world!']],
  [20, ['Hello, world!']],
  [1, 'Hello, world!'.split('')],
])('V-L 130: chunks of %i', async (size, chunks) => {
  const pieces = ['Hello, ', '', 'world!'];
  expect(await collect(rechunkText(iterate(pieces), size))).toEqual(chunks);
  const octets = await collect(rechunk(iterate(pieces.map((piece) => Buffer.from(piece))), size));
  expect(octets.map((chunk) => Buffer.from(chunk).toString())).toEqual(chunks);
});

test('octets: every size over pieces of changing length', async () => {
  const content = Uint8Array.from({ length: 10_000 }, (_, index) => index * 31);
  const pieces: Uint8Array[] = [];
  for (let at = 0, length = 1; at < content.length; at += length, length = (length * 7) % 997) {
    pieces.push(content.subarray(at, at + length));
  }
  for (const size of [1, 2, 3, 64, 999, 1024, 4096, 9999, 10_000, 10_001, 1e9]) {
    const chunks = await collect(rechunk(iterate(pieces), size));
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    expect(chunks.slice(0, -1).every(({ length }) => length === size)).toBe(true);
    expect(chunks.at(-1)!.length).toBe(content.length - (chunks.length - 1) * size);
  }
});

test('octets: pieces that are large enough are not copied', async () => {
  const piece = new Uint8Array(10);
  const chunks = await collect(rechunk(iterate([piece]), 5));
  expect(chunks.map(({ buffer }) => buffer === piece.buffer)).toEqual([true, true]);
});

test('text: characters are code points, and pairs are never cut', async () => {
  const text = 'a😀b😀😀c\ud83dd\ude00e\ude00\ud83d';
  const characters = Array.from(text);
  for (const pieces of [[text], text.split(''), [text.slice(0, 2), text.slice(2)]]) {
    for (const size of [1, 2, 3, 5, 100]) {
      const chunks = await collect(rechunkText(iterate(pieces), size));
      const wanted = Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
        characters.slice(index * size, (index + 1) * size).join(''),
      );
      expect(chunks).toEqual(wanted);
    }
  }
});

test('an empty source gives no chunk', async () => {
  expect(await collect(rechunk(iterate([new Uint8Array(0)]), 5))).toEqual([]);
  expect(await collect(rechunkText(iterate(['']), 5))).toEqual([]);
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5'])('the size %j is refused', (size) => {
  expect(() => rechunk(iterate([]), size as number)).toThrow(InvalidArgument);
  expect(() => rechunkText(iterate([]), size as number)).toThrow('pass a positive integer');
});

test.each<
  [
    string,
    () => { source: AsyncIterator<unknown>; cut: (size: number) => AsyncGenerator<unknown, void, void> },
  ]
>([
  ['octets', () => endless(new Uint8Array(9), rechunk)],
  ['text', () => endless('some text', rechunkText)],
])('%s: leaving closes the source, also before the beginning', async (_, make) => {
  const { source, cut } = make();
  const close = vi.spyOn(source, 'return');
  for await (const chunk of cut(4)) {
    expect(chunk).toHaveLength(4);
    break;
  }
  expect(close).toHaveBeenCalledTimes(1);
  await cut(4).return();
  expect(close).toHaveBeenCalledTimes(2);
});

function endless<T>(
  value: T,
  cut: (source: AsyncIterator<T>, size: number) => AsyncGenerator<T, void, void>,
): { source: AsyncIterator<T>; cut: (size: number) => AsyncGenerator<T, void, void> } {
  const source: AsyncIterator<T> = {
    next: async () => ({ value, done: false }),
    return: async () => ({ value: undefined, done: true }),
  };
  return { source, cut: (size) => cut(source, size) };
}

test('an error of the source comes through', async () => {
  const failure = new Error('source');
  const source = { next: () => Promise.reject(failure) };
  await expect(collect(rechunk(source, 5))).rejects.toBe(failure);
  await expect(collect(rechunkText(source, 5))).rejects.toBe(failure);
});
