const NOTHING = Buffer.alloc(0);
/** Memory up to this size is kept for the next time. */
const KEPT = 4096;

/** Octets that have to wait for more before they can be understood. */
export class PendingBytes {
  length = 0;
  #bytes: Buffer = NOTHING;

  add(bytes: Buffer, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(256, length * 2));
      this.#bytes.copy(grown, 0, 0, this.length);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, this.length, start, end);
    this.length = length;
  }

  at(index: number): number {
    return this.#bytes[index]!;
  }

  /** The octets as Latin-1. */
  toString(): string {
    return this.#bytes.toString('latin1', 0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.#bytes.length > KEPT) this.#bytes = NOTHING;
  }
}
