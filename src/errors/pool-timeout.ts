import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/** No connection came free within `timeout.pool` milliseconds. */
export class PoolTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_POOL_TIMEOUT', phase: 'pool' });
  }

  static {
    brand(PoolTimeout, 'PoolTimeout');
  }
}
