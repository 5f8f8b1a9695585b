import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/**
 * The connection broke while the response was being received.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, ReadError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ReadError({ reason: 'connection reset by peer', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof ReadError) console.log(error.code, error.phase); // 'ERR_READ' 'read'
 * ```
 */
export class ReadError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_READ', phase: 'read' });
  }

  static {
    brand(ReadError, 'ReadError');
  }
}
