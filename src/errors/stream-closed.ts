import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/**
 * A body was read after it had been closed.
 *
 * @example
 * ```ts
 * import { StreamClosed, StreamResponse } from 'ternhttp';
 *
 * const response = new StreamResponse(200, { body: 'some text' });
 * await response.cancel();
 * const error: unknown = await response.read().catch((reason: unknown) => reason);
 * if (error instanceof StreamClosed) console.log(error.code); // 'ERR_STREAM_CLOSED'
 * ```
 */
export class StreamClosed extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_STREAM_CLOSED');
  }

  static {
    brand(StreamClosed, 'StreamClosed');
  }
}
