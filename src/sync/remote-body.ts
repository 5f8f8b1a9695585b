import { blobBody } from '../body/blob-body.ts';
import { DONE } from '../body/body-chunks.ts';
import type { BodyIterator, RequestBody } from '../body/request-body.ts';
import type { Caller } from './caller.ts';
import type { PortableBody } from './protocol.ts';
import type { UploadPiece } from './upload.ts';

/** The body of a request that a thread holds which blocks; it is asked for the pieces. */
export class RemoteBody implements RequestBody {
  readonly bytes: Uint8Array | null;
  readonly length: number | null;
  readonly replayable: boolean;
  readonly description: string;
  readonly #caller: Caller;
  /** The exchange that it belongs to. */
  readonly from: number;

  constructor(caller: Caller, from: number, { bytes, length, replayable, description }: PortableBody) {
    this.bytes = bytes;
    this.length = length;
    this.replayable = replayable;
    this.description = description;
    this.#caller = caller;
    this.from = from;
  }

  open(): BodyIterator {
    const { bytes } = this;
    return bytes === null
      ? new RemoteChunks(this.#caller, this.from)
      : (bytes.length === 0 ? [] : [bytes])[Symbol.iterator]();
  }
}

/** Pieces of octets that another thread has. */
export class RemoteChunks implements AsyncIterator<Uint8Array> {
  readonly #caller: Caller;
  readonly #from: number;
  #isOpen = false;
  #isOver = false;
  #blob: BodyIterator | null = null;

  constructor(caller: Caller, from: number) {
    this.#caller = caller;
    this.#from = from;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      if (this.#blob !== null) {
        const chunk = await this.#blob.next();
        if (chunk.done !== true) return chunk;
        this.#blob = null;
      }
      if (this.#isOver) return DONE;
      const isFirst = !this.#isOpen;
      this.#isOpen = true;
      const piece = (await this.#caller.ask(this.#from, 'pull', isFirst)) as UploadPiece;
      if (piece === null) {
        this.#isOver = true;
        return DONE;
      }
      if ('bytes' in piece) return { done: false, value: piece.bytes };
      this.#blob = blobBody(piece.blob).open();
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#blob = null;
    if (this.#isOpen && !this.#isOver) this.#caller.tell(this.#from, 'release');
    this.#isOver = true;
    return DONE;
  }
}
