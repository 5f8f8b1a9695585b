import type { Request } from '../message/request.ts';
import type { ResponseContext } from '../message/response-head.ts';
import type { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import type { Headers } from '../models/headers.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { Mounts } from '../transport/mounts.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import { type Bounds, bounded, carryBounded } from './bounded.ts';
import { discard } from './discard.ts';
import { type Middleware, throughLayer } from './middleware.ts';
import type { Pauses } from './pause.ts';
import { type Download, ResumingSource } from './resuming-source.ts';
import { runAsync, type Steps } from '../body/steps.ts';

/** What the policy needs of a response whose content may still be on its way. */
export interface Streamed {
  readonly status: number;
  readonly headers: Headers;
  readonly history: readonly Response[];
  readonly hasRedirectLocation: boolean;
  readonly isSuccess: boolean;
  readonly context: ResponseContext;
  read(): Promise<Response> | Response;
  cancel(reason?: unknown): Promise<void> | void;
  onceClosed(callback: () => void): void;
  readonly isClosed: boolean;
  readonly trailers: Headers;
  iterRaw(): AsyncGenerator<Uint8Array, void, void> | Generator<Uint8Array, void, void>;
}

/** Where a client that waits and one that blocks differ. All other policy is one code for both. */
export interface SendMode<R extends Streamed> {
  /** Nothing can be waited for: what steps yield has to be there already. */
  readonly isBlocking: boolean;
  run<T>(steps: Steps<T>): Promise<T> | T;
  /**
   * Has the transport for its URL carry a request.
   *
   * @param isWatched functions of the program look at the response before its content is read
   */
  carry(request: Request, context: TransportContext, isWatched: boolean): Promise<R> | R;
  /** Sends a request through a middleware to what is below it. */
  through(
    layer: Middleware,
    request: Request,
    below: (request: Request) => Steps<R>,
    context: TransportContext,
  ): Promise<R> | R;
  /**
   * Holds steps in which functions of the program take part to the limits of the request.
   *
   * @param onGivenUp called with the error if they are not waited for any longer
   */
  bound(
    steps: Steps<R>,
    request: Request,
    context: TransportContext,
    onGivenUp: (error: Error) => void,
  ): Promise<R> | R;
  /** Waits before a request is sent again. Fails as the limits have it. */
  readonly pause: (delayMs: number, request: Request, context: Bounds) => Promise<void> | void;
  /** Gets rid of a response that nobody wants, so that its connection can be used again. */
  readonly discard: (response: R) => Promise<void> | void;
  /** The response with a content that is continued when it breaks off. */
  withDownload(response: R, download: Download<R>): R;
  /** Reads a streamed body of a request into memory. */
  readBody(request: Request): unknown;
  /**
   * Looks at what a function of the program gave.
   *
   * @param what the option that the function was
   * @throws UnsupportedOption if it would have to be waited for and cannot be
   */
  checkResult(what: string, value: unknown): void;
}

/** How a client sends that waits by promises. */
export class AsyncMode implements SendMode<StreamResponse> {
  readonly isBlocking = false;
  readonly run: <T>(steps: Steps<T>) => Promise<T> = runAsync;
  readonly #transport: Transport;
  readonly #mounts: Mounts;

  readonly pause: SendMode<StreamResponse>['pause'];
  readonly discard: (response: StreamResponse) => Promise<void> = discard;

  constructor(transport: Transport, mounts: Mounts, pauses: Pauses) {
    this.#transport = transport;
    this.#mounts = mounts;
    this.pause = (delayMs, request, context) => pauses.wait(delayMs, request, context);
  }

  withDownload(response: StreamResponse, download: Download<StreamResponse>): StreamResponse {
    const source = new ResumingSource(download);
    return new StreamResponse(response.status, null, { context: response.context, source });
  }

  carry(request: Request, context: TransportContext): Promise<StreamResponse> {
    const mount = this.#mounts.isEmpty ? undefined : this.#mounts.find(request.parsedURL);
    const transport = mount ?? this.#transport;
    if (!(transport instanceof HTTPTransport)) return carryBounded(transport, request, context);
    return transport.handle(request, mount === null ? withoutProxy(context) : context);
  }

  through(
    layer: Middleware,
    request: Request,
    below: (request: Request) => Steps<StreamResponse>,
    context: TransportContext,
  ): Promise<StreamResponse> {
    return throughLayer(layer, request, (outgoing) => runAsync(below(outgoing)), context);
  }

  bound(
    steps: Steps<StreamResponse>,
    request: Request,
    context: TransportContext,
    onGivenUp: (error: Error) => void,
  ): Promise<StreamResponse> {
    return bounded(runAsync(steps), request, context, onGivenUp);
  }

  readBody(request: Request): Promise<Uint8Array> {
    return request.read();
  }

  checkResult(): void {
    // Whatever it is, it can be waited for.
  }
}

/** A mount with null is the way to leave the proxy out for a pattern; what the request says goes before. */
export function withoutProxy(context: TransportContext): TransportContext {
  return context.proxy === undefined ? { ...context, proxy: null } : context;
}
