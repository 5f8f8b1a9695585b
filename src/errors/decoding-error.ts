import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/**
 * The response arrived but its content could not be decoded: corrupt or truncated compression, unknown coding, limit passed, bad JSON.
 *
 * @example
 * ```ts
 * import { DecodingError, Response } from 'ternhttp';
 *
 * try {
 *   new Response(200, { text: '{"name": tern}' }).json();
 * } catch (error) {
 *   if (error instanceof DecodingError) console.log(error.code); // 'ERR_INVALID_JSON'
 * }
 * ```
 */
export class DecodingError extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CONTENT_CODING', phase: 'decode' });
  }

  static {
    brand(DecodingError, 'DecodingError');
  }
}
