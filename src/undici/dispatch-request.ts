import type { ParsedUrlQueryInput } from 'node:querystring';
import type { Client } from '../client/client.ts';
import type { RequestHeadersInit, SendOptions } from '../client/options.ts';
import { isBlob } from '../body/blob-body.ts';
import type { ExclusiveBody } from '../body/encode-body.ts';
import type { ContentInit } from '../body/content.ts';
import type { MultipartInit } from '../body/multipart.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import type { Request } from '../message/request.ts';
import { parseURL } from '../models/url.ts';

/** Stands for no limit where null would stand for another one. The longest that a timer can wait. */
const NEVER = 2_147_000_000;

/** What a dispatcher of undici is asked to send. Hints for pipelining (`idempotent`, `blocking`) need no heed. */
export interface DispatchRequest {
  readonly origin?: URL | string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly query?: Record<string, unknown> | null;
  readonly upgrade?: boolean | string | null;
  readonly headersTimeout?: number | null;
  readonly bodyTimeout?: number | null;
  readonly reset?: boolean | null;
  readonly expectContinue?: boolean | null;
  readonly servername?: string | null;
  readonly typeOfService?: number | null;
  readonly throwOnError?: boolean | null;
  readonly maxRedirections?: number | null;
}

/**
 * The request that a client sends for what undici asks: with the client's own fields, parameters and cookies beneath
 * those that are given. It does not ask for content codings by itself, as nobody above it would undo them.
 *
 * @throws InvalidArgument for options that do not fit
 * @throws UnsupportedOption for those that cannot be honoured
 */
export function requestFor(client: Client, options: DispatchRequest): Request {
  const { origin, path, method, upgrade, servername } = options;
  if (!(origin instanceof URL) && (typeof origin !== 'string' || origin === '')) {
    throw new InvalidArgument("'origin' must be a URL or a string that is not empty.");
  }
  if (typeof path !== 'string') throw new InvalidArgument("'path' must be a string.");
  if (typeof method !== 'string') throw new InvalidArgument("'method' must be a string.");
  refuseUnsupported(options);
  const { origin: base } = parseURL(String(origin));
  const fullPath = withQuery(path, options.query);
  const hasPath = fullPath.startsWith('/');
  const url = hasPath ? base + fullPath : base;
  // The URL standard tidies paths; undici sends them as they are.
  const target = hasPath && (client.params.size > 0 || parseURL(url).target === fullPath) ? null : fullPath;
  const headers = headersFor(options, typeof upgrade === 'string' ? upgrade : null);
  return client.buildRequest(method, url, {
    headers,
    ...bodyFor(options.body),
    extensions: {
      ...(target === null ? {} : { target }),
      ...(servername == null || servername === '' ? {} : { sniHostname: servername }),
    },
  });
}

/** The limits of time for what undici asks, on top of the client's. 0 switches one off. */
export function timeoutFor(client: Client, options: DispatchRequest): SendOptions['timeout'] {
  const { headersTimeout, bodyTimeout } = options;
  if (headersTimeout == null && bodyTimeout == null) return undefined;
  const own = client.timeout;
  // Without a limit for the first octet, that for reading would apply to it too.
  const firstByte = headersTimeout ?? own.firstByte ?? own.read ?? NEVER;
  const read = bodyTimeout ?? own.read;
  return { firstByte: firstByte === 0 ? NEVER : firstByte, read: read === 0 ? null : read };
}

function refuseUnsupported({ typeOfService, throwOnError, maxRedirections }: DispatchRequest): void {
  if (typeOfService != null) {
    throw unsupported('typeOfService', 'the client opens its sockets without one');
  }
  if (throwOnError != null) {
    throw unsupported('throwOnError', "use undici's interceptor responseError");
  }
  if (maxRedirections != null && maxRedirections !== 0) {
    throw unsupported('maxRedirections', "use undici's interceptor redirect");
  }
}

function unsupported(option: string, reason: string): UnsupportedOption {
  return new UnsupportedOption('ternhttp dispatcher', { option, reason });
}

function withQuery(path: string, query: DispatchRequest['query']): string {
  if (query == null) return path;
  if (path.includes('?') || path.includes('#')) {
    throw new InvalidArgument("'query' cannot be given for a path that has a query or a fragment.");
  }
  const text = process.getBuiltinModule('node:querystring').stringify(query as ParsedUrlQueryInput);
  return text === '' ? path : `${path}?${text}`;
}

function headersFor(options: DispatchRequest, upgrade: string | null): RequestHeadersInit {
  const headers: Record<string, string[] | string | null> = {};
  let asksForCoding = false;
  eachHeader(options.headers, (name, value) => {
    if (name.toLowerCase() === 'accept-encoding') asksForCoding = true;
    const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const joined = earlier == null ? value : [earlier, value].flat();
    Object.defineProperty(headers, name, {
      value: joined,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  });
  if (!asksForCoding) headers['Accept-Encoding'] = null;
  if (options.reset === true) headers['Connection'] = 'close';
  if (options.expectContinue === true) headers['Expect'] = '100-continue';
  if (upgrade !== null) {
    headers['Connection'] = 'Upgrade';
    headers['Upgrade'] = upgrade;
  }
  return headers;
}

/** Calls back for each field of the forms that undici takes: an object, pairs, or names and values in turn. */
function eachHeader(headers: unknown, callback: (name: string, value: string[] | string) => void): void {
  if (headers == null) return;
  if (typeof headers !== 'object') throw new InvalidArgument("'headers' must be an object or an array.");
  const add = (name: unknown, value: unknown): void => {
    if (value === undefined) return;
    callback(text(name), Array.isArray(value) ? value.map(text) : text(value));
  };
  if (Array.isArray(headers) && !Array.isArray(headers[0])) {
    if (headers.length % 2 !== 0) throw new InvalidArgument("'headers' must have a value for each name.");
    for (let i = 0; i < headers.length; i += 2) add(headers[i], headers[i + 1]);
  } else if (Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new InvalidArgument("'headers' given as an iterable must have pairs of name and value.");
      add(pair[0], pair[1]);
    }
  } else {
    for (const [name, value] of Object.entries(headers)) add(name, value);
  }
}

/** As undici: null is an empty value, and numbers are sent in their text form. */
function text(value: unknown): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return `${value}`;
  throw new InvalidArgument(`A name or value in 'headers' must be text, not ${typeof value}.`);
}

function bodyFor(body: unknown): ExclusiveBody {
  if (body == null) return {};
  if (
    typeof body === 'object' &&
    Object.prototype.toString.call(body) === '[object FormData]' &&
    !isBlob(body)
  ) {
    return { multipart: body as MultipartInit };
  }
  return { content: body as ContentInit };
}
