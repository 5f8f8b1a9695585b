import type { Duplex } from 'node:stream';
import { collectChunks } from '../body/collect.ts';
import { type BodyIterator, closeQuietly, type RequestBody } from '../body/request-body.ts';
import { StreamClosed } from '../errors/stream-closed.ts';

/** Where a response gets its body from, as octets of the wire. One consumer, once. */
export interface BodySource {
  /** Octets that have come so far. */
  readonly bytesReceived: number;
  /** Trailer fields once the end has been reached: name, value, name, value. */
  readonly trailers: readonly string[] | null;
  /** The next piece, or null at the end. Rejects if the body cannot be had whole. */
  next(): Promise<Uint8Array | null>;
  /** All that has not been taken yet, in one piece. */
  all(): Promise<Uint8Array> | Uint8Array;
  /** Gives the rest up and lets go of the connection. Idempotent; never throws. */
  cancel(reason?: unknown): void;
  /** The connection itself, if the response has switched protocols. */
  upgrade?(): Duplex;
}

/** A body that is in memory. */
export function bytesSource(bytes: Uint8Array, trailers: readonly string[] | null = null): BodySource {
  return new BytesSource(bytes, trailers);
}

/** A body that is made by a program: of a mock, of an app in the same process. */
export function iteratedSource(body: RequestBody, trailers: readonly string[] | null = null): BodySource {
  return body.bytes === null ? new IteratedSource(body, trailers) : new BytesSource(body.bytes, trailers);
}

/** All that a source still gives, piece after piece, as one. */
export function collectSource(source: Pick<BodySource, 'next'>): Promise<Uint8Array> {
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = await source.next();
    return value === null ? { done: true, value: undefined } : { done: false, value };
  };
  return collectChunks({ next });
}

class BytesSource implements BodySource {
  readonly bytesReceived: number;
  readonly #trailers: readonly string[] | null;
  #bytes: Uint8Array | null;
  #hasEnded = false;

  constructor(bytes: Uint8Array, trailers: readonly string[] | null) {
    this.#bytes = bytes;
    this.bytesReceived = bytes.length;
    this.#trailers = trailers;
  }

  get trailers(): readonly string[] | null {
    return this.#hasEnded ? this.#trailers : null;
  }

  next(): Promise<Uint8Array | null> {
    const bytes = this.#take();
    this.#hasEnded = bytes.length === 0;
    return Promise.resolve(this.#hasEnded ? null : bytes);
  }

  all(): Uint8Array {
    this.#hasEnded = true;
    return this.#take();
  }

  cancel(): void {
    this.#bytes = null;
  }

  #take(): Uint8Array {
    const bytes = this.#bytes ?? NOTHING;
    this.#bytes = null;
    return bytes;
  }
}

class IteratedSource implements BodySource {
  bytesReceived = 0;
  readonly #trailers: readonly string[] | null;
  readonly #body: RequestBody;
  #iterator: BodyIterator | null = null;
  #hasEnded = false;
  /** Why nothing more is to come, unless that is the end. */
  #failure: { readonly error: unknown } | null = null;
  #failPending: ((error: unknown) => void) | null = null;

  constructor(body: RequestBody, trailers: readonly string[] | null) {
    this.#body = body;
    this.#trailers = trailers;
  }

  get trailers(): readonly string[] | null {
    return this.#hasEnded ? this.#trailers : null;
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#hasEnded) return null;
    try {
      this.#iterator ??= this.#body.open();
      const { done, value } = await this.#cancellable(this.#iterator.next());
      if (done === true) {
        this.#hasEnded = true;
        return null;
      }
      this.bytesReceived += value.length;
      return value;
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  all(): Promise<Uint8Array> {
    return collectSource(this);
  }

  cancel(reason?: unknown): void {
    if (this.#hasEnded || this.#failure !== null) return;
    const error = new StreamClosed('The response was closed while its content was being made.');
    this.#failure = { error };
    // Whoever makes the body is told to stop; what it has to say about that concerns nobody any more.
    if (this.#iterator === null) this.#body.cancel?.(reason).catch(() => {});
    else closeQuietly(this.#iterator, reason);
    this.#failPending?.(error);
  }

  /** A program that hangs does not notice that nobody waits for it any more. */
  #cancellable<T>(work: Promise<T> | T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#failPending = reject;
      Promise.resolve(work).then(resolve, reject);
    });
  }
}

const NOTHING = new Uint8Array(0);
