/**
 * Decodes `charset'language'percent-encoded`, the value of a parameter whose name ends in `*` (RFC 8187 §3.2).
 * UTF-8, US-ASCII and, for senders of RFC 5987's time, ISO-8859-1 are known. The language is dropped.
 *
 * @returns `undefined` if the parameter is to be ignored: no charset or an unknown one, a `%` without two
 * hexadecimal digits, or octets that are not text in that charset
 */
export function decodeExtendedValue(value: string): string | undefined {
  const parts = splitExtendedValue(value);
  if (parts === undefined) return undefined;
  const octets: number[] = [];
  return percentDecode(parts.encoded, octets) ? decodeOctets(parts.charset, octets) : undefined;
}

/** Splits an extended value into its charset, in lower case, and the percent-encoded rest. */
export function splitExtendedValue(
  value: string,
): { readonly charset: string; readonly encoded: string } | undefined {
  const first = value.indexOf("'");
  const second = value.indexOf("'", first + 1);
  if (first <= 0 || second === -1) return undefined;
  return { charset: value.slice(0, first).toLowerCase(), encoded: value.slice(second + 1) };
}

/** Appends the octets of a percent-encoded ASCII text; false, with some octets appended, if it is not one. */
export function percentDecode(encoded: string, octets: number[]): boolean {
  for (let position = 0; position < encoded.length; position++) {
    const code = encoded.charCodeAt(position);
    if (code > 0x7f) return false;
    if (code !== 0x25) {
      octets.push(code);
      continue;
    }
    const high = hexadecimal(encoded.charCodeAt(position + 1));
    const low = hexadecimal(encoded.charCodeAt(position + 2));
    if (high === -1 || low === -1) return false;
    octets.push(high * 16 + low);
    position += 2;
  }
  return true;
}

/** Text of octets in one of the charsets that {@link decodeExtendedValue} knows, else `undefined`. */
export function decodeOctets(charset: string, octets: readonly number[]): string | undefined {
  const bytes = Buffer.from(octets);
  if (charset === 'iso-8859-1') return bytes.toString('latin1');
  if (charset === 'us-ascii')
    return octets.every((octet) => octet < 128) ? bytes.toString('latin1') : undefined;
  if (charset !== 'utf-8') return undefined;
  const text = bytes.toString('utf8');
  // Decoding is total: what was not UTF-8 shows by its not coming back as the same octets.
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function hexadecimal(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
