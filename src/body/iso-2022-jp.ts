import type { TextDecoder as Decoder } from 'node:util';

const ESCAPE = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const REPLACEMENT = '\uFFFD';

type Mode = 'ascii' | 'roman' | 'katakana' | 'jis0208';

/** The modes by the two octets behind the escape. */
const MODES: ReadonlyMap<number, Mode> = new Map([
  [0x2842, 'ascii'],
  [0x284a, 'roman'],
  [0x2849, 'katakana'],
  [0x2440, 'jis0208'],
  [0x2442, 'jis0208'],
]);

/** Characters of the index jis0208 by first octet, made when they are first needed. */
const rows: string[][] = [];
let eucJP: Decoder | undefined;

function rowOf(lead: number): readonly string[] {
  let row = rows[lead];
  if (row === undefined) {
    // EUC-JP has the same index, with the high bits set.
    const decoder = (eucJP ??= new TextDecoder('euc-jp'));
    row = Array.from({ length: 94 }, (_, index) => {
      const text = decoder.decode(Uint8Array.of(lead | 0x80, 0xa1 + index));
      return text.length === 1 ? text : REPLACEMENT;
    });
    rows[lead] = row;
  }
  return row;
}

/** Decodes a whole text of ISO-2022-JP, see {@link ISO2022JPStream}. */
export function decodeISO2022JP(bytes: Uint8Array): string {
  const stream = new ISO2022JPStream();
  return stream.push(bytes) + stream.end();
}

/**
 * Decodes ISO-2022-JP that comes in pieces, as the Encoding Standard does it (§12.2.1). Node's decoder differs:
 * it drops octets of invalid escape sequences, and throws for some.
 */
export class ISO2022JPStream {
  #mode: Mode = 'ascii';
  /** The first octet of a character, in the mode `jis0208`. */
  #lead: number | undefined;
  /** Octets of an escape sequence that is not complete, the escape included. */
  readonly #escape: number[] = [];
  /** An escape sequence came, and no character after it. */
  #isAfterEscape = false;

  push(chunk: Uint8Array): string {
    let text = '';
    for (const octet of chunk) text += this.#read(octet);
    return text;
  }

  /** What is left at the end decodes to. */
  end(): string {
    let text = '';
    while (this.#escape.length > 0 || this.#lead !== undefined) text += this.#abandon();
    return text;
  }

  #read(octet: number): string {
    if (this.#escape.length === 0) return this.#readOutside(octet);
    if (this.#escape.length === 1) {
      if (octet === 0x24 || octet === 0x28) {
        this.#escape.push(octet);
        return '';
      }
      return this.#abandon() + this.#read(octet);
    }
    const mode = MODES.get((this.#escape[1]! << 8) | octet);
    if (mode === undefined) return this.#abandon() + this.#read(octet);
    this.#escape.length = 0;
    this.#mode = mode;
    // Two escape sequences in a row are an error, because they could hide characters from a filter.
    const text = this.#isAfterEscape ? REPLACEMENT : '';
    this.#isAfterEscape = true;
    return text;
  }

  #readOutside(octet: number): string {
    if (octet === ESCAPE) {
      // A character without its second octet is an error of its own, before the escape sequence.
      const text = this.#lead === undefined ? '' : REPLACEMENT;
      this.#lead = undefined;
      this.#escape.push(octet);
      return text;
    }
    this.#isAfterEscape = false;
    return this.#decode(octet);
  }

  #decode(octet: number): string {
    const mode = this.#mode;
    if (mode === 'jis0208') return this.#decodePair(octet);
    if (mode === 'katakana') {
      return octet >= 0x21 && octet <= 0x5f ? String.fromCharCode(0xff61 - 0x21 + octet) : REPLACEMENT;
    }
    if (mode === 'roman' && octet === 0x5c) return '\u00a5';
    if (mode === 'roman' && octet === 0x7e) return '\u203e';
    return isASCII(octet) ? String.fromCharCode(octet) : REPLACEMENT;
  }

  #decodePair(octet: number): string {
    const lead = this.#lead;
    if (lead === undefined) {
      if (octet < 0x21 || octet > 0x7e) return REPLACEMENT;
      this.#lead = octet;
      return '';
    }
    this.#lead = undefined;
    if (octet < 0x21 || octet > 0x7e) return REPLACEMENT;
    return rowOf(lead)[octet - 0x21]!;
  }

  /** Gives up an escape sequence or a character: its first octet is an error, and the others are read again. */
  #abandon(): string {
    if (this.#lead !== undefined) {
      this.#lead = undefined;
      return REPLACEMENT;
    }
    const [, ...again] = this.#escape.splice(0);
    this.#isAfterEscape = false;
    let text = REPLACEMENT;
    for (const octet of again) text += this.#read(octet);
    return text;
  }
}

function isASCII(octet: number): boolean {
  return octet <= 0x7f && octet !== ESCAPE && octet !== SHIFT_OUT && octet !== SHIFT_IN;
}
