/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { DecodeOptions } from './content-coding.ts';
import { buildPipeline, type Received, tooLong } from './decode-pipeline.ts';
import type { Fail } from './fail.ts';
import { type OnError, type Puller, PullGenerator } from './pull-generator.ts';
import { SourceReader } from './source-reader.ts';
import type { Stage } from './stage.ts';

/**
 * Undoes the content codings of a body as it comes. Output is produced only when it is asked for, and input is
 * taken only when there is no output left, so that little is held: for each coding one input, two pieces of
 * 64 KiB and the window. What the peer flushed comes out without waiting for what follows. `return()` lets go of
 * the decompressors and of the source at once, also while `next()` is pending.
 *
 * An empty body is empty for every coding. Chunks are never empty; decoded ones have at most 64 KiB, and without
 * codings they are those of the source. A chunk of the source must stay as it is until the next one is asked for.
 *
 * @param codings in the order in which they were applied
 * @throws what `fail` makes: `ERR_CONTENT_CODING` for corrupt or truncated content, `ERR_CONTENT_CODING_UNSUPPORTED`,
 * `ERR_CONTENT_LIMIT`; and what the source throws, as it is
 */
export function decodeStream(
  source: AsyncIterator<Uint8Array>,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
  onError?: OnError,
): AsyncGenerator<Uint8Array, void, void> {
  return new PullGenerator(new DecodePuller(source, codings, options, fail), onError);
}

class DecodePuller implements Puller<Uint8Array> {
  readonly #source: SourceStage;
  readonly #codings: readonly string[];
  readonly #options: DecodeOptions;
  readonly #fail: Fail;
  #pipeline: Stage | undefined;
  #given = 0;

  constructor(
    source: AsyncIterator<Uint8Array>,
    codings: readonly string[],
    options: DecodeOptions,
    fail: Fail,
  ) {
    this.#source = new SourceStage(source);
    this.#codings = codings;
    this.#options = options;
    this.#fail = fail;
  }

  async pull(): Promise<Uint8Array | null> {
    const chunk = await (this.#pipeline ?? (await this.#open())).read();
    if (chunk === null) return null;
    this.#given += chunk.length;
    if (this.#given > this.#options.maxBytes) throw tooLong(this.#options.maxBytes, this.#fail);
    return chunk;
  }

  close(): Promise<void> {
    this.#pipeline?.destroy();
    return this.#source.close();
  }

  /** Waits for the first octet, because whatever is said of an empty body, there is nothing in it to decode. */
  async #open(): Promise<Stage> {
    const source = this.#source;
    if (this.#codings.length > 0 && !(await source.hasContent())) return source;
    return (this.#pipeline = buildPipeline(source, this.#codings, this.#options, this.#fail));
  }
}

/** The coded body. */
class SourceStage implements Stage, Received {
  received = 0;
  readonly #source: SourceReader<Uint8Array>;
  /** A chunk that was read ahead. */
  #next: Uint8Array | null = null;

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = new SourceReader(source);
  }

  /** Whether there is anything to read. */
  async hasContent(): Promise<boolean> {
    this.#next = await this.read();
    return this.#next !== null;
  }

  async read(): Promise<Uint8Array | null> {
    let chunk = this.#next ?? (await this.#source.read());
    while (chunk !== null && chunk.length === 0) chunk = await this.#source.read();
    if (this.#next === null && chunk !== null) this.received += chunk.length;
    this.#next = null;
    return chunk;
  }

  destroy(): void {
    // close() releases the source; there is nothing else to let go of.
  }

  /** Tells the source that no more will be read. */
  close(): Promise<void> {
    return this.#source.close();
  }
}
