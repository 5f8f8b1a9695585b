import { ClientClosed } from '../errors/client-closed.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { Deadlines } from '../transport/deadlines.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { type ExchangeHost, UndiciExchange } from './exchange.ts';

export interface UndiciTransportOptions {
  /** Destroy the dispatcher when the transport is closed. False by default: it belongs to whoever made it. */
  readonly closeDispatcher?: boolean;
}

/**
 * Sends requests through a dispatcher of undici: an `Agent`, `Pool`, `Client`, `ProxyAgent` or `MockAgent`, with its
 * interceptors. Connections, TLS, proxies and limits are the dispatcher's; redirects, cookies, auth, decoding, errors
 * and time limits stay the client's.
 *
 * Time limits are watched here and switched off in undici, whose clock is coarse. `firstByte`, `read` and `total` hold
 * as always. `write` holds for bodies above 64 KiB and for streams; a smaller one is handed over in one piece. `connect`
 * holds while the dispatcher has no request waiting for a free connection; when it has, or cannot tell (undici 6), the
 * sum of `pool` and `connect` limits both together. The connect timeout of the dispatcher holds beside it. Time that an
 * interceptor takes, to wait before it tries again, say, counts as waiting for the response. A request that is given up
 * before it has a connection stays with the dispatcher until it gets one, and is not sent then.
 *
 * undici writes `Host`, `Connection`, `Content-Length` and `Transfer-Encoding` by itself; it cannot send `Expect`, other
 * codings than `chunked`, or other options of `Connection` than `keep-alive`, `close` and `upgrade`: these throw
 * `LocalProtocolError`. It does not tell which connection carried a response, nor the version of HTTP: `connection` is
 * null and `httpVersion` is `1.1`. A request that names a proxy is refused (`UnsupportedOption`). A refusal of CONNECT has content only if it announces its length.
 *
 * @example
 * ```ts
 * import { Client } from 'ternhttp';
 * import { UndiciTransport } from 'ternhttp/undici';
 * import { MockAgent } from 'undici';
 *
 * const agent = new MockAgent();
 * agent.get('https://example.com').intercept({ path: '/' }).reply(200, 'hello');
 * const client = new Client({ transport: new UndiciTransport(agent, { closeDispatcher: true }) });
 * console.log((await client.get('https://example.com/')).text); // 'hello'
 * await client.close();
 * ```
 */
export class UndiciTransport implements Transport, AsyncDisposable {
  readonly #host: ExchangeHost;
  readonly #closesDispatcher: boolean;
  #isClosed = false;

  /** @throws InvalidArgument for what is not a dispatcher, and for options that do not exist */
  constructor(dispatcher: DispatcherLike, options: UndiciTransportOptions = {}) {
    if (typeof (dispatcher as Partial<DispatcherLike> | null | undefined)?.dispatch !== 'function') {
      throw new InvalidArgument("'dispatcher' must be a dispatcher of undici, such as 'new Agent()'.");
    }
    for (const name of Object.keys(options)) {
      if (name === 'http1' || name === 'http2')
        throw new InvalidArgument(
          `'${name}' is the dispatcher's affair, as connections are: give it 'allowH2', as in 'new Agent({ allowH2: true })'.`,
        );
      if (name !== 'closeDispatcher')
        throw new InvalidArgument(`'${name}' is not an option of UndiciTransport; there is closeDispatcher.`);
    }
    this.#closesDispatcher = options.closeDispatcher ?? false;
    this.#host = { dispatcher, deadlines: new Deadlines(), running: new Set() };
  }

  handle(request: Request, context: TransportContext): Promise<StreamResponse> {
    try {
      if (this.#isClosed) throw new ClientClosed('Cannot send a request, as the transport has been closed.');
      const { scheme } = request.parsedURL;
      if (scheme !== 'http' && scheme !== 'https') {
        throw new UnsupportedProtocol({
          reason: `the URL has an unsupported protocol '${scheme}://'`,
          request,
        });
      }
      if (context.proxy !== undefined) {
        const reason = 'the dispatcher decides how to connect; give the transport a ProxyAgent.';
        throw new UnsupportedOption('undici', { option: 'proxy', reason });
      }
      if (context.publicOnly === true) {
        const reason = 'the dispatcher decides where to connect, so addresses cannot be judged.';
        throw new UnsupportedOption('undici', { option: 'redirect.allowPrivate', reason });
      }
      return new UndiciExchange(this.#host, request, context).start();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Ends the requests under way; destroys the dispatcher only if `closeDispatcher` says so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const exchange of this.#host.running) exchange.close();
    if (this.#closesDispatcher) await closeDispatcher(this.#host.dispatcher);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function closeDispatcher(dispatcher: DispatcherLike): Promise<void> {
  // A MockAgent has no connections of its own to destroy; the method that it inherits only throws.
  if (dispatcher.destroy === undefined || 'isMockActive' in dispatcher) await dispatcher.close?.();
  else await dispatcher.destroy();
}
