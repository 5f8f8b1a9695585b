import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import { brand } from './tern-error.ts';

/** The proxy refused or failed. */
export class ProxyError extends TransportError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_PROXY', phase: 'proxy' });
  }

  static {
    brand(ProxyError, 'ProxyError');
  }
}
