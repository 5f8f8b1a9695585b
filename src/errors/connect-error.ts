import type { HTTPErrorInit } from './http-error.ts';
import { NetworkError } from './network-error.ts';
import { brand } from './tern-error.ts';

/** No connection could be made: name not resolved, refused, unreachable, TLS handshake or certificate failed. */
export class ConnectError extends NetworkError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CONNECT', phase: 'connect' });
  }

  static {
    brand(ConnectError, 'ConnectError');
  }
}
