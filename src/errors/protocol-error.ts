import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/** One side broke the HTTP protocol. */
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
