import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DONE } from './body-chunks.ts';
import { alreadyRead, byteCount, type RequestBody } from './request-body.ts';

/** An open file of `node:fs/promises`. */
export interface FileHandleLike {
  readonly fd: number;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ readonly bytesRead: number }>;
  stat(): Promise<unknown>;
}

/** Octets asked of a file at once: the size that Node's own file streams use. */
const CHUNK_SIZE = 64 * 1024;

export function isFileHandle(value: object): value is FileHandleLike {
  const handle = value as Partial<FileHandleLike>;
  return (
    typeof handle.fd === 'number' && typeof handle.read === 'function' && typeof handle.stat === 'function'
  );
}

/**
 * A body that sends an open file from its first octet, whatever was read from the handle before. A regular file has
 * the length that it has now and is read by positions, so it can be sent again; a pipe or a device is one-shot.
 *
 * The handle stays open: it belongs to the caller, who closes it when the request has ended.
 */
export function fileHandleBody(handle: FileHandleLike): RequestBody {
  if (handle.fd < 0) throw new InvalidArgument('content: the FileHandle is closed; open the file again');
  const stats = process.getBuiltinModule('node:fs').fstatSync(handle.fd);
  if (stats.isFile()) {
    const { size } = stats;
    return {
      bytes: null,
      length: size,
      replayable: true,
      description: `a file of ${byteCount(size)}`,
      open: () => new FileChunks(handle, size),
      openSync: () => readAtOnce(handle.fd, size),
    };
  }
  const description = 'a file handle of a pipe or device';
  let opened = false;
  return {
    bytes: null,
    length: null,
    replayable: false,
    description,
    open() {
      if (opened) throw alreadyRead(description);
      opened = true;
      return new FileChunks(handle, null);
    },
  };
}

function* readAtOnce(fd: number, size: number): Generator<Uint8Array, void, void> {
  const { readSync } = process.getBuiltinModule('node:fs');
  for (let position = 0; position < size;) {
    const buffer = new Uint8Array(Math.min(CHUNK_SIZE, size - position));
    const bytesRead = readSync(fd, buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

class FileChunks implements AsyncIterator<Uint8Array> {
  readonly #handle: FileHandleLike;
  /** Octets to read, `null` for up to the end without positions. */
  readonly #size: number | null;
  #position = 0;
  #ended = false;

  constructor(handle: FileHandleLike, size: number | null) {
    this.#handle = handle;
    this.#size = size;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const wanted = this.#size === null ? CHUNK_SIZE : Math.min(CHUNK_SIZE, this.#size - this.#position);
    if (this.#ended || wanted <= 0) return DONE;
    const buffer = new Uint8Array(wanted);
    const { bytesRead } = await this.#handle.read(
      buffer,
      0,
      wanted,
      this.#size === null ? null : this.#position,
    );
    this.#position += bytesRead;
    if (bytesRead > 0 && !this.#ended) return { done: false, value: buffer.subarray(0, bytesRead) };
    this.#ended = true;
    return DONE;
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#ended = true;
    return Promise.resolve(DONE);
  }
}
