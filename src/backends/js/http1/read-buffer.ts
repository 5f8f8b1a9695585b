/** Octets of one read, at first. */
const READ_SIZE = 65_536;
/**
 * Octets of one read at most: a peer that fills what it gets gets twice as much, which saves turns of the loop. With
 * still more, collecting the memory costs more than the turns.
 */
const MAX_READ_SIZE = 131_072;
/**
 * A body of known length is read into one buffer from this size on, and up to the other one: a server may lie about
 * the length, so memory for what has not come yet has a bound.
 */
const WHOLE_MIN = 16_384;
const WHOLE_MAX = 67_108_864;
/** A read of this size says that more of the same is coming, so the next one gets memory that need not be copied. */
const BULK_READ = 32_768;

let sharedBuffer: Buffer | null = null;

/**
 * Decides into which memory a socket reads next. Small responses go through one buffer that all sockets share
 * and are copied out of it, so that a connection costs no read buffer while it waits; bulk data is read into
 * memory of its own and handed out without a copy; a body that is wanted whole and whose length is known is
 * read straight to its place.
 */
export class ReadBuffer {
  #whole: Buffer | null = null;
  #filled = 0;
  #isBulk = false;
  #bulkSize = READ_SIZE;
  #own: Buffer | null = null;

  /** The memory for the next read. */
  next(): Buffer {
    if (this.#whole !== null && this.#filled < this.#whole.length) return this.#whole.subarray(this.#filled);
    if (this.#isBulk) return Buffer.allocUnsafeSlow(this.#bulkSize);
    return this.#lent();
  }

  /** Prepares for a body of `length` octets that will be kept in one piece. */
  expectWhole(length: number): void {
    // One octet more, so that what comes behind the body shows with it, and not only after it has been handed over.
    if (length >= WHOLE_MIN && length <= WHOLE_MAX) this.#whole = Buffer.allocUnsafeSlow(length + 1);
  }

  /** A part of what was read, in memory that nobody will overwrite. */
  take(bytes: Buffer, start: number, end: number): Buffer {
    const length = end - start;
    if (this.#whole !== null) {
      const at = this.#filled;
      this.#filled += length;
      if (bytes.buffer !== this.#whole.buffer) bytes.copy(this.#whole, at, start, end);
      return this.#whole.subarray(at, this.#filled);
    }
    if (bytes !== sharedBuffer && bytes !== this.#own) {
      this.#isBulk = length >= BULK_READ;
      if (end === bytes.length) this.#bulkSize = Math.min(this.#bulkSize * 2, MAX_READ_SIZE);
      else if (end * 2 <= bytes.length) this.#bulkSize = Math.max(this.#bulkSize / 2, READ_SIZE);
      return bytes.subarray(start, end);
    }
    if (length >= BULK_READ) this.#isBulk = true;
    const copy = Buffer.allocUnsafe(length);
    bytes.copy(copy, 0, start, end);
    return copy;
  }

  /** The message is over. */
  reset(): void {
    this.#whole = null;
    this.#filled = 0;
    this.#isBulk = false;
    this.#bulkSize = READ_SIZE;
  }

  /**
   * Where the system reads only once data is there, memory is in use during one callback, and one buffer serves
   * all sockets. Windows takes it when the read begins, so there each socket needs its own.
   */
  #lent(): Buffer {
    if (process.platform === 'win32') return (this.#own ??= Buffer.allocUnsafeSlow(READ_SIZE));
    return (sharedBuffer ??= Buffer.allocUnsafeSlow(READ_SIZE));
  }
}
