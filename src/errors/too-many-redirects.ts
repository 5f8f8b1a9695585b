import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/** The redirect limit was reached. */
export class TooManyRedirects extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_TOO_MANY_REDIRECTS', phase: 'redirect' });
  }

  static {
    brand(TooManyRedirects, 'TooManyRedirects');
  }
}
