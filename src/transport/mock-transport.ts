import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { refuseProxy } from './refuse-proxy.ts';
import type { Transport, TransportContext } from './transport.ts';

/** What a handler may answer with. */
export type MockAnswer = Response | StreamResponse;

/**
 * Answers requests by a function instead of the network. The body of the request has been read, so that
 * `request.content` is there; what the handler throws, the caller gets.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({
 *   transport: new MockTransport((request) => new Response(200, { json: { path: request.url.pathname } })),
 * });
 * console.log((await client.get('https://example.com/a')).json()); // { path: '/a' }
 * ```
 */
export class MockTransport implements Transport, AsyncDisposable {
  readonly #handler: (request: Request) => MockAnswer | Promise<MockAnswer>;

  constructor(handler: (request: Request) => MockAnswer | Promise<MockAnswer>) {
    if (typeof handler !== 'function')
      throw new InvalidArgument(
        'MockTransport needs a function that takes a Request and returns a Response.',
      );
    this.#handler = handler;
  }

  /** What the handler answers with. @internal */
  answer(request: Request): MockAnswer | Promise<MockAnswer> {
    return this.#handler(request);
  }

  async handle(request: Request, context?: TransportContext): Promise<StreamResponse> {
    refuseProxy(context, 'a MockTransport');
    await request.read();
    const answer = await this.#handler(request);
    if (answer instanceof StreamResponse) {
      answer.context.request = request;
      return answer;
    }
    if (answer instanceof Response) return StreamResponse.fromResponse(answer, request);
    throw new InvalidArgument('The handler of a MockTransport must return a Response or a StreamResponse.');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
