import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/**
 * A download that broke off could not be continued: what the server offers now is another representation, or not the
 * part that was asked for. `cause` is the failure that had interrupted it.
 *
 * @example
 * ```ts
 * import { ResumeError } from 'ternhttp';
 *
 * const error = new ResumeError({ reason: 'the representation has changed' });
 * console.log(error.code, error.phase); // 'ERR_RESUME' 'read'
 * ```
 */
export class ResumeError extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_RESUME', phase: 'read' });
  }

  static {
    brand(ResumeError, 'ResumeError');
  }
}
