import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/** The peer sent nothing for `timeout.read` milliseconds. */
export class ReadTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_READ_TIMEOUT', phase: 'read' });
  }

  static {
    brand(ReadTimeout, 'ReadTimeout');
  }
}
