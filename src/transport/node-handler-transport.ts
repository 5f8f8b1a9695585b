import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_PARSER_LIMITS, type WireConfig } from '../backends/contract.ts';
import { describeValue } from '../body/describe-value.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { checkKeys } from '../models/cookie-jar-options.ts';
import { resolveLimits } from '../models/limits.ts';
import { AppEngine, failResponse } from './app-engine.ts';
import { Deadlines } from './deadlines.ts';
import { type ExchangeHost, HTTPExchange } from './exchange.ts';
import { Pool } from './pool.ts';
import type { Transport, TransportContext } from './transport.ts';

/** An app as `node:http` calls it; Express, Connect and many others are one. A promise that it returns is waited for. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** How an app in the same process is called. */
export interface AppOptions {
  /** The caller gets what the app throws; on by default. Off, it becomes a response 500, or breaks one that has begun. */
  readonly raiseAppErrors?: boolean;
  /** The address from which requests come, as the app sees it; `127.0.0.1` by default. */
  readonly remoteAddress?: string;
  /** Port likewise; 123 by default. */
  readonly remotePort?: number;
}

const OPTIONS = ['raiseAppErrors', 'remoteAddress', 'remotePort'];

/** There is nothing to configure about a connection in memory. */
const CONFIG: WireConfig = {
  tls: {},
  trustEnv: false,
  socketPath: null,
  localAddress: null,
  family: 0,
  lookup: null,
  noDelay: true,
  parser: DEFAULT_PARSER_LIMITS,
};

/**
 * Gives requests to an app in the same process, for tests and for calling one's own services, without a port. The app is
 * behind a server of `node:http` that listens nowhere: requests and responses take the form that they have on a wire, so
 * that nothing passes here which a socket would refuse, and streams, interim responses, trailers, time limits and
 * cancelling work as they do there. Redirects, cookies, auth and decoding are the client's, as always.
 *
 * What the app throws, or what its promise rejects with, is the error of the request, or of the content if the response
 * has begun. An error that comes when the response is complete is an unhandled rejection, as it is in a server. Time
 * limits that the app sets on its socket do nothing.
 *
 * @example
 * ```ts
 * import { Client, NodeHandlerTransport } from 'ternhttp';
 *
 * const transport = new NodeHandlerTransport((request, response) => response.end(`you asked for ${request.url}`));
 * const client = new Client({ transport, baseURL: 'http://app.test' });
 * console.log((await client.get('/a?b')).text); // 'you asked for /a?b'
 * await client.close();
 * ```
 */
export class NodeHandlerTransport implements Transport {
  readonly #host: ExchangeHost;
  #isClosed = false;

  /** @throws InvalidArgument for what is not a function, and for options that do not exist or do not fit */
  constructor(handler: NodeHandler, options: AppOptions = {}) {
    if (typeof handler !== 'function')
      throw new InvalidArgument(
        `NodeHandlerTransport needs a function of request and response, not ${describeValue(handler)}.`,
      );
    const { raiseAppErrors = true, remoteAddress = '127.0.0.1', remotePort = 123 } = checkOptions(options);
    const { createServer } = process.getBuiltinModule('node:http');
    const server = createServer((request, response) => serve(handler, request, response, raiseAppErrors));
    const engine = new AppEngine(server, { remoteAddress, remotePort });
    this.#host = {
      pool: new Pool(engine, CONFIG, resolveLimits({ maxConnections: null })),
      deadlines: new Deadlines(),
      backend: 'js',
      expectContinueMs: 1000,
    };
  }

  handle(request: Request, context: TransportContext): Promise<StreamResponse> {
    try {
      if (this.#isClosed) throw new ClientClosed('Cannot send a request, as the transport has been closed.');
      const { origin, scheme, hostname, port } = request.parsedURL;
      if (scheme !== 'http' && scheme !== 'https') {
        const reason = `the URL has an unsupported protocol '${scheme}://'`;
        throw new UnsupportedProtocol({ reason, request });
      }
      const route = { key: origin, secure: scheme === 'https', hostname, port, servername: null };
      return new HTTPExchange(this.#host, request, route, context).start();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Ends the requests under way; the app sees that they are aborted. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#host.pool.close();
    return Promise.resolve();
  }
}

function checkOptions(options: AppOptions): AppOptions {
  checkKeys('options', options, OPTIONS);
  const { raiseAppErrors, remoteAddress, remotePort } = options;
  if (raiseAppErrors !== undefined && typeof raiseAppErrors !== 'boolean')
    throw new InvalidArgument(
      `'options.raiseAppErrors' must be true or false, not ${describeValue(raiseAppErrors)}.`,
    );
  if (remoteAddress !== undefined && process.getBuiltinModule('node:net').isIP(remoteAddress) === 0)
    throw new InvalidArgument(
      `'options.remoteAddress' must be an IP address, not '${String(remoteAddress)}'.`,
    );
  if (remotePort !== undefined && !(Number.isInteger(remotePort) && remotePort >= 0 && remotePort <= 65_535))
    throw new InvalidArgument(`'options.remotePort' must be a port, not ${String(remotePort)}.`);
  return options;
}

function serve(
  handler: NodeHandler,
  request: IncomingMessage,
  response: ServerResponse,
  raises: boolean,
): void {
  const fail = (thrown: unknown): void => {
    // Nobody waits for it any more.
    if (response.destroyed && !response.writableEnded) return;
    if (!raises) answerError(response);
    else if (response.writableEnded) throw thrown;
    else failResponse(response, thrown);
  };
  let result: unknown;
  try {
    result = handler(request, response);
  } catch (thrown) {
    fail(thrown);
    return;
  }
  if (isThenable(result)) void Promise.resolve(result).catch(fail);
}

function answerError(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusCode = 500;
  response.end();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
