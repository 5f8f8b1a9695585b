import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { ParsedURL } from '../models/url.ts';
import { AddressRange } from './address-range.ts';
import type { Transport } from './transport.ts';

/** A pattern of URLs: `scheme://host:port`, where any part may be left open. */
export interface URLPattern {
  readonly text: string;
  /** Empty for any. */
  readonly scheme: string;
  readonly host: string;
  readonly hostRule: 'any' | 'exact' | 'host-and-subdomains' | 'range' | 'subdomains';
  /** The addresses, for the rule `range`. */
  readonly range: AddressRange | null;
  /** Null for any. */
  readonly port: number | null;
}

/**
 * Parses a pattern: `all://` or `://` any URL, `http://` one scheme, `all://example.com` one host,
 * `all://*.example.com` its subdomains, `all://*example.com` both, `https://example.com:8443` one port too. A star in
 * another place means itself. `all://10.0.0.0/8` is a range of addresses; else whatever comes behind the authority is
 * ignored.
 *
 * @throws InvalidArgument if the text is not of this form
 */
export function parseURLPattern(text: string): URLPattern {
  const match = /^([a-z][a-z0-9+.-]*)?:\/\/(\[[^\]/?#]*\]|[^:/?#[\]@]*)(?::(\d{1,5}))?([/?#].*)?$/i.exec(
    text,
  );
  if (match === null) {
    const example = /^[a-z0-9+.-]+$/i.test(text) ? ` Instead of '${text}', use '${text}://'.` : '';
    throw new InvalidArgument(
      `'${text}' is not a URL pattern: write scheme://host:port, as in 'all://*.example.com'.${example}`,
    );
  }
  const [, scheme = '', authority = '', port, rest = ''] = match;
  const range = port === undefined ? rangeOf(authority + rest, text) : null;
  const hostRule = range === null ? hostRuleOf(authority) : 'range';
  return {
    text,
    scheme: scheme.toLowerCase() === 'all' ? '' : scheme.toLowerCase(),
    host:
      hostRule === 'any' || hostRule === 'range' ? '' : canonicalHost(authority.replace(/^\*\.?/, ''), text),
    hostRule,
    range,
    port: port === undefined ? null : checkPort(Number(port), text),
  };
}

/** Whether a URL fits a pattern. A default port counts as if it were written. */
export function matchesURLPattern(
  { scheme, host, hostRule, range, port }: URLPattern,
  url: ParsedURL,
): boolean {
  if (scheme !== '' && scheme !== url.scheme) return false;
  if (port !== null && port !== url.port) return false;
  if (hostRule === 'any') return true;
  if (range !== null) return range.has(url.hostname);
  const hostname = plainHost(url.hostname);
  if (hostRule !== 'subdomains' && hostname === host) return true;
  return hostRule !== 'exact' && hostname.endsWith(`.${host}`);
}

/**
 * The order in which patterns are tried: with a port first, then longer hosts, then for one host the narrower rule,
 * then longer schemes. Ranges of addresses come behind hosts, the narrower ones first.
 */
export function compareURLPatterns(a: URLPattern, b: URLPattern): number {
  if ((a.port === null) !== (b.port === null)) return a.port === null ? 1 : -1;
  return (
    b.host.length - a.host.length ||
    BREADTH[a.hostRule] - BREADTH[b.hostRule] ||
    (b.range?.bits ?? 0) - (a.range?.bits ?? 0) ||
    b.scheme.length - a.scheme.length
  );
}

const BREADTH: Readonly<Record<URLPattern['hostRule'], number>> = {
  exact: 0,
  subdomains: 1,
  'host-and-subdomains': 2,
  range: 3,
  any: 4,
};

/** The range, if it is one: an address with a number behind the slash. */
function rangeOf(text: string, pattern: string): AddressRange | null {
  if (!/^(?:\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])\/\d+$/i.test(text)) return null;
  const range = AddressRange.parse(text);
  if (range === null)
    throw new InvalidArgument(`'${pattern}' is not a URL pattern: '${text}' is no range of addresses.`);
  return range;
}

function hostRuleOf(authority: string): URLPattern['hostRule'] {
  if (authority === '' || authority === '*') return 'any';
  if (authority.startsWith('*.')) return 'subdomains';
  return authority.startsWith('*') ? 'host-and-subdomains' : 'exact';
}

/** A host as URLs have it: in lower case and ASCII, addresses in their shortest form, without brackets. */
function canonicalHost(host: string, pattern: string): string {
  const href = `http://${host}`;
  if (host !== '' && URL.canParse(href)) {
    const { hostname } = new URL(href);
    return plainHost(hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);
  }
  throw new InvalidArgument(`'${pattern}' is not a URL pattern: '${host}' is not a host.`);
}

/** A host without the dot of the root; in lower case, which only those of unusual schemes are not. */
function plainHost(hostname: string): string {
  return (hostname.endsWith('.') ? hostname.slice(0, -1) : hostname).toLowerCase();
}

function checkPort(port: number, pattern: string): number {
  if (port <= 65_535) return port;
  throw new InvalidArgument(`'${pattern}' is not a URL pattern: ${port} is not a port.`);
}

/** Sends requests by their URL to different transports. */
export class Mounts<T extends object = Transport> {
  readonly #mounts: readonly { readonly pattern: URLPattern; readonly transport: T | null }[];

  /** @param mounts transports by pattern; null leaves a pattern to the default transport */
  constructor(mounts: Readonly<Record<string, T | null>> = {}) {
    this.#mounts = Object.entries(mounts)
      .map(([text, transport]) => ({ pattern: parseURLPattern(text), transport }))
      .toSorted((a, b) => compareURLPatterns(a.pattern, b.pattern));
  }

  get isEmpty(): boolean {
    return this.#mounts.length === 0;
  }

  /** The transport for a URL; null if a pattern leaves it to the default one, undefined if there is no pattern for it. */
  find(url: ParsedURL): T | null | undefined {
    for (const { pattern, transport } of this.#mounts) if (matchesURLPattern(pattern, url)) return transport;
    return undefined;
  }

  /** Each transport once. */
  get transports(): Set<T> {
    return new Set(this.#mounts.flatMap(({ transport }) => (transport === null ? [] : [transport])));
  }
}
