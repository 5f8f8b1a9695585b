import { isAscii, isUtf8, transcode } from 'node:buffer';
import type { TextDecoder as Decoder } from 'node:util';

/** Below this many octets a call of another decoder costs more than it saves. */
const SMALL = 128;
/** From this many octets on, validating and then transcoding is the fastest way. */
const LARGE = 4096;
/** A shared decoder must not be left behind in the middle of a text, so what might not fit a string gets its own. */
const HUGE = 2 ** 24;

/** Up to Node 22, V8 decodes text that is not ASCII 2 to 17 times slower than ICU and simdutf do. */
const isSlowV8 = Number.parseInt(process.versions.node, 10) < 24;

const STREAM = { stream: true } as const;
let shared: Decoder | undefined;

/**
 * Decodes UTF-8 as the Encoding Standard does (§8.1.1): every maximal part of an invalid sequence becomes one
 * U+FFFD. A byte order mark is not treated specially.
 */
export function decodeUTF8(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length === 0) return '';
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (length < SMALL || !isSlowV8) return buffer.toString('utf8');
  if (length >= LARGE && isUtf8(buffer)) return transcode(buffer, 'utf8', 'utf16le').toString('utf16le');
  // In its streaming form the decoder is ICU's, and not V8's.
  const decoder =
    length < HUGE
      ? (shared ??= new TextDecoder('utf-8', { ignoreBOM: true }))
      : new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(buffer, STREAM) + decoder.decode();
}

/** Position of the first octet that belongs to no valid sequence, or -1. For error messages: it is not fast. */
export function findInvalidUTF8(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at]!);
    if (!isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return -1;
}

/**
 * Decodes UTF-8 that comes in pieces. The joined results are what {@link decodeUTF8} makes of the joined pieces;
 * at most three octets are held back, those of a sequence that may be going on.
 */
export class UTF8Stream {
  readonly #held: Uint8Array = new Uint8Array(4);
  #heldLength = 0;
  /** Octets that the held sequence has when it is complete. */
  #wanted = 0;

  push(chunk: Uint8Array): string {
    let at = 0;
    let text = '';
    if (this.#heldLength > 0) {
      while (at < chunk.length && this.#heldLength < this.#wanted && isContinuation(chunk[at]!)) {
        this.#held[this.#heldLength++] = chunk[at++]!;
      }
      if (at === chunk.length && this.#heldLength < this.#wanted) return '';
      text = this.end();
    }
    const tail = findOpenSequence(chunk, at);
    if (tail < chunk.length) {
      this.#held.set(chunk.subarray(tail));
      this.#heldLength = chunk.length - tail;
      this.#wanted = sequenceLength(chunk[tail]!);
    }
    return tail === at ? text : text + decodeUTF8(chunk.subarray(at, tail));
  }

  /** What a sequence that does not go on decodes to. The stream can be used again. */
  end(): string {
    const text = decodeUTF8(this.#held.subarray(0, this.#heldLength));
    this.#heldLength = 0;
    return text;
  }
}

/** Where a sequence begins that reaches beyond the end, or the length. */
function findOpenSequence(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  for (let at = length - 1; at >= from && at >= length - 3; at--) {
    const octet = bytes[at]!;
    if (isContinuation(octet)) continue;
    return at + sequenceLength(octet) > length ? at : length;
  }
  return length;
}

function isContinuation(octet: number): boolean {
  return (octet & 0xc0) === 0x80;
}

/** Octets of the sequence that begins with this one; 1 for octets that begin none. */
function sequenceLength(octet: number): number {
  if (octet < 0xc2 || octet > 0xf4) return 1;
  if (octet < 0xe0) return 2;
  return octet < 0xf0 ? 3 : 4;
}
