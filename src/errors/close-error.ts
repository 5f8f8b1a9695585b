import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/**
 * A connection or transport could not be closed cleanly.
 *
 * @example
 * ```ts
 * import { Client, CloseError, MockTransport, Response } from 'ternhttp';
 *
 * class Stuck extends MockTransport {
 *   override close(): Promise<void> {
 *     return Promise.reject(new Error('stuck'));
 *   }
 * }
 * const client = new Client({ transport: new Stuck(() => new Response(200)) });
 * const error: unknown = await client.close().catch((reason: unknown) => reason);
 * if (error instanceof CloseError) console.log(error.code, error.phase); // 'ERR_CLOSE' 'close'
 * ```
 */
export class CloseError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CLOSE', phase: 'close' });
  }

  static {
    brand(CloseError, 'CloseError');
  }
}
