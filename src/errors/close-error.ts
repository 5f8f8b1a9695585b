import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/** A connection or transport could not be closed cleanly. */
export class CloseError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CLOSE', phase: 'close' });
  }

  static {
    brand(CloseError, 'CloseError');
  }
}
