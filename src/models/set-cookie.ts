import { parseCookieDate } from './cookie-date.ts';
import { illegalValueIndex, trimOWS } from './field-syntax.ts';

/** What a cookie asks of requests from other sites (RFC 6265bis §5.6.7). */
export type SameSite = 'strict' | 'lax' | 'none';

/** Bounds of what {@link parseSetCookie} takes, in octets. `null` means no bound. */
export interface SetCookieLimits {
  /** Name and value together; a larger cookie is ignored. 4096 unless given. */
  readonly maxPairSize?: number | null | undefined;
  /** Value of one attribute; a larger attribute is ignored. 1024 unless given. */
  readonly maxAttributeSize?: number | null | undefined;
}

/** One `Set-Cookie` field as the server wrote it. Which cookie comes of it depends on the URL and the clock. */
export interface ParsedSetCookie {
  /** Empty for a nameless cookie: `Set-Cookie: token`. */
  readonly name: string;
  /** As sent; quotes are part of it. */
  readonly value: string;
  /** `Expires`, in milliseconds since the epoch. */
  readonly expires?: number;
  /** `Max-Age`, in seconds; it beats `expires`. Zero and below mean: remove the cookie. */
  readonly maxAge?: number;
  /** `Domain` in lower case without the leading dot. Absent also if empty: the cookie is for the host alone. */
  readonly domain?: string;
  /** `Path`. Absent also if it does not start with a slash: the path of the URL decides. */
  readonly path?: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite?: SameSite;
  /** `Partitioned` was there. The jar has no partitions, since it has no top-level site, and ignores it. */
  readonly partitioned: boolean;
}

const MAX_PAIR_SIZE = 4096;
const MAX_ATTRIBUTE_SIZE = 1024;

/**
 * Parses the value of one `Set-Cookie` field (RFC 6265bis §5.6). Several cookies in one field, joined by
 * commas, are one cookie, as the standard has it.
 *
 * @param value field value as Latin-1 text, one character an octet
 * @returns `null` if the field is to be ignored: it has neither name nor value, holds a control character or a
 *   character that is not an octet, or exceeds the limit
 *
 * @example
 * ```ts
 * import { parseSetCookie } from 'ternhttp';
 *
 * const cookie = parseSetCookie('sid=31d4; Path=/; Max-Age=3600; Secure; SameSite=Lax');
 * console.log(cookie?.name, cookie?.maxAge, cookie?.secure, cookie?.sameSite); // sid 3600 true lax
 * ```
 */
export function parseSetCookie(value: string, limits?: SetCookieLimits): ParsedSetCookie | null {
  if (illegalValueIndex(value) !== -1) return null;
  const length = value.length;
  let end = value.indexOf(';');
  if (end === -1) end = length;
  const pair = value.slice(0, end);
  const equals = pair.indexOf('=');
  const name = equals === -1 ? '' : trimOWS(pair.slice(0, equals));
  const text = trimOWS(equals === -1 ? pair : pair.slice(equals + 1));
  const size = name.length + text.length;
  if (size === 0 || size > limit(limits?.maxPairSize, MAX_PAIR_SIZE)) return null;

  const cookie: Draft = { name, value: text, secure: false, httpOnly: false, partitioned: false };
  const maxAttributeSize = limit(limits?.maxAttributeSize, MAX_ATTRIBUTE_SIZE);
  while (end < length) {
    const start = end + 1;
    end = value.indexOf(';', start);
    if (end === -1) end = length;
    const attribute = value.slice(start, end);
    const split = attribute.indexOf('=');
    const content = split === -1 ? '' : trimOWS(attribute.slice(split + 1));
    if (content.length > maxAttributeSize) continue;
    apply(cookie, trimOWS(split === -1 ? attribute : attribute.slice(0, split)), content);
  }
  return cookie;
}

function limit(given: number | null | undefined, standard: number): number {
  return given === undefined ? standard : (given ?? Infinity);
}

type Draft = { -readonly [K in keyof ParsedSetCookie]: ParsedSetCookie[K] };

/** The last attribute of a name wins, even where it says only that there is none (RFC 6265bis §5.7). */
function apply(cookie: Draft, name: string, content: string): void {
  switch (name.toLowerCase()) {
    case 'expires': {
      const expires = parseCookieDate(content);
      if (expires !== null) cookie.expires = expires;
      break;
    }
    case 'max-age': {
      const maxAge = parseMaxAge(content);
      if (maxAge !== null) cookie.maxAge = maxAge;
      break;
    }
    case 'domain': {
      const domain = (content.startsWith('.') ? content.slice(1) : content).toLowerCase();
      if (domain === '') delete cookie.domain;
      else cookie.domain = domain;
      break;
    }
    case 'path':
      if (content.startsWith('/')) cookie.path = content;
      else delete cookie.path;
      break;
    case 'secure':
      cookie.secure = true;
      break;
    case 'httponly':
      cookie.httpOnly = true;
      break;
    case 'samesite': {
      const sameSite = content.toLowerCase();
      if (sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none') cookie.sameSite = sameSite;
      else delete cookie.sameSite;
      break;
    }
    case 'partitioned':
      cookie.partitioned = true;
      break;
    default:
  }
}

/** Digits with an optional minus (RFC 6265bis §5.6.2), or `null`. */
function parseMaxAge(text: string): number | null {
  const start = text.startsWith('-') ? 1 : 0;
  if (text.length === start) return null;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return null;
  }
  const seconds = Math.min(Number(text.slice(start)), Number.MAX_SAFE_INTEGER);
  return start === 1 ? 0 - seconds : seconds;
}
