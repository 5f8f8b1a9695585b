import type { Auth, AuthInit } from '../auth/auth.ts';
import type {
  BodilessRequestOptions,
  ClientOptions,
  RequestOptions,
  SendOptions,
} from '../client/options.ts';
import type { RedirectPolicy } from '../client/redirect-policy.ts';
import type { SSEOwnOptions } from '../client/sse-options.ts';
import type { EventStreamOptions } from '../message/event-stream.ts';
import type { Request } from '../message/request.ts';
import type { RetryEvent } from '../transport/transport.ts';
import type { SyncStreamResponse } from './sync-stream-response.ts';
import type { SyncTransportLike } from './sync-transport.ts';

/** The steps of an authentication that never has to wait. */
export interface SyncAuth extends Auth {
  flow(request: Request): Generator<Request, void, never>;
}

/** As for the client that waits; a function or a flow must not give a promise, which is refused when it does. */
export type SyncAuthInit = AuthInit | SyncAuth | ((request: Request) => Request);

/** Sends a request on to the next layer. */
export type SyncNext = (request: Request) => SyncStreamResponse;

/** A layer around the transport of a client that blocks. */
export type SyncMiddleware = (request: Request, next: SyncNext) => SyncStreamResponse;

/** Functions that are called along the way of a request. What one throws ends the request. */
export interface SyncHooks {
  /** Before each request goes to the transport: every hop, every auth round. May return another request to send. */
  readonly request: readonly ((request: Request) => Request | void)[];
  /** When the head of each response is there. The content has not been read; `response.read()` reads it. */
  readonly response: readonly ((response: SyncStreamResponse) => void)[];
  /** Before a redirect is followed; not if that would be one too many. */
  readonly redirect: readonly ((event: {
    readonly request: Request;
    readonly response: SyncStreamResponse;
  }) => void)[];
  /** Before a request is repeated on another connection. */
  readonly retry: readonly ((event: RetryEvent) => void)[];
  /** When a request fails for good. May return, or throw, another error in its place. */
  readonly error: readonly ((error: unknown) => unknown)[];
}

/** How redirects are followed; see `RedirectPolicy` of the client that waits. */
export interface SyncRedirectPolicy extends Omit<RedirectPolicy, 'rewrite'> {
  readonly rewrite: ((next: Request, response: SyncStreamResponse) => Request | null) | null;
}

export type SyncRedirectInit = Partial<SyncRedirectPolicy> | boolean | null;

/** What only differs from the client that waits by what its functions get and return. */
interface SyncSendParts {
  readonly auth?: SyncAuthInit | null | undefined;
  readonly redirect?: SyncRedirectInit | undefined;
}

export type SyncSendOptions = Omit<SendOptions, keyof SyncSendParts> & SyncSendParts;

/** Everything that can be said about one request. */
export type SyncRequestOptions = DistributiveOmit<RequestOptions, keyof SyncSendParts> & SyncSendParts;

/** Options of a request without a body. */
export type BodilessSyncRequestOptions = DistributiveOmit<BodilessRequestOptions, keyof SyncSendParts> &
  SyncSendParts;

/** Everything that can be said about a stream of events. */
export type SyncSSEOptions = SyncRequestOptions & EventStreamOptions & SSEOwnOptions;

interface SyncClientParts extends SyncSendParts {
  readonly transport?: SyncTransportLike | undefined;
  readonly mounts?: Readonly<Record<string, SyncTransportLike | null>> | undefined;
  readonly middleware?: readonly SyncMiddleware[] | undefined;
  readonly hooks?: { readonly [K in keyof SyncHooks]?: SyncHooks[K] } | undefined;
}

/** What all requests of a client that blocks have in common. */
export type SyncClientOptions = Omit<ClientOptions, keyof SyncClientParts> & SyncClientParts;

/** A union stays one. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
