import type { Stats } from 'node:fs';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { AsyncChunks, DONE } from './body-chunks.ts';
import { describeValue } from './describe-value.ts';
import { alreadyRead, type RequestBody } from './request-body.ts';

/** The parts of a Node.js `Readable`, of Node or of the package `readable-stream`, that are used here. */
export interface NodeStreamLike {
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  pipe: unknown;
  destroy?(error?: Error): unknown;
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
  readonly readableEnded?: boolean;
  readonly readableLength?: number;
  readonly readableEncoding?: string | null;
  [Symbol.asyncIterator]?(): AsyncIterator<unknown>;
}

/** What a file stream of `node:fs` has beyond that, some of it undocumented but there in every version. */
interface FileStreamLike extends NodeStreamLike {
  readonly path?: string | Buffer | null;
  /** `null` until the file is open. */
  readonly fd: number | null;
  /** Only set if the stream opens the file itself. */
  readonly flags?: string;
  readonly start?: number;
  readonly end?: number;
  readonly bytesRead: number;
  readonly readableLength: number;
}

export function isNodeStream(value: object): value is NodeStreamLike {
  const stream = value as Partial<NodeStreamLike>;
  return typeof stream.pipe === 'function' && typeof stream.on === 'function';
}

/**
 * A one-shot body that takes what is left in a Node.js stream. The length is known for a file.
 *
 * @throws InvalidArgument if the stream cannot be read as an async iterable; StreamConsumed if it has ended
 */
export function nodeStreamBody(stream: NodeStreamLike): RequestBody {
  if (typeof stream[Symbol.asyncIterator] !== 'function') {
    throw new InvalidArgument(
      `content: ${describeValue(stream)} is not a readable stream of the current kind; ` +
        'pass a Readable, for a stream of the old kind new Readable().wrap(stream)',
    );
  }
  const description = describe(stream);
  assertReadable(stream, description);
  // A file that cannot be opened fails at once, perhaps before anybody reads: without a listener that would end the
  // process. The error is not lost, the iterator of a failed stream throws it.
  stream.on('error', ignore);
  let opened = false;
  return {
    bytes: null,
    length: remainingLength(stream),
    replayable: false,
    description,
    open() {
      if (opened) throw alreadyRead(description);
      assertReadable(stream, description);
      opened = true;
      return new AsyncChunks(new StreamSource(stream));
    },
    async cancel() {
      if (opened) return;
      opened = true;
      stream.destroy?.();
    },
  };
}

/** The path of a file stream, for naming a part of a multipart body. */
export function fileStreamPath(stream: NodeStreamLike): string | null {
  if (!isFileStream(stream)) return null;
  const { path } = stream;
  return path == null ? null : String(path);
}

function ignore(): void {}

function describe(stream: NodeStreamLike): string {
  const path = fileStreamPath(stream);
  return path === null ? `a Node.js stream (${describeValue(stream)})` : `a file stream of '${path}'`;
}

function assertReadable(stream: NodeStreamLike, description: string): void {
  if (stream.readableEnded === true) throw alreadyRead(description);
  if (stream.destroyed === true && stream.errored == null)
    throw alreadyRead(description, 'has been destroyed');
}

function isFileStream(stream: NodeStreamLike): stream is FileStreamLike {
  return stream instanceof process.getBuiltinModule('node:fs').ReadStream;
}

/**
 * Octets that a file stream will still give: from `start` to `end` or the end of the file, less what somebody has
 * taken already. `null` if that is not known: for anything but a regular file, for text (the octets are decoded and
 * encoded again), and for a descriptor without `start`, whose position the system does not tell.
 */
function remainingLength(stream: NodeStreamLike): number | null {
  if (!isFileStream(stream) || stream.readableEncoding != null) return null;
  const { bytesRead, fd, flags, path, start, end } = stream;
  if (start === undefined && flags === undefined) return null;
  const { fstatSync, statSync } = process.getBuiltinModule('node:fs');
  let stats: Stats | undefined;
  if (fd !== null) stats = fstatSync(fd);
  else if (path != null) stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return null;
  const first = start ?? 0;
  const afterLast = Math.min(stats.size, (end ?? Number.POSITIVE_INFINITY) + 1);
  return Math.max(0, afterLast - first - (bytesRead - stream.readableLength));
}

class StreamSource implements AsyncIterator<unknown> {
  readonly #stream: NodeStreamLike;
  readonly #iterator: AsyncIterator<unknown>;

  constructor(stream: NodeStreamLike) {
    this.#stream = stream;
    this.#iterator = stream[Symbol.asyncIterator]!();
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#iterator.next();
  }

  async return(): Promise<IteratorResult<unknown>> {
    // The iterator's own return() waits for a chunk that is awaited, and destroys nothing before the first one.
    this.#stream.destroy?.();
    await this.#iterator.return?.();
    return DONE;
  }
}
