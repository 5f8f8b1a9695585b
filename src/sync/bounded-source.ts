import { checkBounds } from '../client/bounded.ts';
import type { Request } from '../message/request.ts';
import type { TransportContext } from '../transport/transport.ts';
import type { SyncSource } from './sync-source.ts';
import { SyncStreamResponse } from './sync-stream-response.ts';

/** The same response, with a content that fails when the signal or the deadline says so. */
export function boundedBody(
  response: SyncStreamResponse,
  request: Request,
  context: TransportContext,
): SyncStreamResponse {
  const isBounded = context.signal !== null || context.totalDeadline !== null;
  // What has been read, or given up, cannot keep anybody waiting.
  if (!isBounded || response.isClosed) return response;
  const source = new BoundedSource(response, request, context);
  return new SyncStreamResponse(response.status, null, { context: response.context, source });
}

class BoundedSource implements SyncSource {
  readonly #response: SyncStreamResponse;
  readonly #request: Request;
  readonly #context: TransportContext;
  #chunks: Generator<Uint8Array, void, void> | null = null;
  #hasEnded = false;

  constructor(response: SyncStreamResponse, request: Request, context: TransportContext) {
    this.#response = response;
    this.#request = request;
    this.#context = context;
  }

  get bytesReceived(): number {
    return this.#response.bytesReceived;
  }

  get trailers(): readonly string[] | null {
    return this.#hasEnded ? this.#response.trailers.wire : null;
  }

  next(): Uint8Array | null {
    if (this.#hasEnded) return null;
    this.#check();
    this.#chunks ??= this.#response.iterRaw();
    const { done, value } = this.#chunks.next();
    this.#check();
    if (done !== true) return value;
    this.#hasEnded = true;
    return null;
  }

  whole(): null {
    return null;
  }

  cancel(reason?: unknown): void {
    this.#response.cancel(reason);
  }

  #check(): void {
    try {
      checkBounds(this.#request, this.#context);
    } catch (error) {
      this.#response.cancel(error);
      throw error;
    }
  }
}
