import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_PARSER_LIMITS, type WireConfig } from '../backends/contract.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { resolveLimits } from '../models/limits.ts';
import { AppEngine, failResponse } from './app-engine.ts';
import { Deadlines } from './deadlines.ts';
import { HTTPExchange } from './exchange.ts';
import type { ExchangeHost } from './exchange-host.ts';
import type { AppOptions, NodeHandler } from './node-handler-transport.ts';
import { Pool } from './pool.ts';
import { refuseProxy } from './refuse-proxy.ts';
import type { TransportContext } from './transport.ts';

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
  http1: true,
  http2: null,
};

/** An app of `node:http` behind a server that listens nowhere, and the connections to it. */
export class AppHost {
  readonly #host: ExchangeHost & { readonly pool: Pool };
  #isClosed = false;

  constructor(
    handler: NodeHandler,
    { raiseAppErrors = true, remoteAddress = '127.0.0.1', remotePort = 123 }: AppOptions,
  ) {
    const { createServer } = process.getBuiltinModule('node:http');
    const server = createServer((request, response) => serve(handler, request, response, raiseAppErrors));
    const engine = new AppEngine(server, { remoteAddress, remotePort });
    this.#host = {
      pool: new Pool(engine, CONFIG, resolveLimits({ maxConnections: null })),
      deadlines: new Deadlines(),
      expectContinueMs: 1000,
    };
  }

  async handle(request: Request, context: TransportContext): Promise<StreamResponse> {
    if (this.#isClosed) throw new ClientClosed('Cannot send a request, as the transport has been closed.');
    refuseProxy(context, 'an app in the same process');
    const { origin, scheme, hostname, port } = request.parsedURL;
    if (scheme !== 'http' && scheme !== 'https') {
      const reason = `the URL has an unsupported protocol '${scheme}://'`;
      throw new UnsupportedProtocol({ reason, request });
    }
    const route = { key: origin, secure: scheme === 'https', hostname, port, servername: null, proxy: null };
    return new HTTPExchange(this.#host, request, route, context).start();
  }

  close(): void {
    this.#isClosed = true;
    this.#host.pool.close();
  }
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
