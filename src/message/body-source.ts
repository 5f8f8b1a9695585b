import type { Duplex } from 'node:stream';
import { collectChunks } from '../body/collect.ts';
import type { BodyIterator, RequestBody } from '../body/request-body.ts';

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

/** The same body, with a call when it has ended, failed or been given up. */
export function notifyingSource(source: BodySource, callback: () => void): BodySource {
  let notify: (() => void) | null = callback;
  const done = (): void => {
    const call = notify;
    notify = null;
    call?.();
  };
  return {
    get bytesReceived() {
      return source.bytesReceived;
    },
    get trailers() {
      return source.trailers;
    },
    async next() {
      try {
        const chunk = await source.next();
        if (chunk === null) done();
        return chunk;
      } catch (error) {
        done();
        throw error;
      }
    },
    async all() {
      try {
        return await source.all();
      } finally {
        done();
      }
    },
    cancel(reason) {
      source.cancel(reason);
      done();
    },
    ...(source.upgrade === undefined ? {} : { upgrade: () => source.upgrade!().once('close', done) }),
  };
}

class BytesSource implements BodySource {
  readonly bytesReceived: number;
  readonly trailers: readonly string[] | null;
  #bytes: Uint8Array | null;

  constructor(bytes: Uint8Array, trailers: readonly string[] | null) {
    this.#bytes = bytes;
    this.bytesReceived = bytes.length;
    this.trailers = trailers;
  }

  next(): Promise<Uint8Array | null> {
    const bytes = this.all();
    return Promise.resolve(bytes.length === 0 ? null : bytes);
  }

  all(): Uint8Array {
    const bytes = this.#bytes ?? new Uint8Array(0);
    this.#bytes = null;
    return bytes;
  }

  cancel(): void {
    this.#bytes = null;
  }
}

class IteratedSource implements BodySource {
  bytesReceived = 0;
  readonly #trailers: readonly string[] | null;
  readonly #body: RequestBody;
  #iterator: BodyIterator | null = null;
  #isDone = false;

  constructor(body: RequestBody, trailers: readonly string[] | null) {
    this.#body = body;
    this.#trailers = trailers;
  }

  get trailers(): readonly string[] | null {
    return this.#isDone ? this.#trailers : null;
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#isDone) return null;
    this.#iterator ??= this.#body.open();
    const { done, value } = await this.#iterator.next();
    if (done === true) {
      this.#isDone = true;
      return null;
    }
    this.bytesReceived += value.length;
    return value;
  }

  all(): Promise<Uint8Array> {
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      const value = await this.next();
      return value === null ? { done: true, value: undefined } : { done: false, value };
    };
    return collectChunks({ next });
  }

  cancel(reason?: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    // Whoever makes the body is told to stop; what it has to say about that concerns nobody any more.
    const stopped = this.#iterator === null ? this.#body.cancel?.(reason) : this.#iterator.return?.();
    Promise.resolve(stopped).catch(() => {});
  }
}
