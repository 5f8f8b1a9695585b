import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import type { TransportContext } from '../transport/transport.ts';
import { boundedBody, checkBounds } from './bounded.ts';

/** Sends a request on to the next layer. */
export type Next = (request: Request) => Promise<StreamResponse>;

/**
 * A layer around the transport. It may change the request, answer by itself, send it several times, or look at the
 * response. A response that it does not return it must read or cancel; when it throws, that is done for it.
 *
 * Redirects and authentication are above it: it sees every hop and every round, and a redirect starts from the request
 * that came in, so that what a layer adds for one origin does not go to the next.
 *
 * @example
 * ```ts
 * import { Client, type Middleware, MockTransport, Response } from 'ternhttp';
 *
 * const stamp: Middleware = (request, next) => next(request.with({ headers: { 'X-Stamp': '1' } }));
 * const transport = new MockTransport((request) => new Response(200, { text: request.headers.get('x-stamp') ?? '' }));
 * const client = new Client({ transport, middleware: [stamp] });
 * console.log((await client.get('https://example.com/')).text); // '1'
 * ```
 */
export type Middleware = (request: Request, next: Next) => Promise<StreamResponse>;

/** Sends a request through one layer to those below. */
export async function throughLayer(
  layer: Middleware,
  request: Request,
  below: Next,
  context: TransportContext,
): Promise<StreamResponse> {
  const received: StreamResponse[] = [];
  let failure: { readonly error: unknown } | null = null;
  const next: Next = async (outgoing) => {
    if (!(outgoing instanceof Request))
      throw new InvalidArgument(`next() takes a Request, not ${describeValue(outgoing)}.`);
    checkBounds(outgoing, context);
    const response = await below(outgoing);
    // Nobody is left to take it.
    if (failure !== null) await response.cancel(failure.error);
    received.push(response);
    return response;
  };
  try {
    const answer: unknown = await layer(request, next);
    if (!(answer instanceof StreamResponse))
      throw new InvalidArgument(
        `A middleware must return a StreamResponse, the one that next() gave it or one of its own, not ${describeValue(answer)}.`,
      );
    // Those from below are held to the limits of the request already.
    return received.includes(answer) ? answer : boundedBody(answer, request, context);
  } catch (error) {
    failure = { error };
    for (const response of received) if (!response.isClosed) await response.cancel(error);
    throw error;
  }
}
