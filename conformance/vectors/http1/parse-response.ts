import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from '../../../src/backends/contract.ts';
import type { Head } from '../../../src/backends/js/http1/head.ts';
import { ParseError, type ParseErrorCode } from '../../../src/backends/js/http1/parse-error.ts';
import {
  type Expectation,
  type ParserEvents,
  ResponseParser,
} from '../../../src/backends/js/http1/parser.ts';
import type { Random } from '../../../fixtures/random.ts';

/** What a parser said about one response, in a form that does not depend on how the octets were cut. */
export interface Parsed {
  readonly informational: readonly Head[];
  readonly head: Head | null;
  /** What was announced with the head: octets of the body, or -1. */
  readonly length: number | null;
  /** The body as Latin-1 text. */
  readonly body: string;
  /** Name, value, name, value; null if there were none or the end did not come. */
  readonly trailers: readonly string[] | null;
  readonly isEnded: boolean;
  readonly keepsAlive: boolean;
  /** Octets that were taken; the rest is surplus. */
  readonly taken: number;
  readonly error: { readonly code: ParseErrorCode; readonly offset: number } | null;
}

export const GET: Expectation = { isHead: false, isConnect: false, isUpgrade: false };
export const HEAD: Expectation = { ...GET, isHead: true };

/** Lies around every piece, so that a parser that looks further than it may finds an end of line, head and body. */
const SURROUNDINGS = Buffer.from('\r\n0\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'latin1');

/**
 * Feeds pieces to a parser, then the end of the stream.
 *
 * @throws Error if the parser breaks its contract: stops early, goes on after the end, reports events out of order,
 * or throws anything but a ParseError
 */
function parseResponse(
  pieces: Iterable<Uint8Array>,
  expectation: Expectation = GET,
  limits: ParserLimits = DEFAULT_PARSER_LIMITS,
): Parsed {
  const record = new Recorder();
  const parser = new ResponseParser(record, limits);
  let taken = 0;
  let error: Parsed['error'] = null;
  try {
    parser.start(expectation);
    for (const piece of pieces) {
      const start = SURROUNDINGS.length;
      const end = start + piece.length;
      const bytes = Buffer.concat([SURROUNDINGS, piece, SURROUNDINGS]);
      const stop = parser.push(bytes, start, end);
      // The memory belongs to the caller again; a parser that kept a view of it now sees something else.
      bytes.fill(0x58);
      if (stop < start || stop > end)
        throw new Error(`push() returned ${stop}, outside of ${start} to ${end}`);
      if (stop < end && !parser.isDone)
        throw new Error(`push() stopped at ${stop} of ${end} without being done`);
      taken += stop - start;
      if (parser.isDone) break;
    }
    parser.finish();
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
    error = { code: thrown.code, offset: thrown.offset };
  }
  if (error === null && !record.isEnded) throw new Error('the response is over, but onEnd() was not called');
  // The pieces that an error has spoilt differ from split to split.
  return {
    ...record.result(),
    taken: error === null ? taken : -1,
    keepsAlive: error === null && parser.keepsAlive,
    error,
  };
}

/**
 * Feeds one message whole, byte by byte, in random pieces and, if it is short, cut in two at every place.
 *
 * @throws Error that names the first split whose outcome differs from that of the whole message
 */
export function parseEverySplit(
  message: Uint8Array,
  random: Random,
  expectation: Expectation = GET,
  limits: ParserLimits = DEFAULT_PARSER_LIMITS,
): Parsed {
  const whole = parseWhole(message, expectation, limits);
  for (const pieces of splitsOf(message, random)) {
    compare(whole, message, pieces, expectation, limits);
  }
  if (message.length > CUT_EVERYWHERE) return whole;
  for (let at = 1; at < message.length; at++) {
    compare(whole, message, [message.subarray(0, at), message.subarray(at)], expectation, limits);
  }
  return whole;
}

/**
 * Like {@link parseEverySplit}, but quick: whole, byte by byte, two random splits, and cut in two at one place.
 */
export function parseSomeSplits(
  message: Uint8Array,
  random: Random,
  expectation: Expectation,
  limits: ParserLimits,
): Parsed {
  const whole = parseWhole(message, expectation, limits);
  const at = random.int(0, message.length);
  const cut = [message.subarray(0, at), message.subarray(at)].filter(({ length }) => length > 0);
  for (const pieces of [...splitsOf(message, random), cut]) {
    compare(whole, message, pieces, expectation, limits);
  }
  return whole;
}

function parseWhole(message: Uint8Array, expectation: Expectation, limits: ParserLimits): Parsed {
  return parseResponse(message.length === 0 ? [] : [message], expectation, limits);
}

function compare(
  whole: Parsed,
  message: Uint8Array,
  pieces: readonly Uint8Array[],
  expectation: Expectation,
  limits: ParserLimits,
): void {
  const other = parseResponse(pieces, expectation, limits);
  if (isDeepStrictEqual(other, whole)) return;
  const sizes = pieces.every(({ length }) => length === 1) ? 'bytes' : pieces.map(({ length }) => length);
  throw new Error(
    `in pieces of ${String(sizes)} it gives ${show(other)}, whole it gives ${show(whole)}: ` +
      JSON.stringify(Buffer.from(message).toString('latin1')),
  );
}

/** The octets of a text whose characters are octets, or else its UTF-8. */
export function octets(text: string): Buffer {
  // oxlint-disable-next-line no-control-regex -- the whole of Latin-1
  return Buffer.from(text, /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
}

/** Messages up to this size are cut in two at every place. */
const CUT_EVERYWHERE = 300;

function splitsOf(message: Uint8Array, random: Random): Uint8Array[][] {
  const bytes = Array.from(message, (byte) => Uint8Array.of(byte));
  return [bytes, random.splits(message), random.splits(message, 1 + Math.ceil(message.length / 4))];
}

class Recorder implements ParserEvents {
  readonly #informational: Head[] = [];
  #head: Head | null = null;
  #length: number | null = null;
  readonly #body: string[] = [];
  #trailers: string[] | null = null;
  isEnded = false;

  onInformational(head: Head): void {
    if (this.#head !== null) throw new Error('onInformational() after onHead()');
    this.#informational.push(head);
  }

  onHead(head: Head, length: number): void {
    if (this.#head !== null) throw new Error('onHead() twice');
    this.#head = head;
    this.#length = length;
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#head === null || this.isEnded) throw new Error('onBody() outside of a body');
    if (end <= start) throw new Error('onBody() without octets');
    this.#body.push(bytes.toString('latin1', start, end));
  }

  onEnd(trailers: string[] | null): void {
    if (this.#head === null || this.isEnded) throw new Error('onEnd() outside of a response');
    this.isEnded = true;
    this.#trailers = trailers;
  }

  result(): Omit<Parsed, 'error' | 'keepsAlive' | 'taken'> {
    return {
      informational: this.#informational,
      head: this.#head,
      length: this.#length,
      body: this.#body.join(''),
      trailers: this.#trailers,
      isEnded: this.isEnded,
    };
  }
}

function show(parsed: Parsed): string {
  const { error, head, body, trailers, informational } = parsed;
  const what = error === null ? 'success' : `${error.code} at ${error.offset}`;
  return `${what} (${informational.length} interim, status ${head?.status ?? 'none'}, ${body.length} octets, trailers ${JSON.stringify(trailers)})`;
}
