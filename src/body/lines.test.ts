import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type LineSeparators, LineSplitter } from './lines.ts';

function split(pieces: readonly string[], separators?: LineSeparators): string[] {
  const splitter = new LineSplitter(separators);
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

test.each<[string, string[], string[]]>([
  ['V-L 124', ['a\n\nb\nc'], ['a', '', 'b', 'c']],
  ['V-L 125', ['a\r\rb\rc\r'], ['a', '', 'b', 'c']],
  ['V-L 126', ['a\r', '\n\r\nb'], ['a', '', 'b']],
  ['V-L 127', ['12345\n', 'foo ', 'bar ', 'baz\n'], ['12345', 'foo bar baz']],
  ['V-L 128', ['a\u2028b\u0085c\vd\fe\u001cf\u2029g\n'], ['a\u2028b\u0085c\vd\fe\u001cf\u2029g']],
  ['nothing', ['', ''], []],
  ['one end', ['\n'], ['']],
  ['CR then LF then nothing', ['\r', '', '\n', 'a'], ['', 'a']],
  ['LF CR', ['a\n\rb'], ['a', '', 'b']],
  ['CR CRLF', ['a\r\r\nb'], ['a', '', 'b']],
  ['no end', ['a', 'b'], ['ab']],
])('%s: %j', (_, pieces, lines) => {
  expect(split(pieces)).toEqual(lines);
  expect(split(pieces.join('').split(''))).toEqual(lines);
  expect(split([pieces.join('')])).toEqual(lines);
});

test('with lf a CR is content', () => {
  expect(split(['a\r\nb\rc', '\n\r', '\n'], 'lf')).toEqual(['a\r', 'b\rc', '\r']);
});

test('a line that ends with CR at the end of a piece is given at once', () => {
  const splitter = new LineSplitter();
  expect(splitter.push('one\r')).toEqual(['one']);
  expect(splitter.push('\n')).toEqual([]);
  expect(splitter.push('\n')).toEqual(['']);
  expect(splitter.end()).toEqual([]);
});

test('every cut of a text gives the same lines', () => {
  const text = 'a\r\n\r\rbc\n\n\r\n\rdef\r\n';
  const lines = split([text]);
  for (let first = 0; first <= text.length; first++) {
    for (let second = first; second <= text.length; second++) {
      expect(split([text.slice(0, first), text.slice(first, second), text.slice(second)])).toEqual(lines);
    }
  }
});

test('end() leaves a splitter that can be used again', () => {
  const splitter = new LineSplitter();
  splitter.push('a\r');
  expect(splitter.end()).toEqual([]);
  expect(splitter.push('\nb')).toEqual(['']);
  expect(splitter.end()).toEqual(['b']);
});

test('a line that is too long is an error, complete or not, in one piece or in many', () => {
  for (const pieces of [['123456'], ['1234', '56'], ['12345', '6\n'], ['1\n123456\n'], ['1\n123456']]) {
    const splitter = new LineSplitter('universal', { maxLineLength: 5 });
    expect(() => pieces.map((piece) => splitter.push(piece))).toThrow(
      expect.objectContaining({
        code: 'ERR_CONTENT_LIMIT',
        message: expect.stringContaining("'maxLineLength' of 5"),
      }),
    );
  }
  const splitter = new LineSplitter('universal', { maxLineLength: 5 });
  expect(['12345\n', '12', '345', '\r\n1'].flatMap((piece) => splitter.push(piece))).toEqual([
    '12345',
    '12345',
  ]);
});

test('the error for a long line is made by the given function', () => {
  const failure = new Error('mine');
  const splitter = new LineSplitter('lf', { maxLineLength: 1, fail: () => failure });
  expect(() => splitter.push('12')).toThrow(failure);
});

test('a long line in many pieces', () => {
  const splitter = new LineSplitter();
  for (let count = 0; count < 300_000; count++) splitter.push('some text ');
  expect(splitter.push('\n')[0]).toHaveLength(3_000_000);
});

test('wrong arguments are named', () => {
  expect(() => new LineSplitter('crlf' as LineSeparators)).toThrow(InvalidArgument);
  expect(() => new LineSplitter('lf', { maxLineLength: 0 })).toThrow("'maxLineLength' is 0");
  expect(() => new LineSplitter('lf', { maxLineLength: Number.NaN })).toThrow(InvalidArgument);
});
