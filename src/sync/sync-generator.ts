/** Where a {@link SyncGenerator} takes its values from. */
export interface SyncPuller<T> {
  /** The next value, or null at the end. Not called again after null or an error. */
  pull(): T | null;
  /** Releases everything; called exactly once, as soon as no further value is wanted. */
  close(): void;
}

const DONE: IteratorReturnResult<void> = { value: undefined, done: true };

/**
 * A generator over a {@link SyncPuller}. It differs from a `function*` in that `return()` releases what it holds also
 * if nothing was read before.
 */
export class SyncGenerator<T> implements Generator<T, void, void> {
  readonly #puller: SyncPuller<T>;
  #isClosed = false;

  constructor(puller: SyncPuller<T>) {
    this.#puller = puller;
  }

  next(): IteratorResult<T, void> {
    if (this.#isClosed) return DONE;
    let value: T | null;
    try {
      value = this.#puller.pull();
    } catch (error) {
      this.#close();
      throw error;
    }
    if (value !== null) return { value, done: false };
    this.#close();
    return DONE;
  }

  return(): IteratorResult<T, void> {
    this.#close();
    return DONE;
  }

  throw(error: unknown): IteratorResult<T, void> {
    this.#close();
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#puller.close();
  }
}
