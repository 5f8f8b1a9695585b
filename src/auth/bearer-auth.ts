import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Auth } from './auth.ts';
import { ORIGIN_TARGET } from './auth-target.ts';

/**
 * A bearer token (RFC 6750), or a function that gives the one to use now.
 *
 * @example
 * ```ts
 * import { bearerAuth, Client } from 'ternhttp';
 *
 * const client = new Client({ baseURL: 'https://api.example.com', auth: bearerAuth(() => 'token-of-the-hour') });
 * await client.close();
 * ```
 */
export function bearerAuth(token: string | (() => Promise<string> | string)): Auth {
  if (typeof token === 'function') {
    return {
      async *flow(request, target = ORIGIN_TARGET) {
        yield request.with({ headers: { [target.credentialsField]: bearerCredentials(await token()) } });
      },
    };
  }
  const value = bearerCredentials(token);
  return {
    *flow(request, target = ORIGIN_TARGET) {
      yield request.with({ headers: { [target.credentialsField]: value } });
    },
  };
}

/** `b64token` of RFC 6750 §2.1, read generously: whatever fits into a field without white space. */
function bearerCredentials(token: string): string {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new InvalidArgument('A bearer token must be visible ASCII without spaces (RFC 6750 §2.1).');
  }
  return `Bearer ${token}`;
}
