import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { EventStreamParser, type EventStreamParserOptions } from './event-stream-parser.ts';

/** Type, data, id and retry of the events of a text, with what the parser knows at its end. */
function parse(pieces: readonly (string | Uint8Array)[], options: EventStreamParserOptions = {}): unknown[] {
  const parser = new EventStreamParser(options);
  const events = pieces.flatMap((piece) =>
    parser.push(typeof piece === 'string' ? Buffer.from(piece) : piece),
  );
  return [
    ...events.map(({ event, data, id, retry }) => [event, data, id, retry]),
    parser.lastEventId,
    parser.retry,
  ];
}

const STREAM =
  '\uFEFF: first\r\nretry: 250\r\ndata: ä…😀\rdata\nid: 1\r\n\r\nevent: x\ndata:y\n\n\nid: 2\n\nid: 3\ndata: open';

test('the result does not depend on how the octets are cut', () => {
  const bytes = Buffer.from(STREAM);
  const whole = parse([bytes]);
  expect(whole).toEqual([['message', 'ä…😀\n', '1', 250], ['x', 'y', '1', null], '2', 250]);
  expect(parse(Array.from(bytes, (octet) => Uint8Array.of(octet)))).toEqual(whole);
  for (let at = 0; at <= bytes.length; at++) {
    expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    expect(parse([bytes.subarray(0, at), new Uint8Array(0), bytes.subarray(at)])).toEqual(whole);
  }
});

test.each([
  [
    'a beginning of a byte order mark is content',
    [Buffer.of(0xef), 'data: x\n\ndata: y\n\n'],
    [['message', 'y', '', null]],
  ],
  ['so are two octets of one', [Buffer.of(0xef, 0xbb), 'x\n\ndata: y\n\n'], [['message', 'y', '', null]]],
  ['names are those of the standard, exactly', ['Data: a\n data: b\ndata : c\ndatax: d\n\n'], []],
  ['a value may hold colons', ['data:a:b\n\n'], [['message', 'a:b', '', null]]],
  ['one space is not part of it', ['data:  a \n\n'], [['message', ' a ', '', null]]],
  ['a type without data is forgotten', ['event: a\n\ndata: b\n\n'], [['message', 'b', '', null]]],
  ['an id with NUL is none', ['id: 1\nid: 2\0\ndata: a\n\n'], [['message', 'a', '1', null]]],
  [
    'an empty id takes it away',
    ['id: 1\ndata: a\n\nid\ndata: b\n\n'],
    [
      ['message', 'a', '1', null],
      ['message', 'b', '', null],
    ],
  ],
])('%s', (_what, pieces, events) => {
  expect(parse(pieces).slice(0, -2)).toEqual(events);
});

test.each([
  ['10', 10],
  ['007', 7],
  ['0', 0],
  ['99999999999999999999', 0x7fffffff],
  ['', null],
  ['1.5', null],
  ['-1', null],
  ['+1', null],
  ['1 ', null],
  ['٣', null],
])('a reconnection time of %j is %j', (text, expected) => {
  expect(parse([`retry:${text}\n\n`]).at(-1)).toBe(expected);
});

test('an id counts once its event is closed', () => {
  const parser = new EventStreamParser({ lastEventId: 'before' });
  expect(parser.lastEventId).toBe('before');
  parser.push(Buffer.from('id: 1\n'));
  expect(parser.lastEventId).toBe('before');
  expect(parser.push(Buffer.from('data: x\n\n'))[0]).toMatchObject({ id: '1' });
  expect(parser.lastEventId).toBe('1');
});

test('comments go to their listener, in their place', () => {
  const seen: string[] = [];
  const parser = new EventStreamParser({ onComment: (text) => seen.push(text) });
  parser.push(Buffer.from(':\n: a\n:b: c\ndata: x\n:d\n'));
  expect(seen).toEqual(['', 'a', 'b: c', 'd']);
});

describe('limits', () => {
  const limits = { maxLineBytes: 10, maxEventBytes: 20 };

  test.each([
    ['a whole line', ['data: 67890\n'], 'maxLineBytes'],
    ['a line without end', ['data: 67890'], 'maxLineBytes'],
    ['a line in pieces', ['data: 6', '7890'], 'maxLineBytes'],
    ['a comment', [': 345678901\n'], 'maxLineBytes'],
    ['octets count, not characters', ['data: äää\n'], 'maxLineBytes'],
    ['an event', ['data: 7890\ndata: 7890\nd\n'], 'maxEventBytes'],
  ])('%s', (_what, pieces, limit) => {
    expect(() => parse(pieces, limits)).toThrow(limit);
    expect(() => parse(pieces, limits)).toThrow(expect.objectContaining({ code: 'ERR_CONTENT_LIMIT' }));
  });

  test('what fits is fine, again and again', () => {
    const text = 'data: 7890\ndata: 7890\n\n'.repeat(5);
    expect(parse([text], limits)).toHaveLength(7);
    expect(parse(text.split(''), limits)).toHaveLength(7);
  });

  test('events before the fault are given first', () => {
    const parser = new EventStreamParser(limits);
    expect(parser.push(Buffer.from('data: a\n\ndata: 67890\n\n'))).toHaveLength(1);
    expect(() => parser.check()).toThrow('maxLineBytes');
    expect(() => parser.push(Buffer.from('data: b\n\n'))).toThrow('maxLineBytes');
  });

  test.each([{ maxLineBytes: 0 }, { maxEventBytes: Number.NaN }, { maxLineBytes: '5' }])(
    '%j is refused',
    (bad) => {
      expect(() => new EventStreamParser(bad as object)).toThrow(InvalidArgument);
    },
  );
});
