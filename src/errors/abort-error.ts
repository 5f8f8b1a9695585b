import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/** The request was cancelled through its `AbortSignal`; `cause` is the reason of the signal. */
export class AbortError extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_ABORTED', phase: 'read' });
  }

  static {
    brand(AbortError, 'AbortError');
  }
}
