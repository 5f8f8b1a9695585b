import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DEFAULT_DECODE, type DecodeOptions } from '../../src/body/content-coding.ts';
import { decodeBuffer } from '../../src/body/decode-buffer.ts';
import { decodeStream } from '../../src/body/decode-stream.ts';
import type { Fail } from '../../src/body/fail.ts';
import { vectors } from './runner.ts';

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly encoding: string;
    readonly compressed: string;
    readonly decoded?: { readonly length: number; readonly sha256: string };
    readonly error?: string;
  }[];
}

/** Up to this length a body is cut in two at every position; longer ones at seeded random positions. */
const EVERY_SPLIT = 600;

/** Octets at both ends of a body that come one by one. */
const BYTE_BY_BYTE = 2000;

const fail: Fail = (reason, code, cause) => Object.assign(new Error(reason, { cause }), { code });

vectors<Vectors>('content-encoding', 'content-encoding/share.json', function* ({ cases }) {
  const count = new Map<string, number>();
  for (const { name, encoding, compressed, decoded, error } of cases) {
    const number = (count.get(name) ?? 0) + 1;
    count.set(name, number);
    const id = number === 1 ? name : `${name} #${number}`;
    const bytes = Buffer.from(compressed, 'base64');
    yield {
      id,
      run: async () => {
        for (const [how, decode] of ways(bytes, encoding)) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its way
          const outcome = await settle(decode);
          const wanted = decoded === undefined ? 'ERR_CONTENT_CODING' : `${decoded.length} ${decoded.sha256}`;
          assert.equal(outcome, wanted, `${how}: ${outcome} instead of ${wanted} (${error ?? 'valid'})`);
        }
      },
    };
  }
});

/** Every way to decode a body that the case is tried in. */
function* ways(bytes: Buffer, coding: string): Generator<[string, () => Promise<Uint8Array>]> {
  yield ['whole', async () => decodeBuffer(bytes, [coding], DEFAULT_DECODE, fail)];
  yield ['stream of one chunk', () => stream([bytes], coding)];
  yield ['byte by byte', () => stream(byteByByte(bytes), coding)];
  if (bytes.length <= EVERY_SPLIT) {
    for (let at = 1; at < bytes.length; at++) {
      yield [`split at ${at}`, () => stream([bytes.subarray(0, at), bytes.subarray(at)], coding)];
    }
    return;
  }
  for (let seed = 1; seed <= 12; seed++)
    yield [`random splits, seed ${seed}`, () => stream(split(bytes, seed), coding)];
}

async function stream(chunks: readonly Uint8Array[], coding: string): Promise<Uint8Array> {
  const options: DecodeOptions = DEFAULT_DECODE;
  const parts: Uint8Array[] = [];
  for await (const part of decodeStream(iterate(chunks), [coding], options, fail)) {
    assert.ok(part.length > 0 && part.length <= 64 * 1024, `a chunk of ${part.length} octets`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function single(part: Buffer): Uint8Array[] {
  return Array.from(part, (octet) => Uint8Array.of(octet));
}

function byteByByte(bytes: Buffer): Uint8Array[] {
  if (bytes.length <= 2 * BYTE_BY_BYTE) return single(bytes);
  return [
    ...single(bytes.subarray(0, BYTE_BY_BYTE)),
    bytes.subarray(BYTE_BY_BYTE, -BYTE_BY_BYTE),
    ...single(bytes.subarray(-BYTE_BY_BYTE)),
  ];
}

function split(bytes: Buffer, seed: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let state = seed;
  for (let at = 0; at < bytes.length;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const length = 1 + ((state >>> 8) % 2 ** (6 + (seed % 10)));
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

async function settle(decode: () => Promise<Uint8Array>): Promise<string> {
  try {
    const decoded = await decode();
    return `${decoded.length} ${createHash('sha256').update(decoded).digest('hex')}`;
  } catch (error) {
    return String(error instanceof Error && 'code' in error ? error.code : error);
  }
}
