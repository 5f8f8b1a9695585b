import type { ParserLimits } from '../../contract.ts';
import { parseChunkSize } from './chunk-size.ts';
import {
  badStatusLine,
  bareLineFeed,
  endOfHead,
  type Head,
  illegalIndex,
  looksLikeStatusLine,
  parseFields,
  parseHead,
} from './head.ts';
import { ParseError } from './parse-error.ts';
import { PendingBytes } from './pending-bytes.ts';

/** What the request says about the framing of its response (RFC 9112 §6.3). */
export interface Expectation {
  /** HEAD: the response has no body, whatever its fields say. */
  readonly isHead: boolean;
  /** CONNECT: a 2xx turns the connection into a tunnel. */
  readonly isConnect: boolean;
  /** The request carries Upgrade, so that a 101 is welcome. */
  readonly isUpgrade: boolean;
}

/** Receives what the parser finds, in order. */
export interface ParserEvents {
  onInformational(head: Head): void;
  /** @param length octets of the body if the head tells, 0 if there is none, -1 if its end will show */
  onHead(head: Head, length: number): void;
  /** A piece of the body: the octets from `start` to `end`, which are only valid during the call. */
  onBody(bytes: Buffer, start: number, end: number): void;
  onEnd(trailers: string[] | null): void;
}

const HEAD = 0;
const LENGTH = 1;
const CHUNK_SIZE = 2;
const CHUNK_DATA = 3;
const CHUNK_END = 4;
const TRAILERS = 5;
const UNTIL_CLOSE = 6;
const TUNNEL = 7;
const DONE = 8;

/** A first look at a head takes this many octets; most heads are smaller. */
const WINDOW = 2048;
/** So many octets tell whether a status line begins. */
const PREFIX = 7;

/**
 * Sans-I/O parser for the response side of HTTP/1.1 (RFC 9112): octets in, events out, whatever the pieces in
 * which the octets come. It has no socket and no clock, and throws {@link ParseError} on what it refuses.
 *
 * Strict where a lenient reading would let two parties see different messages, lenient where RFC 9112 allows
 * it and servers need it: see `docs/decisions/0003-parser-policy.md`.
 */
export class ResponseParser {
  readonly #events: ParserEvents;
  readonly #limits: ParserLimits;
  #expect: Expectation = { isHead: false, isConnect: false, isUpgrade: false };
  #state = DONE;
  /** Octets of this response before the ones at hand. */
  #offset = 0;
  /** Octets still to come of the body or chunk. */
  #remaining = 0;
  /** Octets of a body whose length is known. */
  #length = 0;
  #informational = 0;
  /** Octets of empty lines before the status line. */
  #skipped = 0;
  /** The start of a head, chunk line or trailer section that is not complete yet. */
  readonly #pending = new PendingBytes();
  /** Where in the pending octets the current line starts. */
  #lineStart = 0;
  #keepsAlive = false;
  #keepAliveSeconds = -1;

  constructor(events: ParserEvents, limits: ParserLimits) {
    this.#events = events;
    this.#limits = limits;
  }

  /** Whether the last response is complete, and no other is expected. */
  get isDone(): boolean {
    return this.#state === DONE;
  }

  /** Whether the connection has become a tunnel: every octet from now on is body. */
  get isTunnel(): boolean {
    return this.#state === TUNNEL;
  }

  /** Whether octets of the response have come that are no event yet; an interim response was one. */
  get isWaiting(): boolean {
    return this.#pending.length > 0 || this.#skipped > 0;
  }

  /** Whether the connection may carry another message, as far as the head of this one said. */
  get keepsAlive(): boolean {
    return this.#keepsAlive;
  }

  get keepAliveSeconds(): number {
    return this.#keepAliveSeconds;
  }

  /** Octets of the response seen so far, interim responses included. */
  get offset(): number {
    return this.#offset + this.#pending.length;
  }

  /** Makes ready for the response to a request. */
  start(expect: Expectation): void {
    this.#expect = expect;
    this.#state = HEAD;
    this.#offset = 0;
    this.#informational = 0;
    this.#skipped = 0;
    this.#dropPending();
  }

  /**
   * Takes octets from `start` to `end`.
   *
   * @returns where it stopped: less than `end` once the response is complete, so that surplus can be seen
   */
  push(bytes: Buffer, start: number, end: number): number {
    let position = start;
    while (position < end && this.#state !== DONE) {
      switch (this.#state) {
        case HEAD:
          position = this.#pushHead(bytes, position, end);
          break;
        case LENGTH:
        case CHUNK_DATA:
        case UNTIL_CLOSE:
        case TUNNEL:
          position = this.#pushBody(bytes, position, end);
          break;
        case CHUNK_SIZE:
          position = this.#pushChunkSize(bytes, position, end);
          break;
        case CHUNK_END:
          position = this.#pushChunkEnd(bytes, position);
          break;
        default:
          position = this.#pushTrailers(bytes, position, end);
      }
    }
    return position;
  }

  /** The peer has closed: ends a body that lasts until then, and throws if anything is missing. */
  finish(): void {
    switch (this.#state) {
      case DONE:
        return;
      case UNTIL_CLOSE:
      case TUNNEL:
        this.#complete(null);
        return;
      case HEAD:
        throw this.#truncated(
          this.offset === 0
            ? 'server disconnected without sending a response'
            : 'peer closed connection in the middle of the response head',
        );
      case LENGTH:
        throw this.#truncated(
          'peer closed connection without sending complete message body ' +
            `(received ${this.#length - this.#remaining} bytes, expected ${this.#length})`,
        );
      default:
        throw this.#truncated(
          'peer closed connection without sending complete message body (incomplete chunked read)',
        );
    }
  }

  #truncated(message: string): ParseError {
    return new ParseError('truncated', message, this.offset);
  }

  #pushHead(bytes: Buffer, start: number, end: number): number {
    if (this.#pending.length === 0) {
      const first = bytes[start];
      const from = first === 10 || first === 13 ? this.#skipEmptyLines(bytes, start, end) : start;
      if (from > start) return from;
      const after = this.#wholeHead(bytes, start, end);
      if (after !== -1) return after;
    } else if (this.#pending.length === 1 && this.#pending.at(0) === 13 && bytes[start] === 10) {
      this.#pending.clear();
      this.#skip(2);
      return start + 1;
    }
    // The beginning is looked at before more is kept, so that it is judged alike however it was cut.
    const limit = this.#limits.maxHeadBytes - this.#skipped;
    const prefix = Math.min(PREFIX, limit);
    const isBeginning = this.#pending.length < prefix;
    const stop = isBeginning ? Math.min(end, start + prefix - this.#pending.length) : end;
    const after = this.#collect(bytes, start, stop, limit, 'response head');
    if (after === -1) {
      if (isBeginning) this.#checkBeginning();
      return stop;
    }
    const text = this.#pending.toString();
    this.#finishHead(parseHead(text, text.length, this.#offset, this.#limits), this.#pending.length);
    return after;
  }

  /** Empty lines before a status line are skipped (RFC 9112 §2.2), but count for the limit. */
  #skipEmptyLines(bytes: Buffer, start: number, end: number): number {
    let position = start;
    for (;;) {
      const isLF = bytes[position] === 10;
      const length = isLF ? 1 : 2;
      if (position + length > end || (!isLF && (bytes[position] !== 13 || bytes[position + 1] !== 10)))
        return position;
      this.#skip(length);
      position += length;
    }
  }

  #skip(length: number): void {
    const { maxHeadBytes } = this.#limits;
    if (this.#skipped + length > maxHeadBytes)
      throw tooLarge('response head', maxHeadBytes, this.#offset + maxHeadBytes - this.#skipped);
    this.#skipped += length;
    this.#offset += length;
  }

  /** The common case: the head lies whole in one piece, so nothing has to be kept. Returns -1 if it does not. */
  #wholeHead(bytes: Buffer, start: number, end: number): number {
    const maxLength = this.#limits.maxHeadBytes - this.#skipped;
    let window = WINDOW;
    for (;;) {
      const limit = Math.min(end, start + Math.min(window, maxLength));
      const text = bytes.toString('latin1', start, limit);
      const after = endOfHead(text);
      if (after !== -1) {
        this.#finishHead(parseHead(text, after, this.#offset, this.#limits), after);
        return start + after;
      }
      if (limit === end || window >= maxLength) return -1;
      window *= 4;
    }
  }

  #finishHead(head: Head, length: number): void {
    this.#offset += length;
    this.#skipped = 0;
    this.#dropPending();
    const { status } = head;
    const { isHead, isConnect, isUpgrade } = this.#expect;
    if (status < 200 && status !== 101) {
      if (++this.#informational > this.#limits.maxInformational) {
        throw new ParseError(
          'limit',
          `more than ${this.#limits.maxInformational} interim responses`,
          this.#offset,
        );
      }
      this.#events.onInformational(head);
      return;
    }
    this.#keepsAlive = head.keepsAlive;
    this.#keepAliveSeconds = head.keepAliveSeconds;
    if (status === 101 || (isConnect && status < 300)) {
      if (status === 101 && !isUpgrade) {
        throw new ParseError(
          'unasked-upgrade',
          'the server switched protocols without being asked',
          this.#offset,
        );
      }
      this.#state = TUNNEL;
      this.#keepsAlive = false;
      this.#events.onHead(head, -1);
      return;
    }
    if (isHead || status === 204 || status === 304) {
      this.#remaining = 0;
    } else if (head.isChunked) {
      this.#state = CHUNK_SIZE;
      this.#events.onHead(head, -1);
      return;
    } else if (head.contentLength === -1) {
      this.#state = UNTIL_CLOSE;
      this.#keepsAlive = false;
      this.#events.onHead(head, -1);
      return;
    } else {
      this.#remaining = head.contentLength;
      this.#length = head.contentLength;
    }
    if (this.#remaining === 0) {
      // The state changes first: whoever receives the head may look at it.
      this.#state = DONE;
      this.#events.onHead(head, 0);
      this.#events.onEnd(null);
      return;
    }
    this.#state = LENGTH;
    this.#events.onHead(head, this.#remaining);
  }

  #pushBody(bytes: Buffer, start: number, end: number): number {
    const isBounded = this.#state === LENGTH || this.#state === CHUNK_DATA;
    const stop = isBounded && end - start > this.#remaining ? start + this.#remaining : end;
    this.#offset += stop - start;
    if (isBounded) {
      this.#remaining -= stop - start;
      this.#events.onBody(bytes, start, stop);
      if (this.#remaining === 0) {
        if (this.#state === LENGTH) this.#complete(null);
        else this.#state = CHUNK_END;
      }
    } else {
      this.#events.onBody(bytes, start, stop);
    }
    return stop;
  }

  /** `chunk-size [ chunk-ext ] CRLF` (RFC 9112 §7.1). The line must end in CRLF; extensions are ignored. */
  #pushChunkSize(bytes: Buffer, start: number, end: number): number {
    const newline = bytes.indexOf(10, start);
    const stop = newline === -1 || newline >= end ? end : newline + 1;
    this.#keep(bytes, start, stop, this.#limits.maxChunkLineBytes, 'chunk-size line');
    if (stop === end && bytes[end - 1] !== 10) return end;
    const line = this.#pending.toString();
    const size = parseChunkSize(line);
    if (size === -1) {
      // What stands there may be content, of which nothing is to be seen in an error.
      const shown = JSON.stringify(line.slice(0, 4));
      throw new ParseError('bad-chunk', `illegal chunk header: ${shown}`, this.#offset);
    }
    this.#offset += this.#pending.length;
    this.#dropPending();
    this.#remaining = size;
    this.#state = size === 0 ? TRAILERS : CHUNK_DATA;
    return stop;
  }

  /** The CRLF after the data of a chunk, of which one octet may have come already. */
  #pushChunkEnd(bytes: Buffer, start: number): number {
    if (bytes[start] !== (this.#pending.length === 0 ? 13 : 10)) {
      throw new ParseError('bad-chunk', 'the data of a chunk is longer than its size says', this.offset);
    }
    this.#pending.add(bytes, start, start + 1);
    if (this.#pending.length === 2) {
      this.#offset += 2;
      this.#dropPending();
      this.#state = CHUNK_SIZE;
    }
    return start + 1;
  }

  #pushTrailers(bytes: Buffer, start: number, end: number): number {
    // Without trailers the section is a bare CRLF.
    if (this.#pending.length === 0 && end - start >= 2 && bytes[start] === 13 && bytes[start + 1] === 10) {
      this.#offset += 2;
      this.#complete(null);
      return start + 2;
    }
    const after = this.#collect(bytes, start, end, this.#limits.maxTrailerBytes, 'trailer section');
    if (after === -1) return end;
    const text = this.#pending.toString();
    const illegal = illegalIndex(text);
    if (illegal !== -1) {
      throw new ParseError('bad-field', 'illegal character in the trailer section', this.#offset + illegal);
    }
    const bare = bareLineFeed(text);
    if (bare !== -1) {
      throw new ParseError(
        'bad-field',
        'a line of the trailer section ends in LF without CR',
        this.#offset + bare,
      );
    }
    const trailers = parseFields(
      text,
      0,
      text.length,
      this.#offset,
      this.#limits.maxHeadFields,
      'trailer section',
    );
    this.#offset += this.#pending.length;
    this.#complete(trailers.length === 0 ? null : trailers);
    return after;
  }

  #complete(trailers: string[] | null): void {
    this.#dropPending();
    this.#state = DONE;
    this.#events.onEnd(trailers);
  }

  /**
   * Keeps octets up to and including an empty line.
   *
   * @returns the position after it, or -1 if it has not come yet
   */
  #collect(bytes: Buffer, start: number, end: number, limit: number, what: string): number {
    let position = start;
    while (position < end) {
      const newline = bytes.indexOf(10, position);
      const stop = newline === -1 || newline >= end ? end : newline + 1;
      this.#keep(bytes, position, stop, limit, what);
      position = stop;
      if (bytes[stop - 1] !== 10) return -1;
      const length = this.#pending.length - this.#lineStart;
      if (length === 1 || (length === 2 && this.#pending.at(this.#lineStart) === 13)) return position;
      this.#lineStart = this.#pending.length;
    }
    return -1;
  }

  #keep(bytes: Buffer, start: number, end: number, limit: number, what: string): void {
    if (this.#pending.length + end - start > limit)
      throw tooLarge(what, limit + this.#skipped, this.#offset + limit);
    this.#pending.add(bytes, start, end);
  }

  #dropPending(): void {
    this.#pending.clear();
    this.#lineStart = 0;
  }

  /** Refuses a server that does not speak HTTP as soon as it shows, instead of when it falls silent. */
  #checkBeginning(): void {
    const text = this.#pending.toString();
    if (!looksLikeStatusLine(text) && text !== '\r') throw badStatusLine(text, this.#offset);
  }
}

function tooLarge(what: string, limit: number, offset: number): ParseError {
  return new ParseError('limit', `the ${what} is larger than ${limit} bytes`, offset);
}
