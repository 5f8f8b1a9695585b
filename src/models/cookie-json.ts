import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type Cookie, copyCookie } from './cookie.ts';
import { illegalValueIndex } from './field-syntax.ts';
import { REDACTED } from './redaction.ts';
import type { SameSite } from './set-cookie.ts';

/** A jar as plain data for `JSON.stringify`. It holds secrets: store it like a password. */
export interface CookieJarJSON {
  /** Version of this layout. */
  readonly version: 1;
  /** In order of creation. */
  readonly cookies: readonly Cookie[];
}

/** The last moment that a `Date` can hold. */
export const MAX_TIME = 8.64e15;

const VERSION = 1;

/** The data of a jar, cookies copied. */
export function writeCookies(cookies: Iterable<Cookie>): CookieJarJSON {
  return { version: VERSION, cookies: Array.from(cookies, copyCookie) };
}

/** The cookies in parsed JSON. Throws {@link InvalidArgument} that names the place if it is not a jar's. */
export function readCookies(data: unknown): Cookie[] {
  if (typeof data === 'string') {
    throw new InvalidArgument(`'data' is text; pass JSON.parse(text), the value that toJSON() gave.`);
  }
  const jar = record(data, 'data');
  if (jar['version'] !== VERSION) {
    throw new InvalidArgument(
      `'data.version' must be ${VERSION}, the layout that this release reads, not ${show(jar['version'])}.`,
    );
  }
  if (!Array.isArray(jar['cookies'])) fail('data.cookies', 'a list of cookies', jar['cookies']);
  return (jar['cookies'] as readonly unknown[]).map((entry, index) =>
    readCookie(entry, `data.cookies[${index}]`),
  );
}

function readCookie(data: unknown, place: string): Cookie {
  const entry = record(data, place);
  const read = <T>(key: keyof Cookie, wants: string, accepts: (value: unknown) => value is T): T => {
    const value = Object.hasOwn(entry, key) ? entry[key] : undefined;
    if (accepts(value)) return value;
    // The value of a cookie is a secret, so what is wrong with it is not shown.
    return fail(`${place}.${key}`, wants, key === 'value' ? REDACTED : value);
  };
  const cookie: Cookie = {
    name: read('name', 'a cookie name', isName),
    value: read('value', 'a cookie value', isText),
    domain: read('domain', 'a host without leading dot, brackets and slashes, or empty', isDomain),
    hostOnly: read('hostOnly', 'true or false', isBoolean),
    path: read('path', `a path that starts with '/'`, isPath),
    secure: read('secure', 'true or false', isBoolean),
    httpOnly: read('httpOnly', 'true or false', isBoolean),
    sameSite: read('sameSite', `'strict', 'lax', 'none' or null`, isSameSite),
    expires: read('expires', 'milliseconds since the epoch, or null', isTimeOrNull),
    creationTime: read('creationTime', 'milliseconds since the epoch', isTime),
    lastAccessTime: read('lastAccessTime', 'milliseconds since the epoch', isTime),
  };
  if (cookie.name === '' && cookie.value === '')
    fail(`${place}.name`, 'a name, or there must be a value', '');
  if (cookie.domain === '' && cookie.hostOnly)
    fail(`${place}.hostOnly`, 'false for a cookie of every host', true);
  return cookie;
}

function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : fail(place, 'an object', value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes(';') && illegalValueIndex(value) === -1;
}

function isName(value: unknown): value is string {
  return isText(value) && !value.includes('=');
}

/** Not checked against the grammar of host names: schemes of other transports have hosts of their own kind. */
function isDomain(value: unknown): value is string {
  return isText(value) && !value.startsWith('.') && !value.startsWith('[') && !value.includes('/');
}

function isPath(value: unknown): value is string {
  return isText(value) && value.startsWith('/');
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isSameSite(value: unknown): value is SameSite | null {
  return value === null || value === 'strict' || value === 'lax' || value === 'none';
}

function isTimeOrNull(value: unknown): value is number | null {
  return value === null || isTime(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= MAX_TIME;
}

function fail(place: string, wants: string, value: unknown): never {
  throw new InvalidArgument(`'${place}' must be ${wants}, not ${show(value)}.`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 64)}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
