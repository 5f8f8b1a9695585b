/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { DecodeOptions } from './content-coding.ts';
import type { Fail } from './fail.ts';
import { StageInput } from './stage-input.ts';
import type { Stage } from './stage.ts';
import { TurnBudget } from './turn-budget.ts';
import { type Decompressor, loadZlib, octetsOf, type Zlib } from './zlib.ts';
import { PIECE, ZlibEngine } from './zlib-engine.ts';
import { ZstdFrame } from './zstd-frame.ts';

/** `ZSTD_d_windowLogMax`: the window of the content coding is at most 8 MiB (RFC 9659 §3). */
export const ZSTD_PARAMETERS: Readonly<Record<number, number>> = { 100: 23 };

const MAGIC_LENGTH = 4;

/** A frame that is at hand and has at most this many octets is first tried at once on this thread. */
const SHORT = 16 * 1024;

/** Output buffer for a short frame. */
const SMALL_PIECE = 4 * 1024;

const EMPTY = new Uint8Array(0);

/** Tells, when a frame is to be decoded, how many octets may still come out. */
export interface FrameLimit {
  readonly left: number;
}

/** Says how to get Zstandard where this Node has none. */
function zstdUnsupported(fail: Fail): Error {
  return fail(
    'the content coding zstd needs Node >= 22.15, or one of the accelerator packages ' +
      "'@ternhttp/native' and '@ternhttp/wasm'",
    'ERR_CONTENT_CODING_UNSUPPORTED',
  );
}

/** Makes the stage for zstd out of what there is: the zlib of this Node, or a decoder of whole frames. */
export function createZstdStage(
  upstream: Stage,
  options: DecodeOptions,
  fail: Fail,
  limit: FrameLimit,
): Stage {
  const create = loadZlib().createZstdDecompress;
  if (create !== undefined) return new ZstdStage(upstream, create, fail);
  if (options.zstd !== undefined) return new ZstdFrameStage(upstream, options.zstd, fail, limit);
  throw zstdUnsupported(fail);
}

/** Undoes Zstandard (RFC 8878) with a decompressor of zlib for each frame. */
class ZstdStage implements Stage {
  readonly #frames: FrameSource;
  readonly #create: NonNullable<Zlib['createZstdDecompress']>;
  readonly #fail: Fail;
  #engine: ZlibEngine | undefined;
  readonly #budget = new TurnBudget();
  #isDestroyed = false;

  constructor(upstream: Stage, create: NonNullable<Zlib['createZstdDecompress']>, fail: Fail) {
    this.#frames = new FrameSource(upstream, fail);
    this.#create = create;
    this.#fail = fail;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const engine = this.#engine;
      if (engine === undefined) {
        if (!(await this.#frames.open())) return null;
        const frame = this.#isDestroyed ? null : this.#frames.takeShort();
        const content = frame === null ? null : decodeOnce(frame);
        if (frame !== null && content !== null) {
          await this.#budget.spend(frame.length + content.length);
          if (content.length > 0) return content;
          continue;
        }
        this.#engine = new ZlibEngine(this.#open());
        if (this.#isDestroyed) this.#engine.destroy();
        if (frame !== null) this.#engine.feed(frame);
        continue;
      }
      const output = await this.#pull(engine);
      if (output !== null) return output;
      if (engine.hasEnded) {
        engine.destroy();
        this.#engine = undefined;
        continue;
      }
      const input = await this.#frames.read();
      if (input === null) engine.finish();
      else engine.feed(input);
    }
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#engine?.destroy();
    this.#frames.destroy();
  }

  #open(): Decompressor {
    return this.#create({ chunkSize: PIECE, params: ZSTD_PARAMETERS });
  }

  async #pull(engine: ZlibEngine): Promise<Uint8Array | null> {
    try {
      return await engine.pull();
    } catch (error) {
      throw corrupt(this.#fail, error);
    }
  }
}

/** Undoes Zstandard with a decoder that takes whole frames, and therefore holds one frame and its content. */
export class ZstdFrameStage implements Stage {
  readonly #frames: FrameSource;
  readonly #decode: NonNullable<DecodeOptions['zstd']>;
  readonly #fail: Fail;
  readonly #limit: FrameLimit;
  readonly #budget = new TurnBudget();
  #output: Uint8Array = EMPTY;

  constructor(upstream: Stage, decode: NonNullable<DecodeOptions['zstd']>, fail: Fail, limit: FrameLimit) {
    this.#frames = new FrameSource(upstream, fail);
    this.#decode = decode;
    this.#fail = fail;
    this.#limit = limit;
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#output.length === 0) {
      if (!(await this.#frames.open())) return null;
      const parts: Uint8Array[] = [];
      for (let part = await this.#frames.read(); part !== null; part = await this.#frames.read())
        parts.push(part);
      const frame = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      this.#output = decodeFrame(this.#decode, frame, this.#limit.left, this.#fail);
      await this.#budget.spend(frame.length + this.#output.length);
    }
    const output = this.#output.subarray(0, PIECE);
    this.#output = this.#output.subarray(PIECE);
    return output;
  }

  destroy(): void {
    this.#frames.destroy();
  }
}

/** Applies a {@link DecodeOptions.zstd} to one frame and gives its errors their meaning. */
function decodeFrame(
  decode: NonNullable<DecodeOptions['zstd']>,
  frame: Uint8Array,
  maxOutput: number,
  fail: Fail,
): Uint8Array {
  try {
    return decode(frame, maxOutput);
  } catch (error) {
    if (!(error instanceof RangeError)) throw corrupt(fail, error);
    throw fail(
      `a zstd frame holds more than the ${maxOutput} octets left of the limit`,
      'ERR_CONTENT_LIMIT',
      error,
    );
  }
}

/** Cuts octets into frames; skippable frames are left out (RFC 8878 §3.1.2). */
class FrameSource {
  readonly #input: StageInput;
  readonly #fail: Fail;
  #frame: ZstdFrame | undefined;
  /** Position in the input up to which `#frame` has read; `#input.at` is where the octets begin that are not handed out. */
  #scanned = 0;

  constructor(upstream: Stage, fail: Fail) {
    this.#input = new StageInput(upstream);
    this.#fail = fail;
  }

  /** Goes to the next frame with content; false at the end. */
  async open(): Promise<boolean> {
    const input = this.#input;
    while (await input.ensure(1)) {
      if (!(await input.ensure(MAGIC_LENGTH))) throw this.#truncated();
      const frame = new ZstdFrame();
      this.#frame = frame;
      this.#scanned = input.at;
      this.#scan(frame, input.bytes.subarray(0, input.at + MAGIC_LENGTH));
      if (!frame.isSkippable) return true;
      while ((await this.read()) !== null);
    }
    return false;
  }

  /** The next octets of this frame, or null at its end. */
  async read(): Promise<Uint8Array | null> {
    const frame = this.#frame!;
    const input = this.#input;
    if (frame.isDone && input.at === this.#scanned) return null;
    if (input.available === 0) {
      if (!(await input.ensure(1))) throw this.#truncated();
      this.#scanned = 0;
    }
    this.#scan(frame, input.bytes);
    const part = input.bytes.subarray(input.at, this.#scanned);
    input.at = this.#scanned;
    return part;
  }

  /** The whole frame, if it is at hand and short; then nothing is left to read of it. */
  takeShort(): Uint8Array | null {
    const frame = this.#frame!;
    const input = this.#input;
    this.#scan(frame, input.bytes);
    if (!frame.isDone || this.#scanned - input.at > SHORT || (frame.contentSize ?? 0) > PIECE) return null;
    const octets = input.bytes.subarray(input.at, this.#scanned);
    input.at = this.#scanned;
    return octets;
  }

  destroy(): void {
    this.#input.destroy();
  }

  #scan(frame: ZstdFrame, bytes: Uint8Array): void {
    try {
      this.#scanned = frame.read(bytes, this.#scanned);
    } catch (error) {
      throw corrupt(this.#fail, error);
    }
  }

  #truncated(): Error {
    return this.#fail('the zstd content is truncated: it ends inside a frame', 'ERR_CONTENT_CODING');
  }
}

/** Decodes a frame with at most {@link PIECE} octets of content. */
function decodeOnce(frame: Uint8Array): Uint8Array | null {
  const options = { chunkSize: SMALL_PIECE, maxOutputLength: PIECE, params: ZSTD_PARAMETERS };
  try {
    const content = loadZlib().zstdDecompressSync?.(frame, options);
    return content === undefined ? null : octetsOf(content);
  } catch {
    return null; // Long or corrupt: the decompressor for streams finds out.
  }
}

function corrupt(fail: Fail, cause: unknown): Error {
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  return fail(`the zstd content is corrupt${detail}`, 'ERR_CONTENT_CODING', cause);
}
