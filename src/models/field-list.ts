import { InvalidArgument } from '../errors/invalid-argument.ts';
import { trimOWS } from './field-syntax.ts';

const TAB = 0x09;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/**
 * Splits the value of a list-based field (`#element`, RFC 9110 §5.6.1) into its elements. A comma inside a
 * quoted string does not split, white space around an element is dropped, and so are empty elements. A quoted
 * string that nobody closes reaches to the end of the text. Elements keep their quotes; {@link unquote}
 * takes them off.
 */
export function splitList(value: string): string[] {
  const elements: string[] = [];
  let start = 0;
  while (start <= value.length) {
    const end = findDelimiter(value, start, COMMA, COMMA);
    const element = trimOWS(value.slice(start, end));
    if (element !== '') elements.push(element);
    start = end + 1;
  }
  return elements;
}

/**
 * The content of a quoted string (RFC 9110 §5.6.4), its backslash escapes resolved. Text that is not exactly one
 * quoted string comes back as it is, so that the function can be applied to a value that may be a token.
 */
export function unquote(value: string): string {
  if (value.charCodeAt(0) !== DOUBLE_QUOTE || endOfQuoted(value, 0) !== value.length) return value;
  return resolveEscapes(value, 1, value.length - 1);
}

/**
 * Writes text as a quoted string (RFC 9110 §5.6.4), with `"` and `\` escaped.
 *
 * @throws InvalidArgument if the text has a control character other than the tab: no quoted string can carry it
 */
export function quote(value: string): string {
  let quoted = '"';
  let start = 0;
  for (let position = 0; position < value.length; position++) {
    const code = value.charCodeAt(position);
    if ((code < SPACE && code !== TAB) || code === 0x7f) {
      throw new InvalidArgument(
        `'value' has the control character U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ` +
          `${position}, which no quoted string can carry; remove or encode it.`,
      );
    }
    if (code === DOUBLE_QUOTE || code === BACKSLASH) {
      quoted += `${value.slice(start, position)}\\`;
      start = position;
    }
  }
  return `${quoted}${value.slice(start)}"`;
}

/**
 * Reads `*( ";" parameter )` at `start` as RFC 8288 appendix B.3 does, up to the comma that ends the list element.
 * A value in apostrophes, which no grammar knows but servers send, loses them.
 */
export function parseElementParameters(
  text: string,
  start: number,
): { readonly parameters: readonly (readonly [name: string, value: string])[]; readonly end: number } {
  const parameters: [name: string, value: string][] = [];
  let position = findDelimiter(text, start, SEMICOLON, COMMA);
  while (text.charCodeAt(position) === SEMICOLON) {
    position = skipSpace(text, position + 1);
    const nameStart = position;
    position = endOfName(text, position);
    const name = text.slice(nameStart, position).toLowerCase();
    position = skipSpace(text, position);
    let value = '';
    if (text.charCodeAt(position) === EQUALS) {
      position = skipSpace(text, position + 1);
      if (text.charCodeAt(position) === DOUBLE_QUOTE) {
        const end = endOfQuoted(text, position);
        value = resolveEscapes(text, position + 1, end === -1 ? text.length : end - 1);
        position = end === -1 ? text.length : end;
      } else {
        const valueStart = position;
        position = endOfPlain(text, position);
        value = withoutApostrophes(trimOWS(text.slice(valueStart, position)));
      }
    }
    if (name !== '') parameters.push([name, value]);
    position = findDelimiter(text, position, SEMICOLON, COMMA);
  }
  return { parameters, end: position };
}

/** Where the list element that `start` lies in ends: the index of its comma, or the length of the text. */
export function endOfElement(text: string, start: number): number {
  return findDelimiter(text, start, COMMA, COMMA);
}

/** Index of the first of two delimiters at or after `start` that is not inside a quoted string, else the length. */
function findDelimiter(text: string, start: number, first: number, second: number): number {
  let position = start;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === first || code === second) return position;
    if (code === DOUBLE_QUOTE) {
      position = endOfQuoted(text, position);
      if (position === -1) return text.length;
    } else {
      position++;
    }
  }
  return text.length;
}

/** Index after the quoted string that opens at `start`, or -1 if it is not closed. */
function endOfQuoted(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === DOUBLE_QUOTE) return position + 1;
    if (code === BACKSLASH) position++;
  }
  return -1;
}

/** A backslash that ends the text stands for itself. */
function resolveEscapes(text: string, start: number, end: number): string {
  let plain = '';
  let from = start;
  let position = text.indexOf('\\', start);
  while (position !== -1 && position + 1 < end) {
    plain += text.slice(from, position);
    from = position + 1;
    position = text.indexOf('\\', position + 2);
  }
  return plain + text.slice(from, end);
}

function endOfName(text: string, start: number): number {
  let position = start;
  for (; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === EQUALS || code === SEMICOLON || code === COMMA || code === SPACE || code === TAB) break;
  }
  return position;
}

function endOfPlain(text: string, start: number): number {
  let position = start;
  for (; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === SEMICOLON || code === COMMA) break;
  }
  return position;
}

function withoutApostrophes(value: string): string {
  const last = value.length - 1;
  const wrapped = last > 0 && value.charCodeAt(0) === APOSTROPHE && value.charCodeAt(last) === APOSTROPHE;
  return wrapped ? value.slice(1, last) : value;
}

function skipSpace(text: string, start: number): number {
  let position = start;
  while (text.charCodeAt(position) === SPACE || text.charCodeAt(position) === TAB) position++;
  return position;
}
