import type { Random } from '../../fixtures/random.ts';
import { mutate } from '../../conformance/vectors/http1/mutate.ts';
import { responseCorpus } from '../../conformance/vectors/http1/corpus.ts';
import { GET, HEAD, parseSomeSplits } from '../../conformance/vectors/http1/parse-response.ts';
import { DEFAULT_PARSER_LIMITS } from '../../src/backends/contract.ts';
import { createTextStream, decodeText } from '../../src/body/charset.ts';
import { decodeUTF8, findInvalidUTF8, UTF8Stream } from '../../src/body/decode-utf8.ts';
import { EventStreamParser } from '../../src/body/event-stream-parser.ts';
import { GzipHeader } from '../../src/body/gzip-header.ts';
import { findJSONFault } from '../../src/body/json-syntax.ts';
import { LineSplitter } from '../../src/body/lines.ts';
import { DecodingError, EventStreamError } from '../../src/index.ts';
import { validateJSON } from '../../src/kernels/json-scanner.ts';
import { ensure, ensureSame, type FuzzTarget, isWellFormed } from './target.ts';

const corpus = responseCorpus();
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Whole, octet by octet, and at random. */
function* cuts(bytes: Buffer, random: Random): Generator<Uint8Array[]> {
  if (bytes.length < 2000) yield Array.from(bytes, (octet) => Uint8Array.of(octet));
  yield random.splits(bytes);
}

/** The text of an error that is allowed, or what came before it. */
function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof DecodingError || error instanceof EventStreamError)
      return `${error.name} ${error.code}`;
    throw error;
  }
}

function readEvents(pieces: readonly Uint8Array[]): unknown {
  const comments: string[] = [];
  const parser = new EventStreamParser({
    maxLineBytes: 4000,
    maxEventBytes: 20_000,
    onComment: (text) => void comments.push(text),
  });
  const events: unknown[] = [];
  const end = outcome(() => {
    for (const piece of pieces) {
      for (const { event, data, id, retry } of parser.push(piece)) events.push([event, data, id, retry]);
    }
    parser.check();
    return 'whole';
  });
  return [events, comments, end, parser.retry];
}

function readLines(pieces: readonly string[], separators: 'lf' | 'universal'): unknown {
  const splitter = new LineSplitter(separators, { maxLineLength: 4000 });
  const lines: string[] = [];
  const end = outcome(() => {
    for (const piece of pieces) lines.push(...splitter.push(piece));
    lines.push(...splitter.end());
    return 'whole';
  });
  // How many lines come before one that is too long depends on the pieces.
  return end === 'whole' ? lines : end;
}

function readGzipHeader(pieces: readonly Uint8Array[]): unknown {
  const header = new GzipHeader();
  let used = 0;
  try {
    for (const piece of pieces) {
      if (header.isDone) break;
      used += header.read(piece, 0);
    }
    return [header.isDone, used];
  } catch (error) {
    return (error as Error).message;
  }
}

/** Parsers of what comes in pieces: however it is cut, the outcome is the same. */
export const STREAM_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'HTTP/1.1 responses',
    seeds: corpus.map((message) => message.toString('latin1')),
    pieces: [
      '\r\n',
      '\n',
      ': ',
      'HTTP/1.1 200 OK\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      '0\r\n\r\n',
      'ffffffff\r\n',
      ' ',
      '1\r\na\r\n',
    ],
    check(input, random) {
      const message = random.chance() ? latin1(input) : mutate(corpus, random);
      const limits = random.chance()
        ? DEFAULT_PARSER_LIMITS
        : {
            maxHeadBytes: random.int(1, 300),
            maxHeadFields: random.int(0, 6),
            maxChunkLineBytes: random.int(1, 20),
            maxTrailerBytes: random.int(2, 40),
            maxInformational: 2,
          };
      const { error, head } = parseSomeSplits(
        message.subarray(0, 4000),
        random,
        random.pick([GET, GET, HEAD]),
        limits,
      );
      if (error !== null)
        ensure(error.offset >= 0 && error.offset <= message.length, 'an error that is nowhere');
      if (head !== null) ensure(head.fields.length / 2 <= limits.maxHeadFields, 'more fields than may be');
    },
  },
  {
    name: 'server-sent events',
    seeds: [
      'data: a\n\nid: 1\ndata: b\ndata: c\n\n',
      'event: x\r\ndata\r\n\r\nretry: 100\n\n',
      '\ufeff: comment\r\rdata: d\r\r',
      'id: a\0b\n\n',
    ],
    pieces: [
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'data:',
      'data: ',
      'id:',
      'event:',
      'retry: 5',
      ':',
      '\ufeff',
      '\0',
      '\u20ac',
    ],
    check(input, random) {
      const bytes = Buffer.from(input);
      const whole = readEvents([bytes]);
      for (const pieces of cuts(bytes, random)) ensureSame(readEvents(pieces), whole, 'events in pieces');
    },
  },
  {
    name: 'lines',
    seeds: ['a\nb\r\nc\rd', '\n\n', 'x'.repeat(5000), '{"a":1}\n{"b":2}\n'],
    pieces: ['\n', '\r', '\r\n', '\u2028', '\u0085', 'long'.repeat(200)],
    check(input, random) {
      for (const separators of ['lf', 'universal'] as const) {
        const whole = readLines([input], separators);
        const pieces: string[] = [];
        for (let at = 0; at < input.length;) {
          const size = input.length > 2000 ? random.int(1, 3000) : random.int(1, 5);
          pieces.push(input.slice(at, (at += size)));
        }
        ensureSame(readLines(pieces, separators), whole, 'lines in pieces');
      }
    },
  },
  {
    name: 'charsets',
    seeds: [
      'h\u00e9llo \u20ac \ud83d\ude00',
      '\ufeffabc',
      '\u00ff\u00fea\0b\0',
      '\u001b$B0!\u001b(B',
      '\u0081\u0040\u0082',
    ],
    pieces: [
      '\u00c3',
      '\u00a9',
      '\u00f0\u009f',
      '\u00ef\u00bb\u00bf',
      '\u00ff\u00fe',
      '\u001b$B',
      '\u001b(B',
      '\u0081',
      '\u00e2\u0082\u00ac',
    ],
    check(input, random) {
      const bytes = random.chance() ? latin1(input) : Buffer.from(input);
      const charset = random.pick([
        'utf-8',
        'utf-16le',
        'utf-16be',
        'windows-1252',
        'shift_jis',
        'gb18030',
        'big5',
        'euc-kr',
        'iso-2022-jp',
      ]);
      const whole = decodeText(bytes, charset);
      ensure(isWellFormed(whole), 'half a character');
      for (const pieces of cuts(bytes, random)) {
        const stream = createTextStream(charset);
        ensureSame(
          pieces.map((piece) => stream.push(piece)).join('') + stream.end(),
          whole,
          `${charset} in pieces`,
        );
      }
      const utf8 = decodeUTF8(bytes);
      ensureSame(utf8, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), 'what Node makes of it');
      ensure(
        (findInvalidUTF8(bytes) === -1) === Buffer.from(utf8).equals(bytes),
        'the place of what is not UTF-8',
      );
      const stream = new UTF8Stream();
      ensureSame(
        random
          .splits(bytes)
          .map((piece) => stream.push(piece))
          .join('') + stream.end(),
        utf8,
        'UTF-8 in pieces',
      );
    },
  },
  {
    name: 'gzip headers',
    seeds: [
      '\x1f\x8b\x08\x00\0\0\0\0\0\xff',
      '\x1f\x8b\x08\x1c\0\0\0\0\0\x03\x02\0abname\0comment\0',
      '\x1f\x8b\x08\x02\0\0\0\0\0\x03\x00\x00',
    ],
    pieces: ['\x1f\x8b', '\x08', '\0', '\x02', '\x1e', '\xff\xff', 'name\0'],
    check(input, random) {
      const bytes = latin1(input);
      const whole = readGzipHeader([bytes]);
      for (const pieces of cuts(bytes, random))
        ensureSame(readGzipHeader(pieces), whole, 'a header in pieces');
    },
  },
  {
    name: 'JSON',
    seeds: ['{"a":[1,2.5e3,-0,true,false,null,"b\\u00e9\\n"]}', '[]', '"\\ud83d"', ' 1 ', '[[[[1]]]]'],
    pieces: [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '\\u',
      '0',
      '-',
      '1e5',
      'true',
      'nul',
      ' ',
      '\t',
      '\u00e9',
    ],
    check(input) {
      let isJSON = true;
      try {
        JSON.parse(input);
      } catch {
        isJSON = false;
      }
      const fault = findJSONFault(input);
      ensure(
        (fault === null) === isJSON,
        `a fault at ${fault?.offset} where JSON.parse ${isJSON ? 'has none' : 'has one'}`,
      );
      const bytes = Buffer.from(input);
      // What is no Unicode text has another form as octets.
      if (isWellFormed(input))
        ensure((validateJSON(bytes) === -1) === isJSON, 'validateJSON has another view');
    },
  },
];
