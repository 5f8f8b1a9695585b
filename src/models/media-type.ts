import { splitList } from './field-list.ts';
import { isToken } from './field-syntax.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const BACKSLASH = 0x5c;

/** A media type (RFC 9110 §8.3.1) as the WHATWG MIME Sniffing standard models it. */
export interface MediaType {
  /** In lower case: `text` of `text/html`. */
  readonly type: string;
  /** In lower case: `html` of `text/html`. */
  readonly subtype: string;
  /** `type/subtype`, in lower case and without parameters. */
  readonly essence: string;
  /** Names in lower case, values unquoted and in their case; the first of a repeated name wins. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Parses one media type by the WHATWG rules: malformed parameters are skipped, a malformed type is refused.
 *
 * @param input one field value; for a response's repeated or comma-joined `Content-Type` use {@link mediaTypeOf}
 * @returns `null` if there is no valid `type/subtype`
 * @see https://mimesniff.spec.whatwg.org/#parsing-a-mime-type
 *
 * @example
 * ```ts
 * import { parseMediaType } from 'ternhttp';
 *
 * const mediaType = parseMediaType('Text/HTML; Charset="utf-8"');
 * console.log(mediaType?.essence, mediaType?.parameters.get('charset')); // 'text/html' 'utf-8'
 * ```
 */
export function parseMediaType(input: string): MediaType | null {
  const start = skipSpace(input, 0);
  const end = trimSpace(input, start, input.length);
  const slash = input.indexOf('/', start);
  if (slash === -1 || slash >= end) return null;
  const typeEnd = endOfPart(input, slash + 1, end);
  const type = input.slice(start, slash);
  const subtype = input.slice(slash + 1, trimSpace(input, slash + 1, typeEnd));
  if (!isToken(type) || !isToken(subtype)) return null;
  const essence = `${type}/${subtype}`.toLowerCase();
  return {
    type: essence.slice(0, type.length),
    subtype: essence.slice(type.length + 1),
    essence,
    parameters: readParameters(input, typeEnd, end),
  };
}

/**
 * The media type of a message from all values of its `Content-Type` field: the last valid one, which inherits the
 * charset of an earlier value of the same essence. A single value with top-level commas counts as several.
 *
 * @see https://fetch.spec.whatwg.org/#concept-header-extract-mime-type
 */
export function mediaTypeOf(values: readonly string[]): MediaType | null {
  let mediaType: MediaType | null = null;
  let charset: string | undefined;
  for (const element of splitList(values.join(', '))) {
    const next = parseMediaType(element);
    if (next === null || next.essence === '*/*') continue;
    if (next.essence !== mediaType?.essence) {
      charset = next.parameters.get('charset');
      mediaType = next;
    } else if (charset !== undefined && !next.parameters.has('charset')) {
      mediaType = { ...next, parameters: new Map(next.parameters).set('charset', charset) };
    } else {
      mediaType = next;
    }
  }
  return mediaType;
}

/**
 * The charset label of a `Content-Type` value (several values joined by commas included), as written: the same as
 * `mediaTypeOf([contentType])?.parameters.get('charset')`.
 */
export function charsetOf(contentType: string | null | undefined): string | undefined {
  if (contentType == null) return undefined;
  // Runs for each response whose text is read: the two usual forms, no parameter and a plain charset, are taken
  // without building anything.
  const semicolon = contentType.indexOf(';');
  if (semicolon === -1) return undefined;
  return plainCharset(contentType, semicolon) ?? mediaTypeOf([contentType])?.parameters.get('charset');
}

/** The charset of exactly `type/subtype;charset=token`, else `undefined`. */
function plainCharset(text: string, semicolon: number): string | undefined {
  const slash = text.indexOf('/');
  if (slash === -1 || slash > semicolon) return undefined;
  const name = skipSpace(text, semicolon + 1);
  const equals = name + 7;
  if (text.charCodeAt(equals) !== 0x3d || !isCharset(text, name)) return undefined;
  const charset = text.slice(equals + 1);
  if (!isToken(charset) || !isToken(text.slice(0, slash)) || !isToken(text.slice(slash + 1, semicolon))) {
    return undefined;
  }
  return text.startsWith('*/*;') ? undefined : charset;
}

function isCharset(text: string, start: number): boolean {
  const word = 'charset';
  for (let index = 0; index < word.length; index++) {
    if ((text.charCodeAt(start + index) | 0x20) !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** Reads the parameters from the semicolon at `start`, or nothing if `start` is the end. */
function readParameters(input: string, start: number, end: number): Map<string, string> {
  const parameters = new Map<string, string>();
  let position = start;
  while (position < end) {
    position = skipSpace(input, position + 1);
    const nameStart = position;
    while (position < end && input[position] !== ';' && input[position] !== '=') position++;
    if (position >= end || input[position] === ';') continue;
    const nameEnd = position++;
    let value: string;
    if (position < end && input[position] === '"') {
      const quoted = readQuoted(input, position, end);
      value = quoted.value;
      position = endOfPart(input, quoted.end, end);
    } else {
      const valueStart = position;
      position = endOfPart(input, position, end);
      value = input.slice(valueStart, trimSpace(input, valueStart, position));
      if (value === '') continue;
    }
    const name = input.slice(nameStart, nameEnd);
    if (!isToken(name) || !isQuotable(value) || parameters.has(name.toLowerCase())) continue;
    parameters.set(name.toLowerCase(), value);
  }
  return parameters;
}

/** A quoted string by the rules of the Fetch standard: it need not be closed, and a last backslash is kept. */
function readQuoted(
  input: string,
  start: number,
  end: number,
): { readonly value: string; readonly end: number } {
  let value = '';
  let position = start + 1;
  for (; position < end; position++) {
    if (input[position] === '"') return { value, end: position + 1 };
    if (input.charCodeAt(position) === BACKSLASH && position + 1 < end) position++;
    value += input[position];
  }
  return { value, end: position };
}

function endOfPart(input: string, start: number, end: number): number {
  const semicolon = input.indexOf(';', start);
  return semicolon === -1 || semicolon > end ? end : semicolon;
}

/** Whether all characters are tab, space to `~`, or U+0080 to U+00FF: what a quoted string can carry. */
function isQuotable(value: string): boolean {
  for (let position = 0; position < value.length; position++) {
    const code = value.charCodeAt(position);
    if ((code < SPACE && code !== TAB) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

function skipSpace(text: string, start: number): number {
  let position = start;
  while (isSpace(text.charCodeAt(position))) position++;
  return position;
}

function trimSpace(text: string, start: number, end: number): number {
  let position = end;
  while (position > start && isSpace(text.charCodeAt(position - 1))) position--;
  return position;
}

/** HTTP whitespace of the Fetch standard: it includes line ends. */
function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === LINE_FEED || code === CARRIAGE_RETURN;
}
