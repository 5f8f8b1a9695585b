import { brand, TernError } from './tern-error.ts';

/**
 * An option or argument is of the wrong type or value. The message names it and says what to pass.
 *
 * @example
 * ```ts
 * import { Client, InvalidArgument } from 'ternhttp';
 *
 * try {
 *   new Client({ timeout: -1 });
 * } catch (error) {
 *   if (error instanceof InvalidArgument) console.log(error.code); // 'ERR_INVALID_ARGUMENT'
 * }
 * ```
 */
export class InvalidArgument extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_INVALID_ARGUMENT', options?.cause);
  }

  static {
    brand(InvalidArgument, 'InvalidArgument');
  }
}
