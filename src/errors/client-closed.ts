import { brand, TernError } from './tern-error.ts';

/**
 * The client was used after `close()`, or closed while the request was under way.
 *
 * @example
 * ```ts
 * import { Client, ClientClosed } from 'ternhttp';
 *
 * const client = new Client();
 * await client.close();
 * const error: unknown = await client.get('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof ClientClosed) console.log(error.code); // 'ERR_CLIENT_CLOSED'
 * ```
 */
export class ClientClosed extends TernError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, 'ERR_CLIENT_CLOSED', options?.cause);
  }

  static {
    brand(ClientClosed, 'ClientClosed');
  }
}
