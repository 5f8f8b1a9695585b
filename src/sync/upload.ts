import { alreadyRead, mustWait, openSync, type RequestBody, type SyncPiece } from '../body/request-body.ts';
import { Transfer } from './worker-thread.ts';

/** Octets that are handed over at once. */
const PIECE = 262_144;

/** Bodies whose reading has begun. */
const sent = new WeakSet<RequestBody>();

/** A piece of a body as the worker gets it. */
export type UploadPiece = { readonly bytes: Uint8Array } | { readonly blob: Blob } | null;

/** A body that is read, piece by piece, as the worker asks for it. */
export class Upload {
  readonly #body: RequestBody;
  #iterator: Iterator<SyncPiece> | null = null;
  /** What is left of the last piece. */
  #rest: Uint8Array | null = null;

  /**
   * @throws UnsupportedOption for a body that has to be waited for, StreamConsumed for one that has been sent and cannot
   * be again: before anything of the request goes out
   */
  constructor(body: RequestBody) {
    if (body.openSync === undefined && body.bytes === null) throw mustWait(body.description);
    if (!body.replayable && sent.has(body)) throw alreadyRead(body.description);
    this.#body = body;
  }

  /** The next piece, or null at the end. @param isFirst the worker begins with the body, perhaps once more */
  pull(isFirst: boolean): Transfer | UploadPiece {
    if (isFirst) {
      this.release();
      sent.add(this.#body);
      this.#iterator = openSync(this.#body);
    }
    let octets = this.#rest;
    if (octets === null) {
      const { done, value } = this.#iterator!.next();
      if (done === true) {
        this.#iterator = null;
        return null;
      }
      if (!(value instanceof Uint8Array)) return { blob: value };
      octets = value;
    }
    this.#rest = octets.length > PIECE ? octets.subarray(PIECE) : null;
    // A copy, because the memory goes to the worker and the piece is its owner's.
    const bytes = new Uint8Array(octets.subarray(0, PIECE));
    return new Transfer({ bytes }, [bytes.buffer]);
  }

  /** The worker has no use for the rest. */
  release(): void {
    const iterator = this.#iterator;
    this.#iterator = null;
    this.#rest = null;
    try {
      iterator?.return?.();
    } catch {
      // The request is over or begins anew; what a source says about its end is its own affair.
    }
  }
}
