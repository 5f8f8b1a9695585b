import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/** The peer accepted no data for `timeout.write` milliseconds. */
export class WriteTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_WRITE_TIMEOUT', phase: 'write' });
  }

  static {
    brand(WriteTimeout, 'WriteTimeout');
  }
}
