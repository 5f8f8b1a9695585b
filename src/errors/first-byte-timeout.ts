import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/** The response did not begin within `timeout.firstByte` milliseconds of the request being sent. */
export class FirstByteTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_FIRST_BYTE_TIMEOUT', phase: 'firstByte' });
  }

  static {
    brand(FirstByteTimeout, 'FirstByteTimeout');
  }
}
