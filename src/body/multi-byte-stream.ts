import type { TextDecoder as Decoder } from 'node:util';

/**
 * Tells how many octets the sequence has that begins at `at`: 1 for a single octet and for an invalid beginning,
 * and more than there are if it may go on beyond the end.
 */
export type SequenceRule = (bytes: Uint8Array, at: number) => number;

/** The rule of an encoding in which sequences have more than two octets, but there is no state (Encoding Standard §10, §12). */
export function multiByteRule(encoding: string): SequenceRule | undefined {
  return RULES.get(encoding);
}

/**
 * Decodes text of a multi-byte encoding that comes in pieces. Sequences are kept whole here, and each piece is
 * decoded by itself: the streaming mode of Node's decoder has room for two code units for each octet of a piece, and
 * throws if what it held back from earlier pieces turns out to be invalid and makes more.
 */
export class MultiByteStream {
  readonly #decoder: Decoder;
  readonly #rule: SequenceRule;
  /** The octets of a sequence that is not complete. */
  #held: Uint8Array | undefined;

  /** @param decoder a decoder that keeps byte order marks; it is used only for whole texts, so that it can be shared */
  constructor(decoder: Decoder, rule: SequenceRule) {
    this.#decoder = decoder;
    this.#rule = rule;
  }

  push(chunk: Uint8Array): string {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    const end = this.#findOpenSequence(bytes);
    // A copy, because the owner may use the chunk again.
    this.#held = end === bytes.length ? undefined : new Uint8Array(bytes.subarray(end));
    return this.#decoder.decode(bytes.subarray(0, end));
  }

  /** What a sequence that does not go on decodes to. */
  end(): string {
    const held = this.#held;
    this.#held = undefined;
    return held === undefined ? '' : this.#decoder.decode(held);
  }

  #findOpenSequence(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      const octet = bytes[at]!;
      const length = octet < 0x80 ? 1 : this.#rule(bytes, at);
      if (at + length > bytes.length) return at;
      at += length;
    }
    return at;
  }
}

function gb18030(bytes: Uint8Array, at: number): number {
  if (!isIn(bytes[at]!, 0x81, 0xfe)) return 1;
  const second = bytes[at + 1];
  if (second === undefined) return 2;
  if (!isIn(second, 0x30, 0x39)) return isIn(second, 0x40, 0xfe) && second !== 0x7f ? 2 : 1;
  const third = bytes[at + 2];
  if (third === undefined) return 4;
  if (!isIn(third, 0x81, 0xfe)) return 1;
  const fourth = bytes[at + 3];
  return fourth === undefined || isIn(fourth, 0x30, 0x39) ? 4 : 1;
}

function eucJP(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead !== 0x8e && lead !== 0x8f && !isIn(lead, 0xa1, 0xfe)) return 1;
  const length = lead === 0x8f ? 3 : 2;
  // Half-width katakana end at 0xdf; ICU takes the five octets behind it as unassigned ones of the same kind.
  const last = lead === 0x8e ? 0xe4 : 0xfe;
  for (let index = at + 1; index < at + length && index < bytes.length; index++) {
    if (!isIn(bytes[index]!, 0xa1, last)) return 1;
  }
  return length;
}

function isIn(octet: number, first: number, last: number): boolean {
  return octet >= first && octet <= last;
}

const RULES: ReadonlyMap<string, SequenceRule> = new Map([
  ['gbk', gb18030],
  ['gb18030', gb18030],
  ['euc-jp', eucJP],
]);
