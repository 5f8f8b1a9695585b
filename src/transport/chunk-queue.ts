const NOTHING = new Uint8Array(0);

interface Reader {
  readonly resolve: (chunk: Uint8Array | null) => void;
  readonly reject: (error: unknown) => void;
  /** Wants everything at once, when the end has come. */
  readonly wantsAll: boolean;
}

/** Holds the chunks of a body between the wire, which pushes them, and the one reader, who takes them. */
export class ChunkQueue {
  /** Octets that may lie here before the wire should stop. */
  readonly limit: number;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #hasEnded = false;
  #error: { readonly cause: unknown } | null = null;
  #reader: Reader | null = null;

  constructor(limit: number) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.#length >= this.limit;
  }

  push(chunk: Uint8Array): void {
    const reader = this.#reader;
    if (reader !== null && !reader.wantsAll) {
      this.#reader = null;
      reader.resolve(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  end(): void {
    this.#hasEnded = true;
    const reader = this.#reader;
    this.#reader = null;
    if (reader !== null) reader.resolve(reader.wantsAll ? this.#take() : null);
  }

  /** The body cannot be had whole: what has come of it is dropped, and every reader learns why. */
  fail(error: unknown): void {
    this.#chunks = [];
    this.#length = 0;
    this.#error = { cause: error };
    const reader = this.#reader;
    this.#reader = null;
    reader?.reject(error);
  }

  /** The next chunk, or null at the end. */
  next(): Promise<Uint8Array | null> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#length -= chunk.length;
      return Promise.resolve(chunk);
    }
    // oxlint-disable-next-line prefer-promise-reject-errors -- whatever the wire failed with
    if (this.#error !== null) return Promise.reject(this.#error.cause);
    if (this.#hasEnded) return Promise.resolve(null);
    return this.#wait(false);
  }

  /** Everything that is still to come, at once if it is there already. */
  all(): Promise<Uint8Array> | Uint8Array {
    if (this.#error === null && this.#hasEnded) return this.#take();
    // oxlint-disable-next-line prefer-promise-reject-errors -- whatever the wire failed with
    if (this.#error !== null) return Promise.reject(this.#error.cause);
    return this.#wait(true) as Promise<Uint8Array>;
  }

  #wait(wantsAll: boolean): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject, wantsAll };
    });
  }

  #take(): Uint8Array {
    const chunks = this.#chunks;
    this.#chunks = [];
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
