import { ChunkEncoder } from './chunk-encoder.ts';

/** The result of an iterator that has ended. */
export const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** Octets of a source that gives its chunks at once: an array, a generator. */
export class SyncChunks implements Iterator<Uint8Array> {
  #source: Iterator<unknown> | null;
  readonly #encoder = new ChunkEncoder();

  constructor(source: Iterator<unknown>) {
    this.#source = source;
  }

  next(): IteratorResult<Uint8Array> {
    while (this.#source !== null) {
      const result = this.#source.next();
      if (result.done === true) {
        this.#source = null;
        return last(this.#encoder.flush());
      }
      let chunk: Uint8Array;
      try {
        chunk = this.#encoder.encode(result.value);
      } catch (error) {
        this.return();
        throw error;
      }
      if (chunk.byteLength > 0) return { done: false, value: chunk };
    }
    return DONE;
  }

  return(): IteratorResult<Uint8Array> {
    const source = this.#source;
    this.#source = null;
    source?.return?.();
    return DONE;
  }
}

/** Octets of a source that gives its chunks in time. `return()` may be called while a chunk is awaited. */
export class AsyncChunks implements AsyncIterator<Uint8Array> {
  #source: AsyncIterator<unknown> | null;
  readonly #encoder = new ChunkEncoder();

  constructor(source: AsyncIterator<unknown>) {
    this.#source = source;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const source = this.#source;
    if (source === null) return DONE;
    let result: IteratorResult<unknown>;
    try {
      result = await source.next();
    } catch (error) {
      // Once released, a source may fail just because it was: nobody waits for that outcome any more.
      if (this.#source === null) return DONE;
      this.#source = null;
      throw error;
    }
    if (this.#source === null) return DONE;
    if (result.done === true) {
      this.#source = null;
      return last(this.#encoder.flush());
    }
    let chunk: Uint8Array;
    try {
      chunk = this.#encoder.encode(result.value);
    } catch (error) {
      await this.return(error);
      throw error;
    }
    return chunk.byteLength > 0 ? { done: false, value: chunk } : this.next();
  }

  async return(reason?: unknown): Promise<IteratorResult<Uint8Array>> {
    const source = this.#source;
    this.#source = null;
    await source?.return?.(reason);
    return DONE;
  }
}

function last(rest: Uint8Array): IteratorResult<Uint8Array> {
  return rest.byteLength === 0 ? DONE : { done: false, value: rest };
}
