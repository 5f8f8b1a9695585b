import type { Auth, AuthInit } from '../auth/auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import type { BackendReport } from '../backends/select.ts';
import { encodeBody } from '../body/encode-body.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { CloseError } from '../errors/close-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import {
  checkExtensions,
  checkMethod,
  checkRequestURL,
  composeFields,
  Request,
  type RequestExtensions,
} from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { type BaseURL, parseBaseURL, resolveURL } from '../models/base-url.ts';
import { CookieJar, type CookiesInit } from '../models/cookie-jar.ts';
import { sameName } from '../models/field-syntax.ts';
import { Headers } from '../models/headers.ts';
import { type ParamsInit, QueryParams } from '../models/query-params.ts';
import { resolveTimeout, type Timeout, type TimeoutInit, DEFAULT_TIMEOUT } from '../models/timeout.ts';
import type { ParsedURL } from '../models/url.ts';
import { HTTPTransport, type HTTPTransportOptions } from '../transport/http-transport.ts';
import { Mounts } from '../transport/mounts.ts';
import type { PoolStats } from '../transport/pool.ts';
import type { Transport } from '../transport/transport.ts';
import {
  checkClientOptions,
  checkRequestOptions,
  type ClientConfig,
  defaultHeaders,
  mergeFields,
  mergeSendConfig,
  resolveClientConfig,
  resolveSendDefaults,
  type SendConfig,
  TRANSPORT_OPTIONS,
} from './config.ts';
import { withoutSecretFields, withoutSecretParams } from './default-secrets.ts';
import { type Hooks, resolveHooks } from './hooks.ts';
import type {
  BodilessRequestOptions,
  BuildOptions,
  ClientOptions,
  RequestHeadersInit,
  RequestOptions,
  SendOptions,
} from './options.ts';
import { Sender } from './sender.ts';

const NO_STATS: PoolStats = Object.freeze({
  connections: 0,
  active: 0,
  idle: 0,
  connecting: 0,
  waiting: 0,
  opened: 0,
  reused: 0,
});
const NO_EXTENSIONS: RequestExtensions = Object.freeze({});

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
  /** The transport was made by, or given to, this client and not inherited from the one that it extends. */
  readonly #ownsTransport: boolean;
  readonly #sender: Sender;
  #base: BaseURL | null;
  #headers: Headers;
  #params: QueryParams;
  #cookies: CookieJar;
  #defaults: SendConfig;
  #isClosed = false;

  /**
   * @throws InvalidArgument for an option that does not exist or does not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   */
  constructor(options: ClientOptions = {}, inherited?: Inherited) {
    checkClientOptions(options);
    this.#options = options;
    this.#config = resolveClientConfig(options);
    this.#base = options.baseURL == null ? null : parseBaseURL(String(options.baseURL));
    this.#headers = inherited?.headers ?? defaultHeaders(options.headers);
    this.#params = new QueryParams(options.params);
    this.#cookies = this.#jar(options.cookies);
    this.#defaults = resolveSendDefaults(options);
    this.#mounts = new Mounts(options.mounts);
    this.#ownsTransport = inherited?.transport === undefined;
    this.#transport =
      inherited?.transport ?? options.transport ?? new HTTPTransport(transportOptions(options));
    this.#sender = new Sender(this.#config, this.#transport, this.#mounts, options.cookies !== null);
  }

  /** Sent with every request. Changing them changes what later requests send. */
  get headers(): Headers {
    return this.#headers;
  }

  /** Replaces what was given; the client's own fields stay underneath. */
  set headers(init: RequestHeadersInit) {
    this.#headers = defaultHeaders(init);
  }

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

  set cookies(init: CookieJar | CookiesInit) {
    this.#cookies = this.#jar(init);
  }

  get auth(): Auth | null {
    return this.#defaults.auth;
  }

  set auth(init: AuthInit | null) {
    this.#defaults = { ...this.#defaults, auth: init === null ? null : resolveAuth(init) };
  }

  get timeout(): Timeout {
    return this.#defaults.timeout;
  }

  set timeout(init: TimeoutInit) {
    this.#defaults = { ...this.#defaults, timeout: resolveTimeout(init, DEFAULT_TIMEOUT) };
  }

  get baseURL(): URL | null {
    return this.#base && new URL(this.#base.parsed.href);
  }

  set baseURL(url: URL | string | null) {
    this.#base = url === null ? null : parseBaseURL(String(url));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Which engine carries the requests, and why; null for a transport that is not the built-in one. */
  get backend(): BackendReport | null {
    return this.#transport instanceof HTTPTransport ? this.#transport.backend : null;
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
      const { stream = false, ...rest } = options;
      checkRequestOptions(rest, 'send');
      if (!(request instanceof Request))
        throw new InvalidArgument(
          "send() takes a Request; make one with 'client.buildRequest()' or 'new Request()'.",
        );
      const config = mergeSendConfig(rest, this.#defaults);
      if (stream) return await this.#streamed(request, config);
      const response = await this.#send(request, config, 'whole');
      const read = await response.read();
      return config.raiseForStatus ? read.raiseForStatus() : read;
    } catch (error) {
      throw await this.#sender.failed(error, request);
    }
  }

  /**
   * A client with other settings on top of these. It uses the same connections, unless it is given a transport, or
   * options that need one of its own; closing it leaves the connections of this one alone.
   */
  extend(options: ClientOptions): Client {
    const needsOwn =
      options.transport !== undefined || TRANSPORT_OPTIONS.some((name) => options[name] !== undefined);
    const { hooks } = this.#config;
    const merged: ClientOptions = {
      ...this.#options,
      ...options,
      params: this.#params.merge(options.params ?? null),
      cookies:
        options.cookies ??
        (options.cookies === null || this.#options.cookies === null ? null : this.#cookies),
      auth: options.auth === undefined ? this.auth : options.auth,
      timeout: resolveTimeout(options.timeout, this.timeout),
      baseURL: options.baseURL === undefined ? this.baseURL : options.baseURL,
      hooks: mergeHooks(hooks, resolveHooks(options.hooks)),
      middleware: [...this.#config.middleware, ...(options.middleware ?? [])],
    };
    return new Client(merged, {
      headers: Headers.fromWire(mergeFields(this.#headers.wire, options.headers ?? {})),
      ...(needsOwn ? {} : { transport: this.#transport }),
    });
  }

  /** Closes the transports, even if one of them fails to. Requests under way lose their connection. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#ownsTransport) return;
    const transports = new Set([this.#transport, ...this.#mounts.transports]);
    const results = await Promise.allSettled([...transports].map(async (transport) => transport.close()));
    const failures = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }): unknown => reason);
    if (failures.length > 0) {
      const cause = failures.length === 1 ? failures[0] : new AggregateError(failures);
      throw new CloseError({
        reason: `${failures.length} of ${transports.size} transports could not be closed`,
        cause,
      });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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
    if (this.#isClosed)
      return Promise.reject(new ClientClosed('Cannot send a request, as the client has been closed.'));
    return this.#sender.send(request, config, delivery, this.#cookies, this.#base);
  }

  #build(method: string, url: URL | string, options?: BuildOptions): Request {
    const checkedMethod = checkMethod(method);
    const text = typeof url === 'string' ? url : String(url);
    let params = this.#params;
    let fields = this.#headers.wire;
    let parsed = checkRequestURL(resolveURL(text, this.#base));
    if (this.#isForeign(parsed)) {
      params = withoutSecretParams(params, this.#config.redaction);
      fields = withoutSecretFields(fields, this.#config.redaction);
    }
    if (options?.params !== undefined) params = params.merge(options.params);
    if (params.size > 0) parsed = resolveURL(parsed.href, null, params);
    if (options?.headers !== undefined) fields = mergeFields(fields, options.headers);
    const cookie = this.#cookieHeader(parsed, fields, options?.cookies);
    if (cookie !== null) fields = [...fields, 'Cookie', cookie];
    let body = null;
    let contentType = null;
    if (options !== undefined) {
      const given = valueOf(fields, 'content-type');
      ({ body, contentType } = encodeBody(options, given));
      // Only a multipart body has a say against the caller's type: it may lack the boundary.
      if (options.multipart != null && given !== null && contentType !== null) {
        fields = mergeFields(fields, { 'Content-Type': contentType });
      }
    }
    const { redaction } = this.#config;
    return new Request(checkedMethod, '', null, {
      url: parsed,
      fields: composeFields(checkedMethod, parsed, fields, body, contentType),
      body,
      extensions: options?.extensions === undefined ? NO_EXTENSIONS : checkExtensions(options.extensions),
      redaction,
    });
  }

  /** Whether a URL lies outside the origin to which the client's secrets belong. */
  #isForeign({ origin }: ParsedURL): boolean {
    return this.#base !== null && this.#config.authScope === 'origin' && origin !== this.#base.parsed.origin;
  }

  #cookieHeader(url: ParsedURL, fields: readonly string[], own: CookiesInit | undefined): string | null {
    if (own === undefined && this.#cookies.isEmpty) return null;
    // A field that the caller wrote is the whole truth.
    if (valueOf(fields, 'cookie') !== null) return null;
    const jar = own === undefined ? this.#cookies : this.#cookies.clone();
    if (own !== undefined) jar.update(new CookieJar(own, { url: url.href }));
    return jar.headerFor(url.scheme, url.hostname, url.target);
  }

  #jar(init: CookieJar | CookiesInit | null | undefined): CookieJar {
    if (init instanceof CookieJar) return init;
    const { baseURL } = this.#options;
    return new CookieJar(init, baseURL == null ? {} : { url: String(baseURL) });
  }
}

/** What a client takes over from the one that it extends. */
interface Inherited {
  readonly headers: Headers;
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

function valueOf(fields: readonly string[], name: string): string | null {
  for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, name)) return fields[i + 1]!;
  return null;
}
