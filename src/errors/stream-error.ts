import { brand, TernError } from './tern-error.ts';

/**
 * A body was used in a way that its state does not allow: a mistake of the program, not of the network.
 *
 * @example
 * ```ts
 * import { StreamError, StreamResponse } from 'ternhttp';
 *
 * const response = new StreamResponse(200, { body: 'some text' });
 * await response.cancel();
 * const error: unknown = await response.read().catch((reason: unknown) => reason);
 * console.log(error instanceof StreamError); // true
 * ```
 */
export abstract class StreamError extends TernError {
  static {
    brand(StreamError, 'StreamError');
  }
}
