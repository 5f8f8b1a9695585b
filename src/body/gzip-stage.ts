/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { Fail } from './fail.ts';
import { GzipHeader } from './gzip-header.ts';
import { StageInput } from './stage-input.ts';
import type { Stage } from './stage.ts';
import { loadZlib } from './zlib.ts';
import { PIECE, ZlibEngine } from './zlib-engine.ts';

const MAGIC_1 = 0x1f;
const MAGIC_2 = 0x8b;

/** CRC-32 and length of the content, 4 octets each. */
const TRAILER_LENGTH = 8;

/** Output buffer of a member that follows a short one: a server that sends a member for each event sends many. */
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
  #crc = 0;
  #length = 0;
  #isDestroyed = false;

  constructor(upstream: Stage, fail: Fail) {
    this.#input = new StageInput(upstream);
    this.#fail = fail;
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const engine = this.#engine ?? (await this.#openMember());
      if (engine === null) return null;
      const output = await this.#pull(engine);
      if (output !== null) {
        this.#crc = loadZlib().crc32(output, this.#crc);
        this.#length += output.length;
        return output;
      }
      if (engine.hasEnded) {
        await this.#closeMember(engine);
      } else {
        if (!(await this.#input.ensure(1))) throw this.#truncated();
        engine.feed(this.#input.take());
      }
    }
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#engine?.destroy();
    this.#input.destroy();
  }

  /** Reads a header, and gives the decompressor of its member, or null at the end of the content. */
  async #openMember(): Promise<ZlibEngine | null> {
    const input = this.#input;
    if (!(await input.ensure(1))) return null;
    if (this.#members > 0 && !(await this.#isAtMember())) {
      await input.drain();
      return null;
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
    const chunkSize = this.#members === 0 || this.#length > SMALL_PIECE ? PIECE : SMALL_PIECE;
    const engine = new ZlibEngine(loadZlib().createInflateRaw({ chunkSize }));
    if (this.#isDestroyed) engine.destroy();
    this.#engine = engine;
    this.#members++;
    this.#crc = 0;
    this.#length = 0;
    return engine;
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
    engine.destroy();
    this.#engine = undefined;
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
