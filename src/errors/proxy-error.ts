import type { Response } from '../message/response.ts';
import type { HTTPErrorInit } from './http-error.ts';
import { TransportError } from './transport-error.ts';
import { brand } from './tern-error.ts';

/**
 * The proxy refused to pass a request on: its answer to CONNECT was not 2xx, or a SOCKS proxy said no.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, ProxyError, Response } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   const response = new Response(403, { text: 'not from here' });
 *   throw new ProxyError({ reason: 'the proxy answered 403', request, response });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof ProxyError) console.log(error.code, error.response?.text); // 'ERR_PROXY' 'not from here'
 * ```
 */
export class ProxyError extends TransportError {
  /**
   * What an HTTP proxy answered to CONNECT; its content is cut off after 64 KiB, or where it broke off. Not enumerable.
   */
  declare readonly response: Response | undefined;

  constructor(init: HTTPErrorInit & { readonly response?: Response | undefined }) {
    super(init, { code: 'ERR_PROXY', phase: 'proxy' });
    Object.defineProperty(this, 'response', { value: init.response });
  }

  static {
    brand(ProxyError, 'ProxyError');
  }
}
