import { InvalidURL } from '../errors/invalid-url.ts';
import { DEFAULT_REDACTION } from './redaction.ts';

/** The longest URL that is accepted, in characters. */
export const MAX_URL_LENGTH = 65_536;

/**
 * A URL taken apart once, as the layers below the client need it. Immutable, and shared between requests for
 * the same URL.
 */
export interface ParsedURL {
  /** The whole URL as the URL standard serialises it. */
  readonly href: string;
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Host in ASCII, without the brackets of an IPv6 address. */
  readonly hostname: string;
  /** Port, the default one of the scheme included; 0 for a scheme without one. */
  readonly port: number;
  /** What the `Host` field carries: host, and the port unless it is the default one (RFC 9110 §7.2). */
  readonly host: string;
  /** Scheme, host and port: what a connection belongs to. */
  readonly origin: string;
  /** Path and query, as the request line carries them (RFC 9112 §3.2.1). */
  readonly target: string;
  /** Path alone. */
  readonly path: string;
  /** With the `#`, or empty. */
  readonly fragment: string;
  /** Decoded user information, or null if the URL has none. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443, ftp: 21 };

/** Parsing costs about as much as sending a small request, and programs ask for the same few URLs again and again. */
const CACHE = new Map<string, ParsedURL>();
const CACHE_SIZE = 512;
const CACHED_LENGTH = 512;

/**
 * Parses an absolute URL by the URL standard, more strictly in three points: control characters, which the
 * standard would drop in silence, and texts over 65,536 characters throw {@link InvalidURL}, as does anything
 * that the standard refuses.
 */
export function parseURL(text: string): ParsedURL {
  const cached = CACHE.get(text);
  if (cached !== undefined) return cached;
  checkText(text);
  const parsed = takeApart(parsePlatformURL(text));
  if (text.length <= CACHED_LENGTH) {
    if (CACHE.size >= CACHE_SIZE) CACHE.clear();
    CACHE.set(text, parsed);
  }
  return parsed;
}

/** Whether a text starts with a scheme and an authority, so that no base URL applies to it. */
export function isAbsolute(text: string): boolean {
  const colon = text.indexOf('://');
  if (colon < 1) return false;
  for (let i = 0; i < colon; i++) {
    const code = text.charCodeAt(i) | 32;
    const isLetter = code >= 97 && code <= 122;
    if (!isLetter && (i === 0 || !'0123456789+-.'.includes(text[i]!))) return false;
  }
  return true;
}

/**
 * Refuses what the URL standard would repair in silence, and what no server takes.
 *
 * @param what the name of the text in messages
 */
export function checkText(text: string, what = 'URL'): void {
  if (text.length > MAX_URL_LENGTH) {
    throw new InvalidURL(`${what} too long: ${text.length} characters, the limit is ${MAX_URL_LENGTH}.`);
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) {
      throw new InvalidURL(
        `Invalid control character U+${code.toString(16).toUpperCase().padStart(4, '0')} in ${what} at position ${i}.`,
      );
    }
  }
}

/** Resolves a reference against a URL (RFC 3986 §5.2). */
export function resolveReference(reference: string, base: ParsedURL): ParsedURL {
  return isAbsolute(reference) ? parseURL(reference) : parseURL(parsePlatformURL(reference, base.href).href);
}

function parsePlatformURL(text: string, base?: string): URL {
  try {
    return new URL(text, base);
  } catch (cause) {
    // Node's error carries the texts along, and with them the passwords that are masked here.
    if (cause instanceof TypeError) {
      Reflect.deleteProperty(cause, 'input');
      Reflect.deleteProperty(cause, 'base');
    }
    throw new InvalidURL(`Invalid URL '${DEFAULT_REDACTION.malformedURL(text)}': ${diagnose(text)}.`, {
      cause,
    });
  }
}

function diagnose(text: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(text)?.[1];
  if (authority === undefined) return 'it has no scheme';
  if (authority === '') return 'it has no host';
  if (text.lastIndexOf('@') > text.indexOf(authority, text.indexOf('://')) + authority.length)
    return "a '/', '?' or '#' in its user information must be percent-encoded";
  const port = /:([^:\]]*)$/.exec(authority)?.[1];
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    return `'${port}' is not a port (0 to 65535)`;
  }
  return `'${authority}' is not a host`;
}

function takeApart(url: URL): ParsedURL {
  const scheme = url.protocol.slice(0, -1);
  const { hostname, pathname, search, host, username, password } = url;
  const port = url.port === '' ? (DEFAULT_PORTS[scheme] ?? 0) : Number(url.port);
  return {
    href: url.href,
    scheme,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port,
    host,
    origin: `${scheme}://${host}`,
    // A lone '?' is part of the URL, but `search` does not show it.
    target: pathname + (search === '' && hasEmptyQuery(url.href) ? '?' : search),
    path: pathname,
    fragment: url.hash,
    credentials:
      username === '' && password === '' ? null : { username: decode(username), password: decode(password) },
  };
}

function hasEmptyQuery(href: string): boolean {
  const fragment = href.indexOf('#');
  return href.charCodeAt((fragment === -1 ? href.length : fragment) - 1) === 63;
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Octets that are not UTF-8 have no characters; the encoded form is all that can be shown.
    return text;
  }
}
