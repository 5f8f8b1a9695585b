import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/** The transport failed: network, protocol, proxy or time. */
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
