import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/**
 * The peer sent nothing for `timeout.read` milliseconds.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, ReadTimeout } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ReadTimeout({ reason: 'no data for 5000 ms', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof ReadTimeout) console.log(error.code, error.phase); // 'ERR_READ_TIMEOUT' 'read'
 * ```
 */
export class ReadTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_READ_TIMEOUT', phase: 'read' });
  }

  static {
    brand(ReadTimeout, 'ReadTimeout');
  }
}
