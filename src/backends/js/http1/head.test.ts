import { describe, expect, test } from 'vitest';
import { DEFAULT_PARSER_LIMITS } from '../../contract.ts';
import { bareLineFeed, endOfHead, illegalIndex, looksLikeStatusLine, parseHead } from './head.ts';

function head(text: string): ReturnType<typeof parseHead> {
  return parseHead(text, text.length, 100, DEFAULT_PARSER_LIMITS);
}

test('what the fields say about the message', () => {
  expect(head('HTTP/1.1 200 OK\r\n\r\n')).toEqual({
    version: '1.1',
    status: 200,
    reason: 'OK',
    fields: [],
    contentLength: -1,
    isChunked: false,
    keepsAlive: true,
    keepAliveSeconds: -1,
  });
  expect(
    head('HTTP/1.0 404 Gone\r\nCONTENT-LENGTH: 7\r\nconnection: Keep-Alive\r\nkeep-alive: timeout=3\r\n\r\n'),
  ).toMatchObject({ version: '1.0', contentLength: 7, keepsAlive: true, keepAliveSeconds: 3 });
  expect(head('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n')).toMatchObject({
    contentLength: -1,
    isChunked: true,
    keepsAlive: false,
  });
});

test('text behind the end is not looked at', () => {
  const text = 'HTTP/1.1 200 OK\r\nA: 1\r\n\r\nB: 2\x00';
  const end = text.indexOf('B');
  expect(parseHead(text, end, 0, DEFAULT_PARSER_LIMITS).fields).toEqual(['A', '1']);
});

test('errors count from the base', () => {
  expect(() => head('HTTP/1.1 2 OK\r\n\r\n')).toThrow(
    expect.objectContaining({ code: 'bad-status-line', offset: 100 }),
  );
  expect(() => head('HTTP/1.1 200 OK\r\nA: \x00\r\n\r\n')).toThrow(
    expect.objectContaining({
      code: 'bad-field',
      offset: 120,
      message: 'illegal character 0x00 in the response head',
    }),
  );
});

describe('scanning', () => {
  test('illegal characters', () => {
    const places = ['a\tb', 'a\r\nb', '\u00e9\u00ff', 'a\x00', '\r', 'ab\rc', '\x7f', 'a\x1fb'].map(
      illegalIndex,
    );
    expect(places).toEqual([-1, -1, -1, 1, 0, 2, 0, 1]);
  });

  test('the end of a head', () => {
    const ends = ['', 'a\r\n', 'a\r\n\r', 'a\r\n\r\nb', 'a\n\nb', 'a\n\r\nb', 'a\r\nb\n\n'].map(endOfHead);
    expect(ends).toEqual([-1, -1, -1, 5, 3, 4, 6]);
  });

  test('line feeds that stand alone', () => {
    expect(['', '\r\n', 'a\r\n\n', '\n', 'a\r\nb\r\n'].map(bareLineFeed)).toEqual([-1, -1, 3, 0, -1]);
  });

  test('beginnings of a status line', () => {
    expect(['', 'H', 'HTTP/1', 'HTTP/1.', 'HTTP/1.x'].map(looksLikeStatusLine)).not.toContain(false);
    expect(['h', 'HTTP/2', 'X', 'HTTP 1.1', '\r'].map(looksLikeStatusLine)).not.toContain(true);
  });
});
