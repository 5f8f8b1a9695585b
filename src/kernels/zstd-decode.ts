import { loadZlib } from '../body/zlib.ts';
import { ZSTD_PARAMETERS } from '../body/zstd-stage.ts';
import { KernelFault } from './kernel-fault.ts';

const MAGIC_NUMBER = 0xfd2f_b528;
const SKIPPABLE_MAGIC_NUMBER = 0x184d_2a50;

/** The window of the content coding is at most 8 MiB (RFC 9659 §3). */
const MAX_WINDOW = 8 * 1024 * 1024;
const MAX_BLOCK = 128 * 1024;
/** What zlib takes as a limit at most. */
const MAX_LENGTH = 2 ** 31 - 1;

const DICTIONARY_LENGTHS: readonly number[] = [0, 1, 2, 4];

/**
 * Decodes Zstandard frames (RFC 8878), one behind the other; skippable ones hold nothing. This is done by the zlib of
 * Node, from 22.15 on.
 *
 * @throws KernelFault at the beginning of a frame: `corrupt`, `truncated`; `limit` for more than `maxOutput` octets;
 * `unsupported` for a frame that needs a dictionary or a window of more than 8 MiB, and on a Node without Zstandard
 */
export function decodeZstd(input: Uint8Array, maxOutput: number = Number.POSITIVE_INFINITY): Uint8Array {
  const decompress = loadZlib().zstdDecompressSync;
  if (decompress === undefined) throw new KernelFault('unsupported', 0);
  const parts: Uint8Array[] = [];
  let left = maxOutput;
  for (let at = 0; at < input.length;) {
    const frame = readFrame(input, at);
    if ((frame.contentSize ?? 0) > left) throw new KernelFault('limit', at);
    if (!frame.isSkippable) {
      const maxOutputLength = Math.min(left + 1, MAX_LENGTH);
      let part: Uint8Array;
      try {
        part = decompress(input.subarray(at, frame.end), { maxOutputLength, params: ZSTD_PARAMETERS });
      } catch (error) {
        throw new KernelFault(isTooLarge(error) ? 'limit' : 'corrupt', at, error);
      }
      if (part.length > left) throw new KernelFault('limit', at);
      if (frame.contentSize !== null && frame.contentSize !== part.length)
        throw new KernelFault('corrupt', at);
      parts.push(part);
      left -= part.length;
    }
    at = frame.end;
  }
  const content = Buffer.concat(parts);
  return new Uint8Array(content.buffer, content.byteOffset, content.length);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

interface Frame {
  /** The offset behind it. */
  readonly end: number;
  readonly isSkippable: boolean;
  readonly contentSize: number | null;
}

/** Reads the structure of a frame. */
function readFrame(input: Uint8Array, start: number): Frame {
  const number = (at: number, length: number): number => {
    if (at + length > input.length) throw new KernelFault('truncated', start);
    let value = 0;
    for (let index = at + length - 1; index >= at; index--) value = value * 256 + input[index]!;
    return value;
  };
  const magic = number(start, 4);
  if (magic - (magic % 16) === SKIPPABLE_MAGIC_NUMBER) {
    const end = start + 8 + number(start + 4, 4);
    if (end > input.length) throw new KernelFault('truncated', start);
    return { end, isSkippable: true, contentSize: null };
  }
  if (magic !== MAGIC_NUMBER) throw new KernelFault('corrupt', start);
  const descriptor = number(start + 4, 1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  let at = start + 5;
  let window = 0;
  if (!isSingleSegment) {
    const octet = number(at, 1);
    const base = 2 ** (10 + (octet >> 3));
    window = base + (base / 8) * (octet & 7);
    at++;
  }
  const dictionaryLength = DICTIONARY_LENGTHS[descriptor & 3]!;
  const dictionary = number(at, dictionaryLength);
  at += dictionaryLength;
  const sizeLength = descriptor >> 6 === 0 ? (isSingleSegment ? 1 : 0) : 1 << (descriptor >> 6);
  let contentSize: number | null = null;
  if (sizeLength > 0) {
    // Two octets count from 256 on.
    contentSize = number(at, sizeLength) + (sizeLength === 2 ? 256 : 0);
    if (isSingleSegment) window = contentSize;
    at += sizeLength;
  }
  if ((descriptor & 8) !== 0) throw new KernelFault('corrupt', start);
  if (dictionary !== 0 || window > MAX_WINDOW) throw new KernelFault('unsupported', start);
  for (;;) {
    const header = number(at, 3);
    at += 3;
    const kind = (header >> 1) & 3;
    const size = header >> 3;
    if (kind === 3 || size > MAX_BLOCK) throw new KernelFault('corrupt', start);
    at += kind === 1 ? 1 : size;
    if (at > input.length) throw new KernelFault('truncated', start);
    if ((header & 1) === 1) break;
  }
  const end = at + ((descriptor & 4) === 0 ? 0 : 4);
  if (end > input.length) throw new KernelFault('truncated', start);
  return { end, isSkippable: false, contentSize };
}
