import type { HTTPErrorInit } from './http-error.ts';
import { ProtocolError } from './protocol-error.ts';
import { brand } from './tern-error.ts';

/**
 * The request, as asked for, would break the HTTP protocol; nothing wrong was sent.
 *
 * @example
 * ```ts
 * import { Headers, LocalProtocolError } from 'ternhttp';
 *
 * try {
 *   new Headers({ 'X-Name': 'a\r\nInjected: b' });
 * } catch (error) {
 *   if (error instanceof LocalProtocolError) console.log(error.code, error.phase); // 'ERR_LOCAL_PROTOCOL' 'build'
 * }
 * ```
 */
export class LocalProtocolError extends ProtocolError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_LOCAL_PROTOCOL', phase: 'write' });
  }

  static {
    brand(LocalProtocolError, 'LocalProtocolError');
  }
}
