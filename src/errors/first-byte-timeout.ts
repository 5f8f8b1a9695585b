import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/**
 * The response did not begin within `timeout.firstByte` milliseconds of the request being sent.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, FirstByteTimeout } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new FirstByteTimeout({ reason: 'no response within 1000 ms', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof FirstByteTimeout) console.log(error.code, error.phase); // 'ERR_FIRST_BYTE_TIMEOUT' 'firstByte'
 * ```
 */
export class FirstByteTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_FIRST_BYTE_TIMEOUT', phase: 'firstByte' });
  }

  static {
    brand(FirstByteTimeout, 'FirstByteTimeout');
  }
}
