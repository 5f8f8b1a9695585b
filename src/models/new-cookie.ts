import { InvalidArgument } from '../errors/invalid-argument.ts';
import { checkKeys } from './check-keys.ts';
import type { CookieJarSettings } from './cookie-jar-options.ts';
import { MAX_TIME } from './cookie-json.ts';
import { keepsPrefix, namePrefix, type NamePrefix } from './cookie-prefix.ts';
import { canonicalDomain } from './cookie-scope.ts';
import type { Cookie } from './cookie.ts';
import { illegalValueIndex, trimOWS } from './field-syntax.ts';
import { isUnshareable } from './receive-cookie.ts';
import type { SameSite } from './set-cookie.ts';

/** What a cookie that the program sets may have besides name and value. */
export interface CookieAttributes {
  /** Host that gets the cookie and, unless `hostOnly`, whose subdomains get it. The jar's own host unless given. */
  readonly domain?: string | undefined;
  /**
   * Whether subdomains stay without. True unless given if the domain is the jar's own host, an IP address or a
   * public suffix such as `localhost`; false for another `domain`.
   */
  readonly hostOnly?: boolean | undefined;
  /** Starts with a slash; `/` unless given. */
  readonly path?: string | undefined;
  /** When the cookie ends, as a date or in milliseconds since the epoch. A past time removes the cookie. */
  readonly expires?: Date | number | null | undefined;
  /** Whether the cookie goes out over https only. True unless given if the jar's own host is an https one. */
  readonly secure?: boolean | undefined;
  readonly httpOnly?: boolean | undefined;
  readonly sameSite?: SameSite | null | undefined;
  /** Whether the cookie goes to every host, wherever a redirect leads. Excludes `domain` and `hostOnly`. */
  readonly anyHost?: boolean | undefined;
}

const NAMES: readonly string[] = [
  'domain',
  'hostOnly',
  'path',
  'expires',
  'secure',
  'httpOnly',
  'sameSite',
  'anyHost',
] satisfies (keyof CookieAttributes)[];

/** A cookie made from the arguments of `CookieJar.set`. Throws {@link InvalidArgument} if they make none. */
export function newCookie(
  name: string,
  value: string,
  attributes: CookieAttributes,
  settings: CookieJarSettings,
  now: number,
): Cookie {
  checkName(name);
  checkValue(name, value);
  checkKeys('attributes', attributes, NAMES);
  for (const key of ['hostOnly', 'secure', 'httpOnly', 'anyHost'] as const) {
    if (attributes[key] !== undefined && typeof attributes[key] !== 'boolean') {
      refuse(name, `'attributes.${key}' must be true or false, not ${String(attributes[key])}`);
    }
  }
  const { path = '/', sameSite = null } = attributes;
  if (
    typeof path !== 'string' ||
    !path.startsWith('/') ||
    path.includes(';') ||
    illegalValueIndex(path) !== -1
  ) {
    refuse(name, `'attributes.path' must start with '/' and have no ';' and no control characters`);
  }
  if (sameSite !== null && sameSite !== 'strict' && sameSite !== 'lax' && sameSite !== 'none') {
    refuse(name, `'attributes.sameSite' must be 'strict', 'lax', 'none' or null, not ${String(sameSite)}`);
  }
  // A name with a prefix is meant to have what the prefix demands, so that alone says it.
  const prefix = namePrefix(name);
  const scope = scopeOf(name, attributes, settings, prefix);
  const cookie: Cookie = {
    name,
    value,
    domain: scope.domain,
    hostOnly: scope.hostOnly,
    path,
    secure: attributes.secure ?? (scope.isOwnHost && settings.isHostSecure ? true : prefix !== null),
    httpOnly: attributes.httpOnly ?? prefix?.httpOnly ?? false,
    sameSite,
    expires: timeOf(name, attributes.expires),
    creationTime: now,
    lastAccessTime: now,
  };
  if (prefix !== null && !keepsPrefix(prefix, cookie)) {
    const demands = ['secure: true'];
    if (prefix.hostOnly) demands.push('hostOnly: true', `path: '/'`);
    if (prefix.httpOnly) demands.push('httpOnly: true');
    refuse(name, `the prefix ${prefix.prefix} demands ${demands.join(', ')}`);
  }
  return cookie;
}

interface Scope {
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly isOwnHost: boolean;
}

function scopeOf(
  name: string,
  { domain, hostOnly, anyHost }: CookieAttributes,
  settings: CookieJarSettings,
  prefix: NamePrefix | null,
): Scope {
  if (domain === undefined && (anyHost ?? (settings.anyHost && hostOnly === undefined))) {
    if (hostOnly === true) refuse(name, `'attributes.anyHost' and 'attributes.hostOnly' exclude each other`);
    return { domain: '', hostOnly: false, isOwnHost: false };
  }
  if (domain !== undefined && anyHost === true) {
    refuse(name, `'attributes.anyHost' and 'attributes.domain' exclude each other`);
  }
  if (domain === undefined && settings.host === null) {
    refuse(
      name,
      `it belongs to no host; give 'domain', give the jar a base URL ('url'), or say 'anyHost: true' to send it everywhere`,
    );
  }
  const host =
    domain === undefined ? settings.host : typeof domain === 'string' ? canonicalDomain(domain) : null;
  if (host === null) {
    refuse(
      name,
      `'attributes.domain' must be a host name without scheme, port and path, not '${String(domain)}'`,
    );
  }
  const isAlone = isUnshareable(host, settings);
  if (isAlone && hostOnly === false) {
    refuse(name, `'${host}' has no subdomains that may share a cookie; leave 'hostOnly' out`);
  }
  const isOwnHost = domain === undefined;
  return {
    domain: host,
    hostOnly: hostOnly ?? (isOwnHost || isAlone || prefix?.hostOnly === true),
    isOwnHost,
  };
}

function checkName(name: string): void {
  if (typeof name !== 'string')
    throw new InvalidArgument(`'name' of a cookie must be text, not ${String(name)}.`);
  if (name === '') throw new InvalidArgument(`'name' of a cookie must not be empty.`);
  const index = illegalIndex(name);
  if (index !== -1 || name.includes('=') || name !== trimOWS(name)) {
    throw new InvalidArgument(
      `'name' of a cookie must have no '=', ';', control characters, characters above U+00FF or white space around it: ${JSON.stringify(name)}.`,
    );
  }
}

/** The value is a secret, so the message does not show it. */
function checkValue(name: string, value: string): void {
  if (typeof value !== 'string') {
    refuse(name, `'value' must be text, not ${value === null ? 'null' : typeof value}; convert it yourself`);
  }
  const index = illegalIndex(value);
  if (index !== -1) {
    const code = value.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
    refuse(
      name,
      `'value' has U+${code} at ${index}, which no cookie can hold; encode it, for instance as base64`,
    );
  }
  if (value !== trimOWS(value)) {
    refuse(name, `'value' has white space around it, which the receiver would drop; quote or encode it`);
  }
}

function illegalIndex(text: string): number {
  const illegal = illegalValueIndex(text);
  return illegal === -1 ? text.indexOf(';') : illegal;
}

function timeOf(name: string, expires: Date | number | null | undefined): number | null {
  if (expires == null) return null;
  const time = expires instanceof Date ? expires.getTime() : expires;
  if (typeof time !== 'number' || !(Math.abs(time) <= MAX_TIME)) {
    refuse(
      name,
      `'attributes.expires' must be a valid date or milliseconds since the epoch, not ${String(expires)}; leave it out for a session cookie`,
    );
  }
  return Math.trunc(time) + 0;
}

function refuse(name: string, why: string): never {
  throw new InvalidArgument(`Cookie '${name}': ${why}.`);
}
