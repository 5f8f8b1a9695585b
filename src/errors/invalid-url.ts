import { brand, TernError } from './tern-error.ts';

/**
 * The text is not a URL, or not one that can be requested.
 *
 * @example
 * ```ts
 * import { InvalidURL, joinURL } from 'ternhttp';
 *
 * try {
 *   joinURL('https://example.com:99999/', 'x');
 * } catch (error) {
 *   if (error instanceof InvalidURL) console.log(error.code); // 'ERR_INVALID_URL'
 * }
 * ```
 */
export class InvalidURL extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_INVALID_URL', options?.cause);
  }

  static {
    brand(InvalidURL, 'InvalidURL');
  }
}
