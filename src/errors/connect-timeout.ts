import type { HTTPErrorInit } from './http-error.ts';
import { TimeoutException } from './timeout-exception.ts';
import { brand } from './tern-error.ts';

/** Name resolution, TCP and TLS together took longer than `timeout.connect`. */
export class ConnectTimeout extends TimeoutException {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_CONNECT_TIMEOUT', phase: 'connect' });
  }

  static {
    brand(ConnectTimeout, 'ConnectTimeout');
  }
}
