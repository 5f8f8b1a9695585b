import type { Auth, AuthInit } from '../auth/auth.ts';
import { basicCredentials } from '../auth/basic-auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import type { ProxyRoute } from '../backends/contract.ts';
import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { checkKeys } from '../models/check-keys.ts';
import { Headers, type HeadersInit } from '../models/headers.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import type { TLSOptions } from '../models/tls-options.ts';
import { parseURL } from '../models/url.ts';
import { BypassList } from './bypass-list.ts';
import { TLS_OPTIONS } from './tls-option-names.ts';

/** A proxy and how it is used. */
export interface ProxyOptions {
  /**
   * `http://`, `https://` (TLS to the proxy), `socks5://` or `socks5h://`, with host and port; the ports are 80, 443 and
   * 1080 by default. User information is used as credentials, and wins over `auth`.
   */
  readonly url: URL | string;
  /** Credentials for the proxy: a pair for Basic, or any auth flow; SOCKS takes a pair only. They never go to an origin. */
  readonly auth?: AuthInit | null | undefined;
  /** Sent to the proxy alone: with CONNECT, and beside requests that it is to answer itself. */
  readonly headers?: HeadersInit | undefined;
  /** TLS to an `https` proxy. Nothing is taken over from the TLS options for origins. */
  readonly tls?: TLSOptions | undefined;
  /** Tunnels plain `http` requests too, which the proxy otherwise reads and answers. */
  readonly tunnel?: boolean | undefined;
  /** Hosts that are reached without the proxy, written like the variable NO_PROXY. */
  readonly bypass?: string | readonly string[] | undefined;
}

/** A proxy: its URL, or options. */
export type ProxyInit = ProxyOptions | URL | string;

/** A proxy as requests are routed to it. */
export interface ProxyServer {
  /** Tells proxies apart in keys, which must not hold secrets. */
  readonly id: number;
  readonly scheme: ProxyRoute['scheme'];
  readonly hostname: string;
  readonly port: number;
  /** Without secrets. */
  readonly url: string;
  readonly tls: TLSOptions;
  readonly tunnelsAll: boolean;
  /** Name, value, name, value: credentials that are known in advance, and what the options name. */
  readonly fields: readonly string[];
  /** Credentials that depend on what is asked, or answered. */
  readonly auth: Auth | null;
  readonly credentials: ProxyRoute['credentials'];
  readonly bypass: BypassList | null;
}

const PROXY_OPTIONS = ['url', 'auth', 'headers', 'tls', 'tunnel', 'bypass'];
const PORTS: Readonly<Record<ProxyRoute['scheme'], number>> = {
  http: 80,
  https: 443,
  socks5: 1080,
  socks5h: 1080,
};
const NO_TLS: TLSOptions = Object.freeze({});

/** Equal texts are one proxy, so that requests that name it again find its connections. */
const byText = new Map<string, ProxyServer>();
const byOptions = new WeakMap<ProxyOptions, ProxyServer>();
const MAX_TEXTS = 1024;
let lastId = 0;

/**
 * The proxy that an option stands for. Options are looked at once: to change them later changes nothing.
 *
 * @param name of the option, or variable, in messages
 * @throws InvalidArgument for what is no proxy, or no proxy of a kind that is supported
 */
export function resolveProxy(init: ProxyInit, name = 'proxy'): ProxyServer {
  if (typeof init === 'string' || isURL(init))
    return fromText(typeof init === 'string' ? init : init.href, name);
  if (typeof init !== 'object' || init === null || Array.isArray(init)) {
    throw new InvalidArgument(
      `'${name}' must be a URL, an object with a url, or null, not ${describeValue(init)}.`,
    );
  }
  let server = byOptions.get(init);
  if (server === undefined) byOptions.set(init, (server = createServer(init, name)));
  return server;
}

function fromText(text: string, name: string): ProxyServer {
  let server = byText.get(text);
  if (server === undefined) {
    server = createServer({ url: text }, name);
    if (byText.size >= MAX_TEXTS) byText.clear();
    byText.set(text, server);
  }
  return server;
}

function createServer(options: ProxyOptions, name: string): ProxyServer {
  checkKeys(name, options, PROXY_OPTIONS);
  const { scheme, hostname, port, host, credentials } = parseProxyURL(options.url, name);
  const isSOCKS = scheme === 'socks5' || scheme === 'socks5h';
  const { headers, tls, tunnel, bypass } = options;
  if (tls !== undefined) {
    if (scheme !== 'https')
      throw new InvalidArgument(`'${name}.tls' would do nothing: the proxy is not an https:// one.`);
    if (typeof tls !== 'object' || tls === null)
      throw new InvalidArgument(`'${name}.tls' must be an object, not ${describeValue(tls)}.`);
    checkKeys(`${name}.tls`, tls, TLS_OPTIONS);
  }
  if (isSOCKS && (headers !== undefined || tunnel !== undefined))
    throw new InvalidArgument(
      `'${name}.${headers === undefined ? 'tunnel' : 'headers'}' would do nothing: SOCKS has no such thing.`,
    );
  if (tunnel !== undefined && typeof tunnel !== 'boolean')
    throw new InvalidArgument(`'${name}.tunnel' must be true or false, not ${describeValue(tunnel)}.`);
  const init: AuthInit | null = credentials ?? options.auth ?? null;
  const given = new Headers(headers).wire;
  const basic = !isSOCKS && isPair(init) ? ['Proxy-Authorization', basicCredentials(...init)] : [];
  return Object.freeze({
    id: ++lastId,
    scheme,
    hostname,
    port,
    url: `${scheme}://${host}`,
    tls: tls ?? NO_TLS,
    tunnelsAll: isSOCKS || tunnel === true,
    fields: [...basic, ...given],
    auth: isSOCKS || init === null || isPair(init) ? null : resolveAuth(init),
    credentials: isSOCKS && init !== null ? socksCredentials(init, name) : null,
    bypass: bypass === undefined ? null : new BypassList(bypass, `${name}.bypass`),
  });
}

interface ProxyAddress {
  readonly scheme: ProxyRoute['scheme'];
  readonly hostname: string;
  readonly port: number;
  /** With the port. */
  readonly host: string;
  readonly credentials: readonly [username: string, password: string] | null;
}

function parseProxyURL(url: URL | string, name: string): ProxyAddress {
  const text = isURL(url) ? url.href : url;
  if (typeof text !== 'string' || text.trim() === '')
    throw new InvalidArgument(`'${name}' needs the URL of a proxy, such as 'http://proxy.test:3128'.`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (!isProxyScheme(scheme)) throw unknownScheme(scheme, text, name);
  // The URL standard reads hosts fully only for schemes that it knows; it also drops their default port.
  const rest = text.slice(text.indexOf('://'));
  const explicit = /^:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^:/?#]*):(\d+)(?:[/?#]|$)/.exec(rest)?.[1];
  let parsed;
  try {
    parsed = parseURL(`http${rest}`);
  } catch (cause) {
    throw new InvalidArgument(
      `'${name}' is not the URL of a proxy: '${DEFAULT_REDACTION.malformedURL(text)}'.`,
      {
        cause,
      },
    );
  }
  if (/\.(?:pac|dat)$/i.test(parsed.path)) {
    throw new InvalidArgument(
      `'${name}' names a PAC file, '${DEFAULT_REDACTION.url(text)}': these are scripts and are not supported. Give the proxy that it chooses.`,
    );
  }
  const { hostname, credentials } = parsed;
  const port = explicit === undefined ? PORTS[scheme] : Number(explicit);
  const host = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  return {
    scheme,
    hostname,
    port,
    host,
    credentials: credentials && [credentials.username, credentials.password],
  };
}

function isProxyScheme(scheme: string | undefined): scheme is ProxyRoute['scheme'] {
  return scheme !== undefined && Object.hasOwn(PORTS, scheme);
}

function unknownScheme(scheme: string | undefined, text: string, name: string): InvalidArgument {
  const shown = DEFAULT_REDACTION.malformedURL(text);
  if (scheme === undefined) {
    return new InvalidArgument(
      `'${name}' has no scheme: '${shown}'; write 'http://${shown}' or another scheme in front.`,
    );
  }
  const hint = scheme.startsWith('socks4')
    ? ' SOCKS4 is not supported; most such proxies speak SOCKS5 too.'
    : scheme.startsWith('pac')
      ? ' PAC files are not supported; give the proxy that it chooses.'
      : '';
  return new InvalidArgument(
    `'${name}' has the unknown scheme '${scheme}://': '${shown}'. There are http, https, socks5 and socks5h.${hint}`,
  );
}

function socksCredentials(init: AuthInit, name: string): ProxyRoute['credentials'] {
  if (!isPair(init)) {
    throw new InvalidArgument(`'${name}.auth' must be a pair [username, password]: SOCKS5 knows no other.`);
  }
  const [username, password] = init.map((item) => (typeof item === 'string' ? Buffer.from(item) : item));
  for (const [what, octets] of [
    ['user name', username!],
    ['password', password!],
  ] as const) {
    if (octets.length > 255)
      throw new InvalidArgument(
        `The ${what} for '${name}' has ${octets.length} octets; SOCKS5 takes 255 (RFC 1929 §2).`,
      );
  }
  return { username: username!, password: password! };
}

function isPair(
  init: AuthInit | null,
): init is readonly [username: Uint8Array | string, password: Uint8Array | string] {
  return Array.isArray(init);
}

/** A URL of another realm, or of a polyfill, is one too. */
function isURL(value: ProxyInit | URL): value is URL {
  return typeof value === 'object' && value !== null && 'href' in value && typeof value.href === 'string';
}
