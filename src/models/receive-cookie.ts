import type { CookieJarSettings } from './cookie-jar-options.ts';
import { MAX_TIME } from './cookie-json.ts';
import { keepsPrefix, namePrefix } from './cookie-prefix.ts';
import {
  defaultPath,
  domainMatches,
  isIPAddress,
  isSingleLabel,
  pathMatches,
  withoutBrackets,
} from './cookie-scope.ts';
import type { CookieStore, StoredCookie } from './cookie-store.ts';
import type { Cookie } from './cookie.ts';
import type { ParsedSetCookie } from './set-cookie.ts';

/** Where a response came from, as far as cookies care: not the port. */
export interface CookieSource {
  readonly isSecure: boolean;
  /** Canonical, without brackets. */
  readonly host: string;
  /** Without the query. */
  readonly path: string;
}

/**
 * The storage model (RFC 6265bis §5.7) for one cookie of a response, step by step in its order.
 *
 * @returns the cookie as stored; `null` if it was refused, expired already (which removes the cookie of the same
 *   scope) or had no room
 */
export function receiveCookie(
  store: CookieStore,
  parsed: ParsedSetCookie,
  source: CookieSource,
  settings: CookieJarSettings,
  now: number,
): StoredCookie | null {
  store.purge(now);
  const { host, isSecure } = source;
  const domain = scopeOf(parsed.domain, host, settings);
  if (domain === null) return null;
  const cookie: Cookie = {
    name: parsed.name,
    value: parsed.value,
    domain: domain === '' ? host : domain,
    hostOnly: domain === '',
    path: parsed.path ?? defaultPath(source.path),
    secure: parsed.secure,
    httpOnly: parsed.httpOnly,
    sameSite: parsed.sameSite ?? null,
    expires: expiryOf(parsed, settings, now),
    creationTime: now,
    lastAccessTime: now,
  };
  if (!isSecure && (cookie.secure || overlaysSecure(store, cookie))) return null;
  if (cookie.sameSite === 'none' && !cookie.secure) return null;
  const prefix = namePrefix(cookie.name);
  // The path has to be asked for: one that happens to be '/' is no promise.
  if (prefix !== null && !keepsPrefix(prefix, { ...cookie, path: parsed.path ?? '' })) return null;
  // A nameless cookie is sent as its value, which must not pass for a name with a prefix.
  if (cookie.name === '' && namePrefix(cookie.value) !== null) return null;

  if (cookie.expires !== null && cookie.expires <= now) {
    store.remove(cookie);
    return null;
  }
  const stored = store.put(cookie);
  store.evict(stored.domain, settings.maxCookiesPerDomain, settings.maxCookies);
  return store.has(stored) ? stored : null;
}

/** Whether no cookie may span the hosts below a domain. */
export function isUnshareable(domain: string, { isPublicSuffix }: CookieJarSettings): boolean {
  return isIPAddress(domain) || (isPublicSuffix === null ? isSingleLabel(domain) : isPublicSuffix(domain));
}

/** The domain that a cookie spans, empty for the host alone, `null` if the host may not set it. */
function scopeOf(attribute: string | undefined, host: string, settings: CookieJarSettings): string | null {
  if (attribute === undefined) return '';
  const domain = withoutBrackets(attribute);
  if (!domainMatches(host, domain)) return null;
  if (!isUnshareable(domain, settings)) return domain;
  return domain === host ? '' : null;
}

function expiryOf(
  { maxAge, expires }: ParsedSetCookie,
  settings: CookieJarSettings,
  now: number,
): number | null {
  const latest = Math.min(now + settings.maxLifetimeMs, MAX_TIME);
  if (maxAge !== undefined) return maxAge <= 0 ? -MAX_TIME : Math.min(now + maxAge * 1000, latest);
  return expires === undefined ? null : Math.min(expires, latest);
}

/** A cookie from plain http must not hide or replace one that came over https (RFC 6265bis §5.7). */
function overlaysSecure(store: CookieStore, cookie: Cookie): boolean {
  for (const old of store.values()) {
    if (!old.secure || old.name !== cookie.name || !pathMatches(cookie.path, old.path)) continue;
    if (domainMatches(old.domain, cookie.domain) || domainMatches(cookie.domain, old.domain)) return true;
  }
  return false;
}
