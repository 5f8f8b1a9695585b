/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { Fail } from './fail.ts';
import { StageInput } from './stage-input.ts';
import type { Stage } from './stage.ts';
import { type Decompressor, loadZlib } from './zlib.ts';
import { PIECE, ZlibEngine } from './zlib-engine.ts';

/** What distinguishes the codings that are one compressed stream from the first octet to the last. */
export interface Inflation {
  readonly coding: string;
  /** Octets that `open` has to see. */
  readonly prefix: number;
  /** Makes the decompressor for content that begins with these octets. */
  open(first: Uint8Array): Decompressor;
  /** Whether octets behind the end of the stream are ignored or an error. */
  readonly trailing: 'error' | 'ignore';
}

/** `deflate` (RFC 9110 §8.4.1.2): a zlib stream, or, as some servers send it, the deflate stream alone. */
export const DEFLATE: Inflation = {
  coding: 'deflate',
  prefix: 2,
  open(first) {
    const zlib = loadZlib();
    return isZlibHeader(first)
      ? zlib.createInflate({ chunkSize: PIECE })
      : zlib.createInflateRaw({ chunkSize: PIECE });
  },
  trailing: 'ignore',
};

/** `br` (RFC 7932). */
export const BROTLI: Inflation = {
  coding: 'br',
  prefix: 1,
  open: () => loadZlib().createBrotliDecompress({ chunkSize: PIECE }),
  trailing: 'error',
};

/**
 * Whether content begins with a zlib header (RFC 1950 §2.2): method 8, a window of at most 32 KiB, and both octets
 * together a multiple of 31. Read as deflate alone, such octets would be a stored block with padding that is not
 * zero, which no encoder writes.
 */
export function isZlibHeader(first: Uint8Array): boolean {
  const [method = 0, flags = 0] = first;
  return (method & 0x0f) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
}

/** Undoes a coding that is one compressed stream. */
export class InflateStage implements Stage {
  readonly #input: StageInput;
  readonly #inflation: Inflation;
  readonly #fail: Fail;
  #engine: ZlibEngine | undefined;
  #isFinished = false;
  #isDestroyed = false;

  constructor(upstream: Stage, inflation: Inflation, fail: Fail) {
    this.#input = new StageInput(upstream);
    this.#inflation = inflation;
    this.#fail = fail;
  }

  async read(): Promise<Uint8Array | null> {
    const engine = this.#engine ?? (await this.#open());
    if (engine === null) return null;
    for (;;) {
      const output = await this.#pull(engine);
      if (output !== null) return output;
      if (engine.hasEnded) {
        if (!this.#isFinished) await this.#readTrailing(engine);
        return null;
      }
      if (await this.#input.ensure(1)) {
        engine.feed(this.#input.take());
      } else {
        this.#isFinished = true;
        engine.finish();
      }
    }
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#engine?.destroy();
    this.#input.destroy();
  }

  async #open(): Promise<ZlibEngine | null> {
    const input = this.#input;
    if (!(await input.ensure(1))) return null;
    if (!(await input.ensure(this.#inflation.prefix))) throw this.#truncated();
    const engine = new ZlibEngine(this.#inflation.open(input.bytes));
    if (this.#isDestroyed) engine.destroy();
    this.#engine = engine;
    return engine;
  }

  async #pull(engine: ZlibEngine): Promise<Uint8Array | null> {
    try {
      return await engine.pull();
    } catch (error) {
      if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') {
        throw this.#truncated(error);
      }
      const detail = error instanceof Error ? `: ${error.message}` : '';
      throw this.#fail(
        `the ${this.#inflation.coding} content is corrupt${detail}`,
        'ERR_CONTENT_CODING',
        error,
      );
    }
  }

  /** Deals with octets behind the end of the compressed stream: the stream ended before they were used. */
  async #readTrailing(engine: ZlibEngine): Promise<void> {
    if (this.#inflation.trailing === 'error' && engine.unused > 0) {
      const reason = `the ${this.#inflation.coding} content is corrupt: it goes on after its end`;
      throw this.#fail(reason, 'ERR_CONTENT_CODING');
    }
    await this.#input.drain();
  }

  #truncated(cause?: unknown): Error {
    const reason = `the ${this.#inflation.coding} content is truncated: the compressed stream does not end`;
    return this.#fail(reason, 'ERR_CONTENT_CODING', cause);
  }
}
