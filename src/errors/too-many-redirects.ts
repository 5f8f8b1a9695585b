import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/**
 * The redirect limit was reached.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, Response, TooManyRedirects } from 'ternhttp';
 *
 * const transport = new MockTransport(() => new Response(302, { headers: { Location: '/again' } }));
 * const client = new Client({ transport, redirect: { max: 3 } });
 * const error: unknown = await client.get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof TooManyRedirects) console.log(error.code); // 'ERR_TOO_MANY_REDIRECTS'
 * ```
 */
export class TooManyRedirects extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_TOO_MANY_REDIRECTS', phase: 'redirect' });
  }

  static {
    brand(TooManyRedirects, 'TooManyRedirects');
  }
}
