import { brand, TernError } from './tern-error.ts';

/**
 * Several cookies have the name asked for; narrow the lookup with `domain` or `path`.
 *
 * @example
 * ```ts
 * import { CookieConflict, CookieJar } from 'ternhttp';
 *
 * const jar = new CookieJar();
 * jar.set('id', '1', { domain: 'a.example' });
 * jar.set('id', '2', { domain: 'b.example' });
 * try {
 *   jar.get('id');
 * } catch (error) {
 *   if (error instanceof CookieConflict) console.log(error.code); // 'ERR_COOKIE_CONFLICT'
 * }
 * console.log(jar.get('id', { domain: 'b.example' })); // '2'
 * ```
 */
export class CookieConflict extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_COOKIE_CONFLICT', options?.cause);
  }

  static {
    brand(CookieConflict, 'CookieConflict');
  }
}
