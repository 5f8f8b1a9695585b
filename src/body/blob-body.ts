import { DONE } from './body-chunks.ts';
import { byteCount, type RequestBody } from './request-body.ts';

/** A `Blob` or `File` of the platform or of a package that imitates it. */
export interface BlobLike {
  /** In octets. */
  readonly size: number;
  /** Media type, `''` if unknown. */
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Octets asked of a blob at once. A larger step is no faster for blobs in memory or on disk, a smaller one is slower. */
const CHUNK_SIZE = 256 * 1024;

export function isBlob(value: object): value is BlobLike {
  const blob = value as Partial<BlobLike>;
  return (
    typeof blob.size === 'number' &&
    typeof blob.type === 'string' &&
    typeof blob.slice === 'function' &&
    typeof blob.arrayBuffer === 'function'
  );
}

/** A body that reads a blob in bounded chunks, as often as asked. */
export function blobBody(blob: BlobLike): RequestBody {
  const { size } = blob;
  const body: RequestBody = {
    bytes: null,
    length: size,
    replayable: true,
    description: `a Blob of ${byteCount(size)}`,
    open: () => new BlobChunks(blob, size),
  };
  // One of a package that imitates the platform's cannot be read anywhere else.
  return blob instanceof Blob ? { ...body, openSync: () => [blob][Symbol.iterator]() } : body;
}

class BlobChunks implements AsyncIterator<Uint8Array> {
  readonly #blob: BlobLike;
  readonly #size: number;
  #position = 0;

  constructor(blob: BlobLike, size: number) {
    this.#blob = blob;
    this.#size = size;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const start = this.#position;
    if (start >= this.#size) return DONE;
    this.#position = Math.min(start + CHUNK_SIZE, this.#size);
    const value = new Uint8Array(await this.#blob.slice(start, this.#position).arrayBuffer());
    return value.byteLength === 0 ? DONE : { done: false, value };
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#position = this.#size;
    return Promise.resolve(DONE);
  }
}
