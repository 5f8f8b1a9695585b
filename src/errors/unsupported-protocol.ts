import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import { brand } from './tern-error.ts';

/**
 * The URL has no scheme, or one that no transport of this client speaks.
 *
 * @example
 * ```ts
 * import { get, UnsupportedProtocol } from 'ternhttp';
 *
 * const error: unknown = await get('ftp://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof UnsupportedProtocol) console.log(error.code); // 'ERR_UNSUPPORTED_PROTOCOL'
 * ```
 */
export class UnsupportedProtocol extends TransportError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_UNSUPPORTED_PROTOCOL', phase: 'build' });
  }

  static {
    brand(UnsupportedProtocol, 'UnsupportedProtocol');
  }
}
