import { brand, TernError } from './tern-error.ts';

/** The text is not a URL, or not one that can be requested. */
export class InvalidURL extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_INVALID_URL', options?.cause);
  }

  static {
    brand(InvalidURL, 'InvalidURL');
  }
}
