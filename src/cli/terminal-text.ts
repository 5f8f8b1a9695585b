/**
 * Makes text from a server harmless for a terminal: control characters, which could move the cursor, rename the
 * window or hide what follows, are shown instead of obeyed, as are marks that reverse the direction of text. Line
 * feeds, tabs and the carriage return of a CRLF stay.
 */
export function harmless(text: string): string {
  const filter = new TerminalText();
  return filter.push(text) + filter.end();
}

/** The same for text that comes in pieces. */
export class TerminalText {
  #hasReturn = false;

  push(piece: string): string {
    let text = this.#hasReturn ? `\r${piece}` : piece;
    // Whether a carriage return belongs to a line feed shows with the next piece.
    this.#hasReturn = text.endsWith('\r');
    if (this.#hasReturn) text = text.slice(0, -1);
    return UNSAFE.test(text) ? text.replaceAll(ALL_UNSAFE, show) : text;
  }

  end(): string {
    const rest = this.#hasReturn ? show('\r') : '';
    this.#hasReturn = false;
    return rest;
  }
}

const RANGES =
  '[\\0-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]|\\r(?!\\n)';
const UNSAFE = new RegExp(RANGES);
const ALL_UNSAFE = new RegExp(RANGES, 'g');

/** ESC as ␛, by the pictures that Unicode has for C0; others by their number. */
function show(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
