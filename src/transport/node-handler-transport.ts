import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeValue } from '../body/describe-value.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { checkKeys } from '../models/check-keys.ts';
import type { AppHost } from './app-host.ts';
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
export class NodeHandlerTransport implements Transport, AsyncDisposable {
  readonly #open: () => Promise<AppHost>;
  #host: Promise<AppHost> | null = null;
  #isClosed = false;

  /** @throws InvalidArgument for what is not a function, and for options that do not exist or do not fit */
  constructor(handler: NodeHandler, options: AppOptions = {}) {
    if (typeof handler !== 'function')
      throw new InvalidArgument(
        `NodeHandlerTransport needs a function of request and response, not ${describeValue(handler)}.`,
      );
    checkOptions(options);
    // Few programs need what serves an app, so it is loaded with the first request.
    this.#open = async () => new (await import('./app-host.ts')).AppHost(handler, options);
  }

  async handle(request: Request, context: TransportContext): Promise<StreamResponse> {
    if (this.#isClosed) throw new ClientClosed('Cannot send a request, as the transport has been closed.');
    const host = await (this.#host ??= this.#open());
    return host.handle(request, context);
  }

  /** Ends the requests under way; the app sees that they are aborted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    (await this.#host)?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function checkOptions(options: AppOptions): void {
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
}
