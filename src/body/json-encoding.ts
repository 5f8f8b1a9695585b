/** How the octets of a JSON text are to be read. */
export interface JSONEncoding {
  readonly encoding: 'utf-8' | 'utf-16be' | 'utf-16le' | 'utf-32be' | 'utf-32le';
  /** Octets of the byte order mark. */
  readonly markLength: number;
}

const UTF_8: JSONEncoding = { encoding: 'utf-8', markLength: 0 };
const UTF_8_MARK: JSONEncoding = { encoding: 'utf-8', markLength: 3 };
const UTF_16BE: JSONEncoding = { encoding: 'utf-16be', markLength: 0 };
const UTF_16BE_MARK: JSONEncoding = { encoding: 'utf-16be', markLength: 2 };
const UTF_16LE: JSONEncoding = { encoding: 'utf-16le', markLength: 0 };
const UTF_16LE_MARK: JSONEncoding = { encoding: 'utf-16le', markLength: 2 };
const UTF_32BE: JSONEncoding = { encoding: 'utf-32be', markLength: 0 };
const UTF_32BE_MARK: JSONEncoding = { encoding: 'utf-32be', markLength: 4 };
const UTF_32LE: JSONEncoding = { encoding: 'utf-32le', markLength: 0 };
const UTF_32LE_MARK: JSONEncoding = { encoding: 'utf-32le', markLength: 4 };

/**
 * The encoding of a JSON text: by its byte order mark, else by the pattern of zero octets among the first four
 * (RFC 4627 §3). A text of one character is too short for the pattern of two; it is told by its length.
 */
export function detectJSONEncoding(bytes: Uint8Array): JSONEncoding {
  const [a, b, c, d] = bytes;
  if (a === undefined || b === undefined) return UTF_8;
  if (a === 0xef && b === 0xbb && c === 0xbf) return UTF_8_MARK;
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return UTF_32BE_MARK;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? UTF_32LE_MARK : UTF_16LE_MARK;
  if (a === 0xfe && b === 0xff) return UTF_16BE_MARK;
  if (a === 0) return b === 0 && bytes.length >= 4 ? UTF_32BE : UTF_16BE;
  if (b === 0) return c === 0 && d === 0 ? UTF_32LE : UTF_16LE;
  return UTF_8;
}
