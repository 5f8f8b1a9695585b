import { AsyncChunks, SyncChunks } from './body-chunks.ts';
import { alreadyRead, type BodyIterator, type RequestBody } from './request-body.ts';

/**
 * A body of the chunks of an iterable. An iterable that makes a new iterator each time (an array, an object with a
 * generator method) can be sent again; one that is its own iterator (a generator) cannot.
 */
export function iterableBody(iterable: Iterable<unknown>): RequestBody {
  return new SyncIterableBody(
    () => iterable[Symbol.iterator](),
    (source) => new SyncChunks(source),
    iterable,
    'iterable',
  );
}

/** As {@link iterableBody}, for chunks that come in time. */
export function asyncIterableBody(iterable: AsyncIterable<unknown>): RequestBody {
  return new IterableBody<AsyncIterator<unknown>>(
    () => iterable[Symbol.asyncIterator](),
    (source) => new AsyncChunks(source),
    iterable,
    'async iterable',
  );
}

class IterableBody<Source extends Iterator<unknown> | AsyncIterator<unknown>> implements RequestBody {
  readonly bytes = null;
  readonly length = null;
  readonly replayable: boolean;
  readonly description: string;
  readonly #make: () => Source;
  readonly #read: (source: Source) => BodyIterator;
  /** The iterator that told whether the iterable is its own. The first opening uses it: making one may have effects. */
  #first: Source | null;
  #latest: Source;
  #isCancelled = false;

  constructor(make: () => Source, read: (source: Source) => BodyIterator, iterable: object, kind: string) {
    this.#make = make;
    this.#read = read;
    this.#latest = make();
    this.#first = this.#latest;
    this.replayable = (this.#latest as object) !== iterable;
    this.description = this.replayable ? `an ${kind}` : `a one-shot ${kind}`;
  }

  open(): BodyIterator {
    if (this.#isCancelled) throw alreadyRead(this.description, 'has been cancelled');
    if (this.#first !== null) {
      this.#first = null;
      return this.#read(this.#latest);
    }
    if (!this.replayable) throw alreadyRead(this.description);
    const source = this.#make();
    // Some make one iterator and keep it, as readline does: a second pass would be silently empty.
    if (source === this.#latest) throw alreadyRead(this.description);
    this.#latest = source;
    return this.#read(source);
  }

  async cancel(): Promise<void> {
    if (this.#first === null) return;
    this.#first = null;
    this.#isCancelled = true;
    await this.#latest.return?.();
  }
}

class SyncIterableBody extends IterableBody<Iterator<unknown>> {
  openSync(): Iterator<Uint8Array> {
    return this.open() as Iterator<Uint8Array>;
  }
}
