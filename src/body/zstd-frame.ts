/** The first four octets of a frame with content (RFC 8878 §3.1.1), as a little-endian number. */
const MAGIC_NUMBER = 0xfd2fb528;
/** The sixteen magic numbers of skippable frames begin here (§3.1.2). */
const SKIPPABLE_MAGIC_NUMBER = 0x184d2a50;

/** Octets of the dictionary id and of the content size, by the two bits that announce them (§3.1.1.1.1). */
const DICTIONARY_ID_LENGTHS: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_LENGTHS: readonly number[] = [0, 2, 4, 8];

const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;

type Step =
  | 'magic'
  | 'descriptor'
  | 'window'
  | 'contentSize'
  | 'blockHeader'
  | 'block'
  | 'checksum'
  | 'skippableSize'
  | 'skippable'
  | 'done';

/**
 * Finds the end of one Zstandard frame (RFC 8878 §3.1) in pieces of any size, without decoding it. Node 22 accepts
 * a frame that is cut short, and 22 and 24 stop after the first one, therefore frames are told apart here.
 */
export class ZstdFrame {
  #step: Step = 'magic';
  /** Octets that are still to be read in this step. */
  #left = 4;
  /** Little-endian number that this step reads. */
  #number = 0;
  #factor = 1;
  #isSkippable = false;
  #contentSizeLength = 0;
  #contentSize: number | undefined;
  #hasChecksum = false;
  #isLastBlock = false;

  /** Whether the frame is complete. */
  get isDone(): boolean {
    return this.#step === 'done';
  }

  /** Whether the frame has nothing to decode; known when its first four octets are read. */
  get isSkippable(): boolean {
    return this.#isSkippable;
  }

  /** Octets of content, if the frame says so. */
  get contentSize(): number | undefined {
    return this.#contentSize;
  }

  /**
   * Reads on.
   *
   * @returns the position behind the last octet of this frame in `bytes`
   * @throws Error that says what is wrong, if this is no frame
   */
  read(bytes: Uint8Array, start: number): number {
    let at = start;
    while (at < bytes.length && this.#step !== 'done') {
      if (this.#step === 'block' || this.#step === 'checksum' || this.#step === 'skippable') {
        const count = Math.min(this.#left, bytes.length - at);
        at += count;
        this.#left -= count;
      } else {
        this.#number += bytes[at++]! * this.#factor;
        this.#factor *= 256;
        this.#left--;
      }
      while (this.#left === 0 && !this.isDone) this.#advance();
    }
    return at;
  }

  #advance(): void {
    const number = this.#number;
    switch (this.#step) {
      case 'magic':
        return this.#readMagic(number);
      case 'descriptor':
        return this.#readDescriptor(number);
      case 'window':
        return this.#enter('contentSize', this.#contentSizeLength);
      case 'contentSize':
        // Two octets count from 256 on.
        if (this.#contentSizeLength > 0)
          this.#contentSize = number + (this.#contentSizeLength === 2 ? 256 : 0);
        return this.#enter('blockHeader', 3);
      case 'blockHeader':
        return this.#readBlockHeader(number);
      case 'block':
        if (!this.#isLastBlock) return this.#enter('blockHeader', 3);
        return this.#hasChecksum ? this.#enter('checksum', 4) : this.#enter('done', 0);
      case 'skippableSize':
        return this.#enter('skippable', number);
      case 'checksum':
      case 'skippable':
      case 'done':
        return this.#enter('done', 0);
    }
  }

  #readMagic(number: number): void {
    this.#isSkippable = number - (number % 16) === SKIPPABLE_MAGIC_NUMBER;
    if (this.#isSkippable) return this.#enter('skippableSize', 4);
    if (number !== MAGIC_NUMBER) throw new Error('unknown magic number');
    this.#enter('descriptor', 1);
  }

  #readDescriptor(descriptor: number): void {
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const contentSizeLength = CONTENT_SIZE_LENGTHS[descriptor >> 6]!;
    this.#contentSizeLength = contentSizeLength === 0 && isSingleSegment ? 1 : contentSizeLength;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    // The dictionary id is read together with the window: nobody asks for either.
    this.#enter('window', (isSingleSegment ? 0 : 1) + DICTIONARY_ID_LENGTHS[descriptor & 3]!);
  }

  #readBlockHeader(header: number): void {
    const type = (header >> 1) & 3;
    if (type === BLOCK_RESERVED) throw new Error('reserved block type');
    this.#isLastBlock = (header & 1) === 1;
    this.#enter('block', type === BLOCK_RLE ? 1 : header >> 3);
  }

  #enter(step: Step, length: number): void {
    this.#step = step;
    this.#left = length;
    this.#number = 0;
    this.#factor = 1;
  }
}
