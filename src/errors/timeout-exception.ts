import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/** A phase took longer than its limit. Every limit has a class of its own below this one. */
export class TimeoutException extends TransportError {
  constructor(
    init: HTTPErrorInit,
    defaults: { readonly code: ErrorCode; readonly phase: Phase } = {
      code: 'ERR_READ_TIMEOUT',
      phase: 'read',
    },
  ) {
    super(init, defaults);
  }

  static {
    brand(TimeoutException, 'TimeoutException');
  }
}
