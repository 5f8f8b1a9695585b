import { decodeNow } from '../body/decode-buffer.ts';
import { tooLong } from '../body/decode-pipeline.ts';
import type { DecodeOptions } from '../body/content-coding.ts';
import type { Fail } from '../body/fail.ts';
import { octetsOf } from '../body/zlib.ts';
import { ClaimedBody } from '../message/claimed-body.ts';
import { decodeInThread } from './decode-in-thread.ts';
import { SyncGenerator, type SyncPuller } from './sync-generator.ts';
import { BytesSource, type SyncSource } from './sync-source.ts';

/** The body of a streamed response whose pieces are blocked for. */
export class SyncBody extends ClaimedBody<SyncSource> implements SyncPuller<Uint8Array> {
  /** The content as it comes, once codings are to be undone. */
  #decoded: SyncSource | null = null;

  /** The pieces as they come, for whoever has taken the body. Leaving it early lets go of the rest. */
  pieces(): SyncGenerator<Uint8Array> {
    return new SyncGenerator(this);
  }

  /** As {@link pieces}, with the content codings undone. */
  decodedPieces(codings: readonly string[], options: DecodeOptions, fail: Fail): SyncGenerator<Uint8Array> {
    if (codings.length > 0) this.#decoded = this.#decode(codings, options, fail);
    return new SyncGenerator(new LimitedPuller(this, options.maxBytes, fail));
  }

  /** Everything in one piece with the content codings undone; {@link release} has to follow. */
  all(codings: readonly string[], options: DecodeOptions, fail: Fail): Uint8Array {
    const raw = this.source.whole() ?? this.#collect(codings.length > 0 ? Infinity : options.maxBytes, fail);
    this.onEnd();
    const decoded = decodeNow(raw, codings, options, fail);
    if (decoded !== null) return decoded;
    return collect(
      decodeInThread(new BytesSource(raw, null), codings, options, fail),
      options.maxBytes,
      fail,
    );
  }

  pull(): Uint8Array | null {
    for (;;) {
      // A source that was told to stop may end as if that were its end; it must not be taken for the whole.
      this.checkOpen();
      const chunk = (this.#decoded ?? this.source).next();
      if (chunk === null) {
        this.onEnd();
        return null;
      }
      if (chunk.length > 0) return chunk instanceof Buffer ? octetsOf(chunk) : chunk;
    }
  }

  close(): void {
    this.#decoded?.cancel();
    this.cancel();
  }

  #decode(codings: readonly string[], options: DecodeOptions, fail: Fail): SyncSource {
    const { source } = this;
    return source.decoded?.(codings, options, fail) ?? decodeInThread(source, codings, options, fail);
  }

  #collect(maxBytes: number, fail: Fail): Uint8Array {
    const whole = collect(this.source, maxBytes, fail);
    this.checkOpen();
    return whole;
  }
}

/** Holds the content to the limit on its size. */
class LimitedPuller implements SyncPuller<Uint8Array> {
  readonly #body: SyncPuller<Uint8Array>;
  readonly #maxBytes: number;
  readonly #fail: Fail;
  #given = 0;

  constructor(body: SyncPuller<Uint8Array>, maxBytes: number, fail: Fail) {
    this.#body = body;
    this.#maxBytes = maxBytes;
    this.#fail = fail;
  }

  pull(): Uint8Array | null {
    const chunk = this.#body.pull();
    if (chunk === null) return null;
    this.#given += chunk.length;
    if (this.#given > this.#maxBytes) throw tooLong(this.#maxBytes, this.#fail);
    return chunk;
  }

  close(): void {
    this.#body.close();
  }
}

function collect(source: SyncSource, maxBytes: number, fail: Fail): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = source.next(); chunk !== null; chunk = source.next()) {
    length += chunk.length;
    if (length > maxBytes) throw tooLong(maxBytes, fail);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : octetsOf(Buffer.concat(chunks, length));
}
