import type { HTTPErrorInit } from './http-error.ts';
import { HTTPError } from './http-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/**
 * The exchange did not yield a response, or not a usable one.
 *
 * @example
 * ```ts
 * import { get, RequestError } from 'ternhttp';
 *
 * const error: unknown = await get('gopher://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof RequestError) console.log(error.code); // 'ERR_UNSUPPORTED_PROTOCOL'
 * ```
 */
export class RequestError extends HTTPError {
  constructor(
    init: HTTPErrorInit,
    defaults: { readonly code: ErrorCode; readonly phase: Phase } = { code: 'ERR_TRANSPORT', phase: 'read' },
  ) {
    super(init, defaults);
  }

  static {
    brand(RequestError, 'RequestError');
  }
}
