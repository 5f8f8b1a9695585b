/* oxlint-disable no-await-in-loop -- pieces come one after another */
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type OnError, type Puller, PullGenerator } from './pull-generator.ts';
import { SourceReader } from './source-reader.ts';

/**
 * Cuts octets into chunks of exactly `size`, the last one excepted. There are no empty chunks. Chunks may share memory with
 * the pieces of the source. `return()` is passed on to the source at once.
 *
 * @param size octets
 * @throws InvalidArgument if `size` is no positive integer
 */
export function rechunk(
  source: AsyncIterator<Uint8Array>,
  size: number,
  onError?: OnError,
): AsyncGenerator<Uint8Array, void, void> {
  return new PullGenerator(new CutPuller(source, new OctetCutter(size)), onError);
}

/**
 * Cuts text into chunks of exactly `size` characters, the last one excepted. There are no empty chunks. A character is a
 * Unicode code point: a surrogate pair counts once and is never cut, so that each chunk can be encoded by itself.
 * `return()` is passed on to the source at once.
 *
 * @param size characters
 * @throws InvalidArgument if `size` is no positive integer
 */
export function rechunkText(
  source: AsyncIterator<string>,
  size: number,
  onError?: OnError,
): AsyncGenerator<string, void, void> {
  return new PullGenerator(new CutPuller(source, new TextCutter(size)), onError);
}

/** The size, if chunks can have it; for callers that must know before they have a source to cut. */
export function checkSize(size: number): number {
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new InvalidArgument(`'size' is ${String(size)}; pass a positive integer.`);
}

/** First size of the buffer that collects small pieces. It grows by doubling, because a body may be far shorter than a chunk. */
const FIRST_CAPACITY = 1024;

const NOTHING = new Uint8Array(0);

/** Cuts octets that come in pieces into chunks of one size. */
export class OctetCutter {
  readonly #size: number;
  /** What is left of the last piece. */
  #piece: Uint8Array = NOTHING;
  /** The beginning of a chunk, collected from pieces. */
  #collected: Uint8Array = NOTHING;
  #length = 0;

  constructor(size: number) {
    this.#size = checkSize(size);
  }

  /** The next chunk, or null if another piece is needed first. */
  take(): Uint8Array | null {
    if (this.#length === 0 && this.#piece.length >= this.#size) {
      const chunk = this.#piece.subarray(0, this.#size);
      this.#piece = this.#piece.subarray(this.#size);
      return chunk;
    }
    this.#collect();
    return this.#length === this.#size ? this.#takeCollected() : null;
  }

  /** Adds a piece; only after {@link take} has given null. */
  add(piece: Uint8Array): void {
    this.#piece = piece;
  }

  /** The last chunk, when there are no more pieces; null if nothing is left. */
  rest(): Uint8Array | null {
    return this.#length === 0 ? null : this.#takeCollected();
  }

  clear(): void {
    this.#collected = NOTHING;
    this.#piece = NOTHING;
  }

  #collect(): void {
    const part = this.#piece.subarray(0, this.#size - this.#length);
    const length = this.#length + part.length;
    if (length > this.#collected.length) {
      const larger = new Uint8Array(Math.min(this.#size, Math.max(FIRST_CAPACITY, length * 2)));
      larger.set(this.#collected.subarray(0, this.#length));
      this.#collected = larger;
    }
    this.#collected.set(part, this.#length);
    this.#length = length;
    this.#piece = this.#piece.subarray(part.length);
  }

  #takeCollected(): Uint8Array {
    const chunk = this.#collected.subarray(0, this.#length);
    this.#collected = NOTHING;
    this.#length = 0;
    return chunk;
  }
}

/** Cuts text that comes in pieces into chunks of one size, in code points. */
export class TextCutter {
  readonly #size: number;
  #text = '';
  /** Code points of `#text`. */
  #count = 0;
  /** The first half of a surrogate pair at the end of the last piece. */
  #half = '';

  constructor(size: number) {
    this.#size = checkSize(size);
  }

  /** The next chunk, or null if another piece is needed first. */
  take(): string | null {
    if (this.#count < this.#size) return null;
    const end = this.#count === this.#text.length ? this.#size : indexOfCodePoint(this.#text, this.#size);
    const chunk = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    this.#count -= this.#size;
    return chunk;
  }

  /** Adds a piece. */
  add(piece: string): void {
    if (piece === '') return;
    const whole = this.#half + piece;
    const isCut = isHighSurrogate(whole.charCodeAt(whole.length - 1));
    const text = isCut ? whole.slice(0, -1) : whole;
    this.#half = isCut ? whole.slice(-1) : '';
    this.#text += text;
    this.#count += countCodePoints(text);
  }

  /** The last chunk, when there are no more pieces; null if nothing is left. */
  rest(): string | null {
    const rest = this.#text + this.#half;
    this.clear();
    return rest === '' ? null : rest;
  }

  clear(): void {
    this.#text = '';
    this.#half = '';
    this.#count = 0;
  }
}

/** What cuts pieces of one kind. */
export interface Cutter<T> {
  take(): T | null;
  add(piece: T): void;
  rest(): T | null;
  clear(): void;
}

class CutPuller<T> implements Puller<T> {
  readonly #source: SourceReader<T>;
  readonly #cutter: Cutter<T>;

  constructor(source: AsyncIterator<T>, cutter: Cutter<T>) {
    this.#source = new SourceReader(source);
    this.#cutter = cutter;
  }

  async pull(): Promise<T | null> {
    for (;;) {
      const chunk = this.#cutter.take();
      if (chunk !== null) return chunk;
      const piece = await this.#source.read();
      if (piece === null) return this.#cutter.rest();
      this.#cutter.add(piece);
    }
  }

  close(): Promise<void> {
    this.#cutter.clear();
    return this.#source.close();
  }
}

function countCodePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if (isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1))) count--;
  }
  return count;
}

/** The index behind the first `count` code points. */
function indexOfCodePoint(text: string, count: number): number {
  let index = 0;
  for (let left = count; left > 0; left--) {
    index += isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1)) ? 2 : 1;
  }
  return index;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
