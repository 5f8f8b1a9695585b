/** Where a {@link PullGenerator} takes its values from. */
export interface Puller<T> {
  /**
   * The next value, or null at the end; a value that is there already needs no promise. Never called again before it
   * settled, nor after null or an error.
   */
  pull(): Promise<T | null> | T | null;
  /** Releases everything; called exactly once, as soon as no further value is wanted, also while `pull()` is pending. */
  close(): Promise<void>;
}

/** Sees an error before it goes out, while V8 still knows who waits for it. */
export type OnError = (error: unknown) => void;

/** The failure that came first is the one to report, as `for await` does it. */
function ignore(): void {}

const DONE: IteratorReturnResult<void> = { value: undefined, done: true };

/**
 * An async generator over a {@link Puller}. It differs from an `async function*` in two points that matter for
 * what holds a connection: `return()` releases at once, not only after a pending `next()`; and it releases also
 * if nothing was read before.
 */
export class PullGenerator<T> implements AsyncGenerator<T, void, void> {
  readonly #puller: Puller<T>;
  readonly #onError: OnError | undefined;
  readonly #waiting: (() => void)[] = [];
  #isBusy = false;
  #closing: Promise<void> | undefined;

  constructor(puller: Puller<T>, onError?: OnError) {
    this.#puller = puller;
    this.#onError = onError;
  }

  async next(): Promise<IteratorResult<T, void>> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isBusy = true;
    let value: T | null = null;
    try {
      if (this.#closing === undefined) {
        const pulled = this.#puller.pull();
        value = pulled instanceof Promise ? await pulled : pulled;
      }
    } catch (error) {
      // After return() the consumer has left: what the release does to the pending pull is no news to anybody.
      if (this.#closing === undefined) {
        this.#onError?.(error);
        await this.#close().catch(ignore);
        throw error;
      }
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#isBusy = false;
      else next();
    }
    if (this.#closing !== undefined) return DONE;
    if (value !== null) return { value, done: false };
    await this.#close();
    return DONE;
  }

  async return(): Promise<IteratorResult<T, void>> {
    await this.#close();
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<T, void>> {
    await this.#close();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  #close(): Promise<void> {
    return (this.#closing ??= this.#puller.close());
  }
}
