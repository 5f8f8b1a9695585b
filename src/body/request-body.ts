import { StreamConsumed } from '../errors/stream-consumed.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';

/** Gives the octets of a body in chunks that are never empty. */
export type BodyIterator = AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

/** A piece of a body that is read without waiting; a blob stands for its octets, which whoever sends it can wait for. */
export type SyncPiece = Uint8Array | Blob;

/**
 * The content of a request, ready to be sent.
 *
 * Whoever opens a body must either read it to its end or call `return()` of the iterator, also while a chunk is
 * awaited: that cancels a web stream, destroys a Node.js stream and lets a generator run its `finally`. A body that
 * will not be opened at all is let go with {@link cancel}.
 */
export interface RequestBody {
  /** The whole content if it is in memory, else `null`. It is the caller's memory, not a copy: do not write to it. */
  readonly bytes: Uint8Array | null;
  /** Exact number of octets, `null` if unknown. A source may break its word; the transport counts. */
  readonly length: number | null;
  /** Whether {@link open} may be called again and yields the same octets: needed for redirects, retries and auth. */
  readonly replayable: boolean;
  /** What the body is, for messages: `a one-shot async iterable`, `a Blob of 12 bytes`. Never its content. */
  readonly description: string;
  /**
   * Starts at the first octet.
   *
   * @throws StreamConsumed on the second call if the body is not {@link replayable}
   */
  open(): BodyIterator;
  /**
   * As {@link open}, for a reader that cannot wait. Absent if the octets come in time only.
   *
   * @throws UnsupportedOption, here or from `next()`, if it turns out only now that they do
   */
  openSync?(): Iterator<SyncPiece>;
  /**
   * Releases what an unopened body holds (a stream, a generator); it cannot be opened afterwards. Absent if there is
   * nothing to release. After {@link open} use `return()` of the iterator.
   */
  cancel?(reason?: unknown): Promise<void>;
}

/** A body whose octets are in memory. They are not copied, so they must not change until the request has ended. */
export function bytesBody(bytes: Uint8Array): RequestBody {
  return new BytesBody(bytes);
}

/** The iterator of a body for a reader that cannot wait. */
export function openSync(body: RequestBody): Iterator<SyncPiece> {
  if (body.openSync !== undefined) return body.openSync();
  throw mustWait(body.description);
}

/** The error for a body whose octets come in time only, where nobody can wait for them. */
export function mustWait(description: string): UnsupportedOption {
  return new UnsupportedOption('sync', {
    option: 'content',
    reason:
      `${description} comes in time, and a client that blocks cannot wait for it. Pass a string, bytes, ` +
      'a Blob (fs.openAsBlob() for a file), a FileHandle, or a synchronous iterable or generator.',
  });
}

/** The error for a source that has been read or given away already, with what to do about it. */
export function alreadyRead(description: string, state = 'has been read already'): StreamConsumed {
  return new StreamConsumed(
    `The request body is ${description} that ${state}, so it cannot be sent (again). ` +
      'Pass bytes or a string, or a function that makes the content anew each time: content: () => makeContent()',
  );
}

class BytesBody implements RequestBody {
  readonly bytes: Uint8Array;
  readonly replayable = true;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.byteLength;
  }

  get description(): string {
    return byteCount(this.bytes.byteLength);
  }

  open(): Iterator<Uint8Array> {
    return (this.bytes.byteLength === 0 ? [] : [this.bytes])[Symbol.iterator]();
  }

  openSync(): Iterator<Uint8Array> {
    return this.open();
  }
}

/** Tells a source that no more is wanted of it. How it takes that, at once or later, is its own affair. */
export function closeQuietly(iterator: BodyIterator | null, reason?: unknown): void {
  try {
    Promise.resolve(iterator?.return?.(reason)).catch(() => {});
  } catch {
    // The same for a source that says it at once.
  }
}

/** `1 byte`, `12 bytes`. */
export function byteCount(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
