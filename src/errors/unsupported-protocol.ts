import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import { brand } from './tern-error.ts';

/** The URL has no scheme, or one that no transport of this client speaks. */
export class UnsupportedProtocol extends TransportError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_UNSUPPORTED_PROTOCOL', phase: 'build' });
  }

  static {
    brand(UnsupportedProtocol, 'UnsupportedProtocol');
  }
}
