import { inspectAs } from './inspect.ts';
import { isIPAddress, pathMatches } from './cookie-scope.ts';
import { type Cookie, copyCookie, serializeCookies } from './cookie.ts';
import { REDACTED } from './redaction.ts';
import type { SameSite } from './set-cookie.ts';

/** A cookie in a store. The time of its last use is the one thing that changes. */
export class StoredCookie implements Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite | null;
  readonly expires: number | null;
  readonly creationTime: number;
  lastAccessTime: number;
  /** Tells cookies of the same millisecond apart. */
  readonly #order: number;

  constructor(cookie: Cookie, creationTime: number, order: number) {
    this.name = cookie.name;
    this.value = cookie.value;
    this.domain = cookie.domain;
    this.hostOnly = cookie.hostOnly;
    this.path = cookie.path;
    this.secure = cookie.secure;
    this.httpOnly = cookie.httpOnly;
    this.sameSite = cookie.sameSite;
    this.expires = cookie.expires;
    this.creationTime = creationTime;
    this.lastAccessTime = cookie.lastAccessTime;
    this.#order = order;
  }

  /** The same place in the order for the cookie that takes over from this one (RFC 6265bis §5.7). */
  replacedBy(cookie: Cookie): StoredCookie {
    return new StoredCookie(cookie, this.creationTime, this.#order);
  }

  /** Order of sending (RFC 6265bis §5.8.3): longer paths first, then earlier creation. */
  static readonly compare = (a: StoredCookie, b: StoredCookie): number =>
    b.path.length - a.path.length || a.creationTime - b.creationTime || a.#order - b.#order;

  /** Whether the first has to leave a full store before the second: it was used longer ago. */
  static leavesBefore(a: StoredCookie, b: StoredCookie): boolean {
    return (
      a.lastAccessTime < b.lastAccessTime || (a.lastAccessTime === b.lastAccessTime && a.#order < b.#order)
    );
  }

  /** A plain copy for {@link JSON.stringify} and for users. */
  toJSON(): Cookie {
    return copyCookie(this);
  }

  static {
    inspectAs(
      StoredCookie,
      (cookie, inspect) => `Cookie ${inspect({ ...copyCookie(cookie), value: REDACTED })}`,
    );
  }
}

/**
 * Cookies by domain, each domain's in the order of sending, and all of them in the order of creation. Holds at
 * most one cookie for each name, domain, host-only flag and path.
 */
export class CookieStore {
  readonly #cookies = new Map<string, StoredCookie>();
  readonly #domains = new Map<string, StoredCookie[]>();
  /** No cookie expires before this time. */
  #nextExpiry = Infinity;
  #order = 0;

  get size(): number {
    return this.#cookies.size;
  }

  /** In order of creation. */
  values(): IterableIterator<StoredCookie> {
    return this.#cookies.values();
  }

  has(cookie: StoredCookie): boolean {
    return this.#cookies.get(keyOf(cookie)) === cookie;
  }

  /** Stores a cookie in the place of the one that it replaces, or as the newest. */
  put(cookie: Cookie): StoredCookie {
    const key = keyOf(cookie);
    const old = this.#cookies.get(key);
    const stored = old?.replacedBy(cookie) ?? new StoredCookie(cookie, cookie.creationTime, this.#order++);
    this.#cookies.set(key, stored);
    if (stored.expires !== null && stored.expires < this.#nextExpiry) this.#nextExpiry = stored.expires;
    let domain = this.#domains.get(stored.domain);
    if (domain === undefined) this.#domains.set(stored.domain, (domain = []));
    if (old === undefined) {
      let at = domain.length;
      while (at > 0 && StoredCookie.compare(domain[at - 1]!, stored) > 0) at--;
      domain.splice(at, 0, stored);
    } else {
      domain[domain.indexOf(old)] = stored;
    }
    return stored;
  }

  /** Removes the cookie that this one would replace. */
  remove(cookie: Cookie): void {
    const key = keyOf(cookie);
    const stored = this.#cookies.get(key);
    if (stored === undefined) return;
    this.#cookies.delete(key);
    const domain = this.#domains.get(stored.domain)!;
    if (domain.length === 1) this.#domains.delete(stored.domain);
    else domain.splice(domain.indexOf(stored), 1);
  }

  clear(): void {
    this.#cookies.clear();
    this.#domains.clear();
    this.#nextExpiry = Infinity;
  }

  /** Forgets expired cookies; costs one comparison as long as there are none. */
  purge(now: number): void {
    if (now < this.#nextExpiry) return;
    this.#nextExpiry = Infinity;
    for (const cookie of this.#cookies.values()) {
      if (cookie.expires === null) continue;
      if (cookie.expires <= now) this.remove(cookie);
      else if (cookie.expires < this.#nextExpiry) this.#nextExpiry = cookie.expires;
    }
  }

  /**
   * Removes excess cookies (RFC 6265bis §5.7) of a domain, those that are not secure first, and then of the
   * whole store; always the one that was used longest ago.
   */
  evict(domain: string, maxPerDomain: number, maxTotal: number): void {
    const cookies = this.#domains.get(domain);
    if (cookies !== undefined) {
      for (let excess = cookies.length - maxPerDomain; excess > 0; excess--) {
        this.remove(firstToLeave(cookies, true) ?? firstToLeave(cookies, false)!);
      }
    }
    for (let excess = this.#cookies.size - maxTotal; excess > 0; excess--) {
      this.remove(firstToLeave(this.#cookies.values(), false)!);
    }
  }

  /** The `Cookie` field for a request, or `null`. The host is canonical; the path has no query. */
  header(isSecure: boolean, host: string, path: string, now: number): string | null {
    const matches: StoredCookie[] = [];
    let sources = collect(matches, this.#domains.get(host), true, isSecure, path, now);
    if (!isIPAddress(host)) {
      // After the dot that stands for the root comes no domain.
      const end = host.length - 1;
      for (let dot = host.indexOf('.'); dot !== -1 && dot < end; dot = host.indexOf('.', dot + 1)) {
        sources += collect(matches, this.#domains.get(host.slice(dot + 1)), false, isSecure, path, now);
      }
    }
    sources += collect(matches, this.#domains.get(''), false, isSecure, path, now);
    if (sources === 0) return null;
    if (sources > 1) matches.sort(StoredCookie.compare);
    return serializeCookies(matches);
  }
}

/** Adds the cookies of one domain that go with a request, in order. 1 if there were any, else 0. */
function collect(
  matches: StoredCookie[],
  cookies: readonly StoredCookie[] | undefined,
  isOwnHost: boolean,
  isSecure: boolean,
  path: string,
  now: number,
): 0 | 1 {
  if (cookies === undefined) return 0;
  const before = matches.length;
  for (const cookie of cookies) {
    if ((cookie.hostOnly && !isOwnHost) || (cookie.secure && !isSecure)) continue;
    if (!pathMatches(path, cookie.path)) continue;
    cookie.lastAccessTime = now;
    matches.push(cookie);
  }
  return matches.length > before ? 1 : 0;
}

function firstToLeave(cookies: Iterable<StoredCookie>, sparesSecure: boolean): StoredCookie | null {
  let first: StoredCookie | null = null;
  for (const cookie of cookies) {
    if (sparesSecure && cookie.secure) continue;
    if (first === null || StoredCookie.leavesBefore(cookie, first)) first = cookie;
  }
  return first;
}

/** None of the parts can hold a line end: control characters are refused at every entrance. */
function keyOf({ name, domain, hostOnly, path }: Cookie): string {
  return `${domain}\n${hostOnly ? 'host' : 'domain'}\n${path}\n${name}`;
}
