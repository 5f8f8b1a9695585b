import type { Auth, AuthInit } from '../auth/auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import type { BackendReport } from '../backends/select.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import { type BaseURL, parseBaseURL } from '../models/base-url.ts';
import { CookieJar, type CookiesInit } from '../models/cookie-jar.ts';
import { Headers } from '../models/headers.ts';
import { type ParamsInit, QueryParams } from '../models/query-params.ts';
import { resolveTimeout, type Timeout, type TimeoutInit, DEFAULT_TIMEOUT } from '../models/timeout.ts';
import { Mounts } from '../transport/mounts.ts';
import { NO_STATS } from '../transport/no-stats.ts';
import type { PoolStats } from '../transport/pool-stats.ts';
import { buildRequest } from './build-request.ts';
import type { ClientKind, ClientShape, Inherited } from './client-kind.ts';
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
import { mergeHooks, resolveHooks } from './hooks.ts';
import type { ClientMetrics } from './metrics.ts';
import { type EventHost, openEvents } from './open-events.ts';
import { checkClientOptions, checkRequestOptions, needsTransport, transportOptions } from './option-names.ts';
import type {
  BuildOptions,
  ClientOptions,
  RequestHeadersInit,
  RequestOptions,
  SendOptions,
} from './options.ts';
import type { ReconnectingEvents } from './reconnecting-events.ts';
import type { SendMode } from './send-mode.ts';
import { Sender } from './sender.ts';
import type { SSEOptions } from './sse-options.ts';
import type { Steps } from '../body/steps.ts';

/**
 * What the client that waits and the one that blocks have in common: settings, how requests are built, and the steps
 * in which they are sent.
 */
export abstract class BaseClient<S extends ClientShape> {
  readonly #options: ClientOptions;
  readonly #config: ClientConfig;
  readonly #kind: ClientKind<S['transport'], S['streamed']>;
  readonly #transport: S['transport'];
  readonly #mounts: Mounts<S['transport']>;
  /** The transports that were made by, or given to, this client and not the one that it extends. */
  readonly #ownTransports: ReadonlySet<S['transport']>;
  readonly #mode: SendMode<S['streamed']>;
  #sender: Sender<S['streamed']>;
  #base: BaseURL | null;
  #headers: Headers;
  #params: QueryParams;
  #cookies: CookieJar;
  #keepsCookies: boolean;
  #defaults: SendConfig;

  /**
   * @internal
   * @throws InvalidArgument for an option that does not exist or does not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   * @throws UnsupportedOption if that backend cannot honour an option
   */
  constructor(
    kind: ClientKind<S['transport'], S['streamed']>,
    options: ClientOptions,
    inherited: Inherited<S['transport']> | undefined,
  ) {
    checkClientOptions(options);
    this.#kind = kind;
    this.#options = { ...options };
    this.#config = resolveClientConfig(options, kind.checkTransport);
    this.#base = options.baseURL == null ? null : parseBaseURL(String(options.baseURL));
    this.#headers =
      inherited === undefined
        ? defaultHeaders(options.headers, this.#config)
        : Headers.fromWire(inherited.fields, false, this.#config.redaction);
    this.#params = new QueryParams(options.params, this.#config.redaction);
    this.#cookies = this.#jar(options.cookies);
    this.#keepsCookies = options.cookies !== null;
    this.#defaults = resolveSendDefaults(options);
    const mounts = options.mounts as Readonly<Record<string, S['transport'] | null>> | undefined;
    this.#mounts = new Mounts<S['transport']>(mounts);
    this.#transport =
      inherited?.transport ??
      (options.transport as S['transport'] | undefined) ??
      kind.open(transportOptions(options));
    const transports = [this.#transport, ...this.#mounts.transports];
    this.#ownTransports = new Set(
      transports.filter((transport) => inherited === undefined || !inherited.transports.has(transport)),
    );
    this.#mode = kind.mode(this.#transport, this.#mounts, this.#config.pauses);
    this.#sender = this.#newSender();
    const { metrics } = this.#config;
    if (metrics === null) return;
    for (const transport of transports) {
      const network = kind.network(transport);
      if (network !== null) metrics.watch(network);
    }
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
    this.#params = new QueryParams(init, this.#config.redaction);
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

  abstract get isClosed(): boolean;

  /** Which engine carries the requests, and why; null for a transport that is not the built-in one. */
  get backend(): BackendReport | null {
    return this.#kind.network(this.#transport)?.backend ?? null;
  }

  /** What has been counted; null unless the client was made with `metrics`. */
  get metrics(): ClientMetrics | null {
    return this.#config.metrics;
  }

  /** The state of the connection pool; all zero for a transport that has none. */
  get stats(): PoolStats {
    return this.#kind.network(this.#transport)?.stats ?? NO_STATS;
  }

  get(url: URL | string, options?: S['bodilessOptions']): S['whole'] {
    return this.request('GET', url, options);
  }

  head(url: URL | string, options?: S['bodilessOptions']): S['whole'] {
    return this.request('HEAD', url, options);
  }

  options(url: URL | string, options?: S['bodilessOptions']): S['whole'] {
    return this.request('OPTIONS', url, options);
  }

  delete(url: URL | string, options?: S['bodilessOptions']): S['whole'] {
    return this.request('DELETE', url, options);
  }

  post(url: URL | string, options?: S['requestOptions']): S['whole'] {
    return this.request('POST', url, options);
  }

  put(url: URL | string, options?: S['requestOptions']): S['whole'] {
    return this.request('PUT', url, options);
  }

  patch(url: URL | string, options?: S['requestOptions']): S['whole'] {
    return this.request('PATCH', url, options);
  }

  /** The safe method with a body (RFC 10008). */
  query(url: URL | string, options?: S['requestOptions']): S['whole'] {
    return this.request('QUERY', url, options);
  }

  /**
   * Sends a request and receives the whole response.
   *
   * @throws RequestError if no usable response came; see its subclasses
   * @throws HTTPStatusError for a status other than 2xx, if `raiseForStatus` is on
   * @throws InvalidURL, InvalidArgument, LocalProtocolError if the request cannot be built
   */
  abstract request(method: string, url: URL | string, options?: S['requestOptions']): S['whole'];

  /**
   * Sends a request and returns as soon as the head of the response is there. The response holds a connection until
   * its content is read or cancelled: use `await using`.
   */
  abstract stream(method: string, url: URL | string, options?: S['requestOptions']): S['stream'];

  /** Builds a request as the client would send it, without sending it. */
  buildRequest(method: string, url: URL | string, options?: BuildOptions): Request {
    if (options !== undefined) checkRequestOptions(options, 'build');
    return this.#build(method, url, options);
  }

  /** Sends a request that was built before. */
  abstract send(request: Request, options?: S['sendOptions'] & { readonly stream?: false }): S['whole'];
  abstract send(request: Request, options: S['sendOptions'] & { readonly stream: true }): S['stream'];

  /**
   * A client with other settings on top of these. What is left out, or `undefined`, stays as it is here at this
   * moment. Header fields (null removes one), parameters, mounts and options that consist of several settings are
   * merged; hooks and middleware are added behind those that are there; other options are replaced. Auth and secrets
   * that stay follow the base URL.
   *
   * Both have the same cookies unless `cookies` is given, and the same connections unless a transport is given, or
   * options that need one of their own; closing the new client leaves what it shares alone.
   */
  abstract extend(options?: S['clientOptions']): BaseClient<S>;

  /** The transports that closing this client closes. */
  protected get ownTransports(): ReadonlySet<S['transport']> {
    return this.#ownTransports;
  }

  protected get config(): ClientConfig {
    return this.#config;
  }

  protected get defaults(): SendConfig {
    return this.#defaults;
  }

  protected requesting(
    method: string,
    url: URL | string,
    options: RequestOptions | undefined,
  ): Steps<Response> {
    return this.#calling(method, url, options, 'whole') as Steps<Response>;
  }

  protected streaming(
    method: string,
    url: URL | string,
    options: RequestOptions | undefined,
  ): Steps<S['streamed']> {
    return this.#calling(method, url, options, 'stream') as Steps<S['streamed']>;
  }

  protected *sending(
    request: Request,
    options: SendOptions & { readonly stream?: boolean },
  ): Steps<S['streamed'] | Response> {
    try {
      checkRequestOptions(options, 'send');
      if (!(request instanceof Request))
        throw new InvalidArgument(
          "send() takes a Request; make one with 'client.buildRequest()' or 'new Request()'.",
        );
      request.maskWith(this.#config.redaction);
      const config = mergeSendConfig(options, this.#defaults);
      return yield* this.#deliver(request, config, options.stream === true ? 'stream' : 'whole');
    } catch (error) {
      throw yield* this.failing(error, request);
    }
  }

  /** A response as it comes, whatever its status, for as long as the signal does not end it. */
  *#opening(
    method: string,
    url: URL | string,
    options: RequestOptions,
    signal: AbortSignal,
  ): Steps<S['streamed']> {
    let request: Request | null = null;
    try {
      checkRequestOptions(options, 'request');
      const config = { ...mergeSendConfig(options, this.#defaults), signal, sharedSignal: null };
      request = this.#build(method, url, options);
      return yield* this.#send(request, config, 'stream');
    } catch (error) {
      throw yield* this.failing(error, request);
    }
  }

  /** Events of one response after another; see the `sse()` of both clients. */
  protected openingEvents(url: URL | string, options: SSEOptions): Steps<ReconnectingEvents<S['streamed']>> {
    const host: EventHost<S['streamed']> = {
      config: this.#config,
      defaults: this.#defaults,
      mode: this.#mode,
      stream: (method, target, own, signal) => this.#opening(method, target, own, signal),
      failed: (error) => this.failing(error, null),
    };
    return openEvents(host, url, options);
  }

  /** The error to throw for a call that failed. */
  protected failing(error: unknown, request: Request | null): Steps<unknown> {
    return this.#sender.failed(error, request);
  }

  /** Options of a client that extends this one, and what it shares with it. */
  protected extension(options: ClientOptions): readonly [ClientOptions, Inherited<S['transport']>] {
    const { hooks, middleware, metrics } = this.#config;
    const merged = extendOptions(this.#options, options);
    const transports = new Set([this.#transport, ...this.#mounts.transports]);
    const fields = mergeFields(this.#headers.wire, options.headers ?? {});
    const keptCookies = this.#keepsCookies ? this.#cookies : null;
    return [
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
    ];
  }

  *#calling(
    method: string,
    url: URL | string,
    options: RequestOptions | undefined,
    delivery: 'stream' | 'whole',
  ): Steps<S['streamed'] | Response> {
    let config = this.#defaults;
    let request: Request | null = null;
    try {
      if (options !== undefined) {
        checkRequestOptions(options, 'request');
        config = mergeSendConfig(options, config);
      }
      request = this.#build(method, url, options);
      return yield* this.#deliver(request, config, delivery);
    } catch (error) {
      throw yield* this.failing(error, request);
    }
  }

  #deliver(
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
  ): Steps<S['streamed'] | Response> {
    return delivery === 'stream' ? this.#streamed(request, config) : this.#whole(request, config);
  }

  *#whole(request: Request, config: SendConfig): Steps<Response> {
    const response = yield* this.#send(request, config, 'whole');
    const read = (yield response.read()) as Response;
    return config.raiseForStatus ? read.raiseForStatus() : read;
  }

  *#streamed(request: Request, config: SendConfig): Steps<S['streamed']> {
    const response = yield* this.#send(request, config, 'stream');
    if (config.raiseForStatus && !response.isSuccess) {
      // Nobody will get to see the response but through the error: its content comes along.
      ((yield response.read()) as Response).raiseForStatus();
    }
    return response;
  }

  #send(request: Request, config: SendConfig, delivery: 'stream' | 'whole'): Steps<S['streamed']> {
    if (this.isClosed) throw new ClientClosed('Cannot send a request, as the client has been closed.');
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

  #newSender(): Sender<S['streamed']> {
    return new Sender(this.#config, this.#mode, this.#keepsCookies);
  }
}
