import { isUtf8 } from 'node:buffer';
import { decodeJSONText } from './charset.ts';
import { findInvalidUTF8 } from './decode-utf8.ts';
import type { Fail } from './fail.ts';
import { detectJSONEncoding } from './json-encoding.ts';
import { findJSONFault, type JSONFault } from './json-syntax.ts';

/** The second argument of `JSON.parse`: may replace each value, the innermost first. */
export type Reviver = (key: string, value: unknown) => unknown;

/**
 * Parses a body as JSON (RFC 8259). The encoding is found from the octets: UTF-8, UTF-16 or UTF-32, with a byte
 * order mark or without one; a charset parameter has no meaning for JSON (§11). Octets that are not valid UTF-8 are
 * an error and not replaced, because the values would silently be others than those that were sent.
 *
 * @throws what `fail` makes, with `ERR_INVALID_JSON`; it says where the text is at fault but quotes nothing of it.
 * What the reviver throws comes through as it is.
 */
export function parseJSON(bytes: Uint8Array, reviver: Reviver | undefined, fail: Fail): unknown {
  const { encoding, markLength } = detectJSONEncoding(bytes);
  if (bytes.length === markLength) throw fail('the body is empty, which is no JSON text', 'ERR_INVALID_JSON');
  if (encoding === 'utf-8' && !isUtf8(bytes)) {
    const reason = `the body is no valid JSON: octet ${findInvalidUTF8(bytes)} is not valid UTF-8`;
    throw fail(reason, 'ERR_INVALID_JSON');
  }
  const text = decodeJSONText(bytes);
  try {
    // Without a reviver V8 need not walk through the values again.
    return reviver === undefined ? JSON.parse(text) : JSON.parse(text, reviver);
  } catch (error) {
    const fault = findJSONFault(text);
    if (fault === null) throw error; // The reviver threw.
    throw fail(
      `the body is no valid JSON: ${describe(fault, text)} (line ${fault.line}, column ${fault.column})`,
      'ERR_INVALID_JSON',
    );
  }
}

/**
 * Parses lines of JSON (NDJSON, JSON Lines), one value for each. Blank lines are skipped.
 *
 * @throws what `fail` makes, with `ERR_INVALID_JSON`; it names the line, counted from 1, blank ones included
 */
export async function* jsonLines(
  lines: AsyncIterable<string>,
  fail: Fail,
): AsyncGenerator<unknown, void, undefined> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (isBlank(line)) continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      const fault = findJSONFault(line);
      if (fault === null) throw error;
      throw fail(`line ${number} is no valid JSON: ${describe(fault, line)}`, 'ERR_INVALID_JSON');
    }
    yield value;
  }
}

function describe({ offset, expected }: JSONFault, text: string): string {
  return offset === text.length
    ? `it ends where ${expected} is expected, at position ${offset}`
    : `${expected} is expected at position ${offset}`;
}

function isBlank(line: string): boolean {
  for (let index = 0; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return false;
  }
  return true;
}
