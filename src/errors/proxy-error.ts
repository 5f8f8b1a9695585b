import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import { brand } from './tern-error.ts';

/**
 * The proxy refused or failed.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, ProxyError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new ProxyError({ reason: 'the proxy answered 403', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof ProxyError) console.log(error.code, error.phase); // 'ERR_PROXY' 'proxy'
 * ```
 */
export class ProxyError extends TransportError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_PROXY', phase: 'proxy' });
  }

  static {
    brand(ProxyError, 'ProxyError');
  }
}
