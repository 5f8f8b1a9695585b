import type { Lookup, Route } from '../backends/contract.ts';
import type { BackendReport } from '../backends/select.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import type { Request } from '../message/request.ts';
import { HTTPTransport, type HTTPTransportOptions } from '../transport/http-transport.ts';
import { NO_STATS } from '../transport/no-stats.ts';
import type { PoolStats } from '../transport/pool-stats.ts';
import { refuseOwnServer } from './own-server.ts';
import type { LookupAnswer } from './caller.ts';
import { packProxy, type PortableProxy } from './portable-proxy.ts';
import { packError, unpackError } from './portable-error.ts';
import { serveProxyFlows } from './proxy-flows.ts';
import type { Call } from './protocol.ts';
import { RemoteExchange } from './remote-exchange.ts';
import { SyncStreamResponse } from './sync-stream-response.ts';
import type { ArrivedResponse } from './arrived-response.ts';
import { type Borrower, newBorrower } from './borrower.ts';
import { isOneMessage, isPlainRequest } from './plain-request.ts';
import type { SyncTransport, SyncTransportContext } from './sync-transport.ts';
import { type Service, WorkerThread } from './worker-thread.ts';

const dropped = new FinalizationRegistry<RemoteExchange>((exchange) => exchange.cancel());

/**
 * Sends requests over the network and blocks until their responses are there. An {@link HTTPTransport} in a worker
 * thread does the work; all transports of a thread share that worker, which starts with the first request.
 *
 * @example
 * ```ts
 * import { SyncClient, SyncHTTPTransport } from 'ternhttp/sync';
 *
 * const transport = new SyncHTTPTransport({ socket: { path: '/run/app.sock' }, limits: { maxConnections: 4 } });
 * const client = new SyncClient({ transport });
 * console.log(transport.stats.connections); // 0
 * client.close();
 * ```
 */
export class SyncHTTPTransport implements SyncTransport, Service {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #options: Omit<HTTPTransportOptions, 'proxy'>;
  readonly #proxy: PortableProxy | null | undefined;
  /** It opens nothing, but knows which options there are, and which ways requests take. */
  readonly #model: HTTPTransport;
  readonly #borrower: Borrower | null;
  /** The worker that knows the transport, and its number there. */
  #thread: WorkerThread | null = null;
  #id = 0;
  #isClosed = false;
  /** The state of the pool when it was closed. */
  #lastStats: PoolStats = NO_STATS;

  /**
   * @throws InvalidArgument for options that do not exist or do not fit
   * @throws BackendUnavailableError if a backend is asked for by name and cannot be had
   * @throws UnsupportedOption if that backend cannot honour an option, or a worker cannot
   */
  constructor(options: HTTPTransportOptions = {}) {
    this.#model = new HTTPTransport(options);
    this.#borrower = newBorrower(this.#model.backend.wire);
    const { proxy, ...others } = options;
    refuseFunctions(others, '');
    this.#proxy = proxy == null ? proxy : packProxy(proxy);
    this.#options = others;
    this.#environment = { ...process.env };
  }

  /** Which engine runs, and why. */
  get backend(): BackendReport {
    return this.#model.backend;
  }

  get stats(): PoolStats {
    const thread = this.#thread;
    if (thread === null || thread.isDead || this.#isClosed) return this.#lastStats;
    const reply = thread.call({ kind: 'stats', id: thread.nextId(), transport: this.#id });
    return reply.kind === 'reply' ? (reply.value as PoolStats) : this.#lastStats;
  }

  /** @param isWatched somebody looks at the response before its content is read, so it must be there before that */
  handleSync(request: Request, context: SyncTransportContext, isWatched = true): SyncStreamResponse {
    if (this.#isClosed) throw new ClientClosed('Cannot send a request, as the transport has been closed.');
    const route = this.#directRoute(request, context, isWatched);
    const outcome = route === null ? 0 : this.#borrow(request, route, context);
    if (typeof outcome === 'object')
      return new SyncStreamResponse(outcome.head.status, null, { context: outcome.head, source: outcome });
    const proxy = context.proxy == null ? context.proxy : packProxy(context.proxy);
    const server = proxy === undefined ? this.#proxy : proxy;
    const { trustEnv, socket } = this.#options;
    // What the environment says about proxies is looked up elsewhere.
    if (server !== undefined || trustEnv !== true) refuseOwnServer(request, socket?.path, server?.url);
    const exchange = new RemoteExchange(this.#open(), request, context);
    const head = exchange.send(this.#id, isWatched, outcome);
    if (route !== null && exchange.loan !== null) this.#borrower!.add(route, exchange.loan, head.connection!);
    const response = new SyncStreamResponse(head.status, null, { context: head, source: exchange });
    if (context.delivery === 'stream') {
      // A response that is forgotten would keep its connection for good.
      dropped.register(response, exchange, exchange);
      response.onceClosed(() => dropped.unregister(exchange));
    }
    return response;
  }

  /** The way of a request that this thread can carry out alone, once it has borrowed a connection; else null. */
  #directRoute(request: Request, context: SyncTransportContext, isWatched: boolean): Route | null {
    const mayBorrow = this.#borrower !== null && !isWatched && context.delivery === 'whole';
    if (!mayBorrow || !isPlainRequest(request, context) || !isOneMessage(request)) return null;
    const route = this.#model.routeOf(request);
    return route.proxy === null ? route : null;
  }

  /** The response, or how often the request was sent in vain. */
  #borrow(request: Request, route: Route, context: SyncTransportContext): ArrivedResponse | number {
    if (this.#thread === null || !this.#thread.isDead) return this.#borrower!.send(request, route, context);
    this.#borrower!.clear();
    return 0;
  }

  /** Closes all connections, those of responses that are still read included. */
  closeSync(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const thread = this.#thread;
    if (thread === null || thread.isDead) return;
    const reply = thread.call({ kind: 'close', id: thread.nextId(), transport: this.#id });
    thread.unlisten(this.#id);
    if (reply.kind === 'failure') throw unpackError(reply.error);
    this.#lastStats = reply.value as PoolStats;
  }

  serve({ name, values }: Pick<Call, 'name' | 'values'>): unknown {
    if (name === 'lookup') return this.#lookUp(values as [string, LookupOptions]);
    if (name !== 'checkServerIdentity') return undefined;
    const [hostname, certificate] = values as Parameters<CheckServerIdentity>;
    const refusal = this.#options.tls!.checkServerIdentity!(hostname, certificate);
    if (refusal !== undefined) throw refusal;
    return undefined;
  }

  #lookUp([hostname, options]: readonly [string, LookupOptions]): LookupAnswer {
    let answer: LookupAnswer | null = null;
    try {
      this.#options.socket!.lookup!(hostname, options, (error, addresses) => {
        answer ??= { error: error == null ? null : packError(error), addresses };
      });
    } catch (error) {
      return { error: packError(error), addresses: null };
    }
    return answer ?? { error: packError(lateLookup()), addresses: null };
  }

  onServeError(): void {
    // It fails the handshake, and thereby the request.
  }

  #open(): WorkerThread {
    const thread = WorkerThread.current;
    if (thread === this.#thread) return thread;
    this.#thread = thread;
    serveProxyFlows(thread);
    this.#id = thread.nextId();
    thread.listen(this.#id, this);
    const { tls, socket } = this.#options;
    const { checkServerIdentity, ...plainTLS } = tls ?? {};
    const { lookup, ...plainSocket } = socket ?? {};
    thread.post({
      kind: 'open',
      transport: this.#id,
      proxy: this.#proxy,
      environment: this.#environment,
      options: {
        ...this.#options,
        ...(checkServerIdentity === undefined ? {} : { tls: plainTLS }),
        ...(lookup === undefined ? {} : { socket: plainSocket }),
      },
      checksIdentity: checkServerIdentity !== undefined,
      looksUp: lookup !== undefined,
    });
    return thread;
  }
}

type CheckServerIdentity = NonNullable<NonNullable<HTTPTransportOptions['tls']>['checkServerIdentity']>;
type LookupOptions = Parameters<Lookup>[1];

function lateLookup(): InvalidArgument {
  return new InvalidArgument(
    "'socket.lookup' did not call back before it returned, and a client that blocks cannot wait for it. Call back at once, or use the Client of the package ternhttp.",
  );
}

/** A function would have to run in the worker, where it cannot be had. */
function refuseFunctions(options: object, prefix: string): void {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const path = prefix + name;
    if (path === 'tls.checkServerIdentity' || path === 'socket.lookup') continue;
    if (typeof value === 'function') {
      throw new UnsupportedOption('sync', {
        option: path,
        reason:
          'connections are opened in a worker thread, where functions of the program cannot be called. Use the Client of the package ternhttp.',
      });
    }
    if (isPlain(value)) refuseFunctions(value, `${path}.`);
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
