/*
 * What crosses between JavaScript and the thread of I/O: records of 32-bit words, little endian, and octets behind
 * them, filled up to a multiple of four. The other side is accel/crates/native/src/wire/{command,event}.rs.
 */

/** Octets of a command before those that it carries: kind, connection, two words, number of octets. */
export const COMMAND_HEADER = 20;

/** What is asked for. */
export const COMMAND = {
  open: 1,
  write: 2,
  beginHTTP: 3,
  exchange: 4,
  grant: 5,
  finish: 6,
  close: 7,
  secure: 8,
  listen: 9,
  stream: 10,
  streamData: 11,
  streamTrailers: 12,
  streamGrant: 13,
  streamReset: 14,
  ping: 15,
  unread: 16,
  lend: 17,
} as const;

/** First word of `beginHTTP` for HTTP/2. */
export const HTTP2 = 1;

/** Beside the number of a stream: nothing of the request follows. */
export const IS_LAST = 0x8000_0000;

/** First word of `open`. */
export const NO_DELAY = 1;

/** First word of `exchange`. */
export const REQUEST = {
  isHead: 1,
  isConnect: 2,
  isUpgrade: 4,
  saysClose: 8,
  isStream: 16,
  isPartial: 32,
  isWhole: 64,
} as const;

/** As much as there is. */
export const ANY_CREDIT = 0xffffffff;

/** Octets of an event before those that it carries: kind, connection, three words, number of octets. */
export const EVENT_HEADER = 24;

/** What is told. */
export const EVENT = {
  connected: 1,
  connectFailed: 2,
  raw: 3,
  rawEnd: 4,
  informational: 5,
  head: 6,
  data: 7,
  chunk: 8,
  end: 9,
  failed: 10,
  sent: 11,
  received: 12,
  gone: 13,
  closed: 14,
  secured: 15,
  secureFailed: 16,
  settings: 17,
  goaway: 18,
  pong: 19,
  reset: 20,
  refused: 21,
  filled: 22,
} as const;

/** No number. */
export const NONE = 0xffffffff;

/** First word of a head, beside the status in its lower half. */
export const HEAD = { isHTTP10: 0x1_0000, isTunnel: 0x2_0000 } as const;

/** First word of `end`. */
export const END = { keeps: 1, hasTrailers: 2, isTunnelEnd: 4 } as const;

/** One event, in memory that is only valid during the call. */
export interface EventRecord {
  kind: number;
  a: number;
  b: number;
  c: number;
  /** Where the octets lie. */
  bytes: Buffer;
  start: number;
  end: number;
}
