import { trimOWS } from '../../../models/field-syntax.ts';
import { illegalIndex } from './head.ts';

/** More digits cannot give a number that is counted exactly. */
const MAX_DIGITS = 15;

/**
 * The size that a line `chunk-size [ chunk-ext ] CRLF` gives (RFC 9112 §7.1), its line end included in `line`; -1 if
 * it is malformed. Extensions are ignored. A line that ends in LF alone is malformed: two parties that disagree on
 * where a chunk begins see different messages.
 */
export function parseChunkSize(line: string): number {
  if (line.charCodeAt(line.length - 2) !== 13) return -1;
  let size = 0;
  let index = 0;
  for (; ; index++) {
    const code = line.charCodeAt(index);
    const lower = code | 32;
    if (code >= 48 && code <= 57) size = size * 16 + code - 48;
    else if (lower >= 97 && lower <= 102) size = size * 16 + lower - 87;
    else break;
    if (index === MAX_DIGITS) return -1;
  }
  if (index === 0 || size > Number.MAX_SAFE_INTEGER) return -1;
  // White space after the size is common; anything else must be an extension (RFC 9112 §7.1.1).
  const rest = trimOWS(line.slice(index, -2));
  const isExtension = rest === '' || rest.startsWith(';');
  return isExtension && illegalIndex(rest) === -1 ? size : -1;
}
