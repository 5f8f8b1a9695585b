import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/**
 * The network failed: refused, reset, unreachable, not resolved.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, NetworkError, ReadError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ReadError({ reason: 'connection reset by peer', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * console.log(error instanceof NetworkError); // true
 * ```
 */
export class NetworkError extends TransportError {
  constructor(
    init: HTTPErrorInit,
    defaults: { readonly code: ErrorCode; readonly phase: Phase } = { code: 'ERR_TRANSPORT', phase: 'read' },
  ) {
    super(init, defaults);
  }

  static {
    brand(NetworkError, 'NetworkError');
  }
}
