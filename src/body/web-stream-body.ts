import { AsyncChunks, DONE } from './body-chunks.ts';
import { alreadyRead, type RequestBody } from './request-body.ts';

/** A web `ReadableStream` of bytes or strings. */
export interface ReadableStreamLike {
  readonly locked: boolean;
  getReader(): unknown;
  cancel(reason?: unknown): Promise<void>;
}

/** Under this registered symbol Node's web streams tell whether anybody has read from them. */
const DISTURBED: unique symbol = Symbol.for('nodejs.stream.disturbed');

export interface ReadableWebStream extends ReadableStreamLike {
  readonly [DISTURBED]?: unknown;
  getReader(): Reader;
}

interface Reader {
  read(): Promise<IteratorResult<unknown>>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

const DESCRIPTION = 'a web ReadableStream';

export function isWebStream(value: object): value is ReadableWebStream {
  const stream = value as Partial<ReadableStreamLike>;
  return (
    typeof stream.getReader === 'function' &&
    typeof stream.cancel === 'function' &&
    typeof stream.locked === 'boolean'
  );
}

/**
 * A one-shot body that takes what is left in a web stream.
 *
 * @throws StreamConsumed if the stream is locked; on reading, if it was read to its end before
 */
export function webStreamBody(stream: ReadableWebStream): RequestBody {
  assertUnlocked(stream);
  let opened = false;
  return {
    bytes: null,
    length: null,
    replayable: false,
    description: DESCRIPTION,
    open() {
      if (opened) throw alreadyRead(DESCRIPTION);
      assertUnlocked(stream);
      opened = true;
      return new AsyncChunks(new ReaderSource(stream));
    },
    async cancel(reason) {
      if (opened) return;
      opened = true;
      if (!stream.locked) await stream.cancel(reason);
    },
  };
}

function assertUnlocked(stream: ReadableWebStream): void {
  if (stream.locked) throw alreadyRead(DESCRIPTION, 'is locked to another reader');
}

class ReaderSource implements AsyncIterator<unknown> {
  readonly #reader: Reader;
  /** Somebody read from the stream before: if nothing is left, the body would be empty without anybody's intent. */
  #mayBeSpent: boolean;

  constructor(stream: ReadableWebStream) {
    this.#mayBeSpent = stream[DISTURBED] === true;
    this.#reader = stream.getReader();
  }

  async next(): Promise<IteratorResult<unknown>> {
    const result = await this.#reader.read();
    if (result.done === true) {
      this.#reader.releaseLock();
      if (this.#mayBeSpent) throw alreadyRead(DESCRIPTION);
    }
    this.#mayBeSpent = false;
    return result;
  }

  async return(reason?: unknown): Promise<IteratorResult<unknown>> {
    await this.#reader.cancel(reason);
    return DONE;
  }
}
