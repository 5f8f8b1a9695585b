import type { DecodeOptions } from '../body/content-coding.ts';
import type { Fail } from '../body/fail.ts';
import type { RequestBody, SyncPiece } from '../body/request-body.ts';
import { mustWait, openSync } from '../body/request-body.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import type { Claimable } from '../message/claimed-body.ts';

/** Where a response of a client that blocks gets its body from, as octets of the wire. One consumer, once. */
export interface SyncSource extends Claimable {
  /** The next piece, or null at the end. Throws if the body cannot be had whole. */
  next(): Uint8Array | null;
  /** All of it, if it is in memory already; else null. */
  whole(): Uint8Array | null;
  /** The rest with its content codings undone, by whoever holds the octets; else null. */
  decoded?(codings: readonly string[], options: DecodeOptions, fail: Fail): SyncSource | null;
}

/** A body that is in memory. */
export class BytesSource implements SyncSource {
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

  next(): Uint8Array | null {
    const bytes = this.#take();
    this.#hasEnded = bytes.length === 0;
    return this.#hasEnded ? null : bytes;
  }

  whole(): Uint8Array {
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

/** A body that is made by a program: of a mock, of a middleware. */
export class IteratedSource implements SyncSource {
  bytesReceived = 0;
  readonly #trailers: readonly string[] | null;
  readonly #body: RequestBody;
  #iterator: Iterator<SyncPiece> | null = null;
  #hasEnded = false;
  /** Why nothing more is to come, unless that is the end. */
  #failure: { readonly error: unknown } | null = null;

  constructor(body: RequestBody, trailers: readonly string[] | null) {
    this.#body = body;
    this.#trailers = trailers;
  }

  get trailers(): readonly string[] | null {
    return this.#hasEnded ? this.#trailers : null;
  }

  next(): Uint8Array | null {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#hasEnded) return null;
    try {
      this.#iterator ??= openSync(this.#body);
      const { done, value } = this.#iterator.next();
      if (done === true) {
        this.#hasEnded = true;
        return null;
      }
      if (!(value instanceof Uint8Array)) throw mustWait(this.#body.description);
      this.bytesReceived += value.length;
      return value;
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  whole(): null {
    return null;
  }

  cancel(reason?: unknown): void {
    if (this.#hasEnded || this.#failure !== null) return;
    this.#failure = { error: new StreamClosed('The response was closed while its content was being made.') };
    try {
      // Whoever makes the body is told to stop; what it has to say about that concerns nobody any more.
      if (this.#iterator === null) this.#body.cancel?.(reason).catch(ignore);
      else this.#iterator.return?.(reason);
    } catch {
      // The same for one that says it at once.
    }
  }
}

const NOTHING = new Uint8Array(0);

function ignore(): void {}
