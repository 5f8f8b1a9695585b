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
      `the body is no valid JSON: ${describeJSONFault(fault, text)} (line ${fault.line}, column ${fault.column})`,
      'ERR_INVALID_JSON',
    );
  }
}

/** What is wrong with a text, without any of it. */
export function describeJSONFault({ offset, expected }: JSONFault, text: string): string {
  return offset === text.length
    ? `it ends where ${expected} is expected, at position ${offset}`
    : `${expected} is expected at position ${offset}`;
}
