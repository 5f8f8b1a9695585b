import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/** The request with its redirects and retries took longer than `timeout.total`. */
export class TotalTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_TOTAL_TIMEOUT', phase: 'total' });
  }

  static {
    brand(TotalTimeout, 'TotalTimeout');
  }
}
