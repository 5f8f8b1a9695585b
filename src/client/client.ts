import type { Auth, AuthInit } from '../auth/auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import type { BackendReport } from '../backends/select.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import type { EventStream } from '../message/event-stream.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { type BaseURL, parseBaseURL } from '../models/base-url.ts';
import { CookieJar, type CookiesInit } from '../models/cookie-jar.ts';
import { Headers } from '../models/headers.ts';
import { type ParamsInit, QueryParams } from '../models/query-params.ts';
import { resolveTimeout, type Timeout, type TimeoutInit, DEFAULT_TIMEOUT } from '../models/timeout.ts';
import { HTTPTransport, type HTTPTransportOptions } from '../transport/http-transport.ts';
import { Mounts } from '../transport/mounts.ts';
import type { PoolStats } from '../transport/pool-stats.ts';
import type { Transport } from '../transport/transport.ts';
import { buildRequest } from './build-request.ts';
import { closeTransports } from './close-transports.ts';
import {
  checkMiddleware,
  type ClientConfig,
  defaultHeaders,
  mergeFields,
  mergeSendConfig,
  resolveClientConfig,
  resolveSendDefaults,
  type SendConfig,
} from './config.ts';
import { extendOptions } from './extend-options.ts';
import { type Hooks, resolveHooks } from './hooks.ts';
import type { ClientMetrics } from './metrics.ts';
import {
  checkClientOptions,
  checkRequestOptions,
  needsTransport,
  TRANSPORT_OPTIONS,
} from './option-names.ts';
import { type EventHost, openEvents } from './open-events.ts';
import type {
  BodilessRequestOptions,
  BuildOptions,
  ClientOptions,
  RequestHeadersInit,
  RequestOptions,
  SendOptions,
} from './options.ts';
import { Sender } from './sender.ts';
import type { SSEOptions } from './sse-options.ts';

const NO_STATS: PoolStats = Object.freeze({
  connections: 0,
  active: 0,
  idle: 0,
  connecting: 0,
  waiting: 0,
  opened: 0,
  reused: 0,
  waited: 0,
  exchanges: 0,
});

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
export class Client implements AsyncDisposable {
  readonly #options: ClientOptions;
  readonly #config: ClientConfig;
  readonly #transport: Transport;
  readonly #mounts: Mounts;
  /** The transports that were made by, or given to, this client and not the one that it extends. */
  readonly #ownTransports: ReadonlySet<Transport>;
  #sender: Sender;
  #base: BaseURL | null;
  #headers: Headers;
  #params: QueryParams;
  #cookies: CookieJar;
  #keepsCookies: boolean;
  #defaults: SendConfig;
  #closing: Promise<void> | null = null;

  /**
   * @param inherited what `extend()` hands on; not for use elsewhere
   * @throws InvalidArgument for an option that does not exist or does not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   * @throws UnsupportedOption if that backend cannot honour an option
   */
  constructor(options: ClientOptions = {}, inherited?: Inherited) {
    checkClientOptions(options);
    this.#options = { ...options };
    this.#config = resolveClientConfig(options);
    this.#base = options.baseURL == null ? null : parseBaseURL(String(options.baseURL));
    this.#headers =
      inherited === undefined
        ? defaultHeaders(options.headers, this.#config)
        : Headers.fromWire(inherited.fields, false, this.#config.redaction);
    this.#params = new QueryParams(options.params);
    this.#cookies = this.#jar(options.cookies);
    this.#keepsCookies = options.cookies !== null;
    this.#defaults = resolveSendDefaults(options);
    this.#mounts = new Mounts(options.mounts);
    this.#transport =
      inherited?.transport ?? options.transport ?? new HTTPTransport(transportOptions(options));
    const transports = [this.#transport, ...this.#mounts.transports];
    this.#ownTransports = new Set(
      transports.filter((transport) => inherited === undefined || !inherited.transports.has(transport)),
    );
    this.#sender = this.#newSender();
    for (const transport of transports)
      if (transport instanceof HTTPTransport) this.#config.metrics?.watch(transport);
  }

  /** Sent with every request. Changing them changes what later requests send. */
  get headers(): Headers {
    return this.#headers;
  }

  /** Replaces what was given; the client's own fields stay underneath. */
  set headers(init: RequestHeadersInit) {
    this.#headers = defaultHeaders(init, this.#config);
  }

  /** Added to the query of every request. */
  get params(): QueryParams {
    return this.#params;
  }

  set params(init: ParamsInit) {
    this.#params = new QueryParams(init);
  }

  /** The cookies that servers have set and that will be sent. */
  get cookies(): CookieJar {
    return this.#cookies;
  }

  /** A jar to use, or cookies for the host of `baseURL`; null keeps no cookies from now on. */
  set cookies(init: CookieJar | CookiesInit | null) {
    this.#cookies = this.#jar(init);
    this.#keepsCookies = init !== null;
    this.#sender = this.#newSender();
  }

  /** Authenticates every request to the origin of `baseURL`, or to any if there is none. */
  get auth(): Auth | null {
    return this.#defaults.auth;
  }

  set auth(init: AuthInit | null) {
    this.#defaults = { ...this.#defaults, auth: init === null ? null : resolveAuth(init) };
  }

  /** The limits for every request. */
  get timeout(): Timeout {
    return this.#defaults.timeout;
  }

  /** Phases that are left out get the limits that a client has by default. */
  set timeout(init: TimeoutInit) {
    this.#defaults = { ...this.#defaults, timeout: resolveTimeout(init, DEFAULT_TIMEOUT) };
  }

  /** What relative URLs are appended to, and the origin to which secrets are bound; its path ends in a slash. */
  get baseURL(): URL | null {
    return this.#base && new URL(this.#base.parsed.href);
  }

  set baseURL(url: URL | string | null) {
    this.#base = url === null ? null : parseBaseURL(String(url));
  }

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  /** Which engine carries the requests, and why; null for a transport that is not the built-in one. */
  get backend(): BackendReport | null {
    return this.#transport instanceof HTTPTransport ? this.#transport.backend : null;
  }

  /** What has been counted; null unless the client was made with `metrics`. */
  get metrics(): ClientMetrics | null {
    return this.#config.metrics;
  }

  /** The state of the connection pool; all zero for a transport that has none. */
  get stats(): PoolStats {
    return this.#transport instanceof HTTPTransport ? this.#transport.stats : NO_STATS;
  }

  get(url: URL | string, options?: BodilessRequestOptions): Promise<Response> {
    return this.request('GET', url, options);
  }

  head(url: URL | string, options?: BodilessRequestOptions): Promise<Response> {
    return this.request('HEAD', url, options);
  }

  options(url: URL | string, options?: BodilessRequestOptions): Promise<Response> {
    return this.request('OPTIONS', url, options);
  }

  delete(url: URL | string, options?: BodilessRequestOptions): Promise<Response> {
    return this.request('DELETE', url, options);
  }

  post(url: URL | string, options?: RequestOptions): Promise<Response> {
    return this.request('POST', url, options);
  }

  put(url: URL | string, options?: RequestOptions): Promise<Response> {
    return this.request('PUT', url, options);
  }

  patch(url: URL | string, options?: RequestOptions): Promise<Response> {
    return this.request('PATCH', url, options);
  }

  /** The safe method with a body (RFC 10008). */
  query(url: URL | string, options?: RequestOptions): Promise<Response> {
    return this.request('QUERY', url, options);
  }

  /**
   * Sends a request and receives the whole response.
   *
   * @throws RequestError if no usable response came; see its subclasses
   * @throws HTTPStatusError for a status other than 2xx, if `raiseForStatus` is on
   * @throws InvalidURL, InvalidArgument, LocalProtocolError if the request cannot be built
   */
  async request(method: string, url: URL | string, options?: RequestOptions): Promise<Response> {
    let config = this.#defaults;
    let request: Request | null = null;
    try {
      if (options !== undefined) {
        checkRequestOptions(options, 'request');
        config = mergeSendConfig(options, config);
      }
      request = this.#build(method, url, options);
      const response = await this.#send(request, config, 'whole');
      const read = await response.read();
      return config.raiseForStatus ? read.raiseForStatus() : read;
    } catch (error) {
      throw await this.#sender.failed(error, request);
    }
  }

  /**
   * Sends a request and returns as soon as the head of the response is there. The response holds a connection until
   * its content is read or cancelled: use `await using`.
   */
  async stream(method: string, url: URL | string, options?: RequestOptions): Promise<StreamResponse> {
    let config = this.#defaults;
    let request: Request | null = null;
    try {
      if (options !== undefined) {
        checkRequestOptions(options, 'request');
        config = mergeSendConfig(options, config);
      }
      request = this.#build(method, url, options);
      return await this.#streamed(request, config);
    } catch (error) {
      throw await this.#sender.failed(error, request);
    }
  }

  /**
   * Opens a stream of server-sent events, and opens it again where it was when it ends or breaks, if it is a GET.
   *
   * @throws HTTPStatusError, EventStreamError if the answer is no stream of events
   * @throws what {@link request} throws
   */
  sse(url: URL | string, options: SSEOptions = {}): Promise<EventStream> {
    const host: EventHost = {
      config: this.#config,
      defaults: this.#defaults,
      stream: (method, target, own, signal) => this.#open(method, target, own, signal),
      failed: (error) => this.#sender.failed(error, null),
    };
    return openEvents(host, url, options);
  }

  /** Builds a request as the client would send it, without sending it. */
  buildRequest(method: string, url: URL | string, options?: BuildOptions): Request {
    if (options !== undefined) checkRequestOptions(options, 'build');
    return this.#build(method, url, options);
  }

  /** Sends a request that was built before. */
  send(request: Request, options?: SendOptions & { readonly stream?: false }): Promise<Response>;
  send(request: Request, options: SendOptions & { readonly stream: true }): Promise<StreamResponse>;
  async send(
    request: Request,
    options: SendOptions & { readonly stream?: boolean } = {},
  ): Promise<Response | StreamResponse> {
    try {
      checkRequestOptions(options, 'send');
      if (!(request instanceof Request))
        throw new InvalidArgument(
          "send() takes a Request; make one with 'client.buildRequest()' or 'new Request()'.",
        );
      request.maskWith(this.#config.redaction);
      const config = mergeSendConfig(options, this.#defaults);
      if (options.stream === true) return await this.#streamed(request, config);
      const response = await this.#send(request, config, 'whole');
      const read = await response.read();
      return config.raiseForStatus ? read.raiseForStatus() : read;
    } catch (error) {
      throw await this.#sender.failed(error, request);
    }
  }

  /**
   * A client with other settings on top of these. What is left out, or `undefined`, stays as it is here at this
   * moment. Header fields (null removes one), parameters, mounts and options that consist of several settings are
   * merged; hooks and middleware are added behind those that are there; other options are replaced. Auth and secrets
   * that stay follow the base URL.
   *
   * Both have the same cookies unless `cookies` is given, and the same connections unless a transport is given, or
   * options that need one of their own; closing the new client leaves what it shares alone.
   */
  extend(options: ClientOptions = {}): Client {
    const { hooks, middleware, metrics } = this.#config;
    const merged = extendOptions(this.#options, options);
    const transports = new Set([this.#transport, ...this.#mounts.transports]);
    const fields = mergeFields(this.#headers.wire, options.headers ?? {});
    const keptCookies = this.#keepsCookies ? this.#cookies : null;
    return new Client(
      {
        ...merged,
        params: this.#params.merge(options.params),
        cookies: options.cookies === undefined ? keptCookies : options.cookies,
        auth: options.auth === undefined ? this.auth : options.auth,
        timeout: resolveTimeout(options.timeout, this.timeout),
        baseURL: options.baseURL === undefined ? this.baseURL : options.baseURL,
        metrics: options.metrics === undefined ? metrics : options.metrics,
        hooks: mergeHooks(hooks, resolveHooks(options.hooks)),
        middleware: [...middleware, ...checkMiddleware(options.middleware)],
      },
      needsTransport(options) ? { fields, transports } : { fields, transports, transport: this.#transport },
    );
  }

  /**
   * Closes the transports, even if one of them fails to. Requests under way fail with `ClientClosed`. Calling it again
   * gives the same promise.
   *
   * @throws CloseError if a transport could not be closed
   */
  close(): Promise<void> {
    this.#config.pauses.close();
    return (this.#closing ??= closeTransports(this.#ownTransports, this.#config.metrics));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A response as it comes, whatever its status, for as long as the signal does not end it. */
  async #open(
    method: string,
    url: URL | string,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<StreamResponse> {
    let request: Request | null = null;
    try {
      checkRequestOptions(options, 'request');
      const config = { ...mergeSendConfig(options, this.#defaults), signal, sharedSignal: null };
      request = this.#build(method, url, options);
      return await this.#send(request, config, 'stream');
    } catch (error) {
      throw await this.#sender.failed(error, request);
    }
  }

  #streamed(request: Request, config: SendConfig): Promise<StreamResponse> {
    return this.#send(request, config, 'stream').then(async (response) => {
      if (config.raiseForStatus && !response.isSuccess) {
        // Nobody will get to see the response but through the error: its content comes along.
        (await response.read()).raiseForStatus();
      }
      return response;
    });
  }

  #send(request: Request, config: SendConfig, delivery: 'stream' | 'whole'): Promise<StreamResponse> {
    if (this.isClosed)
      return Promise.reject(new ClientClosed('Cannot send a request, as the client has been closed.'));
    return this.#sender.send(request, config, delivery, this.#cookies, this.#base);
  }

  #build(method: string, url: URL | string, options: BuildOptions | undefined): Request {
    return buildRequest(method, url, options, {
      base: this.#base,
      fields: this.#headers.wire,
      params: this.#params,
      cookies: this.#cookies,
      config: this.#config,
    });
  }

  #jar(init: CookieJar | CookiesInit | null | undefined): CookieJar {
    if (init instanceof CookieJar) return init;
    return new CookieJar(init, this.#base === null ? {} : { url: this.#base.parsed.href });
  }

  #newSender(): Sender {
    return new Sender(this.#config, this.#transport, this.#mounts, this.#keepsCookies);
  }
}

/** What a client takes over from the one that it extends. */
interface Inherited {
  /** Name, value, name, value. */
  readonly fields: readonly string[];
  /** Those of the one that is extended; closing them is up to it. */
  readonly transports: ReadonlySet<Transport>;
  /** Absent if the client needs a transport of its own. */
  readonly transport?: Transport;
}

function transportOptions(options: ClientOptions): HTTPTransportOptions {
  return Object.fromEntries(
    TRANSPORT_OPTIONS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

function mergeHooks(own: Hooks, more: Hooks): Hooks {
  const kinds = Object.keys(own) as (keyof Hooks)[];
  return Object.fromEntries(kinds.map((kind) => [kind, [...own[kind], ...more[kind]]])) as unknown as Hooks;
}
