import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Auth } from './auth.ts';
import { ORIGIN_TARGET } from './auth-target.ts';

/**
 * The Basic scheme (RFC 7617), sent with the first request already. User name and password are sent as UTF-8; for
 * another charset give their octets.
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
export function basicAuth(username: Uint8Array | string, password: Uint8Array | string): Auth {
  const value = basicCredentials(username, password);
  return {
    *flow(request, target = ORIGIN_TARGET) {
      yield request.with({ headers: { [target.credentialsField]: value } });
    },
  };
}

/** The value of the Authorization field for Basic. */
export function basicCredentials(username: Uint8Array | string, password: Uint8Array | string): string {
  const name = octetsOf('user name', username);
  if (name.includes(58)) {
    throw new InvalidArgument(
      'The user name for Basic authentication must not contain a colon (RFC 7617 §2).',
    );
  }
  return `Basic ${Buffer.concat([name, Buffer.from(':'), octetsOf('password', password)]).toString('base64')}`;
}

function octetsOf(what: string, value: Uint8Array | string): Uint8Array {
  if (typeof value !== 'string' && !(value instanceof Uint8Array))
    throw new InvalidArgument(
      `The ${what} for Basic authentication must be a string or octets, not ${describeValue(value)}.`,
    );
  const octets = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  if (octets.some((octet) => octet < 32 || octet === 127)) {
    throw new InvalidArgument(
      'User name and password for Basic authentication must not contain control characters (RFC 7617 §2).',
    );
  }
  return octets;
}
