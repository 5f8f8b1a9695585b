import type { ParserLimits } from '../../contract.ts';
import { type Head, illegalIndex, looksLikeStatusLine, parseFields, parseHead } from './head.ts';
import { ParseError } from './parse-error.ts';

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
const NOTHING = Buffer.alloc(0);

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
  #informational = 0;
  /** The start of a head, chunk line or trailer section that is not complete yet. */
  #pending: Buffer = NOTHING;
  #pendingLength = 0;
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

  /** Whether the connection may carry another message, as far as the head of this one said. */
  get keepsAlive(): boolean {
    return this.#keepsAlive;
  }

  get keepAliveSeconds(): number {
    return this.#keepAliveSeconds;
  }

  /** Octets of a body with known length that are still to come; 0 in every other state. */
  get remaining(): number {
    return this.#state === LENGTH ? this.#remaining : 0;
  }

  /** Octets of the response seen so far, interim responses included. */
  get offset(): number {
    return this.#offset + this.#pendingLength;
  }

  /** Makes ready for the response to a request. */
  start(expect: Expectation): void {
    this.#expect = expect;
    this.#state = HEAD;
    this.#offset = 0;
    this.#informational = 0;
    this.#pendingLength = 0;
    this.#lineStart = 0;
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
          `peer closed connection without sending complete message body (${this.#remaining} bytes missing)`,
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
    if (this.#pendingLength === 0) {
      const after = this.#wholeHead(bytes, start, end);
      if (after !== -1) return after;
    }
    const after = this.#collect(bytes, start, end, this.#limits.maxHeadBytes, 'response head');
    if (after === -1) {
      this.#checkBeginning();
      return end;
    }
    const text = this.#pending.toString('latin1', 0, this.#pendingLength);
    const first = skipEmptyLines(text);
    this.#finishHead(parseHead(text, first, text.length, this.#offset, this.#limits), this.#pendingLength);
    return after;
  }

  /** The common case: the head lies whole in one piece, so nothing has to be kept. Returns -1 if it does not. */
  #wholeHead(bytes: Buffer, start: number, end: number): number {
    let window = WINDOW;
    for (;;) {
      const limit = Math.min(end, start + Math.min(window, this.#limits.maxHeadBytes));
      const text = bytes.toString('latin1', start, limit);
      const first = skipEmptyLines(text);
      const after = endOfHead(text, first);
      if (after !== -1) {
        this.#finishHead(parseHead(text, first, after, this.#offset, this.#limits), after);
        return start + after;
      }
      if (limit === end || window >= this.#limits.maxHeadBytes) return -1;
      window *= 4;
    }
  }

  #finishHead(head: Head, length: number): void {
    this.#offset += length;
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
    const line = this.#pending.toString('latin1', 0, this.#pendingLength);
    const size = parseChunkSize(line);
    if (size === -1) {
      throw new ParseError(
        'bad-chunk',
        `illegal chunk header: ${JSON.stringify(line.slice(0, 40))}`,
        this.#offset,
      );
    }
    this.#offset += this.#pendingLength;
    this.#dropPending();
    this.#remaining = size;
    this.#state = size === 0 ? TRAILERS : CHUNK_DATA;
    return stop;
  }

  /** The CRLF after the data of a chunk, of which one octet may have come already. */
  #pushChunkEnd(bytes: Buffer, start: number): number {
    if (bytes[start] !== (this.#pendingLength === 0 ? 13 : 10)) {
      throw new ParseError('bad-chunk', 'the data of a chunk is longer than its size says', this.offset);
    }
    this.#pendingLength++;
    if (this.#pendingLength === 2) {
      this.#offset += 2;
      this.#dropPending();
      this.#state = CHUNK_SIZE;
    }
    return start + 1;
  }

  #pushTrailers(bytes: Buffer, start: number, end: number): number {
    // Without trailers the section is a bare CRLF.
    if (this.#pendingLength === 0 && end - start >= 2 && bytes[start] === 13 && bytes[start + 1] === 10) {
      this.#offset += 2;
      this.#complete(null);
      return start + 2;
    }
    const after = this.#collect(bytes, start, end, this.#limits.maxTrailerBytes, 'trailer section');
    if (after === -1) return end;
    const text = this.#pending.toString('latin1', 0, this.#pendingLength);
    const illegal = illegalIndex(text);
    if (illegal !== -1) {
      throw new ParseError('bad-field', 'illegal character in the trailer section', this.#offset + illegal);
    }
    const trailers = parseFields(
      text,
      0,
      text.length,
      this.#offset,
      this.#limits.maxHeadFields,
      'trailer section',
    );
    this.#offset += this.#pendingLength;
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
      const length = this.#pendingLength - this.#lineStart;
      const isEmpty = length === 1 || (length === 2 && this.#pending[this.#lineStart] === 13);
      const hasContent = this.#lineStart > 0 || this.#state === TRAILERS;
      if (isEmpty && hasContent) return position;
      if (isEmpty) {
        // Empty lines before a status line are skipped (RFC 9112 §2.2), but count for the limit.
        this.#lineStart = 0;
        this.#offset += this.#pendingLength;
        this.#pendingLength = 0;
      } else {
        this.#lineStart = this.#pendingLength;
      }
    }
    return -1;
  }

  #keep(bytes: Buffer, start: number, end: number, limit: number, what: string): void {
    const length = this.#pendingLength + end - start;
    if (length > limit) {
      throw new ParseError('limit', `the ${what} is larger than ${limit} bytes`, this.#offset + limit);
    }
    if (length > this.#pending.length) {
      const grown = Buffer.allocUnsafe(Math.max(256, length * 2));
      this.#pending.copy(grown, 0, 0, this.#pendingLength);
      this.#pending = grown;
    }
    bytes.copy(this.#pending, this.#pendingLength, start, end);
    this.#pendingLength = length;
  }

  #dropPending(): void {
    this.#pendingLength = 0;
    this.#lineStart = 0;
    if (this.#pending.length > 4096) this.#pending = NOTHING;
  }

  /** Refuses a server that does not speak HTTP as soon as it shows, instead of when it falls silent. */
  #checkBeginning(): void {
    const text = this.#pending.toString('latin1', 0, Math.min(this.#pendingLength, 60));
    if (!looksLikeStatusLine(text) && text !== '\r') {
      throw new ParseError('bad-status-line', `illegal status line: ${JSON.stringify(text)}`, this.#offset);
    }
  }
}

/** Position of the first character that is not part of an empty line. */
function skipEmptyLines(text: string): number {
  let position = 0;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === 10) position++;
    else if (code === 13 && text.charCodeAt(position + 1) === 10) position += 2;
    else return position;
  }
}

/** Position after the empty line that ends the head which starts at `start`, or -1. */
function endOfHead(text: string, start: number): number {
  let newline = text.indexOf('\n', start);
  while (newline !== -1) {
    const next = text.charCodeAt(newline + 1);
    if (next === 10) return newline + 2;
    if (next === 13 && text.charCodeAt(newline + 2) === 10) return newline + 3;
    newline = text.indexOf('\n', newline + 1);
  }
  return -1;
}

/** The size that a chunk-size line gives, its line end included in `line`; -1 if it is malformed. */
function parseChunkSize(line: string): number {
  if (line.charCodeAt(line.length - 2) !== 13) return -1;
  let size = 0;
  let index = 0;
  for (; ; index++) {
    const code = line.charCodeAt(index);
    const lower = code | 32;
    if (code >= 48 && code <= 57) size = size * 16 + code - 48;
    else if (lower >= 97 && lower <= 102) size = size * 16 + lower - 87;
    else break;
    if (index === 15) return -1;
  }
  if (index === 0 || size > Number.MAX_SAFE_INTEGER) return -1;
  // Trailing white space is common; anything else must be an extension (RFC 9112 §7.1.1).
  const rest = line.slice(index, -2).trimStart();
  const isExtension = rest === '' || rest.startsWith(';');
  return isExtension && illegalIndex(rest) === -1 ? size : -1;
}
