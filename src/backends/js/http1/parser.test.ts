import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seedFromEnvironment } from '../../../../fixtures/random.ts';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from '../../contract.ts';
import type { Head } from './head.ts';
import { ParseError } from './parse-error.ts';
import { type Expectation, ResponseParser } from './parser.ts';

const PLAIN: Expectation = { isHead: false, isConnect: false, isUpgrade: false };

interface Record {
  readonly interim: readonly string[];
  readonly head: { readonly line: string; readonly fields: readonly string[] } | null;
  readonly length: number | null;
  readonly body: string;
  readonly end: readonly string[] | 'none' | null;
  /** Octets that the response took; the rest is surplus. */
  readonly used: number;
  readonly error: { readonly code: string; readonly offset: number } | null;
  readonly keepsAlive: boolean;
}

function parse(
  pieces: readonly Buffer[],
  expectation: Expectation = PLAIN,
  limits: Partial<ParserLimits> = {},
  finish = false,
): Record {
  const interim: string[] = [];
  let head: Record['head'] = null;
  let length: number | null = null;
  let body = '';
  let end: Record['end'] = 'none';
  let used = 0;
  let error: Record['error'] = null;
  const show = ({ version, status, reason }: Head): string => `${version} ${status} ${reason}`;
  const parser = new ResponseParser(
    {
      onInformational: (found) => interim.push(show(found), ...found.fields),
      onHead(found, size) {
        head = { line: show(found), fields: found.fields };
        length = size;
      },
      onBody(bytes, start, stop) {
        body += bytes.toString('latin1', start, stop);
      },
      onEnd(trailers) {
        end = trailers;
      },
    },
    { ...DEFAULT_PARSER_LIMITS, ...limits },
  );
  parser.start(expectation);
  try {
    for (const piece of pieces) {
      // Nothing around the piece may be looked at.
      const padded = Buffer.concat([Buffer.from('\n\r\n'), piece, Buffer.from('\r\n\r\n0')]);
      const stop = parser.push(padded, 3, 3 + piece.length);
      used += stop - 3;
      if (parser.isDone) break;
    }
    if (finish) parser.finish();
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
    error = { code: thrown.code, offset: thrown.offset };
    used = 0;
  }
  return { interim, head, length, body, end, used, error, keepsAlive: parser.keepsAlive };
}

/** Parses in every way to cut the input in two, and octet by octet, and expects one outcome. */
function parseSplit(
  text: string,
  expectation: Expectation = PLAIN,
  limits: Partial<ParserLimits> = {},
  finish = false,
): Record {
  const bytes = Buffer.from(text, 'latin1');
  const whole = parse([bytes], expectation, limits, finish);
  for (let at = 1; at < bytes.length; at++) {
    const halves = [bytes.subarray(0, at), bytes.subarray(at)];
    expect(parse(halves, expectation, limits, finish), `cut at ${at}`).toEqual(whole);
  }
  const octets = Array.from(bytes, (octet) => Buffer.of(octet));
  expect(parse(octets, expectation, limits, finish), 'octet by octet').toEqual(whole);
  return whole;
}

function errorOf(text: string, expectation?: Expectation, limits?: Partial<ParserLimits>): Record['error'] {
  return parseSplit(text, expectation, limits).error;
}

const OK = 'HTTP/1.1 200 OK\r\n';

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

// Random responses: each is built from parts, so that valid ones are as likely as odd ones.

function characters(text: string): string[] {
  return text.split('');
}

const token = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.constantFrom(...characters('abcXYZ-019!~')),
});
const value = fc.string({ maxLength: 20, unit: fc.constantFrom(...characters('ab ,;="\t\u00e9\u00ff')) });
const line = fc.tuple(token, value).map(([name, text]) => `${name}: ${text}\r\n`);
const content = fc.string({ maxLength: 60, unit: fc.constantFrom(...characters('a\r\n0:\x00\u00ff')) });
const lines = fc.array(line, { maxLength: 4 }).map((list) => list.filter(isHarmless).join(''));

function isHarmless(text: string): boolean {
  return !/^(?:content-length|transfer-encoding|connection|upgrade):/i.test(text);
}

const withLength = fc
  .tuple(lines, content)
  .map(([fields, body]) => `${OK}${fields}Content-Length: ${body.length}\r\n\r\n${body}`);
const withChunks = fc
  .tuple(lines, fc.array(content.filter((text) => text !== '')), lines)
  .map(([fields, chunks, trailers]) => {
    const framed = chunks.map((chunk) => `${chunk.length.toString(16)};x\r\n${chunk}\r\n`).join('');
    return `${OK}${fields}Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n${trailers}\r\n`;
  });
const untilClose = fc.tuple(lines, content).map(([fields, body]) => `HTTP/1.0 200\r\n${fields}\r\n${body}`);
const interim = fc.array(
  lines.map((fields) => `HTTP/1.1 103 Early\r\n${fields}\r\n`),
  { maxLength: 2 },
);
const response = fc
  .tuple(interim, fc.oneof(withLength, withChunks, untilClose))
  .map(([before, final]) => before.join('') + final);
const cuts = fc.array(fc.nat(), { maxLength: 12 });
const parameters = { numRuns: 400, seed: seedFromEnvironment() };

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  const pieces: Buffer[] = [];
  let start = 0;
  for (const place of [...sorted, bytes.length]) {
    if (place > start) pieces.push(bytes.subarray(start, place));
    start = place;
  }
  return pieces;
}

describe('properties', () => {
  test('a valid response gives the same events however it is cut', () => {
    fc.assert(
      fc.property(response, cuts, (text, places) => {
        const bytes = Buffer.from(text, 'latin1');
        const whole = parse([bytes], PLAIN, {}, true);
        expect(whole.error).toBeNull();
        expect(whole.end).not.toBe('none');
        expect(parse(cutAt(bytes, places), PLAIN, {}, true)).toEqual(whole);
      }),
      parameters,
    );
  });

  test('a mutated one never gives anything but events or a ParseError, the same one however it is cut', () => {
    const mutation = fc.record({
      at: fc.nat(),
      remove: fc.nat(3),
      insert: fc.string({
        maxLength: 3,
        unit: fc.constantFrom(...characters('\r\n :;0afHT,\x00\x7f\u00e9')),
      }),
    });
    const limits = { maxHeadBytes: 200, maxHeadFields: 6, maxChunkLineBytes: 12, maxTrailerBytes: 60 };
    fc.assert(
      fc.property(
        response,
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        cuts,
        (text, changes, places) => {
          let mutated = text;
          for (const { at, remove, insert } of changes) {
            const place = at % (mutated.length + 1);
            mutated = mutated.slice(0, place) + insert + mutated.slice(place + remove);
          }
          const bytes = Buffer.from(mutated, 'latin1');
          const octets = Array.from(bytes, (octet) => Buffer.of(octet));
          const whole = parse([bytes], PLAIN, limits, true);
          expect(parse(cutAt(bytes, places), PLAIN, limits, true)).toEqual(whole);
          expect(parse(octets, PLAIN, limits, true)).toEqual(whole);
        },
      ),
      { ...parameters, numRuns: 1500 },
    );
  });

  test('octets without any sense', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (octets, places) => {
        const bytes = Buffer.from(octets);
        const whole = parse([bytes], PLAIN, {}, true);
        expect(whole.error).not.toBeNull();
        expect(parse(cutAt(bytes, places), PLAIN, {}, true)).toEqual(whole);
      }),
      parameters,
    );
  });
});
