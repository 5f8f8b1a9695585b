import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/**
 * The content of a streamed request was asked for before `read()`.
 *
 * @example
 * ```ts
 * import { Request, RequestNotRead } from 'ternhttp';
 *
 * async function* content() {
 *   yield 'some text';
 * }
 * const request = new Request('POST', 'https://example.com/', { content: content() });
 * try {
 *   console.log(request.content);
 * } catch (error) {
 *   if (error instanceof RequestNotRead) console.log(error.code); // 'ERR_REQUEST_NOT_READ'
 * }
 * console.log((await request.read()).length); // 9
 * ```
 */
export class RequestNotRead extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_REQUEST_NOT_READ');
  }

  static {
    brand(RequestNotRead, 'RequestNotRead');
  }
}
