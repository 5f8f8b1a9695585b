import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/** The response arrived but its content could not be decoded: corrupt or truncated compression, unknown coding, limit passed, bad JSON. */
export class DecodingError extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CONTENT_CODING', phase: 'decode' });
  }

  static {
    brand(DecodingError, 'DecodingError');
  }
}
