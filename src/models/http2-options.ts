import { InvalidArgument } from '../errors/invalid-argument.ts';

/** How a connection of HTTP/2 is kept alive, and found dead. */
export interface KeepAlivePing {
  /** The server is asked for a sign of life after so many milliseconds without one. */
  readonly intervalMs: number;
  /** The connection is given up if the answer takes longer than this, in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number;
}

/** How HTTP/2 is spoken (RFC 9113); what is left out keeps its default. */
export interface HTTP2Options {
  /** Exchanges that a connection carries at the same time at most; a lower limit of the server holds. 100 by default. */
  readonly maxConcurrentStreams?: number;
  /** Octets that a server may send on a stream ahead of its reader: SETTINGS_INITIAL_WINDOW_SIZE; 1 MiB by default. */
  readonly streamWindow?: number;
  /** Octets that may be under way on all streams of a connection together; 16 MiB by default. */
  readonly connectionWindow?: number;
  /** Largest frame that a server may send: SETTINGS_MAX_FRAME_SIZE; 16,384 octets by default. */
  readonly maxFrameSize?: number;
  /** Octets of memory for the compression of response fields: SETTINGS_HEADER_TABLE_SIZE; 4096 by default. */
  readonly headerTableSize?: number;
  /** Finds out whether a silent connection is still alive; off (null) by default. */
  readonly keepAlivePing?: KeepAlivePing | null;
}

/** {@link HTTP2Options} with nothing left open. */
export interface HTTP2Settings {
  readonly maxConcurrentStreams: number;
  readonly streamWindow: number;
  readonly connectionWindow: number;
  readonly maxFrameSize: number;
  readonly headerTableSize: number;
  readonly keepAlivePing: Required<KeepAlivePing> | null;
}

export const DEFAULT_HTTP2: HTTP2Settings = Object.freeze({
  maxConcurrentStreams: 100,
  streamWindow: 1_048_576,
  connectionWindow: 16_777_216,
  maxFrameSize: 16_384,
  headerTableSize: 4096,
  keepAlivePing: null,
});

type NumericOption = Exclude<keyof HTTP2Options, 'keepAlivePing'>;

/** Bounds of RFC 9113 §6.5.2 and §6.9.1. */
const RANGES: Readonly<Record<NumericOption, readonly [least: number, most: number]>> = {
  maxConcurrentStreams: [1, 0x7fffffff],
  streamWindow: [1, 0x7fffffff],
  connectionWindow: [65_535, 0x7fffffff],
  maxFrameSize: [16_384, 16_777_215],
  headerTableSize: [0, 0xffffffff],
};
const PING_TIMEOUT = 10_000;
/** The longest delay that a timer of Node can take, in milliseconds. */
const MAX_DELAY = 0x7fffffff;

/**
 * The settings that the option `http2` stands for; null if it is off.
 *
 * @throws InvalidArgument for a setting that does not exist or is out of its range
 */
export function resolveHTTP2(init: boolean | HTTP2Options | undefined): HTTP2Settings | null {
  if (init === undefined || init === false) return null;
  if (init === true) return DEFAULT_HTTP2;
  if (typeof init !== 'object' || init === null || Array.isArray(init)) {
    throw new InvalidArgument(`'http2' must be true, false or an object of settings, not ${String(init)}.`);
  }
  const settings: { -readonly [K in keyof HTTP2Settings]: HTTP2Settings[K] } = { ...DEFAULT_HTTP2 };
  for (const name of Object.keys(init) as (keyof HTTP2Options)[]) {
    if (!Object.hasOwn(DEFAULT_HTTP2, name)) {
      const known = Object.keys(DEFAULT_HTTP2).join(', ');
      throw new InvalidArgument(`'http2.${name}' does not exist; there are ${known}.`);
    }
    if (name === 'keepAlivePing') {
      settings.keepAlivePing = resolvePing(init.keepAlivePing);
      continue;
    }
    const value = init[name];
    if (value === undefined) continue;
    const [least, most] = RANGES[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgument(
        `'http2.${name}' must be a whole number from ${least} to ${most}, not ${String(value)}.`,
      );
    }
    settings[name] = value;
  }
  return Object.freeze(settings);
}

function resolvePing(init: KeepAlivePing | null | undefined): Required<KeepAlivePing> | null {
  if (init == null) return null;
  if (typeof init !== 'object') {
    throw new InvalidArgument(
      `'http2.keepAlivePing' must be an object such as { intervalMs: 30000 }, or null, not ${String(init)}.`,
    );
  }
  const { intervalMs, timeoutMs = PING_TIMEOUT, ...others } = init;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new InvalidArgument(
      `'http2.keepAlivePing.${unknown}' does not exist; there are intervalMs, timeoutMs.`,
    );
  }
  for (const [name, value] of Object.entries({ intervalMs, timeoutMs })) {
    if (typeof value !== 'number' || !(value >= 1) || value > MAX_DELAY) {
      throw new InvalidArgument(
        `'http2.keepAlivePing.${name}' must be milliseconds from 1 to ${MAX_DELAY}, not ${String(value)}.`,
      );
    }
  }
  return Object.freeze({ intervalMs, timeoutMs });
}
