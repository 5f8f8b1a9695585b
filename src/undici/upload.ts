import { type BodyIterator, closeQuietly, type RequestBody } from '../body/request-body.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import type { Request } from '../message/request.ts';
import type { Framing } from '../transport/framing.ts';

/** Octets that are handed over at once, so that progress can be seen within one large chunk. */
const PIECE = 65_536;

/** Who wants to know how the upload goes. */
export interface UploadEvents {
  /** What was handed over has been taken; now the source has to give some. */
  onWanted(bytes: number): void;
  /** A piece has been handed over; now the peer has to take it. */
  onGiven(): void;
  onDone(bytes: number): void;
  /** The source failed, or did not give as much as was announced. */
  onSourceError(error: unknown): void;
}

/**
 * The body of a request in a form that undici reads at the pace of the connection, so that its progress can be
 * watched, which is not possible for octets that undici is given in one piece.
 */
export class Upload {
  readonly #body: RequestBody;
  readonly #framing: Framing;
  readonly #request: Request;
  readonly #events: UploadEvents;
  #current: UploadChunks | null = null;
  #isStopped = false;

  constructor(body: RequestBody, framing: Framing, request: Request, events: UploadEvents) {
    this.#body = body;
    this.#framing = framing;
    this.#request = request;
    this.#events = events;
  }

  get length(): number {
    return this.#framing.length;
  }

  /** The chunks from the first one on; an interceptor that repeats the request asks again. */
  open(): UploadChunks {
    this.#current?.close();
    this.#current = new UploadChunks(this, this.#events, this.#body);
    if (this.#isStopped) this.#current.close();
    return this.#current;
  }

  /** Ends the upload where it is and closes the source, if it has been opened. What is asked for later fails. */
  stop(): void {
    this.#isStopped = true;
    this.#current?.close();
  }

  mismatch(reason: string): LocalProtocolError {
    return new LocalProtocolError({ reason, request: this.#request, phase: 'write' });
  }
}

/** One pass over the body. */
export class UploadChunks implements AsyncIterableIterator<Uint8Array> {
  readonly #upload: Upload;
  readonly #events: UploadEvents;
  readonly #body: RequestBody;
  #source: BodyIterator | null = null;
  #isClosed = false;
  #rest: Uint8Array | null = null;
  #bytes = 0;

  constructor(upload: Upload, events: UploadEvents, body: RequestBody) {
    this.#upload = upload;
    this.#events = events;
    this.#body = body;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    try {
      this.#checkOpen();
      this.#events.onWanted(this.#bytes);
      this.#checkOpen();
      if (this.#rest === null) {
        this.#source ??= this.#body.open();
        const { done, value } = await this.#source.next();
        this.#checkOpen();
        if (done === true) return this.#finish();
        this.#check(value.length);
        this.#rest = value;
      }
      const rest = this.#rest;
      const piece = rest.length <= PIECE ? rest : rest.subarray(0, PIECE);
      this.#rest = rest.length <= PIECE ? null : rest.subarray(PIECE);
      this.#bytes += piece.length;
      this.#events.onGiven();
      return { done: false, value: piece };
    } catch (error) {
      if (!this.#isClosed) {
        this.#events.onSourceError(error);
        this.close();
      }
      throw error;
    }
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rest = null;
    const source = this.#source;
    this.#source = null;
    closeQuietly(source);
  }

  /** To whoever asks on, an end would look like a complete body. */
  #checkOpen(): void {
    if (this.#isClosed) throw new Error('the upload has been stopped');
  }

  #check(length: number): void {
    const announced = this.#upload.length;
    if (announced === -1 || this.#bytes + length <= announced) return;
    throw this.#upload.mismatch(`too much data for declared Content-Length: more than ${announced} bytes`);
  }

  #finish(): IteratorResult<Uint8Array> {
    const announced = this.#upload.length;
    if (announced !== -1 && this.#bytes < announced) {
      throw this.#upload.mismatch(
        `too little data for declared Content-Length: ${this.#bytes} of ${announced} bytes`,
      );
    }
    this.#source = null;
    this.#isClosed = true;
    this.#events.onDone(this.#bytes);
    return { done: true, value: undefined };
  }
}

/** A body that undici may read at most as often as its source allows. */
export class UploadIterable implements AsyncIterable<Uint8Array> {
  readonly #upload: Upload;

  constructor(upload: Upload) {
    this.#upload = upload;
  }

  [Symbol.asyncIterator](): UploadChunks {
    return this.#upload.open();
  }
}

/**
 * A body of known length that can be read again. As a `Blob` it is repeated by the interceptors for redirects and
 * retries, which take every iterable for one that is used up.
 */
export class UploadBlob extends Blob {
  override readonly size: number;
  readonly #upload: Upload;

  constructor(upload: Upload, size: number) {
    super([]);
    this.#upload = upload;
    this.size = size;
  }

  /** Read as an iterable, which is all that undici asks for. */
  override stream(): ReturnType<Blob['stream']> {
    return this.#upload.open() as AsyncIterable<Uint8Array> as ReturnType<Blob['stream']>;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    let length = 0;
    for await (const chunk of this.#upload.open()) {
      bytes.set(chunk, length);
      length += chunk.length;
    }
    return bytes.buffer;
  }
}
