import type { HTTPErrorInit } from './http-error.ts';
import { ProtocolError } from './protocol-error.ts';
import { brand } from './tern-error.ts';

/**
 * The server broke the HTTP protocol: malformed head, wrong framing, truncated body.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, RemoteProtocolError } from 'ternhttp';
 *
 * const transport = new MockTransport((request) => {
 *   throw new RemoteProtocolError({ reason: 'malformed status line', request });
 * });
 * const error: unknown = await new Client({ transport }).get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof RemoteProtocolError) console.log(error.code, error.phase); // 'ERR_REMOTE_PROTOCOL' 'read'
 * ```
 */
export class RemoteProtocolError extends ProtocolError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_REMOTE_PROTOCOL', phase: 'read' });
  }

  static {
    brand(RemoteProtocolError, 'RemoteProtocolError');
  }
}
