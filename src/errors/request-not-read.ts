import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/** The content of a streamed request was asked for before `read()`. */
export class RequestNotRead extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_REQUEST_NOT_READ');
  }

  static {
    brand(RequestNotRead, 'RequestNotRead');
  }
}
