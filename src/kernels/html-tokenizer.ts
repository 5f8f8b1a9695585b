import { lower } from './html-tags.ts';

const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
const SPACE = 0x20;
const EXCLAMATION = 0x21;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

const CDATA = Buffer.from('[CDATA[');
const CDATA_END = Buffer.from(']]>');
const COMMENT_START = Buffer.from('!--');

/** Numbers of one attribute: start and end of the name, start and end of the value. */
export const ATTRIBUTE = 4;

export type HTMLToken = 'end' | 'start' | 'text';

/**
 * Cuts HTML into tokens as the HTML Living Standard does (§13.2.5), but for what is inside text and values: they are
 * given as they stand. Comments and declarations are left out. What there is to know of a token is in the properties.
 */
export class HTMLTokenizer {
  readonly text: Uint8Array;
  at = 0;
  /** The octets of the token. */
  start = 0;
  end = 0;
  /** A text without character references. */
  isRaw = false;
  nameStart = 0;
  nameEnd = 0;
  isSelfClosing = false;
  /** Attributes of the last tag, {@link ATTRIBUTE} numbers each. */
  readonly attributes: number[] = [];
  readonly #buffer: Buffer;

  constructor(text: Uint8Array) {
    this.text = text;
    this.#buffer = Buffer.from(text.buffer, text.byteOffset, text.length);
  }

  /** Goes to the next token; null at the end. CDATA sections are text in foreign elements only. */
  next(isForeign: boolean): HTMLToken | null {
    const { text } = this;
    for (;;) {
      const start = this.at;
      if (start >= text.length) return null;
      const at = this.#findMarkup(start);
      if (at > start) return this.#text(start, at, at, false);
      const octet = text[at + 1];
      if (octet === SLASH && isLetter(text[at + 2])) return this.#tag(at, at + 2);
      if (octet !== EXCLAMATION) {
        if (octet !== SLASH && octet !== QUESTION) return this.#tag(at, at + 1);
        this.#skipTo(at + 2, GREATER);
      } else if (text[at + 2] === DASH && text[at + 3] === DASH) {
        this.at = this.#commentEnd(at + 4);
      } else if (isForeign && this.#startsWith(at + 2, CDATA)) {
        const found = this.#buffer.indexOf(CDATA_END, at + 9);
        const end = found === -1 ? text.length : found;
        if (end > at + 9) return this.#text(at + 9, end, Math.min(end + 3, text.length), true);
        this.at = Math.min(end + 3, text.length);
      } else this.#skipTo(at + 2, GREATER);
    }
  }

  #text(start: number, end: number, next: number, isRaw: boolean): HTMLToken {
    this.start = start;
    this.end = end;
    this.at = next;
    this.isRaw = isRaw;
    return 'text';
  }

  /** Where the next markup begins; the end if there is none. */
  #findMarkup(start: number): number {
    const { text } = this;
    for (let at = start; at < text.length; at++) {
      if (text[at] !== LESS) continue;
      const octet = text[at + 1];
      if (
        octet === SLASH
          ? at + 2 < text.length
          : octet === EXCLAMATION || octet === QUESTION || isLetter(octet)
      )
        return at;
    }
    return text.length;
  }

  #startsWith(at: number, prefix: Uint8Array): boolean {
    for (let index = 0; index < prefix.length; index++) {
      if (this.text[at + index] !== prefix[index]) return false;
    }
    return true;
  }

  /** Goes behind an octet, or to the end. */
  #skipTo(from: number, octet: number): void {
    const found = this.#buffer.indexOf(octet, from);
    this.at = found === -1 ? this.text.length : found + 1;
  }

  /** The offset behind a comment whose content begins at `start`. */
  #commentEnd(start: number): number {
    const { text } = this;
    if (text[start] === GREATER) return start + 1;
    if (text[start] === DASH && text[start + 1] === GREATER) return start + 2;
    for (
      let at = this.#buffer.indexOf(GREATER, start);
      at !== -1;
      at = this.#buffer.indexOf(GREATER, at + 1)
    ) {
      const dashes = text[at - 1] === EXCLAMATION ? at - 1 : at;
      if (dashes - 2 >= start && text[dashes - 1] === DASH && text[dashes - 2] === DASH) return at + 1;
    }
    return text.length;
  }

  /** A tag whose name begins at `nameStart`. One that does not end is none, and all behind it is lost. */
  #tag(start: number, nameStart: number): HTMLToken | null {
    const { text, attributes } = this;
    let at = nameStart;
    for (; at < text.length; at++) {
      const octet = text[at]!;
      if (octet === GREATER || octet === SLASH || isSpace(octet)) break;
    }
    this.nameStart = nameStart;
    this.nameEnd = at;
    attributes.length = 0;
    this.isSelfClosing = false;
    for (;;) {
      const octet = text[at];
      if (octet === GREATER) break;
      if (octet === undefined) {
        this.at = text.length;
        return null;
      }
      if (octet === SLASH) {
        at++;
        this.isSelfClosing = text[at] === GREATER;
      } else if (isSpace(octet)) at++;
      else {
        at = this.#attribute(at);
        if (at === -1) return null;
      }
    }
    this.start = start;
    this.end = this.at = at + 1;
    return nameStart === start + 1 ? 'start' : 'end';
  }

  #attribute(start: number): number {
    const { text } = this;
    // An equals sign in front belongs to the name.
    let at = start + 1;
    for (; at < text.length; at++) {
      const octet = text[at]!;
      if (octet === EQUALS || octet === GREATER || octet === SLASH || isSpace(octet)) break;
    }
    const nameEnd = at;
    let valueStart = at;
    let valueEnd = at;
    const after = this.#skipSpace(at);
    if (text[after] === EQUALS) {
      at = this.#skipSpace(after + 1);
      const quote = text[at];
      if (quote === QUOTE || quote === APOSTROPHE) {
        valueStart = at + 1;
        valueEnd = valueStart;
        while (valueEnd < text.length && text[valueEnd] !== quote) valueEnd++;
        if (valueEnd === text.length) {
          this.at = valueEnd;
          return -1;
        }
        at = valueEnd + 1;
      } else {
        valueStart = at;
        for (; at < text.length; at++) {
          const octet = text[at]!;
          if (octet === GREATER || isSpace(octet)) break;
        }
        valueEnd = at;
      }
    }
    this.attributes.push(start, nameEnd, valueStart, valueEnd);
    return at;
  }

  #skipSpace(from: number): number {
    const { text } = this;
    let at = from;
    while (at < text.length && isSpace(text[at]!)) at++;
    return at;
  }

  /** Goes to the end of the text of an element that ends only with its own end tag, that of the last tag's name. */
  rawText(isScript: boolean, isRaw: boolean): void {
    const { text, nameStart, nameEnd } = this;
    const buffer = this.#buffer;
    const length = nameEnd - nameStart;
    const start = this.at;
    let end = text.length;
    // §13.2.5.4, script data: where a comment in a script begins, and whether a script is inside it.
    let comment = -1;
    let isDouble = false;
    for (let at = start; at < text.length; at++) {
      if (comment === -1) {
        at = buffer.indexOf(LESS, at);
        if (at === -1) break;
      }
      const octet = text[at];
      if (octet === GREATER) {
        if (comment !== -1 && at - 2 >= comment && text[at - 1] === DASH && text[at - 2] === DASH) {
          comment = -1;
          isDouble = false;
        }
      } else if (octet === LESS) {
        if (text[at + 1] === SLASH && this.#isTag(at + 2, nameStart, length)) {
          if (!isDouble) {
            end = at;
            break;
          }
          isDouble = false;
        } else if (isScript) {
          if (comment === -1) {
            if (this.#startsWith(at + 1, COMMENT_START)) comment = at + 2;
          } else if (this.#isTag(at + 1, nameStart, length)) isDouble = true;
        }
      }
    }
    this.#text(start, end, end, isRaw);
  }

  /** Goes to the end of the input. */
  rest(): void {
    this.#text(this.at, this.text.length, this.text.length, true);
  }

  #isTag(at: number, nameStart: number, length: number): boolean {
    const { text } = this;
    for (let index = 0; index < length; index++) {
      const octet = text[at + index];
      if (octet === undefined || lower(octet) !== lower(text[nameStart + index]!)) return false;
    }
    const after = text[at + length];
    return after !== undefined && (after === GREATER || after === SLASH || isSpace(after));
  }
}

function isLetter(octet: number | undefined): boolean {
  if (octet === undefined) return false;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}

/** Whitespace of HTML: it has no vertical tab. */
export function isSpace(octet: number): boolean {
  return octet === SPACE || octet === LF || octet === TAB || octet === CR || octet === FF;
}
