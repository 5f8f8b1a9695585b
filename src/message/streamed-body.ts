/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { Duplex } from 'node:stream';
import { addChunk } from '../body/add-chunk.ts';
import { tooLong } from '../body/decode-pipeline.ts';
import type { Fail } from '../body/fail.ts';
import { type OnError, type Puller, PullGenerator } from '../body/pull-generator.ts';
import { octetsOf } from '../body/zlib.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import type { BodySource } from './body-source.ts';

/** Whose body it is, for messages. */
export interface BodyOwner {
  /** `the response to GET https://example.com/` */
  readonly label: string;
}

/**
 * The body of a streamed response: who has taken it, whether it is over, and that whatever holds it is let go of
 * exactly when nobody wants more of it.
 */
export class StreamedBody implements Puller<Uint8Array> {
  readonly #source: BodySource;
  /** What reads the body keeps its response alive by this: a response that is dropped gives its connection up. */
  readonly #owner: BodyOwner;
  #isTaken = false;
  #isClosed = false;
  /** Its end has been reached, so that nothing is left to let go of. */
  #hasEnded = false;
  #onClosed: (() => void)[] | null = null;

  constructor(source: BodySource, owner: BodyOwner) {
    this.#source = source;
    this.#owner = owner;
  }

  get bytesReceived(): number {
    return this.#source.bytesReceived;
  }

  /** Name, value, name, value; null until the end has been reached. */
  get trailers(): readonly string[] | null {
    return this.#source.trailers;
  }

  /** Whether nothing more can come of it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get canUpgrade(): boolean {
    return this.#source.upgrade !== undefined;
  }

  /**
   * Gives the body to one consumer.
   *
   * @param what who wants it, for the message
   * @throws StreamConsumed if somebody else has it, StreamClosed if it was given up before
   */
  take(what: string): void {
    if (this.#isTaken) {
      throw new StreamConsumed(
        `${what} cannot be used: the content of ${this.#owner.label} has been taken already.`,
      );
    }
    if (this.#isClosed) {
      throw new StreamClosed(`${what} cannot be used: ${this.#owner.label} was closed before it was read.`);
    }
    this.#isTaken = true;
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
    return maxBytes === Infinity ? this.#source.all() : this.#allWithin(maxBytes, fail);
  }

  /** Throws StreamClosed if the body was given up while it was being read. */
  checkOpen(): void {
    if (this.#isClosed) {
      throw new StreamClosed(`The content was being read when ${this.#owner.label} was closed.`);
    }
  }

  /** The connection, for whoever has taken the body; it is over when the stream is. */
  upgrade(): Duplex {
    const duplex = this.#source.upgrade!();
    if (duplex.closed) this.release(true);
    else duplex.once('close', () => this.release(true));
    return duplex;
  }

  /** Calls back when the body is over, however it came to that; at once if it is already. */
  onceClosed(callback: () => void): void {
    if (this.#isClosed) callback();
    else (this.#onClosed ??= []).push(callback);
  }

  /** Gives up what has not come yet. Idempotent. */
  cancel(reason?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#hasEnded) this.#source.cancel(reason);
    const callbacks = this.#onClosed;
    this.#onClosed = null;
    if (callbacks !== null) for (const callback of callbacks) callback();
  }

  /** Nothing more is wanted of it. Idempotent. */
  release(hasEnded: boolean): void {
    this.#hasEnded ||= hasEnded;
    this.cancel();
  }

  async pull(): Promise<Uint8Array | null> {
    for (;;) {
      // A source that was told to stop may end as if that were its end; it must not be taken for the whole.
      this.checkOpen();
      const chunk = await this.#source.next();
      if (chunk === null) {
        this.checkOpen();
        this.#hasEnded = true;
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
      const chunk = await this.#source.next();
      if (chunk === null) break;
      length += chunk.length;
      if (length > maxBytes) throw tooLong(maxBytes, fail);
      addChunk(chunks, chunk);
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
  }
}
