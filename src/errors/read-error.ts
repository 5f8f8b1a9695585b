import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/** The connection broke while the response was being received. */
export class ReadError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_READ', phase: 'read' });
  }

  static {
    brand(ReadError, 'ReadError');
  }
}
