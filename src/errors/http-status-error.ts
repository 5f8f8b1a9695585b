import type { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { HTTPError } from './http-error.ts';
import { brand } from './tern-error.ts';

/**
 * The response has a status that the caller does not accept; thrown by `raiseForStatus()`.
 * `response` is what was received, so its content can still be looked at.
 *
 * @example
 * ```ts
 * import { Client, HTTPStatusError, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({ transport: new MockTransport(() => new Response(404, { text: 'no such bird' })) });
 * try {
 *   (await client.get('https://example.com/')).raiseForStatus();
 * } catch (error) {
 *   if (error instanceof HTTPStatusError) console.log(error.status, error.message.split('\n')[0]); // 404 "Client error '404 Not Found' for url 'https://example.com/'"
 * }
 * ```
 */
export class HTTPStatusError extends HTTPError {
  declare readonly request: Request;
  /** The response, read or streamed, as it was when `raiseForStatus()` was called. Not enumerable. */
  declare readonly response: Response | StreamResponse;
  /** Its status, for quick tests in a `catch`. */
  readonly status: number;

  constructor(message: string, response: Response | StreamResponse) {
    super({ reason: message, request: response.request }, { code: 'ERR_HTTP_STATUS', phase: 'read' });
    this.message = message;
    this.status = response.status;
    Object.defineProperty(this, 'response', { value: response });
  }

  static {
    brand(HTTPStatusError, 'HTTPStatusError');
  }
}
