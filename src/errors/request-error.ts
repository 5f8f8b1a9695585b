import type { HTTPErrorInit } from './http-error.ts';
import { HTTPError } from './http-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/** The exchange did not yield a response, or not a usable one. */
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
