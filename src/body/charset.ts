import type { TextDecoder as Decoder } from 'node:util';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { decodeUTF8, UTF8Stream } from './decode-utf8.ts';
import { decodeISO2022JP, ISO2022JPStream } from './iso-2022-jp.ts';
import { detectJSONEncoding } from './json-encoding.ts';
import { MultiByteStream, multiByteRule } from './multi-byte-stream.ts';
import { decodeSingleByte, isSingleByte } from './single-byte.ts';
import { decodeUTF32 } from './utf32.ts';

/**
 * Names in use that the Encoding Standard has no label for, without hyphens and underscores. Most are Python's,
 * whose web frameworks put them into `Content-Type`; the numbers are Windows code pages.
 */
const ALIASES: Readonly<Record<string, string>> = {
  big5hkscs: 'big5',
  cp65001: 'utf-8',
  cp874: 'windows-874',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  iso2022jp: 'iso-2022-jp',
  latin1: 'windows-1252',
  latin2: 'iso-8859-2',
  latin3: 'iso-8859-3',
  latin4: 'iso-8859-4',
  latin5: 'windows-1254',
  latin6: 'iso-8859-10',
  latin9: 'iso-8859-15',
  macroman: 'macintosh',
  maccyrillic: 'x-mac-cyrillic',
  ms936: 'gbk',
  ms949: 'euc-kr',
  ms950: 'big5',
  u8: 'utf-8',
  usascii: 'windows-1252',
  utf16: 'utf-16le',
  utf16be: 'utf-16be',
  utf16le: 'utf-16le',
  utf8: 'utf-8',
  utf8mb4: 'utf-8',
  utf8sig: 'utf-8',
  windows1250: 'windows-1250',
  windows1251: 'windows-1251',
  windows1252: 'windows-1252',
  windows1253: 'windows-1253',
  windows1254: 'windows-1254',
  windows1255: 'windows-1255',
  windows1256: 'windows-1256',
  windows1257: 'windows-1257',
  windows1258: 'windows-1258',
};

/** Labels come from the network: only this many are remembered. */
const MAX_LABELS = 128;
const MAX_LABEL_LENGTH = 64;
const labels = new Map<string, string | undefined>();

/**
 * The encoding that a label stands for: a label of the Encoding Standard (§4.2), or another name in wide use, such
 * as `latin-1` or Python's `utf_8`. By the standard `iso-8859-1` and `us-ascii` stand for windows-1252.
 *
 * @returns the name in lower case, or undefined for no label and for one that nobody knows, UTF-32 among them
 */
export function resolveCharset(label: string | undefined): string | undefined {
  if (label === undefined || label === 'utf-8') return label;
  if (label.length > MAX_LABEL_LENGTH) return undefined;
  if (labels.has(label)) return labels.get(label);
  const encoding = lookUp(label.trim().toLowerCase());
  if (labels.size === MAX_LABELS) labels.clear();
  labels.set(label, encoding);
  return encoding;
}

function lookUp(label: string): string | undefined {
  if (isSingleByte(label)) return label;
  return platformName(label) ?? ownAlias(label) ?? platformName(label.replaceAll('_', '-'));
}

function ownAlias(label: string): string | undefined {
  const key = label.replaceAll(/[-_ ]/g, '');
  return Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined;
}

function platformName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined; // A RangeError: not a label, or one of the "replacement" encoding, which is no encoding.
  }
}

/**
 * Decodes text as the Encoding Standard does (§6, "decode"): a byte order mark is removed and wins against the
 * charset, and what is invalid becomes U+FFFD, never an error.
 *
 * @param charset an encoding or a label of it
 * @throws InvalidArgument for a charset that nobody knows
 */
export function decodeText(bytes: Uint8Array, charset: string): string {
  const mark = findMark(bytes);
  if (mark !== null) return decodeAll(bytes.subarray(mark.length), mark.encoding);
  return decodeAll(bytes, encodingOf(charset));
}

function decodeAll(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'utf-8') return decodeUTF8(bytes);
  if (isSingleByte(encoding)) return decodeSingleByte(bytes, encoding);
  if (encoding === 'iso-2022-jp') return decodeISO2022JP(bytes);
  return decoderFor(encoding).decode(bytes);
}

/** Decoders that are used only for whole texts, so that they can be shared. */
const decoders = new Map<string, Decoder>();

function decoderFor(encoding: string): Decoder {
  let decoder = decoders.get(encoding);
  if (decoder === undefined) {
    decoder = new TextDecoder(encoding, { ignoreBOM: true });
    decoders.set(encoding, decoder);
  }
  return decoder;
}

/** Decodes text that comes in pieces. */
export interface TextStream {
  /** The text of this piece; a character that is not complete is held back. May be empty. */
  push(chunk: Uint8Array): string;
  /** What is left: U+FFFD for a character that did not get complete. */
  end(): string;
}

/**
 * Decodes a text that comes in pieces. The joined results are what {@link decodeText} makes of the joined pieces
 * (in invalid EUC-JP the number of U+FFFD can differ). At most three octets are held back.
 *
 * @param charset an encoding or a label of it
 * @throws InvalidArgument for a charset that nobody knows
 */
export function createTextStream(charset: string): TextStream {
  return new MarkedTextStream(encodingOf(charset));
}

/** Looks for a byte order mark first, and then decodes. */
class MarkedTextStream implements TextStream {
  readonly #encoding: string;
  #decoder: TextStream | undefined;
  /** The first octets, as long as they may become a mark. */
  #head: Uint8Array | undefined;

  constructor(encoding: string) {
    this.#encoding = encoding;
  }

  push(chunk: Uint8Array): string {
    if (this.#decoder !== undefined) return this.#decoder.push(chunk);
    if (chunk.length === 0) return '';
    const head = this.#head === undefined ? chunk : Buffer.concat([this.#head, chunk]);
    if (mayBecomeMark(head)) {
      this.#head = new Uint8Array(head); // A copy, because the owner may use the chunk again.
      return '';
    }
    return this.#open(head);
  }

  end(): string {
    const text = this.#decoder === undefined && this.#head !== undefined ? this.#open(this.#head) : '';
    return this.#decoder === undefined ? text : text + this.#decoder.end();
  }

  #open(head: Uint8Array): string {
    const mark = findMark(head);
    this.#head = undefined;
    this.#decoder = openDecoder(mark?.encoding ?? this.#encoding);
    return this.#decoder.push(mark === null ? head : head.subarray(mark.length));
  }
}

function openDecoder(encoding: string): TextStream {
  if (encoding === 'utf-8') return new UTF8Stream();
  if (encoding === 'iso-2022-jp') return new ISO2022JPStream();
  if (isSingleByte(encoding)) return new SingleByteStream(encoding);
  const rule = multiByteRule(encoding);
  return rule === undefined
    ? new PlatformTextStream(encoding)
    : new MultiByteStream(decoderFor(encoding), rule);
}

class SingleByteStream implements TextStream {
  readonly #encoding: string;

  constructor(encoding: string) {
    this.#encoding = encoding;
  }

  push(chunk: Uint8Array): string {
    return decodeSingleByte(chunk, this.#encoding);
  }

  end(): string {
    return '';
  }
}

const STREAM = { stream: true } as const;

class PlatformTextStream implements TextStream {
  readonly #decoder: Decoder;

  constructor(encoding: string) {
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  push(chunk: Uint8Array): string {
    return this.#decoder.decode(chunk, STREAM);
  }

  end(): string {
    return this.#decoder.decode();
  }
}

interface Mark {
  readonly encoding: string;
  readonly length: number;
}

const UTF_8_MARK: Mark = { encoding: 'utf-8', length: 3 };
const UTF_16BE_MARK: Mark = { encoding: 'utf-16be', length: 2 };
const UTF_16LE_MARK: Mark = { encoding: 'utf-16le', length: 2 };

/** The byte order mark at the beginning (Encoding Standard §6, "BOM sniff"). */
function findMark(bytes: Uint8Array): Mark | null {
  const [first, second, third] = bytes;
  if (first === 0xef) return second === 0xbb && third === 0xbf ? UTF_8_MARK : null;
  if (first === 0xfe) return second === 0xff ? UTF_16BE_MARK : null;
  return first === 0xff && second === 0xfe ? UTF_16LE_MARK : null;
}

/** Whether these first octets could become a byte order mark with those that follow. */
function mayBecomeMark(head: Uint8Array): boolean {
  const [first] = head;
  if (head.length === 1) return first === 0xef || first === 0xfe || first === 0xff;
  return head.length === 2 && first === 0xef && head[1] === 0xbb;
}

function encodingOf(charset: string): string {
  const encoding = resolveCharset(charset);
  if (encoding === undefined) {
    throw new InvalidArgument(
      `'charset' is ${JSON.stringify(charset)}, which names no known encoding; pass a label of the Encoding Standard, such as 'utf-8'.`,
    );
  }
  return encoding;
}

/**
 * Decodes the octets of a JSON text: UTF-8, UTF-16 or UTF-32 in either byte order, with a byte order mark or
 * without one; then the pattern of zero octets among the first four tells (RFC 4627 §3), because a JSON text begins
 * with two ASCII characters. What is invalid becomes U+FFFD.
 */
export function decodeJSONText(bytes: Uint8Array): string {
  const { encoding, markLength } = detectJSONEncoding(bytes);
  const text = markLength === 0 ? bytes : bytes.subarray(markLength);
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeUTF32(text, encoding === 'utf-32le');
  return decodeAll(text, encoding);
}
