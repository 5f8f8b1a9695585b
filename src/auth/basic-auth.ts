import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Auth } from './auth.ts';

/**
 * The Basic scheme (RFC 7617), sent with the first request already. User name and password are sent as UTF-8.
 *
 * @throws InvalidArgument if the user name contains a colon, which Basic cannot express, or either a control character
 *
 * @example
 * ```ts
 * import { basicAuth, Client } from 'ternhttp';
 *
 * const client = new Client({ baseURL: 'https://api.example.com', auth: basicAuth('user', 'secret') });
 * await client.close();
 * ```
 */
export function basicAuth(username: string, password: string): Auth {
  const value = basicCredentials(username, password);
  return {
    *flow(request) {
      yield request.with({ headers: { Authorization: value } });
    },
  };
}

/** The value of the Authorization field for Basic. */
export function basicCredentials(username: string, password: string): string {
  if (username.includes(':')) {
    throw new InvalidArgument(
      'The user name for Basic authentication must not contain a colon (RFC 7617 §2).',
    );
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\0-\x1f\x7f]/.test(username + password)) {
    throw new InvalidArgument(
      'User name and password for Basic authentication must not contain control characters (RFC 7617 §2).',
    );
  }
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
