import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/**
 * The content of a streamed response was asked for before `read()`.
 *
 * @example
 * ```ts
 * import { ResponseNotRead, StreamError } from 'ternhttp';
 *
 * const error = new ResponseNotRead("Call 'await response.read()' first.");
 * console.log(error.code, error instanceof StreamError); // 'ERR_RESPONSE_NOT_READ' true
 * ```
 */
export class ResponseNotRead extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_RESPONSE_NOT_READ');
  }

  static {
    brand(ResponseNotRead, 'ResponseNotRead');
  }
}
