import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from './charset.ts';
import { textPieces } from './text-pieces.ts';

async function* chunksOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collect(source: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of source) pieces.push(piece);
  return pieces;
}

test('a character that is cut in two comes with its second half, and no piece is empty', async () => {
  const chunks = ['e298', '8378', '', 'e2'].map((hex) => Buffer.from(hex, 'hex'));
  expect(await collect(textPieces(chunksOf(chunks), 'utf-8'))).toEqual(['☃x', '\uFFFD']);
});

test('however text is cut, it comes out as if it were whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 5 })),
      fc.constantFrom('utf-8', 'utf-16le', 'shift_jis', 'windows-1252'),
      async (chunks, charset) => {
        const pieces = await collect(textPieces(chunksOf(chunks), charset));
        expect(pieces.join('')).toBe(decodeText(Buffer.concat(chunks), charset));
        expect(pieces).not.toContain('');
      },
    ),
  );
});

test('an unknown charset is refused at once', () => {
  expect(() => textPieces(chunksOf([]), 'klingon')).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
  );
});

test('leaving closes the source, also before the first piece', async () => {
  for (const isStarted of [true, false]) {
    let closed = 0;
    const source: AsyncIterator<Uint8Array> = {
      next: async () => ({ done: false, value: Buffer.from('a') }),
      return: async () => {
        closed++;
        return { done: true, value: undefined };
      },
    };
    const pieces = textPieces(source, 'utf-8');
    if (isStarted) expect(await pieces.next()).toEqual({ done: false, value: 'a' });
    await pieces.return();
    expect(closed).toBe(1);
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  }
});

test('a failure of the source comes out, and nothing that was held back', async () => {
  const failure = new Error('gone');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a\xe2', 'latin1');
    throw failure;
  }
  const pieces = textPieces(failing(), 'utf-8');
  expect((await pieces.next()).value).toBe('a');
  await expect(pieces.next()).rejects.toBe(failure);
  expect(await pieces.next()).toEqual({ done: true, value: undefined });
});
