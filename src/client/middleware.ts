import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';

/** Sends a request on to the next layer. */
export type Next = (request: Request) => Promise<StreamResponse>;

/**
 * A layer around the transport. It may change the request, answer by itself, send it several times, or look at the
 * response. A response that it does not return it must read or cancel.
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
