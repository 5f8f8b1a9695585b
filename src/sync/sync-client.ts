import { runSync } from '../body/steps.ts';
import { BaseClient } from '../client/base-client.ts';
import type { ClientKind, Inherited } from '../client/client-kind.ts';
import { checkClosed } from '../client/close-transports.ts';
import type { ClientOptions, RequestOptions, SendOptions } from '../client/options.ts';
import type { SSEOptions } from '../client/sse-options.ts';
import type { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { BlockingMode } from './blocking-mode.ts';
import { SyncEventStream } from './sync-event-stream.ts';
import { SyncHTTPTransport } from './sync-http-transport.ts';
import type {
  BodilessSyncRequestOptions,
  SyncClientOptions,
  SyncRequestOptions,
  SyncSendOptions,
  SyncSSEOptions,
} from './sync-options.ts';
import type { SyncStreamResponse } from './sync-stream-response.ts';
import { checkSyncTransport, type SyncTransportLike } from './sync-transport.ts';

/** The types of the client that blocks. */
interface Blocking {
  readonly transport: SyncTransportLike;
  readonly streamed: SyncStreamResponse;
  readonly whole: Response;
  readonly stream: SyncStreamResponse;
  readonly clientOptions: SyncClientOptions;
  readonly requestOptions: SyncRequestOptions;
  readonly bodilessOptions: BodilessSyncRequestOptions;
  readonly sendOptions: SyncSendOptions;
}

const BLOCKING: ClientKind<SyncTransportLike, SyncStreamResponse> = {
  open: (options) => new SyncHTTPTransport(options),
  checkTransport: checkSyncTransport,
  network: (transport) => (transport instanceof SyncHTTPTransport ? transport : null),
  mode: (transport, mounts) => new BlockingMode(transport, mounts),
};

/**
 * Sends requests and blocks until their responses are there, with the options, rules and results of the `Client` that
 * waits. For scripts, command lines, tests and configuration: while it blocks, nothing else in its thread runs.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { SyncClient } from 'ternhttp/sync';
 *
 * const transport = new MockTransport((request) => new Response(200, { json: { url: request.url.href } }));
 * const client = new SyncClient({ baseURL: 'https://api.example.com/v1', transport });
 * const response = client.get('items', { params: { page: 2 } });
 * console.log(response.json()); // { url: 'https://api.example.com/v1/items?page=2' }
 * client.close();
 * ```
 */
export class SyncClient extends BaseClient<Blocking> implements Disposable {
  #isClosed = false;

  /**
   * @param inherited what `extend()` hands on; not for use elsewhere
   * @throws InvalidArgument for an option that does not exist or does not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   * @throws UnsupportedOption for an option that a client which blocks cannot honour
   */
  constructor(options: SyncClientOptions = {}, inherited?: Inherited<SyncTransportLike>) {
    super(BLOCKING, options as ClientOptions, inherited);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  request(method: string, url: URL | string, options?: SyncRequestOptions): Response {
    return runSync(this.requesting(method, url, options as RequestOptions | undefined));
  }

  stream(method: string, url: URL | string, options?: SyncRequestOptions): SyncStreamResponse {
    return runSync(this.streaming(method, url, options as RequestOptions | undefined));
  }

  /**
   * Opens a stream of server-sent events, and opens it again where it was when it ends or breaks, if it is a GET. The
   * thread sleeps between two events, and between two attempts.
   *
   * @throws HTTPStatusError, EventStreamError if the answer is no stream of events
   * @throws what {@link request} throws
   */
  sse(url: URL | string, options: SyncSSEOptions = {}): SyncEventStream {
    return new SyncEventStream(runSync(this.openingEvents(url, options as SSEOptions)));
  }

  send(request: Request, options?: SyncSendOptions & { readonly stream?: false }): Response;
  send(request: Request, options: SyncSendOptions & { readonly stream: true }): SyncStreamResponse;
  send(
    request: Request,
    options: SyncSendOptions & { readonly stream?: boolean } = {},
  ): Response | SyncStreamResponse {
    return runSync(this.sending(request, options as SendOptions));
  }

  extend(options: SyncClientOptions = {}): SyncClient {
    const [merged, inherited] = this.extension(options as ClientOptions);
    return new SyncClient(merged as SyncClientOptions, inherited);
  }

  /**
   * Closes the transports, even if one of them fails to. Responses that are still read fail with `ClientClosed`. Calling
   * it again does nothing.
   *
   * @throws CloseError if a transport could not be closed
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const failures: unknown[] = [];
    for (const transport of this.ownTransports) {
      try {
        if (!(transport instanceof MockTransport)) transport.closeSync();
      } catch (error) {
        failures.push(error);
      }
    }
    checkClosed(failures, this.ownTransports.size);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
