import { encode } from './octets.ts';

/** Writes a program as accelerators read it: 32-bit little-endian words, then octets to which words point. */
export class ProgramWriter {
  readonly #words: number[] = [];
  readonly #texts: [word: number, text: Uint8Array][] = [];

  /** Words so far: the place of the next one. */
  get length(): number {
    return this.#words.length;
  }

  /** Appends words, and gives the place of the last one. */
  push(...words: readonly number[]): number {
    this.#words.push(...words);
    return this.#words.length - 1;
  }

  /** Appends two words that point to octets: offset and length. */
  pushText(text: Uint8Array | string): void {
    this.#texts.push([this.#words.length, typeof text === 'string' ? encode(text) : text]);
    this.#words.push(0, 0);
  }

  set(place: number, word: number): void {
    this.#words[place] = word;
  }

  finish(): Uint8Array {
    const words = this.#words;
    const size = words.length * 4;
    const bytes = new Uint8Array(this.#texts.reduce((sum, [, text]) => sum + text.length, size));
    let at = size;
    for (const [place, text] of this.#texts) {
      words[place] = at;
      words[place + 1] = text.length;
      bytes.set(text, at);
      at += text.length;
    }
    const view = new DataView(bytes.buffer);
    words.forEach((word, index) => view.setUint32(index * 4, word, true));
    return bytes;
  }
}
