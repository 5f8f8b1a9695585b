import { InvalidArgument } from '../errors/invalid-argument.ts';
import { checkKeys } from './check-keys.ts';
import { canonicalDomain } from './cookie-scope.ts';
import type { SetCookieLimits } from './set-cookie.ts';
import { parseURL } from './url.ts';

/** Settings of a `CookieJar`. `null` for a bound means no bound. */
export interface CookieJarOptions extends SetCookieLimits {
  /**
   * Where cookies belong that the program sets without a domain: to the host of this URL alone and, if the
   * scheme is https, only over https. A client passes its base URL.
   */
  readonly url?: URL | string | null | undefined;
  /** The same as a host name, for any scheme. Excludes `url`. */
  readonly defaultDomain?: string | null | undefined;
  /** Whether cookies that the program sets without a domain go to every host. Beats `url`. */
  readonly anyHost?: boolean | undefined;
  /**
   * Whether a domain belongs to a registry (`co.uk`), so that no cookie may span it (RFC 6265bis §5.7). Bring a
   * public suffix list; without one, only domains of a single label (`com`) count as public.
   */
  readonly isPublicSuffix?: ((domain: string) => boolean) | undefined;
  /** Cookies in the whole jar; 3000 unless given. */
  readonly maxCookies?: number | null | undefined;
  /** Cookies that share a domain; 180 unless given. */
  readonly maxCookiesPerDomain?: number | null | undefined;
  /** How far ahead a server may put the end of a cookie, in milliseconds; 400 days unless given (RFC 6265bis §5.5). */
  readonly maxLifetimeMs?: number | null | undefined;
  /** The clock, in milliseconds since the epoch; `Date.now` unless given. */
  readonly now?: (() => number) | undefined;
}

/** Options with their defaults filled in. */
export interface CookieJarSettings {
  /** Canonical host of cookies set without a domain. */
  readonly host: string | null;
  /** Whether such cookies are `Secure` unless told otherwise. */
  readonly isHostSecure: boolean;
  readonly anyHost: boolean;
  readonly isPublicSuffix: ((domain: string) => boolean) | null;
  readonly maxCookies: number;
  readonly maxCookiesPerDomain: number;
  readonly maxLifetimeMs: number;
  readonly maxPairSize: number;
  readonly maxAttributeSize: number;
  readonly now: () => number;
}

const DEFAULTS: CookieJarSettings = {
  host: null,
  isHostSecure: false,
  anyHost: false,
  isPublicSuffix: null,
  maxCookies: 3000,
  maxCookiesPerDomain: 180,
  maxLifetimeMs: 400 * 24 * 60 * 60 * 1000,
  maxPairSize: 4096,
  maxAttributeSize: 1024,
  now: Date.now,
};

const NAMES: readonly string[] = [
  'url',
  'defaultDomain',
  'anyHost',
  'isPublicSuffix',
  'maxCookies',
  'maxCookiesPerDomain',
  'maxLifetimeMs',
  'maxPairSize',
  'maxAttributeSize',
  'now',
] satisfies (keyof CookieJarOptions)[];

/** The settings that result from options on top of inherited ones. Throws {@link InvalidArgument}. */
export function resolveCookieJarOptions(
  options: CookieJarOptions | undefined,
  inherited: CookieJarSettings = DEFAULTS,
): CookieJarSettings {
  if (options === undefined) return inherited;
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgument(`'options' must be an object, not ${String(options)}.`);
  }
  checkKeys('options', options, NAMES);
  const { anyHost, isPublicSuffix, now } = options;
  if (anyHost !== undefined && typeof anyHost !== 'boolean') {
    throw new InvalidArgument(`'options.anyHost' must be true or false, not ${String(anyHost)}.`);
  }
  for (const [name, value] of Object.entries({ isPublicSuffix, now })) {
    if (value !== undefined && typeof value !== 'function') {
      throw new InvalidArgument(`'options.${name}' must be a function, not ${String(value)}.`);
    }
  }
  return {
    ...inherited,
    ...resolveHost(options),
    anyHost: anyHost ?? inherited.anyHost,
    isPublicSuffix: isPublicSuffix ?? inherited.isPublicSuffix,
    maxCookies: bound('maxCookies', options, inherited),
    maxCookiesPerDomain: bound('maxCookiesPerDomain', options, inherited),
    maxLifetimeMs: bound('maxLifetimeMs', options, inherited),
    maxPairSize: bound('maxPairSize', options, inherited),
    maxAttributeSize: bound('maxAttributeSize', options, inherited),
    now: now ?? inherited.now,
  };
}

function resolveHost({ url, defaultDomain }: CookieJarOptions): Partial<CookieJarSettings> {
  if (url != null && defaultDomain != null) {
    throw new InvalidArgument(`'options.url' and 'options.defaultDomain' exclude each other; give one.`);
  }
  if (defaultDomain != null) {
    const host = typeof defaultDomain === 'string' ? canonicalDomain(defaultDomain) : null;
    if (host === null) {
      throw new InvalidArgument(
        `'options.defaultDomain' must be a host name without scheme, port and path, not '${show(defaultDomain)}'.`,
      );
    }
    return { host, isHostSecure: false };
  }
  if (url == null) return url === null || defaultDomain === null ? { host: null, isHostSecure: false } : {};
  const { hostname, scheme } = parseURL(typeof url === 'string' ? url : url.href);
  if (hostname === '')
    throw new InvalidArgument(`'options.url' must have a host; '${scheme}:' URLs have none.`);
  return { host: hostname, isHostSecure: scheme === 'https' };
}

function show(value: unknown): string {
  return String(value);
}

type Bound = 'maxCookies' | 'maxCookiesPerDomain' | 'maxLifetimeMs' | 'maxPairSize' | 'maxAttributeSize';

function bound(name: Bound, options: CookieJarOptions, inherited: CookieJarSettings): number {
  const value = options[name];
  if (value === undefined) return inherited[name];
  if (value !== null && (typeof value !== 'number' || !(value >= 1))) {
    throw new InvalidArgument(
      `'options.${name}' must be a number of at least 1, or null, not ${String(value)}.`,
    );
  }
  return value ?? Infinity;
}
