import { brand, TernError } from './tern-error.ts';

/** One option that a backend or transport cannot honour, and why. */
export interface UnsupportedOptionInfo {
  /** Path of the option: `tls.ciphers`. */
  readonly option: string;
  /** Why it cannot be honoured, and what to use instead. */
  readonly reason: string;
}

/**
 * An option was given that the chosen backend or transport cannot honour. Options are never ignored.
 *
 * @example
 * ```ts
 * import { UnsupportedOption } from 'ternhttp';
 *
 * const error = new UnsupportedOption('native', { option: 'tls.ciphers', reason: 'rustls chooses them.' });
 * console.log(error.option, error.backend); // 'tls.ciphers' 'native'
 * ```
 */
export class UnsupportedOption extends TernError {
  /** Path of the option. */
  readonly option: string;
  /** Name of the backend or transport. */
  readonly backend: string;

  constructor(backend: string, info: UnsupportedOptionInfo) {
    super(
      `The ${backend} backend does not support the option '${info.option}': ${info.reason}`,
      'ERR_UNSUPPORTED_OPTION',
    );
    this.option = info.option;
    this.backend = backend;
  }

  static {
    brand(UnsupportedOption, 'UnsupportedOption');
  }
}
