import type { ResponseContext } from '../message/response-head.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { ResponseBody } from '../transport/response-body.ts';
import type { SyncSource } from './sync-source.ts';

/** A response that has come to its end, whatever that is, before anybody looks at it. */
export class ArrivedResponse implements SyncSource {
  readonly #body: ResponseBody;
  #context: ResponseContext | null = null;
  #failure: { readonly error: unknown } | null = null;
  #isTaken = false;

  constructor(body: ResponseBody) {
    this.#body = body;
  }

  readonly resolve = ({ context }: StreamResponse): void => {
    this.#context = context;
  };

  readonly reject = (error: unknown): void => {
    this.#failure = { error };
  };

  /** The head. Throws why there is none. */
  get head(): ResponseContext {
    if (this.#failure !== null) throw this.#failure.error;
    return this.#context!;
  }

  get bytesReceived(): number {
    return this.#body.bytesReceived;
  }

  get trailers(): readonly string[] | null {
    return this.#body.trailers;
  }

  whole(): Uint8Array | null {
    const { failure } = this.#body;
    if (failure !== null) throw failure.cause;
    if (this.#isTaken) return null;
    this.#isTaken = true;
    // The end has come, so there is nothing to wait for.
    return this.#body.all() as Uint8Array;
  }

  next(): Uint8Array | null {
    const bytes = this.whole();
    return bytes === null || bytes.length === 0 ? null : bytes;
  }

  cancel(): void {
    this.#isTaken = true;
  }
}
