import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/**
 * The transport failed: network, protocol, proxy or time.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, TransportError, ConnectError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ConnectError({ reason: 'connection refused', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * console.log(error instanceof TransportError); // true
 * ```
 */
export class TransportError extends RequestError {
  constructor(
    init: HTTPErrorInit,
    defaults: { readonly code: ErrorCode; readonly phase: Phase } = { code: 'ERR_TRANSPORT', phase: 'read' },
  ) {
    super(init, defaults);
  }

  static {
    brand(TransportError, 'TransportError');
  }
}
