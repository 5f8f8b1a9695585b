import type { SameSite } from './set-cookie.ts';

/** A cookie in a jar: the fields of RFC 6265bis §5.7. Jars replace cookies, they never change them. */
export interface Cookie {
  /** Empty for a nameless cookie, which is sent as its value alone. */
  readonly name: string;
  readonly value: string;
  /**
   * Host in lower case, without leading dot and, for an IPv6 address, without brackets. Empty for a cookie
   * that goes to every host, which only the user can make (`anyHost`).
   */
  readonly domain: string;
  /** Whether the cookie goes to `domain` alone, and not to hosts below it. */
  readonly hostOnly: boolean;
  /** Starts with a slash. */
  readonly path: string;
  /** Whether the cookie goes out over https (and wss) only. */
  readonly secure: boolean;
  /** Hidden from scripts in a browser. Here it is kept and shown, nothing more. */
  readonly httpOnly: boolean;
  /** As the server gave it, `null` if it did not. Kept and shown, but not enforced. */
  readonly sameSite: SameSite | null;
  /** Milliseconds since the epoch; `null` for a session cookie. */
  readonly expires: number | null;
  /** Milliseconds since the epoch. A cookie that replaces another one takes over its creation time. */
  readonly creationTime: number;
  /** Milliseconds since the epoch of the last request that carried the cookie. */
  readonly lastAccessTime: number;
}

/** A plain copy with the fields of a cookie and no others. */
export function copyCookie(cookie: Cookie): Cookie {
  return {
    name: cookie.name,
    value: cookie.value,
    domain: cookie.domain,
    hostOnly: cookie.hostOnly,
    path: cookie.path,
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: cookie.sameSite,
    expires: cookie.expires,
    creationTime: cookie.creationTime,
    lastAccessTime: cookie.lastAccessTime,
  };
}

/**
 * The value of a `Cookie` field (RFC 6265bis §5.8.3): `name=value` pairs joined by `; `, in the order given,
 * a nameless cookie as its value.
 */
export function serializeCookies(cookies: Iterable<Pick<Cookie, 'name' | 'value'>>): string {
  let text = '';
  for (const { name, value } of cookies) {
    if (text !== '') text += '; ';
    text += name === '' ? value : `${name}=${value}`;
  }
  return text;
}
