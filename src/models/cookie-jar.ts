import { inspectAs } from './inspect.ts';
import { CookieConflict } from '../errors/cookie-conflict.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import {
  type CookieJarOptions,
  type CookieJarSettings,
  resolveCookieJarOptions,
} from './cookie-jar-options.ts';
import { type CookieJarJSON, readCookies, writeCookies } from './cookie-json.ts';
import { isSecureScheme, requestPath, withoutBrackets } from './cookie-scope.ts';
import { CookieStore, type StoredCookie } from './cookie-store.ts';
import type { Cookie } from './cookie.ts';
import { type CookieAttributes, newCookie } from './new-cookie.ts';
import { receiveCookie } from './receive-cookie.ts';
import { REDACTED } from './redaction.ts';
import { parseSetCookie } from './set-cookie.ts';
import { parseURL } from './url.ts';

/** Names and values of cookies, as an object or as pairs. */
export type CookiesInit = Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>;

/** Narrows a lookup to the cookies of one scope. Both compare exactly with what the cookie has. */
export interface CookieScope {
  /** Domain of the cookie; empty for cookies of every host. */
  readonly domain?: string | undefined;
  readonly path?: string | undefined;
}

/** Selects cookies; every part that is given must be equal. */
export interface CookieFilter extends CookieScope {
  readonly name?: string | undefined;
}

/**
 * Cookies of many hosts, kept and sent by the rules of RFC 6265bis: a cookie without `Domain` goes back to its
 * host alone, `Secure` cookies are taken from and sent to https only, a site can neither set cookies for
 * another one nor, from plain http, replace those set over https, and the prefixes `__Host-`, `__Secure-`,
 * `__Http-` and `__Host-Http-` are held to what they promise.
 *
 * Decisions where the standard leaves room, or speaks of browsers only:
 * - http is not secure for a loopback host either.
 * - `SameSite` is kept and shown, but not enforced, since a program has no site that it is on. `SameSite=None`
 *   without `Secure` is refused, as the storage model demands.
 * - `Partitioned` is ignored. The port is no part of a cookie's scope.
 * - Public suffixes of several labels (`co.uk`) are known only through the option `isPublicSuffix`.
 * - A cookie without name is kept and sent as its value.
 * - Expired cookies leave the jar with the next look into it.
 *
 * Cookies that the program sets without a domain belong to the host of the option `url` (a client passes its
 * base URL). Without one they need a `domain`, or `anyHost: true`.
 *
 * Values are Latin-1 text as in header fields, and never shown by `inspect`.
 *
 * @example
 * ```ts
 * import { CookieJar } from 'ternhttp';
 *
 * const jar = new CookieJar({ theme: 'dark' }, { url: 'https://shop.example/' });
 * jar.setCookie('sid=31d4; Path=/account; Secure; HttpOnly', 'https://shop.example/login');
 * console.log(jar.cookieHeader('https://shop.example/account')); // 'sid=31d4; theme=dark'
 * console.log(jar.cookieHeader('https://www.shop.example/')); // null
 * ```
 */
export class CookieJar implements Iterable<Cookie> {
  readonly #settings: CookieJarSettings;
  readonly #store: CookieStore = new CookieStore();

  /**
   * @param init cookies to start with: another jar, whose cookies are copied and whose options apply where none
   *   are given, or names and values, which need a host (see {@link CookieJarOptions.url})
   * @throws InvalidArgument if a cookie has no host, or an argument is of the wrong kind
   */
  constructor(init?: CookieJar | CookiesInit | null, options?: CookieJarOptions) {
    this.#settings = resolveCookieJarOptions(options, init instanceof CookieJar ? init.#settings : undefined);
    if (init != null) this.update(init);
  }

  /**
   * The cookies that one response sets, by the rules of the jar: refused and expired ones are not among them.
   *
   * @param values the values of its `Set-Cookie` fields
   * @param target path of the request; a query does not matter
   */
  static fromResponse(
    values: readonly string[],
    scheme: string,
    host: string,
    target: string,
    options?: CookieJarOptions,
  ): CookieJar {
    const jar = new CookieJar(null, options);
    jar.store(values, scheme, host, target);
    return jar;
  }

  /**
   * The jar that {@link CookieJar.toJSON} wrote.
   *
   * @param data parsed JSON
   * @throws InvalidArgument that names the place if the data are not a jar's
   */
  static fromJSON(data: unknown, options?: CookieJarOptions): CookieJar {
    const jar = new CookieJar(null, options);
    jar.#add(readCookies(data));
    return jar;
  }

  /** Number of cookies; those with the same name and another scope count each. */
  get size(): number {
    this.#purge();
    return this.#store.size;
  }

  get isEmpty(): boolean {
    return this.#store.size === 0 || this.size === 0;
  }

  /**
   * Sets a cookie, in the place of one with the same name, domain, `hostOnly` and path.
   *
   * @throws InvalidArgument if the cookie has no host, or name, value or an attribute cannot be sent
   */
  set(name: string, value: string, attributes: CookieAttributes = {}): void {
    const now = this.#purge();
    const cookie = newCookie(name, value, attributes, this.#settings, now);
    if (cookie.expires !== null && cookie.expires <= now) this.#store.remove(cookie);
    else this.#add([cookie]);
  }

  /**
   * Takes the value of one `Set-Cookie` field of a response.
   *
   * @param url the URL that was requested
   * @returns the cookie; `null` if the field was refused or removes a cookie
   * @throws InvalidURL if the URL cannot be parsed
   */
  setCookie(header: string, url: URL | string): Cookie | null {
    if (typeof header !== 'string') {
      throw new InvalidArgument(`'header' must be the text of one Set-Cookie field, not ${typeof header}.`);
    }
    const { scheme, hostname, path } = takeApart(url);
    return this.#receive(header, scheme, hostname, path);
  }

  /**
   * Takes the values of all `Set-Cookie` fields of a response, in their order.
   *
   * @param url the URL that was requested
   * @throws InvalidURL if the URL cannot be parsed
   */
  setCookies(headers: readonly string[], url: URL | string): void {
    if (!Array.isArray(headers)) {
      throw new InvalidArgument(`'headers' must be a list of the Set-Cookie fields, not ${typeof headers}.`);
    }
    const { scheme, hostname, path } = takeApart(url);
    this.store(headers, scheme, hostname, path);
  }

  /**
   * Like {@link CookieJar.setCookies}, for a caller that has the parts of the URL.
   *
   * @param scheme in lower case, without colon
   * @param host in lower case and ASCII, without port
   * @param target path of the request; a query does not matter
   */
  store(values: readonly string[], scheme: string, host: string, target: string): void {
    for (const value of values) this.#receive(value, scheme, host, target);
  }

  /**
   * The value of the `Cookie` field for a request, longest path first, then in order of creation; `null` if no
   * cookie goes with it.
   *
   * @throws InvalidURL if the URL cannot be parsed
   */
  cookieHeader(url: URL | string): string | null {
    const { scheme, hostname, path } = takeApart(url);
    return this.headerFor(scheme, hostname, path);
  }

  /**
   * Like {@link CookieJar.cookieHeader}, for a caller that has the parts of the URL. Costs next to nothing while
   * the jar is empty.
   *
   * @param scheme in lower case, without colon
   * @param host in lower case and ASCII, without port
   * @param target path of the request; a query does not matter
   */
  headerFor(scheme: string, host: string, target: string): string | null {
    if (this.#store.size === 0 || host === '') return null;
    const now = this.#purge();
    return this.#store.header(isSecureScheme(scheme), withoutBrackets(host), requestPath(target), now);
  }

  /**
   * The value of the cookie with this name, `undefined` if there is none.
   *
   * @throws CookieConflict if several match; narrow the lookup with `domain` or `path`
   */
  get(name: string, scope: CookieScope = {}): string | undefined {
    const matches = this.#select({ ...scope, name });
    if (matches.length > 1) {
      const places = matches.slice(0, 5).map(({ domain, path }) => `${domain || '(any host)'}${path}`);
      throw new CookieConflict(
        `${matches.length} cookies are named '${name}': ${places.join(', ')}${matches.length > 5 ? ', …' : ''}. Narrow the lookup with { domain } or { path }, or use getAll({ name }).`,
      );
    }
    return matches[0]?.value;
  }

  /** Whether there is a cookie with this name. */
  has(name: string, scope: CookieScope = {}): boolean {
    return this.#select({ ...scope, name }).length > 0;
  }

  /** The cookies that a filter selects, in order of creation. */
  getAll(filter: CookieFilter = {}): Cookie[] {
    return this.#select(filter);
  }

  /** Removes every cookie with this name. Whether there was one. */
  delete(name: string, scope: CookieScope = {}): boolean {
    const matches = this.#select({ ...scope, name });
    for (const cookie of matches) this.#store.remove(cookie);
    return matches.length > 0;
  }

  /**
   * Removes all cookies, those of a domain, or those of a domain and path.
   *
   * @throws InvalidArgument for a path without a domain
   */
  clear(scope: CookieScope = {}): void {
    if (scope.domain === undefined && scope.path !== undefined) {
      throw new InvalidArgument(`'path' needs 'domain' beside it: clear({ domain, path }).`);
    }
    if (scope.domain === undefined) this.#store.clear();
    else for (const cookie of this.#select(scope)) this.#store.remove(cookie);
  }

  /** Adds the cookies of another jar, or names and values; a cookie replaces the one of the same name and scope. */
  update(other: CookieJar | CookiesInit): void {
    if (other instanceof CookieJar) this.#add(other.getAll());
    else for (const [name, value] of pairs(other)) this.set(name, value);
  }

  /** A jar with the same cookies and options, and a life of its own. */
  clone(): CookieJar {
    return new CookieJar(this);
  }

  /** The cookies in order of creation. */
  [Symbol.iterator](): IterableIterator<Cookie> {
    return this.#select({})[Symbol.iterator]();
  }

  /** Plain data for {@link CookieJar.fromJSON}. The values are in it: store it like a password. */
  toJSON(): CookieJarJSON {
    return writeCookies(this.#select({}));
  }

  static {
    inspectAs(CookieJar, (jar, inspect) => `CookieJar ${inspect(jar.#select({}).map(summary))}`);
  }

  #receive(value: string, scheme: string, host: string, target: string): StoredCookie | null {
    if (host === '') return null;
    const parsed = parseSetCookie(value, this.#settings);
    if (parsed === null) return null;
    const source = {
      isSecure: isSecureScheme(scheme),
      host: withoutBrackets(host),
      path: requestPath(target),
    };
    return receiveCookie(this.#store, parsed, source, this.#settings, this.#settings.now());
  }

  #add(cookies: Iterable<Cookie>): void {
    const { maxCookiesPerDomain, maxCookies } = this.#settings;
    const now = this.#purge();
    for (const cookie of cookies) {
      if (cookie.expires !== null && cookie.expires <= now) continue;
      this.#store.put(cookie);
      this.#store.evict(cookie.domain, maxCookiesPerDomain, maxCookies);
    }
  }

  #select({ name, domain, path }: CookieFilter): StoredCookie[] {
    this.#purge();
    const canonical = domain === undefined ? undefined : canonicalFilter(domain);
    const selected: StoredCookie[] = [];
    for (const cookie of this.#store.values()) {
      if (name !== undefined && cookie.name !== name) continue;
      if (canonical !== undefined && cookie.domain !== canonical) continue;
      if (path !== undefined && cookie.path !== path) continue;
      selected.push(cookie);
    }
    return selected;
  }

  /** Forgets expired cookies and tells the time. */
  #purge(): number {
    const now = this.#settings.now();
    this.#store.purge(now);
    return now;
  }
}

function takeApart(url: URL | string): {
  readonly scheme: string;
  readonly hostname: string;
  readonly path: string;
} {
  if (typeof url === 'string') return parseURL(url);
  if (url instanceof URL) return parseURL(url.href);
  throw new InvalidArgument(`'url' must be a URL or its text, not ${typeof url}.`);
}

function canonicalFilter(domain: string): string {
  return withoutBrackets(domain.startsWith('.') ? domain.slice(1) : domain).toLowerCase();
}

function summary({ name, domain, hostOnly, path, secure, httpOnly }: Cookie): string {
  const scope = domain === '' ? 'any host' : hostOnly ? domain : `.${domain}`;
  return `${name === '' ? '' : `${name}=`}${REDACTED} for ${scope}${path}${secure ? ' Secure' : ''}${httpOnly ? ' HttpOnly' : ''}`;
}

function pairs(init: CookiesInit): (readonly [string, string])[] {
  if (typeof init !== 'object' || init === null) {
    throw new InvalidArgument(
      `'cookies' must be an object of names and values, pairs, or a CookieJar, not ${typeof init === 'string' ? 'text' : String(init)}.`,
    );
  }
  if (!(Symbol.iterator in init)) return Object.entries(init);
  const list = [...(init as Iterable<readonly [string, string]>)];
  for (const pair of list) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new InvalidArgument(`'cookies' is a list, so each of its members must be a pair [name, value].`);
    }
  }
  return list;
}
