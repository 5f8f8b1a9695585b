import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/** A body that can be read once was asked for again: a second iteration, or a one-shot request body that has to be sent again. */
export class StreamConsumed extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_STREAM_CONSUMED');
  }

  static {
    brand(StreamConsumed, 'StreamConsumed');
  }
}
