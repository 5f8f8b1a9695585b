import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/**
 * The request was cancelled through its `AbortSignal`; `cause` is the reason of the signal.
 *
 * @example
 * ```ts
 * import { AbortError, get } from 'ternhttp';
 *
 * const error: unknown = await get('https://example.com/', { signal: AbortSignal.abort('too late') }).catch(
 *   (reason: unknown) => reason,
 * );
 * if (error instanceof AbortError) console.log(error.code, error.cause); // 'ERR_ABORTED' 'too late'
 * ```
 */
export class AbortError extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_ABORTED', phase: 'read' });
  }

  static {
    brand(AbortError, 'AbortError');
  }
}
