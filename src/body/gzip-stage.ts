/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { Fail } from './fail.ts';
import { GzipHeader } from './gzip-header.ts';
import { StageInput } from './stage-input.ts';
import type { Stage } from './stage.ts';
import { TurnBudget } from './turn-budget.ts';
import { hasUsage, loadZlib, octetsOf } from './zlib.ts';
import { PIECE, ZlibEngine } from './zlib-engine.ts';

const MAGIC_1 = 0x1f;
const MAGIC_2 = 0x8b;

/** CRC-32 and length of the content, 4 octets each. */
const TRAILER_LENGTH = 8;

/**
 * A member behind one with at most this many compressed octets is first tried at once on this thread: a server that
 * sends a member for each event sends many, and one through zlib's threads costs 90 µs, beside 5 µs.
 */
const SHORT = 16 * 1024;

/** Output buffer for a short member. */
const SMALL_PIECE = 4 * 1024;

/**
 * Undoes gzip (RFC 1952). All members are read, each as it comes. What follows the last member is ignored unless it
 * begins like another member; `node:zlib` by itself rejects it, and does not tell where a member ends, therefore
 * header and trailer are read here.
 */
export class GzipStage implements Stage {
  readonly #input: StageInput;
  readonly #fail: Fail;
  #engine: ZlibEngine | undefined;
  #members = 0;
  /** Compressed octets of the last member. */
  #compressed = 0;
  #crc = 0;
  #length = 0;
  readonly #budget = new TurnBudget();
  #isDestroyed = false;

  constructor(upstream: Stage, fail: Fail) {
    this.#input = new StageInput(upstream);
    this.#fail = fail;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#engine === undefined) {
        if (!(await this.#openMember())) return null;
        const member = this.#isDestroyed ? null : this.#readShortMember();
        if (member !== null) {
          await this.#readTrailer();
          await this.#budget.spend(this.#compressed + member.length);
          if (member.length > 0) return member;
          continue;
        }
        this.#engine = this.#createEngine();
      }
      const engine = this.#engine;
      const output = await this.#pull(engine);
      if (output !== null) {
        this.#count(output);
        return output;
      }
      if (engine.hasEnded) {
        await this.#closeMember(engine);
      } else {
        if (!(await this.#input.ensure(1))) throw this.#truncated();
        this.#compressed += this.#input.available;
        engine.feed(this.#input.take());
      }
    }
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#engine?.destroy();
    this.#input.destroy();
  }

  /** Reads a header; false at the end of the content. */
  async #openMember(): Promise<boolean> {
    const input = this.#input;
    if (!(await input.ensure(1))) return false;
    if (this.#members > 0 && !(await this.#isAtMember())) {
      await input.drain();
      return false;
    }
    const header = new GzipHeader();
    while (!header.isDone) {
      if (!(await input.ensure(1))) throw this.#truncated();
      try {
        input.at = header.read(input.bytes, input.at);
      } catch (error) {
        throw this.#corrupt(error);
      }
    }
    this.#members++;
    this.#crc = 0;
    this.#length = 0;
    return true;
  }

  /** The content of a member, if the one before was short, and this one is too and is there completely; else null. */
  #readShortMember(): Uint8Array | null {
    const input = this.#input;
    if (this.#members === 1 || this.#compressed > SHORT || input.available === 0) return null;
    const compressed = input.bytes.subarray(input.at, input.at + SHORT);
    const decoded = decodeOnce(compressed);
    if (decoded === null) return null;
    input.at += decoded.used;
    this.#compressed = decoded.used;
    this.#count(decoded.output);
    return decoded.output;
  }

  #createEngine(): ZlibEngine {
    const engine = new ZlibEngine(loadZlib().createInflateRaw({ chunkSize: PIECE }));
    if (this.#isDestroyed) engine.destroy();
    this.#compressed = 0;
    return engine;
  }

  #count(output: Uint8Array): void {
    this.#crc = loadZlib().crc32(output, this.#crc);
    this.#length += output.length;
  }

  /**
   * Whether another member begins here: by the two octets of its magic. A lone first octet at the end counts as a
   * member cut short, because losing content silently is worse than an error for one stray octet.
   */
  async #isAtMember(): Promise<boolean> {
    const input = this.#input;
    if (input.bytes[input.at] !== MAGIC_1) return false;
    return !(await input.ensure(2)) || input.bytes[input.at + 1] === MAGIC_2;
  }

  async #closeMember(engine: ZlibEngine): Promise<void> {
    const input = this.#input;
    input.at = input.bytes.length - engine.unused;
    this.#compressed -= engine.unused;
    engine.destroy();
    this.#engine = undefined;
    await this.#readTrailer();
  }

  async #readTrailer(): Promise<void> {
    const input = this.#input;
    if (!(await input.ensure(TRAILER_LENGTH))) throw this.#truncated();
    const trailer = new DataView(input.bytes.buffer, input.bytes.byteOffset + input.at, TRAILER_LENGTH);
    input.at += TRAILER_LENGTH;
    if (trailer.getUint32(0, true) !== this.#crc) throw this.#corrupt(new Error('incorrect data check'));
    if (trailer.getUint32(4, true) !== this.#length % 2 ** 32) {
      throw this.#corrupt(new Error('incorrect length check'));
    }
  }

  async #pull(engine: ZlibEngine): Promise<Uint8Array | null> {
    try {
      return await engine.pull();
    } catch (error) {
      throw this.#corrupt(error);
    }
  }

  #truncated(): Error {
    return this.#fail('the gzip content is truncated: it ends inside a member', 'ERR_CONTENT_CODING');
  }

  #corrupt(cause: unknown): Error {
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    return this.#fail(`the gzip content is corrupt${detail}`, 'ERR_CONTENT_CODING', cause);
  }
}

/** Inflates a deflate stream that is complete in these octets and has at most {@link PIECE} octets of content. */
function decodeOnce(bytes: Uint8Array): { readonly output: Uint8Array; readonly used: number } | null {
  let decoded: unknown;
  try {
    decoded = loadZlib().inflateRawSync(bytes, {
      chunkSize: SMALL_PIECE,
      maxOutputLength: PIECE,
      info: true,
    });
  } catch {
    return null; // Incomplete, long or corrupt: the decompressor for streams finds out.
  }
  return hasUsage(decoded) ? { output: octetsOf(decoded.buffer), used: decoded.engine.bytesWritten } : null;
}
