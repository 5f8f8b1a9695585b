/** `tchar` of RFC 9110 §5.6.2, indexed by character code. */
const TOKEN = new Uint8Array(128);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[char.charCodeAt(0)] = 1;
}

/** Whether a text is a `token` (RFC 9110 §5.6.2): a legal method or field name. */
export function isToken(text: string): boolean {
  const length = text.length;
  if (length === 0) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || TOKEN[code] === 0) return false;
  }
  return true;
}

/**
 * Position of the first character that may not stand in a field value (RFC 9110 §5.5), or -1. Legal are SP,
 * HTAB, visible ASCII and the octets 0x80–0xFF; a character above U+00FF has no octet and is not legal either.
 */
export function illegalValueIndex(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || code === 127 || (code < 32 && code !== 9)) return i;
  }
  return -1;
}

/** A field value without the optional white space around it (RFC 9110 §5.6.3). */
export function trimOWS(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOWS(text.charCodeAt(start))) start++;
  while (end > start && isOWS(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isOWS(code: number): boolean {
  return code === 32 || code === 9;
}

/** Whether two field names are the same: ASCII letters compare without case, everything else exactly. */
export function sameName(a: string, b: string): boolean {
  const length = a.length;
  if (length !== b.length) return false;
  if (a === b) return true;
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const lower = x | 32;
    if (lower !== (y | 32) || lower < 97 || lower > 122) return false;
  }
  return true;
}
