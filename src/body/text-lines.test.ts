import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from './lines.ts';
import { textLines } from './text-lines.ts';

async function* piecesOf(pieces: readonly string[], log: string[] = []): AsyncGenerator<string> {
  try {
    yield* pieces;
  } finally {
    log.push('closed');
  }
}

async function collect(pieces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of textLines(piecesOf(pieces), new LineSplitter())) lines.push(line);
  return lines;
}

test('lines are joined over pieces, the last one without an end included', async () => {
  expect(await collect(['one\ntw', 'o\n\nth', 'ree'])).toEqual(['one', 'two', '', 'three']);
  expect(await collect(['a\r', '\n\r\nb'])).toEqual(['a', '', 'b']);
  expect(await collect([])).toEqual([]);
  expect(await collect([''])).toEqual([]);
});

test('however text is cut, its lines are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', '\r', '\n') })), async (pieces) => {
      const whole = pieces.join('');
      const lines = whole.split(/\r\n|[\r\n]/);
      if (lines.at(-1) === '') lines.pop();
      expect(await collect(pieces)).toEqual(lines);
    }),
  );
});

test('a line is there before the piece after it has been asked for', async () => {
  const asked: string[] = [];
  async function* asking(): AsyncGenerator<string> {
    for (const piece of ['a\nb\nc', '\nd']) {
      asked.push(piece);
      yield piece;
    }
  }
  const lines = textLines(asking(), new LineSplitter());
  await lines.next();
  await lines.next();
  expect(asked).toEqual(['a\nb\nc']);
  expect(await lines.next()).toEqual({ done: false, value: 'c' });
});

test('leaving closes the source, whatever lines are still there', async () => {
  const log: string[] = [];
  const lines = textLines(piecesOf(['a\nb\nc\n'], log), new LineSplitter());
  for await (const line of lines) {
    expect(line).toBe('a');
    break;
  }
  expect(log).toEqual(['closed']);
  expect(await lines.next()).toEqual({ done: true, value: undefined });
});

test('a failure of the source comes out behind the lines that are complete; what has no end is no line', async () => {
  const failure = new Error('gone');
  async function* failing(): AsyncGenerator<string> {
    yield 'one\ntwo';
    throw failure;
  }
  const lines = textLines(failing(), new LineSplitter());
  expect((await lines.next()).value).toBe('one');
  await expect(lines.next()).rejects.toBe(failure);
  expect(await lines.next()).toEqual({ done: true, value: undefined });
});
