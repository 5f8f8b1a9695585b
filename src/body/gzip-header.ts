import { loadZlib } from './zlib.ts';

const MAGIC_1 = 0x1f;
const MAGIC_2 = 0x8b;
const DEFLATE = 8;

const RESERVED_FLAGS = 0xe0;

/** Octets before the optional parts: magic (2), method, flags, time (4), extra flags, operating system. */
const FIXED_LENGTH = 10;

type Step = 'fixed' | 'extraLength' | 'extra' | 'name' | 'comment' | 'crc' | 'done';

/** The optional parts in their order, with the flags that announce them. */
const PARTS: readonly (readonly [step: Step, flag: number])[] = [
  ['extraLength', 0x04],
  ['name', 0x08],
  ['comment', 0x10],
  ['crc', 0x02],
];

/** Reads the header of one gzip member (RFC 1952 §2.3) from pieces of any size. Nothing of it is kept. */
export class GzipHeader {
  #step: Step = 'fixed';
  /** Octets read in this step. */
  #count = 0;
  #flags = 0;
  #extraLength = 0;
  #crc = 0;
  #statedCRC = 0;

  /** Whether the header is complete. */
  get isDone(): boolean {
    return this.#step === 'done';
  }

  /**
   * Reads on.
   *
   * @returns the position behind the last octet used
   * @throws Error that says what is wrong, if this is no gzip header
   */
  read(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length && this.#step !== 'crc' && this.#step !== 'done') this.#readOctet(bytes[at++]!);
    this.#crc = loadZlib().crc32(bytes.subarray(start, at), this.#crc);
    while (at < bytes.length && this.#step === 'crc') {
      this.#statedCRC |= bytes[at++]! << (8 * this.#count++);
      if (this.#count === 2) this.#checkCRC();
    }
    return at;
  }

  #readOctet(octet: number): void {
    const position = this.#count++;
    switch (this.#step) {
      case 'fixed':
        this.#readFixed(octet, position);
        if (this.#count === FIXED_LENGTH) this.#enterPart(0);
        break;
      case 'extraLength':
        this.#extraLength |= octet << (8 * position);
        if (this.#count < 2) break;
        if (this.#extraLength > 0) this.#enter('extra');
        else this.#enterPart(1);
        break;
      case 'extra':
        if (this.#count === this.#extraLength) this.#enterPart(1);
        break;
      case 'name':
        if (octet === 0) this.#enterPart(2);
        break;
      case 'comment':
        if (octet === 0) this.#enterPart(3);
        break;
      case 'crc':
      case 'done':
        break;
    }
  }

  #readFixed(octet: number, position: number): void {
    if ((position === 0 && octet !== MAGIC_1) || (position === 1 && octet !== MAGIC_2)) {
      throw new Error('incorrect header check');
    }
    if (position === 2 && octet !== DEFLATE) throw new Error('unknown compression method');
    if (position !== 3) return;
    if ((octet & RESERVED_FLAGS) !== 0) throw new Error('unknown header flags set');
    this.#flags = octet;
  }

  /** Enters the first part that is present, from the given one on. */
  #enterPart(index: number): void {
    for (let next = index; next < PARTS.length; next++) {
      const [step, flag] = PARTS[next]!;
      if ((this.#flags & flag) !== 0) return this.#enter(step);
    }
    this.#enter('done');
  }

  #enter(step: Step): void {
    this.#step = step;
    this.#count = 0;
  }

  #checkCRC(): void {
    if (this.#statedCRC !== (this.#crc & 0xffff)) throw new Error('header crc mismatch');
    this.#enter('done');
  }
}
