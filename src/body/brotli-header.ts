/** Reads bits from the lowest of the first octet on (RFC 7932 §1.5.1). */
class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.#position++) {
      value |= (((this.#bytes[this.#position >> 3] ?? 0) >> (this.#position & 7)) & 1) << bit;
    }
    return value;
  }
}

/**
 * How many octets the first meta-block of a brotli stream decodes to, as its header says (RFC 7932 §9.1 and §9.2);
 * 0 if it is empty or metadata. It tells long content from short before anything is decoded.
 */
export function firstMetaBlockLength(bytes: Uint8Array): number {
  const bits = new BitReader(bytes);
  // The size of the window: 1, 4 or 7 bits.
  if (bits.read(1) === 1 && bits.read(3) === 0) bits.read(3);
  const isLast = bits.read(1) === 1;
  if (isLast && bits.read(1) === 1) return 0;
  const nibbles = bits.read(2) + 4;
  return nibbles === 7 ? 0 : bits.read(nibbles * 4) + 1;
}
