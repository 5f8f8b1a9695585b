import { DONE } from './body-chunks.ts';
import { isPromise } from './is-promise.ts';
import { type BodyIterator, mustWait, openSync, type RequestBody, type SyncPiece } from './request-body.ts';

/**
 * A body that is made anew by a function each time it is opened. The function runs when the first chunk is asked
 * for, so a file is opened only when there is a connection to send it over.
 *
 * @param make makes the body, perhaps in time; what it throws fails the request
 */
export function factoryBody(make: () => RequestBody | Promise<RequestBody>): RequestBody {
  return {
    bytes: null,
    length: null,
    replayable: true,
    description: 'a body made by a function',
    open: () => new FactoryChunks(make),
    openSync: () => makeAtOnce(make),
  };
}

/** Makes the body when its first piece is asked for, as the other way does. */
function* makeAtOnce(make: () => RequestBody | Promise<RequestBody>): Generator<SyncPiece, void, void> {
  const body = make();
  if (isPromise(body)) {
    // What becomes of it concerns nobody any more.
    Promise.resolve(body)
      .then((late) => late.cancel?.())
      .catch(() => {});
    throw mustWait('what the function returns');
  }
  const iterator = openSync(body);
  let hasEnded = false;
  try {
    for (let step = iterator.next(); step.done !== true; step = iterator.next()) yield step.value;
    hasEnded = true;
  } finally {
    if (!hasEnded) iterator.return?.();
  }
}

class FactoryChunks implements AsyncIterator<Uint8Array> {
  readonly #make: () => RequestBody | Promise<RequestBody>;
  #iterator: BodyIterator | null = null;
  #ended = false;

  constructor(make: () => RequestBody | Promise<RequestBody>) {
    this.#make = make;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#ended) return DONE;
    if (this.#iterator === null) {
      const body = await this.#make();
      if (this.#ended) {
        await body.cancel?.();
        return DONE;
      }
      this.#iterator = body.open();
    }
    return this.#iterator.next();
  }

  async return(reason?: unknown): Promise<IteratorResult<Uint8Array>> {
    this.#ended = true;
    await this.#iterator?.return?.(reason);
    return DONE;
  }
}
