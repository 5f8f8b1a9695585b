import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/**
 * The peer accepted no data for `timeout.write` milliseconds.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, WriteTimeout } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new WriteTimeout({ reason: 'the peer took no data for 5000 ms', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof WriteTimeout) console.log(error.code, error.phase); // 'ERR_WRITE_TIMEOUT' 'write'
 * ```
 */
export class WriteTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_WRITE_TIMEOUT', phase: 'write' });
  }

  static {
    brand(WriteTimeout, 'WriteTimeout');
  }
}
