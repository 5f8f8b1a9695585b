import { type DecodeOptions, RATIO_FLOOR } from './content-coding.ts';
import type { Fail } from './fail.ts';
import { GzipStage } from './gzip-stage.ts';
import { BROTLI, DEFLATE, InflateStage } from './inflate-stage.ts';
import type { Stage } from './stage.ts';
import { createZstdStage, type FrameLimit } from './zstd-stage.ts';

/** What was received so far: the input side of the ratio. */
export interface Received {
  readonly received: number;
}

/**
 * Chains the stages that undo `codings`, the last one applied first. Every stage is held to the ratio, because a
 * coding inside another one can expand as far as the outermost.
 *
 * @throws what `fail` makes, for too many codings and for one that cannot be undone here
 */
export function buildPipeline(
  source: Stage & Received,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): Stage {
  checkCount(codings, options, fail);
  let stage: Stage = source;
  for (let index = codings.length - 1; index >= 0; index--) {
    const meter = new Meter(source, options, index === 0 ? options.maxBytes : Number.POSITIVE_INFINITY);
    const inner = createStage(codings[index]!, stage, options, fail, meter);
    if (inner === null) break;
    stage = new MeteredStage(inner, meter, fail);
  }
  return stage;
}

/** Refuses more codings than are allowed. */
export function checkCount(codings: readonly string[], { maxEncodings }: DecodeOptions, fail: Fail): void {
  if (codings.length <= maxEncodings) return;
  throw fail(
    `the content has ${codings.length} content codings; the limit 'maxEncodings' is ${maxEncodings}`,
    'ERR_CONTENT_LIMIT',
  );
}

/** The error for content that is too long. */
export function tooLong(maxBytes: number, fail: Fail): Error {
  return fail(
    `the decoded content is longer than the limit 'maxBytes' of ${maxBytes} octets`,
    'ERR_CONTENT_LIMIT',
  );
}

/** The error for a coding that nobody here knows. */
function unknownCoding(coding: string, fail: Fail): Error {
  return fail(
    `the content coding ${JSON.stringify(coding)} is not supported`,
    'ERR_CONTENT_CODING_UNSUPPORTED',
  );
}

function createStage(
  coding: string,
  upstream: Stage,
  options: DecodeOptions,
  fail: Fail,
  meter: Meter,
): Stage | null {
  switch (coding) {
    case 'gzip':
      return new GzipStage(upstream, fail);
    case 'deflate':
      return new InflateStage(upstream, DEFLATE, fail);
    case 'br':
      return new InflateStage(upstream, BROTLI, fail);
    case 'zstd':
      return createZstdStage(upstream, options, fail, meter);
    default:
      if (options.unknown === 'raw') return null;
      throw unknownCoding(coding, fail);
  }
}

/** Counts what a stage gives, and compares it with what was received. */
class Meter implements FrameLimit {
  readonly maxRatio: number;
  readonly #source: Received;
  readonly #maxBytes: number;
  #given = 0;

  constructor(source: Received, { maxRatio }: DecodeOptions, maxBytes: number) {
    this.maxRatio = maxRatio;
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  get left(): number {
    return Math.max(0, Math.min(this.#maxGiven, this.#maxBytes) - this.#given);
  }

  /** Counts octets; false if they are too many for what was received. */
  count(octets: number): boolean {
    this.#given += octets;
    return this.#given <= this.#maxGiven;
  }

  get #maxGiven(): number {
    return Math.max(RATIO_FLOOR, this.#source.received * this.maxRatio);
  }
}

class MeteredStage implements Stage {
  readonly #inner: Stage;
  readonly #meter: Meter;
  readonly #fail: Fail;

  constructor(inner: Stage, meter: Meter, fail: Fail) {
    this.#inner = inner;
    this.#meter = meter;
    this.#fail = fail;
  }

  async read(): Promise<Uint8Array | null> {
    const output = await this.#inner.read();
    if (output === null || this.#meter.count(output.length)) return output;
    const reason = `the content expands to more than ${this.#meter.maxRatio} times its size (limit 'maxRatio')`;
    throw this.#fail(reason, 'ERR_CONTENT_LIMIT');
  }

  destroy(): void {
    this.#inner.destroy();
  }
}
