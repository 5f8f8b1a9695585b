import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/**
 * No connection came free within `timeout.pool` milliseconds.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, PoolTimeout } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new PoolTimeout({ reason: 'no connection within 5000 ms', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof PoolTimeout) console.log(error.code, error.phase); // 'ERR_POOL_TIMEOUT' 'pool'
 * ```
 */
export class PoolTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_POOL_TIMEOUT', phase: 'pool' });
  }

  static {
    brand(PoolTimeout, 'PoolTimeout');
  }
}
