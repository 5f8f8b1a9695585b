import { InvalidURL } from '../errors/invalid-url.ts';
import { mergeParams, withQuery as replaceQuery } from './base-url.ts';
import { type ParamsInit, QueryParams } from './query-params.ts';
import { DEFAULT_REDACTION } from './redaction.ts';
import { parseURL } from './url.ts';

/** Parts of a URL to replace; `null` removes a part that may be absent. */
export interface URLParts {
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: number | null;
  readonly path?: string;
  /** Encoded, without the question mark. */
  readonly query?: string | null;
  /** Form-encoded into the query; excludes `query`. */
  readonly params?: ParamsInit;
  /** Without the `#`. */
  readonly fragment?: string | null;
  /** Replaces the whole user information: without `password` there will be none. */
  readonly username?: string | null;
  readonly password?: string | null;
}

/**
 * A copy of a URL with some parts replaced; the others stay as they are, the octets of the query included.
 * No part can leak into another one: what does not fit throws {@link InvalidURL}.
 *
 * @example
 * ```ts
 * import { withParts } from 'ternhttp';
 *
 * console.log(withParts('http://example.com/a?x=%7e', { scheme: 'https', path: '/b' }).href); // 'https://example.com/b?x=%7e'
 * ```
 */
export function withParts(url: URL | string, parts: URLParts): URL {
  const { scheme, host, port, path, query, params, fragment, username, password } = parts;
  if (query !== undefined && params !== undefined) {
    throw new InvalidURL("Give either 'query' (encoded) or 'params' (values), not both.");
  }
  const { href } = parseURL(String(url));
  const copy = new URL(scheme === undefined ? href : checkScheme(scheme) + href.slice(href.indexOf(':')));
  if (host !== undefined) copy.hostname = checkHost(host);
  if (port !== undefined) {
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new InvalidURL(`${port} is not a port (0 to 65535).`);
    }
    copy.port = port === null ? '' : String(port);
  }
  if (path !== undefined) copy.pathname = path;
  if (username !== undefined || password !== undefined) {
    copy.username = username ?? '';
    copy.password = password ?? '';
  }
  if (fragment !== undefined) copy.hash = fragment ?? '';
  const encoded = params === undefined ? query : new QueryParams(params).toString() || null;
  return new URL(encoded === undefined ? copy.href : replaceQuery(copy.href, encoded));
}

/** The URL with another path. */
export function withPath(url: URL | string, path: string): URL {
  return withParts(url, { path });
}

/** The URL with other user information, for `Basic` authentication. */
export function withAuth(url: URL | string, username: string, password = ''): URL {
  return withParts(url, { username, password });
}

/** The URL with parameters added to its query; a key that is there already is replaced, the rest stays as it is. */
export function withParams(url: URL | string, params: ParamsInit): URL {
  const { href } = parseURL(String(url));
  return new URL(
    replaceQuery(href, mergeParams(new URL(href).search.slice(1), new QueryParams(params)) || null),
  );
}

/** The URL with its whole query replaced by parameters; none of them: without a query. */
export function withQuery(url: URL | string, params: ParamsInit): URL {
  return withParts(url, { params });
}

/** The URL without the parameters of these names; the others stay as they are. */
export function withoutParams(url: URL | string, ...names: string[]): URL {
  const { href } = parseURL(String(url));
  const kept = new URL(href).search
    .slice(1)
    .split('&')
    .filter((pair) => {
      const [key] = new QueryParams(pair).keys();
      return key === undefined || !names.includes(key);
    });
  return new URL(replaceQuery(href, kept.join('&') || null));
}

/**
 * Resolves a reference against a URL (RFC 3986 §5.2). Unlike a client's `baseURL`, to which paths are appended,
 * `/x` here replaces the path. The base may itself be a path alone; then the result is one too.
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
  if (URL.canParse(text)) {
    if (!URL.canParse(reference, text))
      throw new InvalidURL(`'${reference}' cannot be resolved against '${redactURL(text)}'.`);
    return new URL(reference, text).href;
  }
  const placeholder = 'relative://base';
  if (!URL.canParse(text, `${placeholder}/`)) throw new InvalidURL(`'${text}' is neither a URL nor a path.`);
  const joined = new URL(reference, new URL(text, `${placeholder}/`)).href;
  return joined.startsWith(`${placeholder}/`) ? joined.slice(placeholder.length) : joined;
}

/** The URL as people may see it: without user information, secret parameters and fragment. */
export function redactURL(url: URL | string): string {
  return DEFAULT_REDACTION.url(String(url));
}

/** The host as people write it: internationalised labels in Unicode (UTS #46). */
export function unicodeHost(url: URL | string): string {
  const { domainToUnicode } = process.getBuiltinModule('node:url');
  const { hostname } = parseURL(String(url));
  return domainToUnicode(hostname) || hostname;
}

function checkScheme(scheme: string): string {
  if (!/^[a-z][a-z0-9+.-]*$/i.test(scheme)) throw new InvalidURL(`'${scheme}' is not a scheme.`);
  return scheme;
}

/** The host in the form that `URL.hostname` takes, if it is one and nothing more. */
function checkHost(host: string): string {
  const isAddress6 = host.includes(':') && !host.startsWith('[');
  const { href, hostname } = parseURL(`http://${isAddress6 ? `[${host}]` : host}/`);
  const written = hostname.includes(':') ? `[${hostname}]` : hostname;
  if (href !== `http://${written}/` || host.includes(']:')) {
    throw new InvalidURL(`'${host}' is not a host.`);
  }
  return written;
}
