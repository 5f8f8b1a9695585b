import { InvalidArgument } from '../errors/invalid-argument.ts';
import { decodeUTF8 } from './decode-utf8.ts';
import { type Fail, failWithoutRequest } from './fail.ts';
import { ServerSentEvent } from './server-sent-event.ts';

/** How much a stream of events may make the reader hold. */
export interface EventStreamLimits {
  /** Octets of one line, its end not counted; 8 MiB by default. */
  readonly maxLineBytes: number;
  /** Octets of the lines of one event together; 16 MiB by default. */
  readonly maxEventBytes: number;
}

/** What a parser may be given. */
export interface EventStreamParserOptions extends Partial<EventStreamLimits> {
  /** Called with the text of each comment line, in its place between the events. */
  readonly onComment?: ((text: string) => void) | undefined;
  /** Makes the error for what is too long, or for JSON that is none. */
  readonly fail?: Fail | undefined;
  /** The id that the stream goes on from. */
  readonly lastEventId?: string | undefined;
}

const DEFAULT_EVENT_STREAM_LIMITS: EventStreamLimits = Object.freeze({
  maxLineBytes: 8_388_608,
  maxEventBytes: 16_777_216,
});

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
/** Octets that are held at first when a line is cut in two. */
const FIRST_HOLD = 256;
/** The longest that a timer can wait. */
const MAX_RETRY = 0x7fffffff;

/**
 * Parses a stream of server-sent events by the rules of the HTML standard: octets in, events out; no I/O, no clock.
 * The stream is UTF-8, whatever its media type says. An event that is not closed by a blank line before the end of
 * the stream is not one.
 *
 * Lines are cut on octets, so that comments and fields that nobody knows are never decoded.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * @example
 * ```ts
 * import { EventStreamParser } from 'ternhttp';
 *
 * const parser = new EventStreamParser();
 * console.log(parser.push(Buffer.from('data: a\ndata: b\n')).length); // 0
 * console.log(parser.push(Buffer.from('\n'))[0]?.data); // 'a\nb'
 * ```
 */
export class EventStreamParser {
  /** The last event id, as it goes into `Last-Event-ID` when the stream is opened again. */
  lastEventId: string;
  /** The reconnection time that the server asked for last, in milliseconds; null if it never did. */
  retry: number | null = null;
  readonly #limits: EventStreamLimits;
  readonly #onComment: ((text: string) => void) | undefined;
  readonly #fail: Fail;
  /** The beginning of a line whose end has not come. */
  #held: Uint8Array = new Uint8Array(0);
  #heldLength = 0;
  /** The last octet was a CR: a LF that follows belongs to it. */
  #afterCR = false;
  /** Octets of a byte order mark that have been seen at the beginning; -1 once that is past. */
  #markSeen = 0;
  #data = '';
  #hasData = false;
  #event = '';
  #id: string;
  #eventRetry: number | null = null;
  #eventBytes = 0;
  /** What the events that came before it must not be lost to. */
  #failure: { readonly error: unknown } | null = null;

  constructor(options: EventStreamParserOptions = {}) {
    const { onComment, fail = failWithoutRequest, lastEventId = '' } = options;
    this.#limits = resolveEventStreamLimits(options);
    this.#onComment = onComment;
    this.#fail = fail;
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /**
   * The events that are complete with this piece. If something behind them is wrong, they are given nevertheless, and
   * the next call, or {@link check}, throws: what is seen does not depend on how the stream is cut.
   *
   * @throws what `fail` makes, with `ERR_CONTENT_LIMIT`, for a line or an event that is too long, complete or not;
   * what the listener for comments throws
   */
  push(chunk: Uint8Array): ServerSentEvent[] {
    this.check();
    const events: ServerSentEvent[] = [];
    try {
      this.#split(chunk, events);
    } catch (error) {
      this.#failure = { error };
      if (events.length === 0) throw error;
    }
    return events;
  }

  /** Throws if the last piece could not be understood to its end. */
  check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  #split(chunk: Uint8Array, events: ServerSentEvent[]): void {
    let start = this.#markSeen === -1 ? 0 : this.#skipMark(chunk);
    if (this.#afterCR && start < chunk.length) {
      this.#afterCR = false;
      if (chunk[start] === LF) start++;
    }
    let lf = chunk.indexOf(LF, start);
    let cr = chunk.indexOf(CR, start);
    while (lf !== -1 || cr !== -1) {
      const isCR = cr !== -1 && (lf === -1 || cr < lf);
      const end = isCR ? cr : lf;
      this.#line(chunk, start, end, events);
      start = end + 1;
      if (isCR) {
        if (start === chunk.length) this.#afterCR = true;
        else if (chunk[start] === LF) start++;
        cr = chunk.indexOf(CR, start);
      }
      if (lf !== -1 && lf < start) lf = chunk.indexOf(LF, start);
    }
    if (start < chunk.length) this.#hold(chunk, start);
  }

  /** Drops a byte order mark at the beginning of the stream, which may come octet by octet; gives where to go on. */
  #skipMark(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at++) {
      const seen = this.#markSeen;
      if (chunk[at] === MARK[seen]) {
        this.#markSeen++;
        if (this.#markSeen < MARK.length) continue;
        this.#markSeen = -1;
        return at + 1;
      }
      this.#markSeen = -1;
      // What looked like the beginning of one in an earlier piece was content.
      if (seen > at) this.#hold(MARK.subarray(0, seen - at), 0);
      return 0;
    }
    return chunk.length;
  }

  #line(chunk: Uint8Array, start: number, end: number, events: ServerSentEvent[]): void {
    if (this.#heldLength === 0) {
      this.#checkLine(end - start);
      this.#interpret(chunk, start, end, events);
      return;
    }
    this.#hold(chunk.subarray(0, end), start);
    const length = this.#heldLength;
    this.#heldLength = 0;
    this.#interpret(this.#held, 0, length, events);
    // One long line should not keep its memory for the rest of the stream.
    if (this.#held.length > 65_536) this.#held = new Uint8Array(0);
  }

  #interpret(bytes: Uint8Array, start: number, end: number, events: ServerSentEvent[]): void {
    if (start === end) {
      this.#dispatch(events);
      return;
    }
    if (bytes[start] === COLON) {
      this.#onComment?.(decodeUTF8(bytes.subarray(valueAt(bytes, start, end), end)));
      return;
    }
    this.#eventBytes += end - start;
    if (this.#eventBytes > this.#limits.maxEventBytes) throw this.#tooLong('an event', 'maxEventBytes');
    const colon = bytes.indexOf(COLON, start);
    const nameEnd = colon === -1 || colon >= end ? end : colon;
    const value = nameEnd === end ? end : valueAt(bytes, nameEnd, end);
    this.#field(fieldAt(bytes, start, nameEnd), bytes, value, end);
  }

  #field(name: FieldName | null, bytes: Uint8Array, start: number, end: number): void {
    switch (name) {
      case 'data': {
        const text = start === end ? '' : decodeUTF8(bytes.subarray(start, end));
        this.#data = this.#hasData ? `${this.#data}\n${text}` : text;
        this.#hasData = true;
        break;
      }
      case 'event':
        this.#event = decodeUTF8(bytes.subarray(start, end));
        break;
      case 'id': {
        const nul = bytes.indexOf(0, start);
        if (nul === -1 || nul >= end) this.#id = decodeUTF8(bytes.subarray(start, end));
        break;
      }
      case 'retry': {
        const time = digitsAt(bytes, start, end);
        if (time !== null) {
          this.retry = time;
          this.#eventRetry = time;
        }
        break;
      }
      case null:
        break;
    }
  }

  #dispatch(events: ServerSentEvent[]): void {
    this.lastEventId = this.#id;
    if (this.#hasData) {
      const event = this.#event === '' ? 'message' : this.#event;
      events.push(new ServerSentEvent(event, this.#data, this.#id, this.#eventRetry, this.#fail));
    }
    this.#data = '';
    this.#hasData = false;
    this.#event = '';
    this.#eventRetry = null;
    this.#eventBytes = 0;
  }

  #hold(chunk: Uint8Array, start: number): void {
    const more = chunk.length - start;
    const length = this.#heldLength + more;
    this.#checkLine(length);
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(FIRST_HOLD, length, this.#held.length * 2));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(chunk.subarray(start), this.#heldLength);
    this.#heldLength = length;
  }

  #checkLine(length: number): void {
    if (length > this.#limits.maxLineBytes) throw this.#tooLong('a line', 'maxLineBytes');
  }

  #tooLong(what: string, limit: keyof EventStreamLimits): Error {
    const reason = `${what} of the event stream is longer than the limit '${limit}' of ${this.#limits[limit]} octets`;
    return this.#fail(reason, 'ERR_CONTENT_LIMIT');
  }
}

/**
 * Complete limits.
 *
 * @throws InvalidArgument for one that is no number of at least 1
 */
export function resolveEventStreamLimits(init: Partial<EventStreamLimits>): EventStreamLimits {
  const {
    maxLineBytes = DEFAULT_EVENT_STREAM_LIMITS.maxLineBytes,
    maxEventBytes = DEFAULT_EVENT_STREAM_LIMITS.maxEventBytes,
  } = init;
  for (const [name, value] of Object.entries({ maxLineBytes, maxEventBytes })) {
    if (typeof value !== 'number' || !(value >= 1))
      throw new InvalidArgument(`'${name}' must be a number of octets from 1 on, not ${String(value)}.`);
  }
  return { maxLineBytes, maxEventBytes };
}

const MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

type FieldName = 'data' | 'event' | 'id' | 'retry';

const NAMES: readonly (readonly [name: FieldName, bytes: Uint8Array])[] = (
  ['data', 'event', 'id', 'retry'] as const
).map((name) => [name, Uint8Array.from(name, (char) => char.charCodeAt(0))]);

/** The field whose name stands there; null for one that means nothing. */
function fieldAt(bytes: Uint8Array, start: number, end: number): FieldName | null {
  const length = end - start;
  for (const [name, expected] of NAMES) {
    if (expected.length !== length) continue;
    let at = 0;
    while (at < length && bytes[start + at] === expected[at]) at++;
    if (at === length) return name;
  }
  return null;
}

/** Where the value behind a colon begins: one space in front of it is not part of it. */
function valueAt(bytes: Uint8Array, colon: number, end: number): number {
  const next = colon + 1;
  return next < end && bytes[next] === SPACE ? next + 1 : next;
}

/** A number of ASCII digits and nothing else; null for anything else. */
function digitsAt(bytes: Uint8Array, start: number, end: number): number | null {
  if (start === end) return null;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return null;
    value = Math.min(value * 10 + digit, MAX_RETRY);
  }
  return value;
}
