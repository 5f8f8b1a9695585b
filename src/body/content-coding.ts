/** How the content codings of a message are undone, and where decoding stops. */
export interface DecodeOptions {
  /** Most octets that one body may have when all codings are undone; `Infinity` for no limit. */
  readonly maxBytes: number;
  /** Most codings that may be applied to one body. */
  readonly maxEncodings: number;
  /**
   * Most octets out for one octet received, after every single coding; `Infinity` for no limit. It counts from
   * {@link RATIO_FLOOR} octets on, because short content may honestly be very repetitive.
   */
  readonly maxRatio: number;
  /** What to do about a coding that is not known here: fail, or hand out what that coding was applied to. */
  readonly unknown: 'error' | 'raw';
  /**
   * Decodes one whole Zstandard frame where the zlib of this Node cannot (before 22.15). It throws a `RangeError`
   * if the frame holds more than `maxOutput` octets (may be `Infinity`), and anything else if it is corrupt.
   */
  readonly zstd?: (input: Uint8Array, maxOutput: number) => Uint8Array;
}

/** The ratio of input to output is not judged before this many octets came out. */
export const RATIO_FLOOR: number = 16 * 1024 * 1024;

/** Limits for content from anywhere: no bound on size, 5 codings, a two-hundredfold expansion, unknown codings are errors. */
export const DEFAULT_DECODE: DecodeOptions = {
  maxBytes: Number.POSITIVE_INFINITY,
  maxEncodings: 5,
  maxRatio: 200,
  unknown: 'error',
};

const CODINGS = 'gzip, deflate, br';
const CODINGS_WITH_ZSTD = `${CODINGS}, zstd`;

let platformHasZstd: boolean | undefined;

/**
 * The value of `Accept-Encoding` for what can be decoded here. It is decided from the version of Node, so that
 * asking does not load zlib.
 *
 * @param withZstd whether Zstandard can be decoded in spite of a Node that cannot, through {@link DecodeOptions.zstd}
 */
export function acceptEncoding(withZstd = false): string {
  platformHasZstd ??= hasZstd(process.versions.node);
  return withZstd || platformHasZstd ? CODINGS_WITH_ZSTD : CODINGS;
}

/** Whether zlib has Zstandard in this version of Node: from 22.15.0 and 23.8.0 on. */
export function hasZstd(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15);
}

/**
 * The codings that the value of `Content-Encoding` names (RFC 9110 §8.4), in the order in which they were applied.
 * Names come in lower case; `identity` is left out, and so is `none`, which servers send who mean it; `x-gzip` is
 * called by its other name (§8.4.1.3).
 */
export function contentCodings(fieldValue: string): string[] {
  const codings: string[] = [];
  for (const element of fieldValue.split(',')) {
    const name = element.trim().toLowerCase();
    if (name === '' || name === 'identity' || name === 'none') continue;
    codings.push(name === 'x-gzip' ? 'gzip' : name);
  }
  return codings;
}
