import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InvalidURL } from '../errors/invalid-url.ts';
import { keyOf, mergeParams, withQuery as replaceQuery } from './base-url.ts';
import { type ParamsInit, QueryParams } from './query-params.ts';
import { DEFAULT_REDACTION } from './redaction.ts';
import { checkText, parseURL } from './url.ts';

/** Parts of a URL to replace; `null` removes a part that may be absent. */
export interface URLParts {
  readonly scheme?: string;
  /** Without a port. An IPv6 address may come with or without its brackets. */
  readonly host?: string;
  readonly port?: number | null;
  readonly path?: string;
  /** Encoded, without the question mark. */
  readonly query?: string | null;
  /** Form-encoded into the query; excludes `query`. */
  readonly params?: ParamsInit;
  /** Without the `#`. */
  readonly fragment?: string | null;
  /** A new user name takes the old password away unless one is given beside it. */
  readonly username?: string | null;
  readonly password?: string | null;
}

const PARTS = ['scheme', 'host', 'port', 'path', 'query', 'params', 'fragment', 'username', 'password'];

/**
 * A copy of a URL with some parts replaced; the others stay as they are, the octets of the query included.
 * No part can leak into another one.
 *
 * @throws InvalidURL for a part that does not fit, or that this kind of URL cannot have
 * @throws InvalidArgument for a part that does not exist
 *
 * @example
 * ```ts
 * import { withParts } from 'ternhttp';
 *
 * console.log(withParts('http://example.com/a?x=%7e', { scheme: 'https', path: '/b' }).href); // 'https://example.com/b?x=%7e'
 * ```
 */
export function withParts(url: URL | string, parts: URLParts): URL {
  checkParts(parts);
  const { scheme, host, port, path, query, params, fragment, username, password } = parts;
  const { href } = parseURL(String(url));
  const copy = new URL(scheme === undefined ? href : withScheme(href, scheme));
  if (host !== undefined) {
    const hostname = checkHost(host);
    copy.hostname = hostname;
    if (copy.hostname !== hostname) throw unfit('host', copy);
  }
  if (port !== undefined) copy.port = port === null ? '' : String(port);
  if (path !== undefined) copy.pathname = path;
  if (username !== undefined || password !== undefined) {
    if (username !== undefined) copy.username = username ?? '';
    copy.password = password ?? '';
  }
  if (fragment !== undefined) copy.hash = fragment ?? '';
  // The setters of the platform do nothing where a URL cannot have the part.
  const hasNoHost = copy.hostname === '' || copy.protocol === 'file:';
  if (hasNoHost && port != null) throw unfit('port', copy);
  if (hasNoHost && (username || password)) throw unfit('username', copy);
  if (path !== undefined && !copy.pathname.startsWith('/')) throw unfit('path', copy);
  const encoded = params === undefined ? query : new QueryParams(params).toString() || null;
  // A '#' would end the query.
  const text =
    encoded === undefined ? copy.href : replaceQuery(copy.href, encoded?.replaceAll('#', '%23') ?? null);
  return new URL(parseURL(text).href);
}

/**
 * The URL with another path.
 *
 * @example
 * ```ts
 * import { withPath } from 'ternhttp';
 *
 * console.log(withPath('https://example.com/a?x=1', '/b c').href); // 'https://example.com/b%20c?x=1'
 * ```
 */
export function withPath(url: URL | string, path: string): URL {
  return withParts(url, { path });
}

/**
 * The URL with other user information, for `Basic` authentication.
 *
 * @example
 * ```ts
 * import { withAuth } from 'ternhttp';
 *
 * console.log(withAuth('https://example.com/', 'ada', 'p@ss').href); // 'https://ada:p%40ss@example.com/'
 * ```
 */
export function withAuth(url: URL | string, username: string, password = ''): URL {
  return withParts(url, { username, password });
}

/**
 * The URL with parameters added to its query; a key that is there already is replaced, the rest stays as it is.
 *
 * @example
 * ```ts
 * import { withParams } from 'ternhttp';
 *
 * console.log(withParams('https://example.com/?q=a%20b&page=1', { page: 2 }).search); // '?q=a%20b&page=2'
 * ```
 */
export function withParams(url: URL | string, params: ParamsInit): URL {
  const { href } = parseURL(String(url));
  const query = mergeParams(new URL(href).search.slice(1), new QueryParams(params));
  return new URL(parseURL(replaceQuery(href, query || null)).href);
}

/**
 * The URL with its whole query replaced by parameters; none of them: without a query.
 *
 * @example
 * ```ts
 * import { withQuery } from 'ternhttp';
 *
 * console.log(withQuery('https://example.com/?q=1', { tag: ['a', 'b'] }).search); // '?tag=a&tag=b'
 * ```
 */
export function withQuery(url: URL | string, params: ParamsInit): URL {
  return withParts(url, { params });
}

/**
 * The URL without the parameters of these names; the others stay as they are.
 *
 * @example
 * ```ts
 * import { withoutParams } from 'ternhttp';
 *
 * console.log(withoutParams('https://example.com/?q=a%20b&token=x', 'token').href); // 'https://example.com/?q=a%20b'
 * ```
 */
export function withoutParams(url: URL | string, ...names: string[]): URL {
  const { href } = parseURL(String(url));
  const kept = new URL(href).search
    .slice(1)
    .split('&')
    .filter((pair) => pair === '' || !names.includes(keyOf(pair)));
  return new URL(replaceQuery(href, kept.join('&') || null));
}

/**
 * Resolves a reference against a URL (RFC 3986 §5.2). Unlike a client's `baseURL`, to which paths are appended,
 * `/x` here replaces the path. The base may itself be a path alone, or `//host/path`; then the result is the same.
 *
 * @throws InvalidURL if one of the two is no URL, or the base a path that does not begin with a slash
 *
 * @example
 * ```ts
 * import { joinURL } from 'ternhttp';
 *
 * console.log(joinURL('http://a/b/c/d', '../g')); // 'http://a/b/g'
 * console.log(joinURL('/path/to/x', '../y')); // '/path/y'
 * ```
 */
export function joinURL(base: URL | string, reference: string): string {
  const text = String(base);
  checkText(text);
  checkText(reference);
  if (!text.startsWith('/')) return resolve(reference, parseURL(text).href);
  // A scheme that nobody has, so that what comes back tells whether the reference brought its own.
  const joined = resolve(reference, resolve(text, 'relative.invalid://base/'));
  for (const prefix of ['relative.invalid://base/', 'relative.invalid://']) {
    if (joined.startsWith(prefix))
      return `${prefix.endsWith('//') ? '//' : '/'}${joined.slice(prefix.length)}`;
  }
  return joined;
}

/**
 * The URL as people may see it: without user information, secret parameters and fragment.
 *
 * @example
 * ```ts
 * import { redactURL } from 'ternhttp';
 *
 * console.log(redactURL('https://ada:pw@example.com/?q=1&token=abc')); // 'https://[secure]@example.com/?q=1&token=[secure]'
 * ```
 */
export function redactURL(url: URL | string): string {
  return DEFAULT_REDACTION.url(String(url));
}

/**
 * The host as people write it: internationalised labels in Unicode (UTS #46).
 *
 * @example
 * ```ts
 * import { unicodeHost } from 'ternhttp';
 *
 * console.log(unicodeHost('https://xn--fa-hia.de/')); // 'faß.de'
 * ```
 */
export function unicodeHost(url: URL | string): string {
  const { domainToUnicode } = process.getBuiltinModule('node:url');
  const { hostname } = parseURL(String(url));
  return domainToUnicode(hostname) || hostname;
}

function checkParts(parts: URLParts): void {
  if (typeof parts !== 'object' || parts === null) {
    throw new InvalidArgument(`The parts must be an object, not ${parts === null ? 'null' : typeof parts}.`);
  }
  for (const name of Object.keys(parts)) {
    if (!PARTS.includes(name)) {
      throw new InvalidArgument(`'${name}' is not a part of a URL; there are ${PARTS.join(', ')}.`);
    }
  }
  const { query, params, port, ...texts } = parts;
  if (query !== undefined && params !== undefined) {
    throw new InvalidArgument("Give either 'query' (encoded) or 'params' (values), not both.");
  }
  if (port != null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new InvalidURL(`${String(port)} is not a port (0 to 65535).`);
  }
  for (const [name, value] of Object.entries({ ...texts, query })) {
    if (value == null && !(value === null && ['scheme', 'host', 'path'].includes(name))) continue;
    if (typeof value !== 'string') {
      throw new InvalidArgument(
        `The ${name} must be a string, not ${value === null ? 'null' : typeof value}.`,
      );
    }
    checkText(value, `URL ${name}`);
  }
}

function resolve(reference: string, base: string): string {
  if (!URL.canParse(reference, base)) {
    throw new InvalidURL(
      `'${DEFAULT_REDACTION.malformedURL(reference)}' cannot be resolved against '${redactURL(base)}'.`,
    );
  }
  return new URL(reference, base).href;
}

function withScheme(href: string, scheme: string): string {
  if (!/^[a-z][a-z0-9+.-]*$/i.test(scheme)) throw new InvalidURL(`'${scheme}' is not a scheme.`);
  const before = new URL(href);
  const after = parseURL(scheme + href.slice(before.protocol.length - 1));
  // 'http:' finds a host in 'mailto:host'.
  if (before.host === '' && after.host !== '') throw unfit('scheme', before);
  return after.href;
}

/** The host in the form that `URL.hostname` takes, if it is one and nothing more. */
function checkHost(host: string): string {
  const isAddress6 = host.includes(':') && !host.startsWith('[');
  let written: string | undefined;
  try {
    const { href, hostname } = parseURL(`http://${isAddress6 ? `[${host}]` : host}/`);
    written = hostname.includes(':') ? `[${hostname}]` : hostname;
    if (href !== `http://${written}/` || host.includes(']:')) written = undefined;
  } catch (error) {
    if (!(error instanceof InvalidURL)) throw error;
  }
  if (written === undefined) {
    throw new InvalidURL(`'${host}' is not a host${host.includes(':') ? "; a port goes into 'port'" : ''}.`);
  }
  return written;
}

function unfit(part: string, { protocol }: URL): InvalidURL {
  return new InvalidURL(`A '${protocol}' URL of this form cannot take another ${part}.`);
}
