import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/**
 * Name resolution, TCP and TLS together took longer than `timeout.connect`.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, ConnectTimeout } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ConnectTimeout({ reason: 'not connected within 5000 ms', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof ConnectTimeout) console.log(error.code, error.phase); // 'ERR_CONNECT_TIMEOUT' 'connect'
 * ```
 */
export class ConnectTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CONNECT_TIMEOUT', phase: 'connect' });
  }

  static {
    brand(ConnectTimeout, 'ConnectTimeout');
  }
}
