import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/** The connection broke while the request was being sent, and no response came. */
export class WriteError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_WRITE', phase: 'write' });
  }

  static {
    brand(WriteError, 'WriteError');
  }
}
