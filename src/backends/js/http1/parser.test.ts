import { describe, expect, test } from 'vitest';
import { OK, PLAIN, errorOf, parse, parseSplit } from '../../../../fixtures/parsed-response.ts';
import { DEFAULT_PARSER_LIMITS } from '../../contract.ts';
import { ResponseParser } from './parser.ts';

describe('heads', () => {
  test('status line and fields, in their order and case', () => {
    const { head, body, end, used, keepsAlive } = parseSplit(
      `${OK}X-MiXeD:  a \r\nContent-Length: 2\r\nx-empty:\r\nX-MiXeD: caf\u00e9\r\n\r\nhisurplus`,
    );
    expect(head).toEqual({
      line: '1.1 200 OK',
      fields: ['X-MiXeD', 'a', 'Content-Length', '2', 'x-empty', '', 'X-MiXeD', 'caf\u00e9'],
    });
    expect([body, end, used, keepsAlive]).toEqual(['hi', null, 79, true]);
  });

  test.each([
    ['HTTP/1.1 200\r\n\r\n', '1.1 200 '],
    ['HTTP/1.1 200 \r\n\r\n', '1.1 200 '],
    ['HTTP/1.0 999 \u00fcber cool\r\n\r\n', '1.0 999 \u00fcber cool'],
    ['HTTP/1.1 200 OK\n\n', '1.1 200 OK'],
    ['\r\n\n\r\nHTTP/1.1 200 OK\r\n\r\n', '1.1 200 OK'],
  ])('%j', (text, line) => {
    expect(parseSplit(text).head).toEqual({ line, fields: [] });
  });

  test('a folded value is joined by single spaces', () => {
    const { head } = parseSplit(`${OK}a: 1\r\n 2\r\n\t  3 \r\nb:\r\n 4\r\n\r\n`);
    expect(head?.fields).toEqual(['a', '1 2 3', 'b', '4']);
  });

  test.each([
    ['HTTP/0.9 200 OK\r\n\r\n', 0],
    ['HTTP/1.2 200 OK\r\n\r\n', 0],
    ['HTTP/2 200\r\n\r\n', 0],
    ['ICY 200 OK\r\n\r\n', 0],
    ['HTTP/1.1  200 OK\r\n\r\n', 0],
    ['HTTP/1.1 099 No\r\n\r\n', 0],
    ['HTTP/1.1 20 OK\r\n\r\n', 0],
    ['HTTP/1.1 2000 OK\r\n\r\n', 0],
    ['HTTP/1.1 2x0 OK\r\n\r\n', 0],
    ['HTTP/1.1 200\tOK\r\n\r\n', 0],
    ['HTTP/1.1 200 a\x00b\r\n\r\n', 14],
    ['\r\nhello, world, this is not HTTP', 2],
    ['\rHTTP/1.1 200 OK\r\n\r\n', 0],
    [' HTTP/1.1 200 OK\r\n\r\n', 0],
  ])('no status line: %j', (text, offset) => {
    expect(errorOf(text)).toEqual({ code: 'bad-status-line', offset });
  });

  test.each([
    ['a : 1', 17],
    [': 1', 17],
    ['a\u00e9: 1', 17],
    ['no colon', 17],
    [' folded: first', 17],
    ['a: \x00', 20],
    ['a: \x01', 20],
    ['a: \x7f', 20],
    ['a: b\rc', 21],
    ['a: b\x0bc', 21],
    ['b: 1\r\na b: 2', 23],
  ])('a bad field line: %j', (line, offset) => {
    expect(errorOf(`${OK}${line}\r\n\r\n`)).toEqual({ code: 'bad-field', offset });
  });

  test('a bad beginning is refused before the rest has come', () => {
    expect(errorOf('SSH-2.0-x')).toEqual({ code: 'bad-status-line', offset: 0 });
    expect(errorOf('HTTP/1.')).toBeNull();
  });

  test('limits of size and number, at the same octet however the head is cut', () => {
    const limits = { maxHeadBytes: 40 };
    const fits = `${OK}${'a: '.padEnd(19, 'x')}\r\n\r\n`;
    expect(fits.length).toBe(40);
    expect(errorOf(fits, PLAIN, limits)).toBeNull();
    expect(errorOf(fits.replace('x', 'xx'), PLAIN, limits)).toEqual({ code: 'limit', offset: 40 });
    expect(errorOf(`\r\n${fits}`, PLAIN, limits)).toEqual({ code: 'limit', offset: 40 });
    expect(errorOf('\r\n'.repeat(21), PLAIN, limits)).toEqual({ code: 'limit', offset: 40 });
    expect(errorOf('\n'.repeat(41), PLAIN, limits)).toEqual({ code: 'limit', offset: 40 });
    expect(errorOf(`${OK}a:1\r\nb:2\r\n\r\n`, PLAIN, { maxHeadFields: 1 })).toEqual({
      code: 'limit',
      offset: 22,
    });
  });

  test('a large head in one piece', () => {
    const value = 'v'.repeat(90_000);
    const { head, body } = parse([Buffer.from(`${OK}big: ${value}\r\nContent-Length: 1\r\n\r\nx`)]);
    expect([head?.fields[1]?.length, body]).toEqual([90_000, 'x']);
  });
});

describe('interim responses and tunnels', () => {
  test('every 1xx but 101 is skipped', () => {
    const { interim, head, body } = parseSplit(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 9\r\n\r\n' +
        `HTTP/1.1 199\r\n\r\n${OK}Content-Length: 1\r\n\r\nx`,
    );
    expect(interim).toEqual([
      '1.1 100 Continue',
      '1.1 103 Early Hints',
      'Link',
      '</a>',
      'Content-Length',
      '9',
      '1.1 199 ',
    ]);
    expect([head?.line, body]).toEqual(['1.1 200 OK', 'x']);
  });

  test('a storm of them ends', () => {
    const storm = 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(4);
    expect(errorOf(storm, PLAIN, { maxInformational: 3 })).toEqual({ code: 'limit', offset: 108 });
    expect(errorOf(storm, PLAIN, { maxInformational: 4 })).toBeNull();
  });

  test('101 only if it was asked for', () => {
    const text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x00\x01\x02';
    expect(errorOf(text)).toMatchObject({ code: 'unasked-upgrade' });
    expect(parseSplit(text, { ...PLAIN, isUpgrade: true })).toMatchObject({
      body: '\x00\x01\x02',
      length: -1,
      end: 'none',
      keepsAlive: false,
    });
  });

  test('a 2xx to CONNECT opens a tunnel whatever its fields say; others are ordinary responses', () => {
    const expectation = { ...PLAIN, isConnect: true };
    const text = `${OK}Content-Length: 1\r\n\r\nall of it`;
    expect(parseSplit(text, expectation, {}, true)).toMatchObject({ body: 'all of it', end: null });
    const refused = 'HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno';
    expect(parseSplit(refused, expectation)).toMatchObject({ body: 'no', end: null });
  });
});

test('it can be used again, and forgets what it knew', () => {
  const parser = new ResponseParser(
    { onInformational() {}, onHead() {}, onBody() {}, onEnd() {} },
    DEFAULT_PARSER_LIMITS,
  );
  for (const [text, offset] of [
    [`${OK}Content-Length: 2\r\n\r\nok`, 40],
    ['HTTP/1.1 204 None\r\n\r\n', 21],
  ] as const) {
    parser.start(PLAIN);
    expect([parser.isDone, parser.offset]).toEqual([false, 0]);
    const bytes = Buffer.from(text);
    expect(parser.push(bytes, 0, bytes.length)).toBe(bytes.length);
    expect([parser.isDone, parser.offset]).toEqual([true, offset]);
  }
});

test('it tells whether octets wait that are no event yet', () => {
  const parser = new ResponseParser(
    { onInformational() {}, onHead() {}, onBody() {}, onEnd() {} },
    DEFAULT_PARSER_LIMITS,
  );
  parser.start(PLAIN);
  const seen: boolean[] = [parser.isWaiting];
  for (const piece of ['HTT', 'P/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '2', '\r\na', 'b']) {
    const bytes = Buffer.from(piece);
    parser.push(bytes, 0, bytes.length);
    seen.push(parser.isWaiting);
  }
  expect(seen).toEqual([false, true, false, true, false, false]);
});
