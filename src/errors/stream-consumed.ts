import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/**
 * A body that can be read once was asked for again: a second iteration, or a one-shot request body that has to be sent again.
 *
 * @example
 * ```ts
 * import { StreamConsumed, StreamResponse } from 'ternhttp';
 *
 * const response = new StreamResponse(200, { body: 'some text' });
 * const chunks = response.iterBytes();
 * try {
 *   response.iterRaw();
 * } catch (error) {
 *   if (error instanceof StreamConsumed) console.log(error.code); // 'ERR_STREAM_CONSUMED'
 * }
 * for await (const chunk of chunks) console.log(chunk.length); // 9
 * ```
 */
export class StreamConsumed extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_STREAM_CONSUMED');
  }

  static {
    brand(StreamConsumed, 'StreamConsumed');
  }
}
