import { addCallerStack } from '../errors/caller-stack.ts';
import { EventStream } from '../message/event-stream.ts';
import type { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { Transport } from '../transport/transport.ts';
import { BaseClient } from './base-client.ts';
import type { Inherited } from './client-kind.ts';
import { closeTransports } from './close-transports.ts';
import type { ClientOptions, RequestOptions, SendOptions } from './options.ts';
import type { SSEOptions } from './sse-options.ts';
import { runAsync } from '../body/steps.ts';
import { type Waiting, WAITING } from './waiting.ts';

/**
 * Sends requests with shared settings, cookies and connections. Make one and keep it; close it at the end, or bind
 * it with `await using`.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({
 *   baseURL: 'https://api.example.com/v1',
 *   headers: { Accept: 'application/json' },
 *   timeout: { read: 10_000 },
 *   transport: new MockTransport((request) => new Response(200, { json: { url: request.url.href } })),
 * });
 * const response = await client.get('items', { params: { page: 2 } });
 * console.log(response.json()); // { url: 'https://api.example.com/v1/items?page=2' }
 * await client.close();
 * ```
 */
export class Client extends BaseClient<Waiting> implements AsyncDisposable {
  #closing: Promise<void> | null = null;

  /**
   * @param inherited what `extend()` hands on; not for use elsewhere
   * @throws InvalidArgument for an option that does not exist or does not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   * @throws UnsupportedOption if that backend cannot honour an option
   */
  constructor(options: ClientOptions = {}, inherited?: Inherited<Transport>) {
    super(WAITING, options, inherited);
  }

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  request(method: string, url: URL | string, options?: RequestOptions): Promise<Response> {
    return runAsync(this.requesting(method, url, options));
  }

  stream(method: string, url: URL | string, options?: RequestOptions): Promise<StreamResponse> {
    return runAsync(this.streaming(method, url, options));
  }

  /**
   * Opens a stream of server-sent events, and opens it again where it was when it ends or breaks, if it is a GET.
   *
   * @throws HTTPStatusError, EventStreamError if the answer is no stream of events
   * @throws what {@link request} throws
   */
  async sse(url: URL | string, options: SSEOptions = {}): Promise<EventStream> {
    return new EventStream(await runAsync(this.openingEvents(url, options)), addCallerStack);
  }

  send(request: Request, options?: SendOptions & { readonly stream?: false }): Promise<Response>;
  send(request: Request, options: SendOptions & { readonly stream: true }): Promise<StreamResponse>;
  send(
    request: Request,
    options: SendOptions & { readonly stream?: boolean } = {},
  ): Promise<Response | StreamResponse> {
    return runAsync(this.sending(request, options));
  }

  extend(options: ClientOptions = {}): Client {
    return new Client(...this.extension(options));
  }

  /**
   * Closes the transports, even if one of them fails to. Requests under way fail with `ClientClosed`. Calling it again
   * gives the same promise.
   *
   * @throws CloseError if a transport could not be closed
   */
  close(): Promise<void> {
    this.config.pauses.close();
    return (this.#closing ??= closeTransports(this.ownTransports, this.config.metrics));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
