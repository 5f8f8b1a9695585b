import { InvalidURL } from '../errors/invalid-url.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { QueryParams } from './query-params.ts';
import { DEFAULT_REDACTION } from './redaction.ts';
import { checkText, isAbsolute, type ParsedURL, parseURL } from './url.ts';

/** A base URL prepared for joining: everything that does not depend on the relative part is done once. */
export interface BaseURL {
  readonly parsed: ParsedURL;
  /** Scheme, user information, host and path, which ends in a slash. */
  readonly prefix: string;
  /** Query of the base without the question mark, or empty. */
  readonly query: string;
}

/** Prepares a base URL; its path is made to end in a slash. */
export function parseBaseURL(text: string): BaseURL {
  const parsed = parseURL(text);
  if (parsed.hostname === '') {
    throw new InvalidURL(
      `The base URL '${DEFAULT_REDACTION.malformedURL(text)}' needs a scheme and a host, as in 'https://example.com/api/'.`,
    );
  }
  const pathAndQuery = parsed.target;
  const head = parsed.href.slice(0, parsed.href.length - pathAndQuery.length - parsed.fragment.length);
  const question = pathAndQuery.indexOf('?');
  const query = question === -1 ? '' : pathAndQuery.slice(question + 1);
  const path = parsed.path.endsWith('/') ? parsed.path : `${parsed.path}/`;
  return { parsed: parseURL(head + path + (query && `?${query}`)), prefix: head + path, query };
}

/**
 * The URL of a request. A relative one is appended to the path of the base, a leading slash included, and dot
 * segments are resolved afterwards; the query of the base is kept; `//host/path` takes only the scheme of the
 * base (RFC 3986 §4.2). Parameters are merged into the query: see {@link mergeParams}.
 */
export function resolveURL(
  given: string,
  base: BaseURL | null,
  params: QueryParams | null = null,
): ParsedURL {
  const text = trimSpaces(given);
  let href = text;
  if (!isAbsolute(text)) {
    if (base !== null) href = join(text, base);
    else if (!hasScheme(text)) {
      throw new UnsupportedProtocol({
        reason: `the URL '${DEFAULT_REDACTION.malformedURL(text)}' is missing an 'http://' or 'https://' protocol, and there is no base URL`,
      });
    }
  }
  if (params !== null && params.size > 0) href = withQuery(href, mergeParams(splitQuery(href).query, params));
  return parseURL(href);
}

/**
 * Adds parameters to an encoded query. What the query says is kept octet for octet, except that a key that
 * `params` names is replaced.
 */
export function mergeParams(query: string, params: QueryParams): string {
  const replaced = new Set(params.keys());
  const kept = query === '' ? [] : query.split('&').filter((pair) => !replaced.has(keyOf(pair)));
  const added = params.toString();
  return [...kept, ...(added === '' ? [] : [added])].join('&');
}

/** The URL text with another query; null takes the query away, question mark included. */
export function withQuery(href: string, query: string | null): string {
  const { head, fragment } = splitQuery(href);
  return head + (query === null ? '' : `?${query}`) + fragment;
}

function splitQuery(href: string): { head: string; query: string; fragment: string } {
  const hash = href.indexOf('#');
  const end = hash === -1 ? href.length : hash;
  const question = href.indexOf('?');
  const split = question === -1 || question > end ? end : question;
  return { head: href.slice(0, split), query: href.slice(split + 1, end), fragment: href.slice(end) };
}

function join(text: string, base: BaseURL): string {
  checkText(text);
  if (text.startsWith('//')) return `${base.parsed.scheme}:${text}`;
  let start = 0;
  while (text.charCodeAt(start) === 47) start++;
  const relative = start === 0 ? text : text.slice(start);
  if (base.query === '') return base.prefix + relative;
  const { head, query, fragment } = splitQuery(relative);
  return `${base.prefix}${head}?${base.query}${query && `&${query}`}${fragment}`;
}

/** The URL standard drops spaces around a URL, so a URL that begins with one is absolute nonetheless. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) === 32) start++;
  while (end > start && text.charCodeAt(end - 1) === 32) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** The decoded key of an encoded pair. */
export function keyOf(pair: string): string {
  // The question mark in front is the one that the parser drops; a further one belongs to the key.
  return new QueryParams(`?${pair}`).keys().next().value ?? '';
}
