import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { FetchHandler } from './fetch-handler.ts';
import { type AppOptions, type NodeHandler, NodeHandlerTransport } from './node-handler-transport.ts';
import type { Transport, TransportContext } from './transport.ts';

/**
 * Gives requests to an app in the same process that speaks in Requests and Responses of the platform: Hono, itty-router,
 * a worker, a route handler. Bodies stream both ways, the response is there when its head is, and the signal of the
 * Request is aborted when the client gives up. The fields of the response are those of the app, and no others.
 *
 * What the app throws, or what its promise or body rejects with, is the error of the request, or of the content. What
 * the platform's Request cannot express throws InvalidArgument: a body beside GET or HEAD, CONNECT and TRACE, a
 * request target that is no path.
 *
 * @example
 * ```ts
 * import { Client, HandlerTransport } from 'ternhttp';
 *
 * const transport = new HandlerTransport(async (request) => new Response(`you sent ${await request.text()}`));
 * const client = new Client({ transport, baseURL: 'http://app.test' });
 * console.log((await client.post('/', { content: 'this' })).text); // 'you sent this'
 * await client.close();
 * ```
 */
export class HandlerTransport implements Transport, AsyncDisposable {
  readonly #inner: NodeHandlerTransport;

  /** @throws InvalidArgument for what is not a function, and for options that do not exist or do not fit */
  constructor(handler: FetchHandler, options?: AppOptions) {
    if (typeof handler !== 'function')
      throw new InvalidArgument(
        `HandlerTransport needs a function that takes a Request and returns a Response, not ${describeValue(handler)}.`,
      );
    let served: NodeHandler | null = null;
    this.#inner = new NodeHandlerTransport(async (request, response) => {
      served ??= (await import('./fetch-handler.ts')).toNodeHandler(handler);
      await served(request, response);
    }, options);
  }

  handle(request: Request, context: TransportContext): Promise<StreamResponse> {
    return this.#inner.handle(request, context);
  }

  /** Ends the requests under way; their signals are aborted. */
  close(): Promise<void> {
    return this.#inner.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
