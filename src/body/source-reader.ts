/** Reads an async iterator, and remembers whether it has ended, so that it is told when no more is wanted. */
export class SourceReader<T> {
  readonly #source: AsyncIterator<T>;
  #isDone = false;

  constructor(source: AsyncIterator<T>) {
    this.#source = source;
  }

  /** The next value, or null at the end and from then on. */
  async read(): Promise<T | null> {
    if (this.#isDone) return null;
    try {
      const result = await this.#source.next();
      if (result.done !== true) return result.value;
    } catch (error) {
      this.#isDone = true;
      throw error;
    }
    this.#isDone = true;
    return null;
  }

  /** Calls the `return()` of the source, unless it has ended by itself or failed. */
  async close(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    await this.#source.return?.();
  }
}
