import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/**
 * The connection broke while the request was being sent, and no response came.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, WriteError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new WriteError({ reason: 'broken pipe', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof WriteError) console.log(error.code, error.phase); // 'ERR_WRITE' 'write'
 * ```
 */
export class WriteError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_WRITE', phase: 'write' });
  }

  static {
    brand(WriteError, 'WriteError');
  }
}
