/* Characters of JSON (RFC 8259): octets of UTF-8 and code units of UTF-16 alike. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
const NINE = 0x39;
export const COLON = 0x3a;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const RIGHT_BRACKET = 0x5d;
const LETTER_A = 0x61;
export const LETTER_E = 0x65;
export const LETTER_F = 0x66;
export const LETTER_N = 0x6e;
export const LETTER_T = 0x74;
export const LETTER_U = 0x75;
export const LEFT_BRACE = 0x7b;
export const RIGHT_BRACE = 0x7d;

/** The bit in which the cases of an ASCII letter differ. */
export const LOWER_CASE = 0x20;

export function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= ZERO && code <= NINE;
}

export function isHexDigit(code: number | undefined): boolean {
  if (code === undefined) return false;
  const lower = code | LOWER_CASE;
  return isDigit(code) || (lower >= LETTER_A && lower <= LETTER_F);
}
