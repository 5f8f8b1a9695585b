import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/**
 * One side broke the HTTP protocol.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, ProtocolError, RemoteProtocolError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new RemoteProtocolError({ reason: 'malformed status line', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * console.log(error instanceof ProtocolError); // true
 * ```
 */
export class ProtocolError extends TransportError {
  constructor(
    init: HTTPErrorInit,
    defaults: { readonly code: ErrorCode; readonly phase: Phase } = {
      code: 'ERR_REMOTE_PROTOCOL',
      phase: 'read',
    },
  ) {
    super(init, defaults);
  }

  static {
    brand(ProtocolError, 'ProtocolError');
  }
}
