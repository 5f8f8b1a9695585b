import { isUtf8 } from 'node:buffer';
import { findInvalidUTF8 } from '../body/decode-utf8.ts';
import {
  BACKSLASH,
  COLON,
  COMMA,
  CR,
  DOT,
  LEFT_BRACE,
  LEFT_BRACKET,
  LETTER_E,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  LETTER_U,
  LF,
  LOWER_CASE,
  MINUS,
  PLUS,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SPACE,
  TAB,
  ZERO,
  isDigit,
  isHexDigit,
} from '../body/json-characters.ts';
import { JSON_KINDS } from './json-kinds.ts';
import { KernelFault } from './kernel-fault.ts';

const { NULL, FALSE, TRUE, NUMBER, STRING, ESCAPED, ARRAY, OBJECT } = JSON_KINDS;

const LITERALS: Readonly<Record<number, readonly [text: Uint8Array, kind: number]>> = {
  [LETTER_T]: [Buffer.from('true'), TRUE],
  [LETTER_F]: [Buffer.from('false'), FALSE],
  [LETTER_N]: [Buffer.from('null'), NULL],
};

/** Octets that may follow a backslash, but for the `u`. */
const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));

/** The offset of the first octet that is no part of a JSON text in UTF-8, or -1. A byte order mark is no part of one. */
export function validateJSON(text: Uint8Array): number {
  const invalid = isUtf8(text) ? -1 : findInvalidUTF8(text);
  const fault = faultOffset(text);
  return invalid === -1 || (fault !== -1 && fault < invalid) ? fault : invalid;
}

function faultOffset(text: Uint8Array): number {
  try {
    const scanner = new JSONScanner(text);
    scanner.skipSpace();
    scanner.skipValue();
    scanner.expectEnd();
    return -1;
  } catch (error) {
    if (error instanceof KernelFault) return error.offset;
    throw error;
  }
}

/**
 * Walks through the octets of a JSON text. A fault is thrown at the first octet that cannot be there. Octets in
 * strings are not looked at but for quotes, escapes and controls; who needs them checks that they are UTF-8.
 */
export class JSONScanner {
  readonly text: Uint8Array;
  at = 0;
  /** The octets between the quotes of the last string. */
  quoteStart = 0;
  quoteEnd = 0;
  hasEscapes = false;
  /** For each array or object that is open whether it is an object. */
  readonly #open: boolean[] = [];

  constructor(text: Uint8Array) {
    this.text = text;
  }

  /** Expects nothing but space. */
  expectEnd(): void {
    this.skipSpace();
    if (this.at !== this.text.length) throw this.fault();
  }

  skipSpace(): void {
    const { text } = this;
    let { at } = this;
    for (; ; at++) {
      const octet = text[at];
      if (octet !== SPACE && octet !== LF && octet !== CR && octet !== TAB) break;
    }
    this.at = at;
  }

  /** Goes behind the value that begins here, and says what it is. */
  skipValue(): number {
    const first = this.text[this.at];
    if (first !== LEFT_BRACE && first !== LEFT_BRACKET) return this.#scalar();
    const open = this.#open;
    open.length = 0;
    for (;;) {
      if (!this.#enterOrScalar()) continue;
      while (open.length > 0) {
        this.skipSpace();
        const octet = this.text[this.at];
        const isObject = open.at(-1)!;
        if (octet === COMMA) {
          this.at++;
          this.skipSpace();
          if (isObject) this.name();
          break;
        }
        if (octet !== (isObject ? RIGHT_BRACE : RIGHT_BRACKET)) throw this.fault();
        this.at++;
        open.pop();
      }
      if (open.length === 0) return first === LEFT_BRACE ? OBJECT : ARRAY;
    }
  }

  /** Whether a value is complete; false if an array or object was opened and its first value is next. */
  #enterOrScalar(): boolean {
    const octet = this.text[this.at];
    const isObject = octet === LEFT_BRACE;
    if (!isObject && octet !== LEFT_BRACKET) {
      this.#scalar();
      return true;
    }
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === (isObject ? RIGHT_BRACE : RIGHT_BRACKET)) {
      this.at++;
      return true;
    }
    this.#open.push(isObject);
    if (isObject) this.name();
    return false;
  }

  #scalar(): number {
    const octet = this.text[this.at];
    if (octet === QUOTE) {
      this.string();
      return this.hasEscapes ? ESCAPED : STRING;
    }
    if (octet === undefined) throw this.fault();
    if (octet === MINUS || isDigit(octet)) return this.#number();
    return this.#literal(octet);
  }

  /** The name of a member and the colon behind it, up to the value. */
  name(): void {
    if (this.text[this.at] !== QUOTE) throw this.fault();
    this.string();
    this.skipSpace();
    if (this.text[this.at] !== COLON) throw this.fault();
    this.at++;
    this.skipSpace();
  }

  string(): void {
    const { text } = this;
    let at = this.at + 1;
    this.quoteStart = at;
    this.hasEscapes = false;
    for (;;) {
      const octet = text[at];
      if (octet === QUOTE) break;
      if (octet === undefined) throw new KernelFault('syntax', text.length);
      if (octet < SPACE) throw new KernelFault('syntax', at);
      if (octet === BACKSLASH) {
        this.hasEscapes = true;
        at += this.#escape(at);
      } else at++;
    }
    this.quoteEnd = at;
    this.at = at + 1;
  }

  /** The length of the escape sequence at an offset. */
  #escape(at: number): number {
    const octet = this.text[at + 1];
    if (octet !== undefined && ESCAPES.has(octet)) return 2;
    if (octet !== LETTER_U) throw new KernelFault('syntax', at);
    for (let index = at + 2; index < at + 6; index++) {
      if (!isHexDigit(this.text[index])) throw new KernelFault('syntax', at);
    }
    return 6;
  }

  #number(): number {
    const { text } = this;
    if (text[this.at] === MINUS) this.at++;
    if (text[this.at] === ZERO) this.at++;
    else this.#digits();
    if (text[this.at] === DOT) {
      this.at++;
      this.#digits();
    }
    const exponent = text[this.at];
    if (exponent !== undefined && (exponent | LOWER_CASE) === LETTER_E) {
      this.at++;
      const sign = text[this.at];
      if (sign === PLUS || sign === MINUS) this.at++;
      this.#digits();
    }
    return NUMBER;
  }

  #digits(): void {
    const { text } = this;
    const start = this.at;
    let at = start;
    while (isDigit(text[at])) at++;
    if (at === start) throw this.fault();
    this.at = at;
  }

  #literal(octet: number): number {
    const literal = LITERALS[octet];
    if (literal === undefined) throw this.fault();
    const [expected, kind] = literal;
    for (let index = 1; index < expected.length; index++) {
      if (this.text[this.at + index] !== expected[index]) throw this.fault();
    }
    this.at += expected.length;
    return kind;
  }

  /** The fault of the octet at hand. */
  fault(): KernelFault {
    return new KernelFault('syntax', this.at);
  }
}
