import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import type { RequestBody } from '../body/request-body.ts';
import type { ResponseHead } from '../message/response-head.ts';
import { composeFields } from '../message/request-fields.ts';
import { extensionsFor, Request } from '../message/request.ts';
import type { CookieJar } from '../models/cookie-jar.ts';
import { sameName } from '../models/field-syntax.ts';
import { isSameOrigin } from '../models/same-origin.ts';
import { checkText, type ParsedURL, parseURL, resolveReference } from '../models/url.ts';
import { isPrivateHost } from '../transport/private-address.ts';
import type { RedirectPolicy } from './redirect-policy.ts';

/** Fields that describe a body and go with it (RFC 9110 §15.4, RFC 9530). */
const BODY_FIELDS = [
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'digest',
  'expect',
  'last-modified',
  'repr-digest',
  'trailer',
  'transfer-encoding',
];

/** What of the response the next hop depends on. */
export type RedirectResponse = Pick<ResponseHead, 'headers' | 'status'>;

/** What the next hop depends on besides request and response. */
export interface RedirectContext {
  readonly policy: Pick<
    RedirectPolicy,
    'allowDowngrade' | 'allowPrivate' | 'keepMethod' | 'sensitiveHeaders'
  >;
  readonly cookies: CookieJar;
  /** Names of fields that an auth flow has added. */
  readonly credentials?: readonly string[];
}

/**
 * The request that a redirect asks for, by the rules of fetch: 301 and 302 turn POST into GET, 303 turns everything
 * but GET and HEAD into GET, 307 and 308 repeat the request; secrets stay within their origin.
 *
 * @throws RemoteProtocolError if Location is not a URL, or leads from https to http, or to a private place, and that is
 *   not allowed
 * @throws StreamConsumed if the body has to be sent again and cannot be
 */
export function redirectRequest(
  request: Request,
  response: RedirectResponse,
  context: RedirectContext,
): Request {
  const url = locationOf(request, response);
  const { policy, cookies, credentials = [] } = context;
  const { redaction } = request;
  if (request.parsedURL.scheme === 'https' && url.scheme === 'http' && !policy.allowDowngrade) {
    throw badLocation(`refused to be redirected from https to http (redirect.allowDowngrade)`, request);
  }
  if (!policy.allowPrivate && isPrivateHost(url.hostname))
    throw badLocation(`refused to be redirected to '${url.hostname}' (redirect.allowPrivate)`, request);
  const method = policy.keepMethod ? request.method : redirectMethod(request.method, response.status);
  const isRewritten = method !== request.method;
  const body = isRewritten ? null : request.payload;
  if (body !== null) checkReplayable(body, response.status);
  const isForeign = !isSameOrigin(request.parsedURL, url);
  const dropped = [
    'cookie',
    ...(isRewritten ? BODY_FIELDS : []),
    ...(isForeign ? ['host', ...policy.sensitiveHeaders, ...credentials] : []),
    // Upgrading the same host to https is no reason to log in again, but the port in Host changes with it.
    ...(request.parsedURL.host === url.host ? [] : ['host']),
  ];
  const fields: string[] = [];
  for (let i = 0; i < request.fields.length; i += 2) {
    const name = request.fields[i]!;
    if (dropped.some((other) => sameName(name, other))) continue;
    if (isForeign && redaction.isSecretHeader(name)) continue;
    // Digest credentials are made for one method and target (RFC 7616 §3.4); the next hop challenges for its own.
    if (sameName(name, 'authorization') && /^digest\s/i.test(request.fields[i + 1]!)) continue;
    fields.push(name, request.fields[i + 1]!);
  }
  const cookie = cookies.isEmpty ? null : cookies.headerFor(url.scheme, url.hostname, url.target);
  if (cookie !== null) fields.push('Cookie', cookie);
  return new Request(method, '', null, {
    url,
    fields: composeFields(method, url, fields, body, null),
    body,
    extensions: extensionsFor(request.extensions, request.parsedURL, url),
    redaction,
  });
}

function redirectMethod(method: string, status: number): string {
  if (status === 303) return method === 'HEAD' ? 'HEAD' : 'GET';
  return method === 'POST' && (status === 301 || status === 302) ? 'GET' : method;
}

function locationOf(request: Request, response: RedirectResponse): ParsedURL {
  const values = new Set(response.headers.getAll('location'));
  if (values.size > 1) throw badLocation('several different Location headers', request);
  const [location = ''] = values;
  const base = request.parsedURL;
  let url: ParsedURL;
  try {
    checkText(location);
    url = resolveReference(withHost(escapeOctets(location), base), base);
  } catch (cause) {
    throw badLocation(
      `invalid URL in location header: ${JSON.stringify(request.redaction.malformedURL(location.slice(0, 200)))}`,
      request,
      cause,
    );
  }
  return base.fragment === '' || url.href.includes('#') ? url : parseURL(url.href + base.fragment);
}

/** 'https:///path' and 'https://:443/' name no host; the one of the request is meant. */
function withHost(location: string, { hostname }: ParsedURL): string {
  const scheme = /^https?:\/\/(?=[:/?#]|$)/i.exec(location)?.[0];
  if (scheme === undefined) return location;
  return scheme + (hostname.includes(':') ? `[${hostname}]` : hostname) + location.slice(scheme.length);
}

/**
 * Percent-encodes what is not ASCII, octet for octet: whatever charset the server meant, it gets back what it sent.
 * Taken as characters, the octets of UTF-8 would each be encoded once more.
 */
function escapeOctets(location: string): string {
  return location.replaceAll(
    /[\x80-\xff]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function checkReplayable(body: RequestBody, status: number): void {
  if (body.replayable) return;
  throw new StreamConsumed(
    `The server redirects with ${status}, so the body has to be sent again, but it is ${body.description}. ` +
      'Pass bytes, or a function that makes the content anew each time.',
  );
}

function badLocation(reason: string, request: Request, cause?: unknown): RemoteProtocolError {
  return new RemoteProtocolError({ reason, request, phase: 'redirect', cause });
}
