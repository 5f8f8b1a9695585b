import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import type { Request } from '../message/request.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import type { RetryEvent, TransportContext } from '../transport/transport.ts';
import type { SyncStreamResponse } from './sync-stream-response.ts';

/** What goes with a request on its way down, where nothing can be waited for. */
export interface SyncTransportContext extends Omit<TransportContext, 'onRetry'> {
  /** To be called before a request is sent again because its connection was dead. */
  readonly onRetry: ((event: RetryEvent) => void) | null;
}

/**
 * Carries one request to its response and blocks meanwhile. A transport can have the functions of both kinds.
 *
 * @example
 * ```ts
 * import { SyncClient, SyncStreamResponse, type SyncTransport } from 'ternhttp/sync';
 *
 * const teapot: SyncTransport = {
 *   handleSync: (request) => new SyncStreamResponse(418, { request, body: 'short and stout' }),
 *   closeSync: () => {},
 * };
 * const client = new SyncClient({ transport: teapot });
 * console.log(client.get('http://kitchen.test/').status); // 418
 * ```
 */
export interface SyncTransport {
  /** Sends a request and returns when the head of the response is there. It must honour the limits as far as it can. */
  handleSync(request: Request, context: SyncTransportContext): SyncStreamResponse;
  closeSync(): void;
}

/** What a client that blocks takes for a transport. */
export type SyncTransportLike = MockTransport | SyncTransport;

/**
 * @throws InvalidArgument for what is no transport
 * @throws UnsupportedOption for one that works by promises
 */
export function checkSyncTransport(name: string, transport: unknown): void {
  if (transport instanceof MockTransport) return;
  const { handleSync, closeSync, handle } = (transport ?? {}) as Partial<SyncTransport> & {
    handle?: unknown;
  };
  if (typeof handleSync === 'function' && typeof closeSync === 'function') return;
  if (typeof handle !== 'function') {
    throw new InvalidArgument(
      `'${name}' must be a transport, with the functions handleSync() and closeSync(), not ${describeValue(transport)}.`,
    );
  }
  throw new UnsupportedOption('sync', {
    option: name,
    reason:
      transport instanceof HTTPTransport
        ? "an HTTPTransport works by promises. Give its options to the client, or pass a 'SyncHTTPTransport'."
        : 'it has no function handleSync(), so it works by promises only.',
  });
}
