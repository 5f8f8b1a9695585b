import type { Client } from '../client/client.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { clientDispatcherClass } from './client-dispatcher.ts';
import type { DispatcherLike } from './dispatcher-like.ts';

export interface ToDispatcherOptions {
  /** Close the client when the dispatcher is closed or destroyed. False by default: it belongs to whoever made it. */
  readonly closeClient?: boolean;
}

/**
 * A dispatcher that sends through a client, for `request`, `stream`, `pipeline`, `upgrade` and `fetch` of undici, for
 * `setGlobalDispatcher`, and for every library that takes a dispatcher. It extends undici's `Dispatcher`, so
 * interceptors compose with it; undici is loaded at the first call.
 *
 * A request has the client's header fields, parameters and cookies beneath its own, and passes the client's auth, hooks
 * and middleware; `headersTimeout` and `bodyTimeout` take the place of the client's `firstByte` and `read`. Redirects
 * are not followed, and the content is delivered as it came over the wire: that is the business of the API above, which
 * is why the client's own `Accept-Encoding` is left out. Failures have undici's classes and codes, with the client's
 * error as their cause; one without a counterpart, such as `WriteTimeout`, is passed on as it is.
 *
 * The hints `idempotent` and `blocking` need no heed, as nothing is pipelined. `typeOfService` is refused. The deprecated
 * callbacks `onBodySent` and `onRequestSent` are not called, and `drain` is not emitted: `dispatch` always returns true.
 *
 * @typeParam D the type of dispatcher that the receiver wants, `Dispatcher` of the undici in use. Mostly inferred; where
 * the receiver is generic itself it has to be named: `setGlobalDispatcher(toDispatcher<Dispatcher>(client))`
 * @throws InvalidArgument for what is not a client, and for options that do not exist
 *
 * @example
 * ```ts
 * import { Client, MockTransport, Response } from 'ternhttp';
 * import { toDispatcher } from 'ternhttp/undici';
 * import { request } from 'undici';
 *
 * const client = new Client({ transport: new MockTransport(() => new Response(200, { text: 'hello' })) });
 * const { statusCode, body } = await request('https://example.com/', { dispatcher: toDispatcher(client) });
 * console.log(statusCode, await body.text()); // 200 'hello'
 * ```
 */
export function toDispatcher<D extends DispatcherLike = DispatcherLike>(
  client: Client,
  options: ToDispatcherOptions = {},
): D {
  if (typeof (client as Partial<Client> | null | undefined)?.send !== 'function')
    throw new InvalidArgument("'client' must be a Client.");
  for (const name of Object.keys(options)) {
    if (name !== 'closeClient')
      throw new InvalidArgument(`'${name}' is not an option of toDispatcher(); there is closeClient.`);
  }
  const ClientDispatcher = clientDispatcherClass();
  return new ClientDispatcher(client, options.closeClient ?? false) as D;
}
