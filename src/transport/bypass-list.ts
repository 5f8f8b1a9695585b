import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { ParsedURL } from '../models/url.ts';
import { AddressRange } from './address-range.ts';
import { matchesURLPattern, parseURLPattern, type URLPattern } from './mounts.ts';

/**
 * The hosts that are reached without a proxy, as the variable NO_PROXY lists them, separated by commas or white space:
 *
 * - `example.com` that host and its subdomains; `.example.com` and `*.example.com` the subdomains alone
 * - `localhost`, `10.1.2.3`, `::1`, `[::1]` exactly that host
 * - `10.0.0.0/8`, `2001:db8::/32` all addresses of a range
 * - `example.com:8080`, `[::1]:443` the same with one port
 * - `http://example.com` a URL pattern, as in `mounts`
 * - `*` everything
 *
 * Case and a dot at the end do not matter. Names are not resolved, so an address stands for itself alone.
 */
export class BypassList {
  readonly #patterns: readonly URLPattern[];

  /**
   * @param name of the option, in messages; null for a list that others maintain, in which what is not understood
   * matches nothing
   * @throws InvalidArgument for an entry that is not understood
   */
  constructor(list: string | readonly string[], name: string | null) {
    const entries = typeof list === 'string' ? list.split(/[\s,]+/) : list;
    if (!Array.isArray(entries) || entries.some((entry) => typeof entry !== 'string'))
      throw new InvalidArgument(`'${name}' must be a text or a list of texts, not ${describeValue(list)}.`);
    this.#patterns = (entries as readonly string[])
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .flatMap((entry) => {
        const pattern = patternOf(entry);
        if (pattern !== null) return [pattern];
        if (name === null) return [];
        throw new InvalidArgument(`'${name}' has the entry '${entry}', which is no host, address or range.`);
      });
  }

  /** Whether a URL is reached without the proxy. */
  has(url: ParsedURL): boolean {
    return this.#patterns.some((pattern) => matchesURLPattern(pattern, url));
  }
}

function patternOf(entry: string): URLPattern | null {
  try {
    if (entry.includes('://')) return parseURLPattern(entry);
    // Here a slash belongs to a range, and no path follows.
    if (entry.includes('/') && AddressRange.parse(entry) === null) return null;
    return parseURLPattern(`all://${authorityOf(entry)}`);
  } catch (error) {
    if (error instanceof InvalidArgument) return null;
    throw error;
  }
}

/** An entry as the authority of a URL pattern. */
function authorityOf(entry: string): string {
  const { isIP } = process.getBuiltinModule('node:net');
  const [address = '', bits] = entry.split('/', 2);
  if (isIP(address) === 6) return bits === undefined ? `[${address}]` : `[${address}]/${bits}`;
  const [host = ''] = entry.split(':', 1);
  const isExact =
    entry.startsWith('[') ||
    isIP(host) !== 0 ||
    bits !== undefined ||
    host.toLowerCase().replace(/\.$/, '') === 'localhost';
  return isExact || entry.startsWith('*') ? entry : `*${entry}`;
}
