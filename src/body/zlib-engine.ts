/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import { type Decompressor, octetsOf } from './zlib.ts';

/** Size of the pieces that decompression hands out, in octets. */
export const PIECE: number = 64 * 1024;

/**
 * Drives one decompressor of `node:zlib` by pulling. It takes one input at a time, and while its output is not
 * taken it stands still, so what it holds is bounded by one input and two pieces of output.
 */
export class ZlibEngine {
  readonly #transform: Decompressor;
  #fed = 0;
  /** The last input is used up. */
  #isIdle = true;
  #hasEnded = false;
  #error: Error | undefined;
  /** The part of a larger output that is yet to be handed out. */
  #rest: Uint8Array | null = null;
  #wake: (() => void) | undefined;

  // Made once, because they are needed for every input and every piece of output.
  readonly #arm = (resolve: () => void): void => {
    this.#wake = resolve;
  };
  readonly #onWritten = (error?: Error | null): void => {
    this.#isIdle = error == null;
    this.#signal();
  };

  constructor(transform: Decompressor) {
    this.#transform = transform;
    transform.on('readable', () => this.#signal());
    transform.on('end', () => {
      this.#hasEnded = true;
      this.#signal();
    });
    transform.on('error', (error) => {
      this.#error = error;
      this.#signal();
    });
    transform.on('close', () => {
      this.#hasEnded = true;
      this.#signal();
    });
  }

  /** Whether the compressed stream is complete and all output was handed out. */
  get hasEnded(): boolean {
    return this.#hasEnded && this.#rest === null;
  }

  /** Octets at the end of the input that the compressed stream did not need; meaningful once it has ended. */
  get unused(): number {
    return this.#fed - this.#transform.bytesWritten;
  }

  /** Gives the next input, not empty. Only after `pull()` came back with null and the stream has not ended. */
  feed(input: Uint8Array): void {
    this.#isIdle = false;
    this.#fed += input.length;
    this.#transform.write(input, this.#onWritten);
  }

  /** Says that there will be no more input. Output may still come; an incomplete stream is then an error. */
  finish(): void {
    this.#isIdle = false;
    this.#transform.end();
  }

  /**
   * The next output, at most {@link PIECE} octets, or null if there is none without further input.
   *
   * @throws the error of zlib
   */
  async pull(): Promise<Uint8Array | null> {
    for (;;) {
      const output = this.#takeOutput();
      if (output !== null) return output;
      if (this.#error !== undefined) throw this.#error;
      // zlib leaves input unused only when the compressed stream has ended before it; the event comes later.
      if (this.#isIdle && this.unused > 0) this.#hasEnded = true;
      if (this.#hasEnded || this.#isIdle) return null;
      await new Promise<void>(this.#arm);
    }
  }

  destroy(): void {
    this.#rest = null;
    this.#transform.destroy();
  }

  #takeOutput(): Uint8Array | null {
    let output = this.#rest;
    if (output === null) {
      const buffer = this.#transform.read();
      if (buffer === null) return null;
      output = octetsOf(buffer);
    }
    if (output.length <= PIECE) {
      this.#rest = null;
      return output;
    }
    this.#rest = output.subarray(PIECE);
    return output.subarray(0, PIECE);
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
