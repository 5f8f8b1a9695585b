import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/** A body was read after it had been closed. */
export class StreamClosed extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_STREAM_CLOSED');
  }

  static {
    brand(StreamClosed, 'StreamClosed');
  }
}
