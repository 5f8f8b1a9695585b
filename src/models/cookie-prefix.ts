import type { Cookie } from './cookie.ts';

/**
 * A prefix of a cookie's name that promises how the cookie was set; every one demands `Secure`. `__Secure-`
 * and `__Host-` are RFC 6265bis §5.4; `__Http-` and `__Host-Http-` are draft-ietf-httpbis-layered-cookies.
 */
export interface NamePrefix {
  readonly prefix: string;
  /** Demands no `Domain` and `Path=/`. */
  readonly hostOnly: boolean;
  /** Demands `HttpOnly`. */
  readonly httpOnly: boolean;
}

const PREFIXES: readonly (NamePrefix & { readonly lower: string })[] = [
  { prefix: '__Host-Http-', lower: '__host-http-', hostOnly: true, httpOnly: true },
  { prefix: '__Host-', lower: '__host-', hostOnly: true, httpOnly: false },
  { prefix: '__Secure-', lower: '__secure-', hostOnly: false, httpOnly: false },
  { prefix: '__Http-', lower: '__http-', hostOnly: false, httpOnly: true },
];

/** The prefix that a name starts with, in any case: servers may compare names without case. */
export function namePrefix(name: string): NamePrefix | null {
  if (name.charCodeAt(0) !== 95 || name.charCodeAt(1) !== 95) return null;
  const start = name.slice(0, 12).toLowerCase();
  return PREFIXES.find(({ lower }) => start.startsWith(lower)) ?? null;
}

/** Whether a cookie is what its prefix promises. */
export function keepsPrefix(
  { hostOnly, httpOnly }: NamePrefix,
  cookie: Pick<Cookie, 'secure' | 'hostOnly' | 'httpOnly' | 'path'>,
): boolean {
  return (
    cookie.secure && (!hostOnly || (cookie.hostOnly && cookie.path === '/')) && (!httpOnly || cookie.httpOnly)
  );
}
