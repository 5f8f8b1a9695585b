import { InvalidArgument } from '../errors/invalid-argument.ts';
import { describeValue } from '../body/describe-value.ts';
import { Request } from '../message/request.ts';
import { provideDigest } from '../auth/digest-auth.ts';
import { type BlockingReader, digestFlowSync } from '../auth/digest-flow.ts';
import { type Bounds, checkBounds } from '../client/bounded.ts';
import type { Download } from '../client/resuming-source.ts';
import type { Middleware } from '../client/middleware.ts';
import { type SendMode, withoutProxy } from '../client/send-mode.ts';
import { runSync, type Steps } from '../body/steps.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import type { Mounts } from '../transport/mounts.ts';
import type { TransportContext } from '../transport/transport.ts';
import { boundedBody } from './bounded-source.ts';
import { DownloadSource } from './download-source.ts';
import { piecesOf, readBody } from './read-body.ts';
import { refusePromise } from './refuse-promise.ts';
import { SyncHTTPTransport } from './sync-http-transport.ts';
import { syncMock } from './sync-mock.ts';
import { SyncStreamResponse } from './sync-stream-response.ts';
import type { SyncTransport, SyncTransportContext, SyncTransportLike } from './sync-transport.ts';

/** How Digest reads bodies here. */
const READER: BlockingReader = { read: readBody, pieces: piecesOf };
/** So much is read of a response that nobody wants. */
const MOST_DISCARDED = 65_536;

/**
 * How a client sends that blocks. Functions of the program cannot be interrupted, so the limits over everything are
 * looked at whenever one of them has returned.
 */
export class BlockingMode implements SendMode<SyncStreamResponse> {
  readonly isBlocking = true;
  readonly run: <T>(steps: Steps<T>) => T = runSync;
  readonly #transport: SyncTransportLike;
  readonly #mounts: Mounts<SyncTransportLike>;

  constructor(transport: SyncTransportLike, mounts: Mounts<SyncTransportLike>) {
    this.#transport = transport;
    this.#mounts = mounts;
    provideDigest((setup, request, target) => digestFlowSync(setup, request, target, READER));
  }

  carry(request: Request, context: TransportContext, isWatched: boolean): SyncStreamResponse {
    const mount = this.#mounts.isEmpty ? undefined : this.#mounts.find(request.parsedURL);
    const found = mount ?? this.#transport;
    // `run` makes the hooks for retries ones that block.
    const given = mount === null ? withoutProxy(context) : context;
    const blocking = given as unknown as SyncTransportContext;
    if (found instanceof SyncHTTPTransport) return found.handleSync(request, blocking, isWatched);
    const transport: SyncTransport = found instanceof MockTransport ? syncMock(found) : found;
    checkBounds(request, context);
    const answer: unknown = transport.handleSync(request, blocking);
    refusePromise('transport', answer);
    if (!(answer instanceof SyncStreamResponse)) {
      throw new InvalidArgument(
        "The handleSync() of a transport must return a SyncStreamResponse; make one with 'new SyncStreamResponse()'.",
      );
    }
    return boundedBody(answer, request, context);
  }

  through(
    layer: Middleware,
    request: Request,
    below: (request: Request) => Steps<SyncStreamResponse>,
    context: TransportContext,
  ): SyncStreamResponse {
    const received: SyncStreamResponse[] = [];
    const next = (outgoing: Request): SyncStreamResponse => {
      if (!(outgoing instanceof Request))
        throw new InvalidArgument(`next() takes a Request, not ${describeValue(outgoing)}.`);
      checkBounds(outgoing, context);
      const response = runSync(below(outgoing));
      received.push(response);
      return response;
    };
    try {
      const call = layer as unknown as (request: Request, next: (request: Request) => unknown) => unknown;
      const answer = call(request, next);
      refusePromise('middleware', answer);
      if (!(answer instanceof SyncStreamResponse)) {
        throw new InvalidArgument(
          `A middleware must return a SyncStreamResponse, the one that next() gave it or one of its own, not ${describeValue(answer)}.`,
        );
      }
      return received.includes(answer) ? answer : boundedBody(answer, request, context);
    } catch (error) {
      for (const response of received) if (!response.isClosed) response.cancel(error);
      throw error;
    }
  }

  bound(steps: Steps<SyncStreamResponse>, request: Request, context: TransportContext): SyncStreamResponse {
    const response = runSync(steps);
    try {
      checkBounds(request, context);
    } catch (error) {
      response.cancel(error);
      throw error;
    }
    return response;
  }

  /** A thread that sleeps learns of nothing meanwhile; the callers of this see to it that the total is not passed. */
  readonly pause = (delayMs: number, request: Request, context: Bounds): void => {
    checkBounds(request, context);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
    checkBounds(request, context);
  };

  readonly discard = (response: SyncStreamResponse): void => {
    const length = response.headers.get('content-length');
    try {
      // A short content is read, which keeps the connection.
      if (length !== null && Number(length) <= MOST_DISCARDED) response.read();
    } catch {
      // Somebody else reads it, or it breaks off: in both cases there is nothing left to save.
    }
    response.cancel();
  };

  withDownload(response: SyncStreamResponse, download: Download<SyncStreamResponse>): SyncStreamResponse {
    const source = new DownloadSource(download);
    return new SyncStreamResponse(response.status, null, { context: response.context, source });
  }

  readBody(request: Request): Uint8Array {
    return readBody(request);
  }

  checkResult(what: string, value: unknown): void {
    refusePromise(what, value);
  }
}
