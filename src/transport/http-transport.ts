import type { Auth } from '../auth/auth.ts';
import {
  DEFAULT_PARSER_LIMITS,
  type Lookup,
  type ParserLimits,
  type Route,
  type WireConfig,
} from '../backends/contract.ts';
import type { BackendChoice } from '../backends/choice.ts';
import { type BackendReport, type Selection, selectBackend } from '../backends/select.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { type HTTP2Options, resolveHTTP2 } from '../models/http2-options.ts';
import { type LimitsInit, resolveLimits } from '../models/limits.ts';
import type { TLSOptions } from '../models/tls-options.ts';
import { Deadlines } from './deadlines.ts';
import { environmentProxies, type ProxyChoice } from './environment-proxies.ts';
import { HTTPExchange } from './exchange.ts';
import type { ExchangeHost } from './exchange-host.ts';
import { targetOf } from './outgoing.ts';
import { Pool } from './pool.ts';
import type { PoolStats } from './pool-stats.ts';
import { sendWithProxyAuth } from './proxy-auth.ts';
import { type ProxyInit, type ProxyServer, resolveProxy } from './proxy.ts';
import { Routes } from './routes.ts';
import { TLS_OPTIONS } from './tls-option-names.ts';
import type { Transport, TransportContext } from './transport.ts';

/** How sockets are opened. */
export interface SocketOptions {
  /** Path of a Unix domain socket to which every connection goes, whatever the host of the URL. */
  readonly path?: string;
  /** Address from which to connect. */
  readonly localAddress?: string;
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6;
  /** Resolves names instead of the system: for a cache, for tests, for refusing private addresses. */
  readonly lookup?: Lookup;
  /** Switches Nagle's algorithm off; on by default. */
  readonly noDelay?: boolean;
}

/** How an {@link HTTPTransport} connects, and what bounds it has. */
export interface HTTPTransportOptions {
  /** The engine to use; `auto` by default. */
  readonly backend?: BackendChoice;
  readonly limits?: LimitsInit;
  readonly tls?: TLSOptions;
  readonly socket?: SocketOptions;
  /** Bounds of what a response may make the parser hold. */
  readonly parser?: Partial<ParserLimits>;
  /** Speak HTTP/1.1; on by default. Off, with `http2` on, HTTP/2 is spoken without asking, without TLS too. */
  readonly http1?: boolean;
  /** Speak HTTP/2 where a server offers it by ALPN; off by default. An object of settings switches it on. */
  readonly http2?: HTTP2Options | boolean;
  /**
   * What is taken from the environment: certificates and key log file (SSL_CERT_FILE, SSL_CERT_DIR, SSLKEYLOGFILE) if it
   * is left out, proxies too (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY) if it is true, nothing if it is false.
   */
  readonly trustEnv?: boolean;
  /**
   * Every request goes through it, unless it names another; null for none. Variables of the environment do not count
   * beside it.
   */
  readonly proxy?: ProxyInit | null;
  /** How long a request with `Expect: 100-continue` waits before it sends its body all the same, in milliseconds; 1000 by default. */
  readonly expectContinueMs?: number;
}

const DEFAULT_TLS: TLSOptions = Object.freeze({});
const SOCKET_OPTIONS = ['path', 'localAddress', 'family', 'lookup', 'noDelay'];
const TRANSPORT_OPTIONS = [
  'backend',
  'limits',
  'tls',
  'socket',
  'parser',
  'http1',
  'http2',
  'trustEnv',
  'proxy',
  'expectContinueMs',
];

/**
 * Sends requests over the network, through a pool of connections.
 *
 * @example
 * ```ts
 * import { Client, HTTPTransport } from 'ternhttp';
 *
 * const transport = new HTTPTransport({ socket: { path: '/run/app.sock' }, limits: { maxConnections: 4 } });
 * const client = new Client({ transport });
 * console.log(transport.stats.connections); // 0
 * await client.close();
 * ```
 */
export class HTTPTransport implements Transport, AsyncDisposable {
  readonly #host: ExchangeHost & { readonly pool: Pool };
  readonly #selection: Selection;
  readonly #routes: Routes;
  readonly #capabilities: readonly string[];
  #isClosed = false;

  /**
   * Certificates and keys are looked at when they are needed for the first time: a request fails with
   * `InvalidArgument` if they cannot be used.
   *
   * @throws InvalidArgument for options that do not exist or do not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   * @throws UnsupportedOption if that backend cannot honour an option
   */
  constructor(options: HTTPTransportOptions = {}) {
    checkNames('', options, TRANSPORT_OPTIONS);
    const config = wireConfig(options);
    const limits = resolveLimits(options.limits);
    const expectContinueMs = options.expectContinueMs ?? 1000;
    if (!(expectContinueMs >= 0))
      throw new InvalidArgument(
        `'expectContinueMs' must be milliseconds of 0 or more, not ${String(expectContinueMs)}.`,
      );
    this.#selection = selectBackend(options.backend ?? 'auto', config);
    const { backend } = this.#selection;
    this.#capabilities = backend.info.capabilities;
    this.#routes = new Routes(proxyChoice(options), options.http1 === false);
    this.#host = {
      pool: new Pool(backend.wire, config, limits),
      deadlines: new Deadlines(),
      expectContinueMs,
    };
  }

  /** Which engine runs, and why. */
  get backend(): BackendReport {
    return this.#selection.report;
  }

  get stats(): PoolStats {
    return this.#host.pool.stats;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @param repeats how often the request was sent already, on connections that were dead; not for use elsewhere */
  handle(request: Request, context: TransportContext, repeats = 0): Promise<StreamResponse> {
    try {
      if (this.#isClosed) throw new ClientClosed('Cannot send a request, as the transport has been closed.');
      const { route, server } = this.#routes.find(request, context.proxy);
      if (server !== null) {
        if (!canConnectBy(server, this.#capabilities)) throw noSuchProxy(server, this.backend.wire);
        const { auth } = server;
        if (auth !== null && !route.proxy!.isTunnel)
          return this.#negotiated(auth, server, request, route, context);
      }
      return new HTTPExchange(this.#host, request, route, context, repeats).start();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The way that a request takes unless it names a proxy; not for use elsewhere. */
  routeOf(request: Request): Route {
    return this.#routes.find(request, undefined).route;
  }

  /** Lends a connection that has just become idle to a thread that blocks; not for use elsewhere. */
  lend(id: number): number | null {
    return this.#host.pool.lend(id);
  }

  /** Closes all connections, those of requests under way included. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#host.pool.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A proxy that reads requests, and whose credentials depend on them. */
  #negotiated(
    auth: Auth,
    server: ProxyServer,
    request: Request,
    route: Route,
    context: TransportContext,
  ): Promise<StreamResponse> {
    const send = (fields: readonly string[]): Promise<StreamResponse> => {
      const own = { ...route, proxy: { ...route.proxy!, fields } };
      return new HTTPExchange(this.#host, request, own, context).start();
    };
    return sendWithProxyAuth(auth, server, request, targetOf(request, route), context, send);
  }
}

function proxyChoice({ proxy, trustEnv, socket }: HTTPTransportOptions): ProxyChoice | null {
  if (proxy === undefined) {
    // Who names a socket has said where connections go.
    const asksEnvironment = trustEnv === true && socket?.path === undefined;
    return asksEnvironment ? environmentProxies(process.env) : null;
  }
  if (proxy === null) return null;
  const server = resolveProxy(proxy);
  return () => server;
}

function canConnectBy({ scheme }: ProxyServer, capabilities: readonly string[]): boolean {
  return capabilities.includes(scheme.startsWith('socks') ? 'socks5' : 'http-proxy');
}

function noSuchProxy({ scheme }: ProxyServer, backend: string): UnsupportedOption {
  const reason = `it has no proxies of the kind '${scheme}://'; use backend: 'js'.`;
  return new UnsupportedOption(backend, { option: 'proxy', reason });
}

function wireConfig(options: HTTPTransportOptions): WireConfig {
  const { tls, socket = {}, parser = {}, trustEnv = true, http1 = true } = options;
  checkNames('tls', tls ?? {}, TLS_OPTIONS);
  checkNames('socket', socket, SOCKET_OPTIONS);
  checkNames('parser', parser, Object.keys(DEFAULT_PARSER_LIMITS));
  for (const [name, value] of Object.entries(parser)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new InvalidArgument(
        `'parser.${name}' must be a whole number of at least 1, not ${String(value)}.`,
      );
    }
  }
  checkSocket(socket);
  if (typeof http1 !== 'boolean')
    throw new InvalidArgument(`'http1' must be true or false, not ${String(http1)}.`);
  const http2 = resolveHTTP2(options.http2);
  if (!http1 && http2 === null)
    throw new InvalidArgument("'http1: false' leaves no protocol; give 'http2: true' beside it.");
  return {
    tls: tls ?? DEFAULT_TLS,
    trustEnv,
    socketPath: socket.path ?? null,
    localAddress: socket.localAddress ?? null,
    family: socket.family ?? 0,
    lookup: socket.lookup ?? null,
    noDelay: socket.noDelay ?? true,
    parser: { ...DEFAULT_PARSER_LIMITS, ...parser },
    http1,
    http2,
  };
}

function checkSocket(socket: SocketOptions): void {
  const { path, localAddress, family, lookup, noDelay } = socket;
  if (path !== undefined) {
    if (typeof path !== 'string' || path === '')
      throw new InvalidArgument(`'socket.path' must be the path of a socket, not ${JSON.stringify(path)}.`);
    const idle = SOCKET_OPTIONS.find(
      (name) => name !== 'path' && socket[name as keyof SocketOptions] !== undefined,
    );
    if (idle !== undefined)
      throw new InvalidArgument(`'socket.${idle}' would do nothing beside 'socket.path', which is no TCP.`);
  }
  if (family !== undefined && family !== 4 && family !== 6) {
    throw new InvalidArgument(`'socket.family' must be 4 or 6, not ${String(family)}.`);
  }
  if (localAddress !== undefined) {
    const version = process.getBuiltinModule('node:net').isIP(localAddress);
    if (version === 0)
      throw new InvalidArgument(
        `'socket.localAddress' must be an IP address, not '${String(localAddress)}'.`,
      );
    if (family !== undefined && family !== version)
      throw new InvalidArgument(`'socket.localAddress' is no IPv${family} address, as 'socket.family' asks.`);
  }
  if (lookup !== undefined && typeof lookup !== 'function')
    throw new InvalidArgument(`'socket.lookup' must be a function, not ${typeof lookup}.`);
  if (noDelay !== undefined && typeof noDelay !== 'boolean')
    throw new InvalidArgument(`'socket.noDelay' must be true or false, not ${typeof noDelay}.`);
}

function checkNames(option: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const path = option === '' ? name : `${option}.${name}`;
    throw new InvalidArgument(`'${path}' does not exist; there are ${known.join(', ')}.`);
  }
}
