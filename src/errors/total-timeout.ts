import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/**
 * The request with its redirects and retries took longer than `timeout.total`.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, TotalTimeout } from 'ternhttp';
 *
 * const client = new Client({ transport: new MockTransport(() => new Promise(() => {})), timeout: { total: 5 } });
 * const error: unknown = await client.get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof TotalTimeout) console.log(error.code, error.phase); // 'ERR_TOTAL_TIMEOUT' 'total'
 * ```
 */
export class TotalTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_TOTAL_TIMEOUT', phase: 'total' });
  }

  static {
    brand(TotalTimeout, 'TotalTimeout');
  }
}
