import {
  BACKSLASH,
  COLON,
  COMMA,
  CR,
  DOT,
  LEFT_BRACE,
  LEFT_BRACKET,
  LETTER_E,
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
} from './json-characters.ts';

/** Where a text stops being JSON, and what should have been there. */
export interface JSONFault {
  /** Offset in UTF-16 code units; the length of the text if it ends too early. */
  readonly offset: number;
  /** Beginning with 1; lines end with LF, CRLF or CR. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

/**
 * Finds the first fault of a JSON text (RFC 8259), or null if there is none. The message of `JSON.parse` cannot
 * be shown instead: it quotes the content, and often does not say where.
 */
export function findJSONFault(text: string): JSONFault | null {
  const scanner = new Scanner(text);
  const expected = scanner.scan();
  return expected === null ? null : { offset: scanner.at, expected, ...locate(text, scanner.at) };
}

function locate(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = 0; at < offset; at++) {
    const code = text.charCodeAt(at);
    if (code !== LF && code !== CR) continue;
    if (code === CR && text.charCodeAt(at + 1) === LF && at + 1 < offset) at++;
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

const LITERALS = ['true', 'false', 'null'];
const ESCAPES = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)));

/** What may stand at a position: a value, a value or the end of an empty array, or what follows a value. */
type Place = 'value' | 'firstElement' | 'after';

/** Walks through a text. Its steps give null, or what they expected at `at`. Depth is no limit: it does not recurse. */
class Scanner {
  at = 0;
  readonly #text: string;
  /** The arrays and objects that are open, by the characters that close them. */
  readonly #open: number[] = [];
  #place: Place = 'value';

  constructor(text: string) {
    this.#text = text;
  }

  scan(): string | null {
    for (;;) {
      this.#skipSpace();
      if (this.#place === 'after' && this.#open.length === 0) {
        return this.at === this.#text.length ? null : 'the end';
      }
      const expected = this.#place === 'after' ? this.#afterValue() : this.#value();
      if (expected !== null) return expected;
    }
  }

  #value(): string | null {
    const code = this.#text.charCodeAt(this.at);
    if (code === LEFT_BRACKET) return this.#enter(RIGHT_BRACKET, 'firstElement');
    if (code === LEFT_BRACE) return this.#enter(RIGHT_BRACE, 'value') ?? this.#firstName();
    if (code === RIGHT_BRACKET && this.#place === 'firstElement') return this.#leave();
    const isFirst = this.#place === 'firstElement';
    this.#place = 'after';
    if (code === QUOTE) return this.#string();
    if (code === MINUS || isDigit(code)) return this.#number();
    return this.#literal() ? null : isFirst ? "a value or ']'" : 'a value';
  }

  #afterValue(): string | null {
    const closing = this.#open.at(-1)!;
    const code = this.#text.charCodeAt(this.at);
    if (code === closing) return this.#leave();
    if (code !== COMMA) return closing === RIGHT_BRACKET ? "',' or ']'" : "',' or '}'";
    this.at++;
    this.#place = 'value';
    return closing === RIGHT_BRACE ? this.#name('a property name') : null;
  }

  #enter(closing: number, place: Place): null {
    this.at++;
    this.#open.push(closing);
    this.#place = place;
    return null;
  }

  #leave(): null {
    this.at++;
    this.#open.pop();
    this.#place = 'after';
    return null;
  }

  #firstName(): string | null {
    this.#skipSpace();
    return this.#text.charCodeAt(this.at) === RIGHT_BRACE
      ? this.#leave()
      : this.#name("a property name or '}'");
  }

  /** The name of a property and the colon behind it. */
  #name(expected: string): string | null {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.at) !== QUOTE) return expected;
    const inName = this.#string();
    if (inName !== null) return inName;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.at) !== COLON) return "':'";
    this.at++;
    return null;
  }

  #string(): string | null {
    for (this.at++; this.at < this.#text.length; this.at++) {
      const code = this.#text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.at++;
        return null;
      }
      if (code < SPACE) return 'no control character inside a string';
      if (code === BACKSLASH && !this.#escape()) return 'an escape sequence';
    }
    return 'the end of a string';
  }

  /** Goes to the last character of an escape sequence. */
  #escape(): boolean {
    const code = this.#text.charCodeAt(this.at + 1);
    if (code !== LETTER_U) {
      if (!ESCAPES.has(code)) return false;
      this.at++;
      return true;
    }
    for (let index = 2; index < 6; index++) {
      if (!isHexDigit(this.#text.charCodeAt(this.at + index))) return false;
    }
    this.at += 5;
    return true;
  }

  #number(): string | null {
    if (this.#text.charCodeAt(this.at) === MINUS) this.at++;
    if (this.#text.charCodeAt(this.at) === ZERO) this.at++;
    else if (!this.#digits()) return 'a digit';
    if (this.#text.charCodeAt(this.at) === DOT) {
      this.at++;
      if (!this.#digits()) return 'a digit';
    }
    if ((this.#text.charCodeAt(this.at) | LOWER_CASE) !== LETTER_E) return null;
    this.at++;
    const sign = this.#text.charCodeAt(this.at);
    if (sign === PLUS || sign === MINUS) this.at++;
    return this.#digits() ? null : 'a digit';
  }

  #digits(): boolean {
    const start = this.at;
    while (isDigit(this.#text.charCodeAt(this.at))) this.at++;
    return this.at > start;
  }

  #literal(): boolean {
    for (const literal of LITERALS) {
      if (!this.#text.startsWith(literal, this.at)) continue;
      this.at += literal.length;
      return true;
    }
    return false;
  }

  #skipSpace(): void {
    for (; ; this.at++) {
      const code = this.#text.charCodeAt(this.at);
      if (code !== SPACE && code !== LF && code !== CR && code !== TAB) return;
    }
  }
}
