import { StreamError } from './stream-error.ts';
import { brand } from './tern-error.ts';

/** The content of a streamed response was asked for before `read()`. */
export class ResponseNotRead extends StreamError {
  constructor(message: string) {
    super(message, 'ERR_RESPONSE_NOT_READ');
  }

  static {
    brand(ResponseNotRead, 'ResponseNotRead');
  }
}
