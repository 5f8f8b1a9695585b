import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode } from './tern-error.ts';

/**
 * A phase took longer than its limit. Every limit has a class of its own below this one.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, TimeoutException, ReadTimeout } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ReadTimeout({ reason: 'no data for 5000 ms', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * console.log(error instanceof TimeoutException); // true
 * ```
 */
export class TimeoutException extends TransportError {
  constructor(
    init: HTTPErrorInit,
    defaults: { readonly code: ErrorCode; readonly phase: Phase } = {
      code: 'ERR_READ_TIMEOUT',
      phase: 'read',
    },
  ) {
    super(init, defaults);
  }

  static {
    brand(TimeoutException, 'TimeoutException');
  }
}
