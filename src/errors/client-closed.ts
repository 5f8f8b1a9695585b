import { brand, TernError } from './tern-error.ts';

/** The client was used after `close()`. */
export class ClientClosed extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_CLIENT_CLOSED', options?.cause);
  }

  static {
    brand(ClientClosed, 'ClientClosed');
  }
}
