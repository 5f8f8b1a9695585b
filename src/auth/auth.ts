import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { type AuthTarget, ORIGIN_TARGET } from './auth-target.ts';

/** What a flow gets to see: the read form if it said that it needs the content. */
export type AuthResponse = Response | StreamResponse;

/** The steps of an authentication: yields requests to send and receives their responses. */
export type AuthFlow = AsyncGenerator<Request, void, AuthResponse> | Generator<Request, void, AuthResponse>;

/**
 * A way to authenticate requests. Its flow is a generator without any I/O of its own, so that it can be tested by
 * feeding it responses: it yields a request, receives the response, and either returns, which makes that response
 * the result, or yields the next request.
 *
 * @example
 * ```ts
 * import { type Auth, Client, MockTransport, Response } from 'ternhttp';
 *
 * let token = 'stale';
 * const refreshing: Auth = {
 *   *flow(request) {
 *     const response = yield request.with({ headers: { Authorization: `Bearer ${token}` } });
 *     if (response.status !== 401) return;
 *     token = 'fresh';
 *     yield request.with({ headers: { Authorization: `Bearer ${token}` } });
 *   },
 * };
 * const transport = new MockTransport((request) =>
 *   new Response(request.headers.get('authorization') === 'Bearer fresh' ? 200 : 401));
 * const client = new Client({ transport, auth: refreshing });
 * console.log((await client.get('https://api.test/')).status); // 200
 * ```
 */
export interface Auth {
  /** Reads a streamed request body into memory before the flow begins. */
  readonly needsRequestBody?: boolean;
  /** Reads each response before the flow sees it. */
  readonly needsResponseBody?: boolean;
  /**
   * The steps for one request.
   *
   * @param target whom the flow speaks to; the server of the request if it is left out
   */
  flow(request: Request, target?: AuthTarget): AuthFlow;
  /**
   * The steps for a client that blocks, which cannot wait for anything but its requests. Without it `flow` must be a
   * generator that is not async.
   */
  flowSync?(request: Request, target?: AuthTarget): Generator<Request, void, AuthResponse>;
}

/** A user name and a password for Basic, a function that signs each request, or a flow. */
export type AuthInit =
  | Auth
  | readonly [username: Uint8Array | string, password: Uint8Array | string]
  | ((request: Request) => Promise<Request> | Request);

/**
 * Starts the flow for a request.
 *
 * @param isBlocking nothing can be waited for
 * @throws InvalidArgument if it is not a generator
 */
export function openFlow(
  auth: Auth,
  request: Request,
  target: AuthTarget = ORIGIN_TARGET,
  isBlocking = false,
): AuthFlow {
  const flow: unknown =
    isBlocking && auth.flowSync !== undefined ? auth.flowSync(request, target) : auth.flow(request, target);
  if (typeof flow === 'object' && flow !== null && 'next' in flow && typeof flow.next === 'function')
    return flow as AuthFlow;
  throw new InvalidArgument(
    "The flow() of an auth must be a generator: write '*flow(request) { yield request; }'.",
  );
}
