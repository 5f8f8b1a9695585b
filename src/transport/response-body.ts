import { addChunk } from '../body/add-chunk.ts';
import type { BodySource } from '../message/body-source.ts';

const NOTHING = new Uint8Array(0);
const NO_TRAILERS: readonly string[] = Object.freeze([]);
/** So many chunks are taken before those behind them move up. */
const MAX_TAKEN = 1024;

/** Who receives the body from the wire. */
export interface Carrier {
  /** The reader has taken so many octets; `Infinity`: it wants all there is. */
  onTaken(bytes: number): void;
  /** The reader has no more use for the rest. */
  onGivenUp(): void;
}

interface Reader {
  readonly resolve: (chunk: Uint8Array | null) => void;
  readonly reject: (error: unknown) => void;
  /** Wants everything at once, when the end has come. */
  readonly wantsAll: boolean;
}

/** Holds the chunks of a body between the wire, which pushes them, and the one reader, who takes them. */
export class ResponseBody implements BodySource {
  bytesReceived = 0;
  /** Octets that may lie here before the wire should stop; any number once all of it is wanted. */
  limit: number;
  readonly #carrier: Carrier;
  /** Chunks may lie side by side in memory that the wire has not done with. */
  readonly #isWhole: boolean;
  #chunks: Uint8Array[] = [];
  /** Chunks at the front of the list that have been taken; moving the others up for each would cost too much. */
  #taken = 0;
  #length = 0;
  /** Null as long as the end has not come. */
  #trailers: readonly string[] | null = null;
  #error: { readonly cause: unknown } | null = null;
  #reader: Reader | null = null;

  /** @param isWhole all of it is going to be wanted at once; who takes pieces nevertheless gets copies of them */
  constructor(carrier: Carrier, limit: number, isWhole = false) {
    this.#carrier = carrier;
    this.limit = limit;
    this.#isWhole = isWhole;
  }

  get isFull(): boolean {
    return this.#length >= this.limit;
  }

  /** Why the body cannot be had, if so. */
  get failure(): { readonly cause: unknown } | null {
    return this.#error;
  }

  /** Null until the reader has reached the end, too. */
  get trailers(): readonly string[] | null {
    return this.#length === 0 ? this.#trailers : null;
  }

  // The wire

  push(chunk: Uint8Array): void {
    this.bytesReceived += chunk.length;
    const reader = this.#reader;
    if (reader !== null && !reader.wantsAll) {
      this.#reader = null;
      reader.resolve(this.#handOut(chunk));
      return;
    }
    addChunk(this.#chunks, chunk);
    this.#length += chunk.length;
  }

  end(trailers: readonly string[] | null): void {
    this.#trailers = trailers ?? NO_TRAILERS;
    const reader = this.#reader;
    this.#reader = null;
    if (reader !== null) reader.resolve(reader.wantsAll ? this.#rest() : null);
  }

  /** The body cannot be had whole: what has come of it is dropped, and every reader learns why. */
  fail(error: unknown): void {
    this.#chunks = [];
    this.#taken = 0;
    this.#length = 0;
    this.#error = { cause: error };
    const reader = this.#reader;
    this.#reader = null;
    reader?.reject(error);
  }

  // The reader

  async next(): Promise<Uint8Array | null> {
    const chunk = this.#taken < this.#chunks.length ? this.#shift() : await this.#nextChunk();
    if (chunk !== null) this.#carrier.onTaken(chunk.length);
    return chunk;
  }

  /** Everything that is still to come, at once if it is there already. */
  all(): Promise<Uint8Array> | Uint8Array {
    this.limit = Infinity;
    if (this.#error === null && this.#trailers !== null) return this.#rest();
    // The rest is wanted whole, so nothing is gained by holding the peer back.
    this.#carrier.onTaken(Infinity);
    return this.#wait(true) as Promise<Uint8Array>;
  }

  cancel(): void {
    this.#carrier.onGivenUp();
  }

  #nextChunk(): Promise<Uint8Array | null> | null {
    return this.#error === null && this.#trailers !== null ? null : this.#wait(false);
  }

  #wait(wantsAll: boolean): Promise<Uint8Array | null> {
    // oxlint-disable-next-line prefer-promise-reject-errors -- whatever the wire failed with
    if (this.#error !== null) return Promise.reject(this.#error.cause);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject, wantsAll };
    });
  }

  #shift(): Uint8Array {
    const chunk = this.#chunks[this.#taken]!;
    this.#chunks[this.#taken++] = NOTHING;
    this.#length -= chunk.length;
    if (this.#taken === this.#chunks.length || this.#taken === MAX_TAKEN) {
      this.#chunks = this.#chunks.slice(this.#taken);
      this.#taken = 0;
    }
    return this.#handOut(chunk);
  }

  /** Whoever gets a chunk may transfer its memory to somebody else, and must not take anything along. */
  #handOut(chunk: Uint8Array): Uint8Array {
    if (!this.#isWhole || chunk.byteLength === chunk.buffer.byteLength) return chunk;
    const copy = Buffer.allocUnsafeSlow(chunk.length);
    copy.set(chunk);
    return copy;
  }

  #rest(): Uint8Array {
    const chunks = this.#taken === 0 ? this.#chunks : this.#chunks.slice(this.#taken);
    this.#chunks = [];
    this.#taken = 0;
    this.#length = 0;
    return join(chunks);
  }
}

/** One piece of many; chunks that lie side by side in the same memory are joined without a copy. */
function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first === undefined) return NOTHING;
  if (chunks.length === 1) return first;
  let end = first.byteOffset;
  for (const chunk of chunks) {
    if (chunk.buffer !== first.buffer || chunk.byteOffset !== end) return Buffer.concat(chunks);
    end += chunk.length;
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset);
}
