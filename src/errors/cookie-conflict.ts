import { brand, TernError } from './tern-error.ts';

/** Several cookies have the name asked for; narrow the lookup with `domain` or `path`. */
export class CookieConflict extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_COOKIE_CONFLICT', options?.cause);
  }

  static {
    brand(CookieConflict, 'CookieConflict');
  }
}
