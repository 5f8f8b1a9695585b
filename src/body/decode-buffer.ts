/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import { firstMetaBlockLength } from './brotli-header.ts';
import type { DecodeOptions } from './content-coding.ts';
import { buildPipeline, checkCount, type Received, tooLong } from './decode-pipeline.ts';
import type { Fail } from './fail.ts';
import { isZlibHeader } from './inflate-stage.ts';
import type { Stage } from './stage.ts';
import { hasUsage, loadZlib, octetsOf } from './zlib.ts';
import { PIECE } from './zlib-engine.ts';
import { ZstdFrame } from './zstd-frame.ts';
import { ZSTD_PARAMETERS } from './zstd-stage.ts';

/**
 * Bodies up to these sizes are decoded at once on this thread. A call on zlib's threads costs 45 to 75 µs before
 * anything is decoded, beside 3 µs on this one; at the upper end, where this thread is held for about 0.5 ms, the
 * two cost the same.
 */
const SYNC_INPUT = 128 * 1024;
const SYNC_OUTPUT = 256 * 1024;
const SYNC_FRAMES = 16;

/** The output buffer that zlib takes unless told otherwise; larger ones cost more for short bodies. */
const DEFAULT_PIECE = 16 * 1024;

/**
 * Undoes the content codings of a whole body. Small bodies are decoded at once, and the result is then no promise;
 * larger ones in pieces on zlib's threads, and `bytes` must not change meanwhile. Both give the same. An empty body
 * is empty for every coding.
 *
 * @param codings in the order in which they were applied
 * @throws what `fail` makes, directly or as a rejection: `ERR_CONTENT_CODING` for corrupt or truncated content,
 * `ERR_CONTENT_CODING_UNSUPPORTED`, `ERR_CONTENT_LIMIT`
 */
export function decodeBuffer(
  bytes: Uint8Array,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): Uint8Array | Promise<Uint8Array> {
  const { content, left } = decodeAtOnce(bytes, codings, options, fail);
  return left > 0
    ? decodePieces(content, bytes.length, codings.slice(0, left), options, fail)
    : checkLength(content, options, fail);
}

/**
 * As {@link decodeBuffer}, as far as that can be done at once; null if it cannot.
 *
 * @throws what `fail` makes
 */
export function decodeNow(
  bytes: Uint8Array,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): Uint8Array | null {
  const { content, left } = decodeAtOnce(bytes, codings, options, fail);
  return left > 0 ? null : checkLength(content, options, fail);
}

function checkLength(content: Uint8Array, { maxBytes }: DecodeOptions, fail: Fail): Uint8Array {
  if (content.length > maxBytes) throw tooLong(maxBytes, fail);
  return content;
}

/** Undoes codings at once until one would take long or does not succeed: `left` of them are still applied. */
function decodeAtOnce(
  bytes: Uint8Array,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): { readonly content: Uint8Array; readonly left: number } {
  let content = bytes;
  let left = bytes.length === 0 ? 0 : codings.length;
  if (left > 0) checkCount(codings, options, fail);
  while (left > 0 && content.length > 0) {
    const coding = codings[left - 1]!;
    if (options.unknown === 'raw' && !isKnown(coding)) return { content, left: 0 };
    const decoded = decodeSync(coding, content);
    if (decoded === null) return { content, left };
    content = decoded;
    left--;
  }
  return { content, left: 0 };
}

function isKnown(coding: string): boolean {
  return coding === 'gzip' || coding === 'br' || coding === 'deflate' || coding === 'zstd';
}

/**
 * Undoes one coding at once, or gives null if that would take long or does not succeed: the pieces then decide,
 * so that there is one place which knows what is tolerated and how an error is called.
 */
function decodeSync(coding: string, bytes: Uint8Array): Uint8Array | null {
  if (bytes.length > SYNC_INPUT) return null;
  try {
    switch (coding) {
      case 'gzip':
        return gunzip(bytes);
      case 'deflate':
        return inflate(bytes);
      case 'br':
        return decompressBrotli(bytes);
      case 'zstd':
        return decompressZstd(bytes);
      default:
        return null;
    }
  } catch {
    return null;
  }
}

function gunzip(bytes: Uint8Array): Uint8Array | null {
  // The last four octets are the length, if there is one member and nothing behind it. A wrong guess costs only time.
  const end = bytes.length;
  const expected =
    end < 4
      ? 0
      : (bytes[end - 4]! | (bytes[end - 3]! << 8) | (bytes[end - 2]! << 16) | (bytes[end - 1]! << 24)) >>> 0;
  if (expected > SYNC_OUTPUT) return null;
  const chunkSize = Math.max(expected + 1, DEFAULT_PIECE);
  return compact(loadZlib().gunzipSync(bytes, { chunkSize, maxOutputLength: SYNC_OUTPUT }));
}

function inflate(bytes: Uint8Array): Uint8Array {
  const zlib = loadZlib();
  const options = { chunkSize: pieceFor(bytes), maxOutputLength: SYNC_OUTPUT };
  return compact(
    isZlibHeader(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options),
  );
}

function decompressBrotli(bytes: Uint8Array): Uint8Array | null {
  if (firstMetaBlockLength(bytes) > SYNC_OUTPUT) return null;
  const options = { chunkSize: pieceFor(bytes), maxOutputLength: SYNC_OUTPUT, info: true };
  const decoded: unknown = loadZlib().brotliDecompressSync(bytes, options);
  return hasUsage(decoded) && decoded.engine.bytesWritten === bytes.length ? compact(decoded.buffer) : null;
}

function decompressZstd(bytes: Uint8Array): Uint8Array | null {
  const decompress = loadZlib().zstdDecompressSync;
  if (decompress === undefined) return null;
  const parts: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    // Frames cost time even when they are empty, and 14,000 of these fit into a short body.
    if (parts.length === SYNC_FRAMES) return null;
    const frame = new ZstdFrame();
    const end = frame.read(bytes, at);
    if (!frame.isDone) return null;
    if (!frame.isSkippable) {
      if (length + (frame.contentSize ?? 0) > SYNC_OUTPUT) return null;
      const input = bytes.subarray(at, end);
      const part = decompress(input, {
        chunkSize: Math.max((frame.contentSize ?? 0) + 1, DEFAULT_PIECE),
        maxOutputLength: SYNC_OUTPUT,
        params: ZSTD_PARAMETERS,
      });
      parts.push(part);
      length += part.length;
      if (length > SYNC_OUTPUT) return null;
    }
    at = end;
  }
  return parts.length === 1 ? compact(parts[0]!) : join(parts, length);
}

function pieceFor(bytes: Uint8Array): number {
  return bytes.length * 2 > DEFAULT_PIECE ? PIECE : DEFAULT_PIECE;
}

/** A short body does not keep the whole output buffer of zlib alive. */
function compact(decoded: Buffer): Uint8Array {
  return decoded.length * 2 < decoded.buffer.byteLength ? new Uint8Array(decoded) : octetsOf(decoded);
}

async function decodePieces(
  bytes: Uint8Array,
  received: number,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): Promise<Uint8Array> {
  const pipeline = buildPipeline(new BytesStage(bytes, received), codings, options, fail);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await pipeline.read(); part !== null; part = await pipeline.read()) {
      parts.push(part);
      length += part.length;
      if (length > options.maxBytes) throw tooLong(options.maxBytes, fail);
    }
  } finally {
    pipeline.destroy();
  }
  return join(parts, length);
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A body that is at hand. */
class BytesStage implements Stage, Received {
  readonly received: number;
  #bytes: Uint8Array | null;

  constructor(bytes: Uint8Array, received: number) {
    this.#bytes = bytes;
    this.received = received;
  }

  async read(): Promise<Uint8Array | null> {
    const bytes = this.#bytes;
    this.#bytes = null;
    return bytes;
  }

  destroy(): void {
    this.#bytes = null;
  }
}
