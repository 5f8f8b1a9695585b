import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Headers as TernHeaders } from '../models/headers.ts';
import { encodeFormDataFile, encodePart, type MultipartValue } from './multipart-part.ts';

/** The head of a part, without what is the same in all. */
function head(value: MultipartValue, name = 'n'): string {
  const text = encodePart(name, value).head;
  expect(text.startsWith('Content-Disposition: form-data; name="')).toBe(true);
  expect(text.endsWith('\r\n\r\n')).toBe(true);
  return text.slice(38, -4);
}

const UPLOAD = 'n"; filename="upload"\r\nContent-Type: application/octet-stream';

test.each([
  ['abc', 'abc'],
  [true, 'true'],
  [null, ''],
  [1.5, '1.5'],
  [10n, '10'],
  ['a\nb\rc\r\nd', 'a\r\nb\r\nc\r\nd'],
])('the field %o has no type and the value %o', (value, content) => {
  expect(encodePart('n', value)).toEqual({
    head: 'Content-Disposition: form-data; name="n"\r\n\r\n',
    content,
    length: null,
  });
});

const files: readonly (readonly [string, MultipartValue, string])[] = [
  ['bytes', new Uint8Array(2), UPLOAD],
  ['an ArrayBuffer', new ArrayBuffer(2), UPLOAD],
  ['a Blob', new Blob(['x']), UPLOAD],
  [
    'a typed Blob',
    new Blob(['x'], { type: 'image/png' }),
    'n"; filename="upload"\r\nContent-Type: image/png',
  ],
  ['a File', new File(['x'], 'a.json'), 'n"; filename="a.json"\r\nContent-Type: application/json'],
  [
    'a typed File',
    new File(['x'], 'a.json', { type: 'text/x' }),
    'n"; filename="a.json"\r\nContent-Type: text/x',
  ],
  ['a File without a name', new File(['x'], ''), UPLOAD],
  ['a stream', Readable.from(['x']), UPLOAD],
  ['a function', () => 'x', UPLOAD],
  ['a part of a string', { content: 'x' }, 'n"'],
  [
    'a typed part of a string',
    { content: '{}', type: 'application/json' },
    'n"\r\nContent-Type: application/json',
  ],
  ['a named part', { content: 'x', filename: 'a.csv' }, 'n"; filename="a.csv"\r\nContent-Type: text/csv'],
  [
    'a named and typed part',
    { content: 'x', filename: 'a.csv', type: 'a/b' },
    'n"; filename="a.csv"\r\nContent-Type: a/b',
  ],
  ['a part without type', { content: 'x', filename: 'a.csv', type: null }, 'n"; filename="a.csv"'],
  [
    'a part with the type ""',
    { content: 'x', filename: 'a.csv', type: '' },
    'n"; filename="a.csv"\r\nContent-Type: text/csv',
  ],
  ['no file name', { content: new Uint8Array(1), filename: null }, 'n"'],
  ['an empty file name', { content: new Uint8Array(1), filename: '' }, 'n"'],
  [
    'no file name, but a type',
    { content: new Uint8Array(1), filename: null, type: 'a/b' },
    'n"\r\nContent-Type: a/b',
  ],
  [
    'no file name of a typed Blob',
    { content: new Blob([], { type: 'a/b' }), filename: null },
    'n"\r\nContent-Type: a/b',
  ],
  [
    'more headers',
    { content: 'x', filename: 'a.txt', headers: { Expires: '0', 'X-Name': 'Grüße' } },
    'n"; filename="a.txt"\r\nExpires: 0\r\nX-Name: Grüße\r\nContent-Type: text/plain',
  ],
  [
    'a Content-Type of its own',
    {
      content: 'x',
      filename: 'a.txt',
      type: 'a/b',
      headers: [
        ['content-type', 'c/d'],
        ['X', '1'],
        ['X', '2'],
      ],
    },
    'n"; filename="a.txt"\r\ncontent-type: c/d\r\nX: 1\r\nX: 2',
  ],
  ['Headers', { content: 'x', headers: new TernHeaders([['X-A', '1']]) }, 'n"\r\nX-A: 1'],
];

test.each(files)('%s', (_kind, value, expected) => {
  expect(head(value)).toBe(expected);
});

test('a file stream is named by its path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-'));
  const path = join(folder, 'notes.md');
  writeFileSync(path, '12345');
  const stream = createReadStream(path);
  expect(head(stream)).toBe('n"; filename="notes.md"\r\nContent-Type: text/markdown');
  expect(encodePart('n', stream).length).toBe(5);
  stream.destroy();
  rmSync(folder, { recursive: true });
});

test('only quotes and line ends are escaped, and a name has its line ends made CRLF before', () => {
  expect(head('x', 'a"\\b\nc\t\0')).toBe('a%22\\b%0D%0Ac\t\0"');
  expect(head({ content: 'x', filename: 'a"\\b\nc\r.txt', type: null })).toBe(
    'n"; filename="a%22\\b%0Ac%0D.txt"',
  );
  expect(head({ content: 'x', filename: 'näme', type: null })).toBe('n"; filename="näme"');
});

test('a file of a FormData keeps even an empty name', () => {
  const part = encodeFormDataFile('n', new File([], ''));
  expect(part.head).toBe(
    'Content-Disposition: form-data; name="n"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
  );
});

test('the length is that of the content, or as declared if that is unknown', () => {
  expect(encodePart('n', new Uint8Array(5)).length).toBe(5);
  expect(encodePart('n', Readable.from([])).length).toBeNull();
  expect(encodePart('n', { content: Readable.from([]), length: 7 }).length).toBe(7);
  expect(encodePart('n', { content: 'abc', length: 3 }).length).toBe(3);
});

const refused: readonly (readonly [unknown, string])[] = [
  [{ a: 1 }, 'got a plain object without content'],
  [{}, 'got a plain object without content'],
  [{ content: null }, 'got a plain object without content'],
  [undefined, 'got undefined'],
  [Symbol('x'), 'got a symbol'],
  [new Map(), 'got a Map'],
  [new Date(), 'got a Date'],
  [{ content: 5 }, 'got a number'],
  [{ content: 'x', fileName: 'y' }, "unknown member 'fileName'"],
  [{ content: 'x', filename: 5 }, 'filename is a number'],
  [{ content: 'x', type: 5 }, 'type is a number'],
  [{ content: 'x', type: 'a/b\r\nX: y' }, 'type has a control character'],
  [{ content: 'x', headers: { 'X-A': 'a\r\nb' } }, "value of the header 'X-A' has a control character"],
  [{ content: 'x', headers: { 'X A': 'a' } }, 'header name "X A" is not a token'],
  [{ content: 'x', headers: { X: new Uint8Array(1) } }, "header 'X' is a Uint8Array; pass a string"],
  [
    { content: 'x', headers: { 'content-disposition': 'a' } },
    'Content-Disposition is made of name and filename',
  ],
  [{ content: 'x', length: -1 }, 'length is -1'],
  [{ content: 'x', length: 1.5 }, 'length is 1.5'],
  [{ content: 'x', length: 2 }, 'length is 2, but the content has 1 byte'],
];

test.each(refused)('%o is refused by name', (value, message) => {
  expect(() => Reflect.apply(encodePart, undefined, ['doc', value])).toThrow(InvalidArgument);
  expect(() => Reflect.apply(encodePart, undefined, ['doc', value])).toThrow("multipart: part 'doc': ");
  expect(() => Reflect.apply(encodePart, undefined, ['doc', value])).toThrow(message);
});

test('a stream in text mode is refused: what it gives are not the octets of the file', () => {
  for (const content of [
    Readable.from([Buffer.from('x')], { objectMode: false }).setEncoding('latin1'),
    createReadStream(new URL(import.meta.url), 'utf8'),
  ]) {
    for (const value of [content, { content, filename: 'a.txt' }]) {
      expect(() => encodePart('doc', value)).toThrow(InvalidArgument);
      expect(() => encodePart('doc', value)).toThrow(
        /part 'doc': the stream gives text.*without an encoding/,
      );
    }
    content.destroy();
  }
});
