import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/**
 * No connection could be made: name not resolved, refused, unreachable, TLS handshake or certificate failed.
 *
 * @example
 * ```ts
 * import { ConnectError, get } from 'ternhttp';
 *
 * const error: unknown = await get('http://127.0.0.1:1/').catch((reason: unknown) => reason);
 * if (error instanceof ConnectError) console.log(error.code, error.peer); // 'ERR_CONNECT' '127.0.0.1:1'
 * ```
 */
export class ConnectError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CONNECT', phase: 'connect' });
  }

  static {
    brand(ConnectError, 'ConnectError');
  }
}
