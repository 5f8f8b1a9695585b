import { describe, expect, test } from 'vitest';
import { OK, PLAIN, errorOf, parseSplit } from '../../../../fixtures/parsed-response.ts';
import { DEFAULT_PARSER_LIMITS } from '../../contract.ts';
import { ResponseParser } from './parser.ts';

describe('framing', () => {
  test('a length', () => {
    expect(parseSplit(`${OK}Content-Length: 5\r\n\r\nhello`)).toMatchObject({
      body: 'hello',
      length: 5,
      end: null,
    });
    expect(parseSplit(`${OK}Content-Length: 0\r\n\r\nrest`)).toMatchObject({
      body: '',
      length: 0,
      end: null,
    });
  });

  test.each(['2, 2', '2,2', '2\r\nContent-Length: 2', '02'])('the same length again: %j', (value) => {
    expect(parseSplit(`${OK}Content-Length: ${value}\r\n\r\nok`)).toMatchObject({ body: 'ok', end: null });
  });

  test.each(['2, 3', '2\r\nContent-Length: 3', '+2', '-2', '0x2', '2 2', '', '2,', '9'.repeat(17)])(
    'a bad length: %j',
    (value) => {
      expect(errorOf(`${OK}Content-Length: ${value}\r\n\r\nok`)).toMatchObject({
        code: 'bad-content-length',
      });
    },
  );

  test('until the end of the connection', () => {
    const text = `${OK}\r\nto the end`;
    expect(parseSplit(text, PLAIN, {}, true)).toMatchObject({
      body: 'to the end',
      length: -1,
      end: null,
      keepsAlive: false,
    });
    expect(parseSplit(text).end).toBe('none');
  });

  test('chunks, extensions and trailers', () => {
    const chunks = '5;a=b;c="d;e"\r\nhello\r\nA \r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n';
    expect(parseSplit(`${OK}Transfer-Encoding: Chunked\r\n\r\n${chunks}`)).toMatchObject({
      body: 'hello0123456789',
      length: -1,
      end: ['X-Sum', '1', 'X-Sum', '2'],
      keepsAlive: true,
    });
    expect(parseSplit(`${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nrest`)).toMatchObject({
      body: '',
      end: null,
    });
  });

  test.each([
    ['5\nhello\r\n', 0],
    ['\r\n', 0],
    ['g\r\n', 0],
    ['-1\r\n', 0],
    ['+1\r\n', 0],
    ['0x1\r\n', 0],
    ['1 1\r\n', 0],
    ['5\x0b\r\nhello', 0],
    ['5\u00a0\r\nhello', 0],
    ['5;\x00\r\n', 0],
    ['5\r\r\n', 0],
    ['ffffffffffffffff\r\n', 0],
    ['fffffffffffffff\r\n', 0],
    ['1\r\nabc', 4],
    ['1\r\na\rb', 5],
    ['1\r\na\n', 4],
  ])('a bad chunk: %j', (chunks, offset) => {
    const head = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
    expect(errorOf(head + chunks)).toEqual({ code: 'bad-chunk', offset: head.length + offset });
  });

  test('leading zeros of a chunk size', () => {
    const text = `${OK}Transfer-Encoding: chunked\r\n\r\n00000002\r\nok\r\n0000\r\n\r\n`;
    expect(parseSplit(text)).toMatchObject({ body: 'ok', end: null });
  });

  test.each([
    ['a: 1\n\r\n', 4],
    ['a: 1\r\n\n', 6],
    ['\n', 0],
    ['a: \x00\r\n\r\n', 3],
    ['bad line\r\n\r\n', 0],
  ])('bad trailers: %j', (trailers, offset) => {
    const head = `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`;
    expect(errorOf(head + trailers)).toEqual({ code: 'bad-field', offset: head.length + offset });
  });

  test('limits of chunk lines and trailers', () => {
    const head = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
    expect(errorOf(`${head}1;${'x'.repeat(20)}\r\n`, PLAIN, { maxChunkLineBytes: 16 })).toEqual({
      code: 'limit',
      offset: head.length + 16,
    });
    expect(errorOf(`${head}0\r\na: ${'x'.repeat(20)}\r\n\r\n`, PLAIN, { maxTrailerBytes: 16 })).toEqual({
      code: 'limit',
      offset: head.length + 3 + 16,
    });
    expect(errorOf(`${head}0\r\na:1\r\nb:2\r\n\r\n`, PLAIN, { maxHeadFields: 1 })).toMatchObject({
      code: 'limit',
    });
  });

  test('chunked beside a length wins, and the connection ends', () => {
    const fields = ['Content-Length: 3', 'Transfer-Encoding: chunked'];
    for (const order of [fields, fields.toReversed()]) {
      expect(parseSplit(`${OK}${order.join('\r\n')}\r\n\r\n1\r\na\r\n0\r\n\r\n`)).toMatchObject({
        body: 'a',
        keepsAlive: false,
      });
    }
  });

  test.each([
    ['HTTP/1.1', 'gzip'],
    ['HTTP/1.1', 'gzip, chunked'],
    ['HTTP/1.1', 'chunked, chunked'],
    ['HTTP/1.1', 'chunked, identity'],
    ['HTTP/1.1', 'chunked\r\nTransfer-Encoding: gzip'],
    ['HTTP/1.1', 'xchunked'],
    ['HTTP/1.0', 'chunked'],
  ])('a transfer coding that is not taken: %s %j', (version, coding) => {
    expect(errorOf(`${version} 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n`)).toMatchObject({
      code: 'bad-transfer-coding',
    });
  });

  test('identity is no coding', () => {
    expect(parseSplit(`${OK}Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok`).body).toBe('ok');
    expect(parseSplit(`${OK}Transfer-Encoding: identity\r\n\r\nok`, PLAIN, {}, true).body).toBe('ok');
  });

  test.each([
    ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', PLAIN],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', PLAIN],
    ['HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n', PLAIN],
    [`${OK}Content-Length: 5\r\n\r\n`, { ...PLAIN, isHead: true }],
    [`${OK}\r\n`, { ...PLAIN, isHead: true }],
  ])('no body: %j', (text, expectation) => {
    expect(parseSplit(`${text}surplus`, expectation)).toMatchObject({
      body: '',
      length: 0,
      end: null,
      used: text.length,
      keepsAlive: true,
    });
  });

  test('who keeps the connection', () => {
    const keeps = (version: string, fields: string): boolean =>
      parseSplit(`HTTP/${version} 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`).keepsAlive;
    expect(keeps('1.1', '')).toBe(true);
    expect(keeps('1.1', 'Connection: Close\r\n')).toBe(false);
    expect(keeps('1.1', 'Connection: x,\tclose \r\nConnection: keep-alive\r\n')).toBe(false);
    expect(keeps('1.1', 'Connection: closed\r\n')).toBe(true);
    expect(keeps('1.0', '')).toBe(false);
    expect(keeps('1.0', 'Connection: keep-alive\r\n')).toBe(true);
  });

  test('the hint of Keep-Alive', () => {
    const hint = (value: string): number => {
      const parser = new ResponseParser(
        { onInformational() {}, onHead() {}, onBody() {}, onEnd() {} },
        DEFAULT_PARSER_LIMITS,
      );
      parser.start(PLAIN);
      const bytes = Buffer.from(`${OK}Keep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`);
      parser.push(bytes, 0, bytes.length);
      return parser.keepAliveSeconds;
    };
    expect(['timeout=5', 'max=3, timeout="7"', 'max=1', 'xtimeout=5', 'timeout=-1'].map(hint)).toEqual([
      5, 7, -1, -1, -1,
    ]);
  });
});

describe('truncation', () => {
  test.each([
    ['', 0],
    ['\r\n', 2],
    ['HTTP/1.1 200 OK\r\nA: b', 21],
    [`${OK}Content-Length: 5\r\n\r\nhel`, 41],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 57],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n`, 60],
    [`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\na: b\r\n`, 66],
  ])('%j', (text, offset) => {
    expect(parseSplit(text, PLAIN, {}, true).error).toEqual({ code: 'truncated', offset });
  });
});
