/** Octets that are held for a reader that has not asked for them. */
const MAX_HELD = 65_536;

/** What a source gave, or what it threw. */
type Step = { readonly result: IteratorResult<Uint8Array, void> } | { readonly error: unknown };

/**
 * Takes pieces from a source before anybody asks for them: the reader in the other thread needs a while to come back,
 * and pieces that have arrived should not be lost to a failure that follows. What is held is bounded.
 */
export class ReadAhead implements AsyncIterator<Uint8Array> {
  readonly #source: AsyncGenerator<Uint8Array, void, void>;
  readonly #steps: Step[] = [];
  #held = 0;
  #isTaking = false;
  #hasEnded = false;
  #wake: (() => void) | null = null;

  constructor(source: AsyncGenerator<Uint8Array, void, void>) {
    this.#source = source;
    void this.#take();
  }

  async next(): Promise<IteratorResult<Uint8Array, void>> {
    if (this.#steps.length === 0) {
      if (this.#hasEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const step = this.#steps.shift()!;
    if ('error' in step) throw step.error;
    if (step.result.done !== true) this.#held -= step.result.value.length;
    void this.#take();
    return step.result;
  }

  return(): Promise<IteratorResult<Uint8Array, void>> {
    return this.#source.return();
  }

  async #take(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    while (!this.#hasEnded && this.#held < MAX_HELD) this.#add(await this.#step());
    this.#isTaking = false;
  }

  async #step(): Promise<Step> {
    try {
      return { result: await this.#source.next() };
    } catch (error) {
      return { error };
    }
  }

  #add(step: Step): void {
    if ('error' in step || step.result.done === true) this.#hasEnded = true;
    else this.#held += step.result.value.length;
    this.#steps.push(step);
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
