/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { Duplex } from 'node:stream';
import { addChunk } from '../body/add-chunk.ts';
import { tooLong } from '../body/decode-pipeline.ts';
import type { Fail } from '../body/fail.ts';
import { type OnError, type Puller, PullGenerator } from '../body/pull-generator.ts';
import { octetsOf } from '../body/zlib.ts';
import type { BodySource } from './body-source.ts';
import { ClaimedBody } from './claimed-body.ts';

/** The body of a streamed response whose pieces are waited for. */
export class StreamedBody extends ClaimedBody<BodySource> implements Puller<Uint8Array> {
  get canUpgrade(): boolean {
    return this.source.upgrade !== undefined;
  }

  /** The pieces as they come, for whoever has taken the body. Leaving it early lets go of the rest. */
  pieces(onError?: OnError): AsyncGenerator<Uint8Array, void, void> {
    return new PullGenerator(this, onError);
  }

  /**
   * Everything in one piece, for whoever has taken the body; {@link release} has to follow.
   *
   * @throws what `fail` makes, with `ERR_CONTENT_LIMIT`, as soon as there is more than `maxBytes`
   */
  all(maxBytes: number, fail: Fail): Promise<Uint8Array> | Uint8Array {
    return maxBytes === Infinity ? this.source.all() : this.#allWithin(maxBytes, fail);
  }

  /** The connection, for whoever has taken the body; it is over when the stream is. */
  upgrade(): Duplex {
    const duplex = this.source.upgrade!();
    if (duplex.closed) this.release(true);
    else duplex.once('close', () => this.release(true));
    return duplex;
  }

  async pull(): Promise<Uint8Array | null> {
    for (;;) {
      // A source that was told to stop may end as if that were its end; it must not be taken for the whole.
      this.checkOpen();
      const chunk = await this.source.next();
      if (chunk === null) {
        this.onEnd();
        return null;
      }
      if (chunk.length > 0) return chunk instanceof Buffer ? octetsOf(chunk) : chunk;
    }
  }

  close(): Promise<void> {
    this.cancel();
    return Promise.resolve();
  }

  async #allWithin(maxBytes: number, fail: Fail): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const chunk = await this.source.next();
      if (chunk === null) break;
      length += chunk.length;
      if (length > maxBytes) throw tooLong(maxBytes, fail);
      addChunk(chunks, chunk);
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
  }
}
