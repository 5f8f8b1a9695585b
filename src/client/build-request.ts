import { encodeBody } from '../body/encode-body.ts';
import {
  checkExtensions,
  checkMethod,
  checkRequestURL,
  Request,
  type RequestExtensions,
  urlText,
} from '../message/request.ts';
import { composeFields } from '../message/request-fields.ts';
import { type BaseURL, resolveURL } from '../models/base-url.ts';
import { CookieJar, type CookiesInit } from '../models/cookie-jar.ts';
import { sameName } from '../models/field-syntax.ts';
import type { QueryParams } from '../models/query-params.ts';
import type { ParsedURL } from '../models/url.ts';
import { type ClientConfig, mergeFields } from './config.ts';
import { withoutSecretFields, withoutSecretParams } from './default-secrets.ts';
import type { BuildOptions } from './options.ts';

/** What a client puts into each of its requests. */
export interface RequestDefaults {
  readonly base: BaseURL | null;
  /** Name, value, name, value. */
  readonly fields: readonly string[];
  readonly params: QueryParams;
  readonly cookies: CookieJar;
  readonly config: Pick<ClientConfig, 'authScope' | 'redaction'>;
}

const NO_EXTENSIONS: RequestExtensions = Object.freeze({});

/**
 * The request that a client sends for a method, a URL and options.
 *
 * @throws InvalidURL, UnsupportedProtocol, LocalProtocolError, InvalidArgument if there is no such request
 */
export function buildRequest(
  method: string,
  url: URL | string,
  options: BuildOptions | undefined,
  defaults: RequestDefaults,
): Request {
  const checkedMethod = checkMethod(method);
  let { params, fields } = defaults;
  const { redaction } = defaults.config;
  let parsed = checkRequestURL(resolveURL(urlText(url), defaults.base));
  if (isForeign(parsed, defaults)) {
    params = withoutSecretParams(params, redaction);
    fields = withoutSecretFields(fields, redaction);
  }
  if (options?.params !== undefined) params = params.merge(options.params);
  if (params.size > 0) parsed = resolveURL(parsed.href, null, params);
  if (options?.headers !== undefined) fields = mergeFields(fields, options.headers);
  const cookie = cookieHeader(parsed, fields, defaults.cookies, options?.cookies);
  if (cookie !== null) fields = [...fields, 'Cookie', cookie];
  let body = null;
  let contentType = null;
  if (options !== undefined) {
    ({ body, contentType } = encodeBody(options, valueOf(fields, 'content-type')));
  }
  return new Request(checkedMethod, '', null, {
    url: parsed,
    fields: composeFields(checkedMethod, parsed, fields, body, contentType, options?.multipart != null),
    body,
    extensions: options?.extensions === undefined ? NO_EXTENSIONS : checkExtensions(options.extensions),
    redaction,
  });
}

/** Whether a URL lies outside the origin to which the client's secrets belong. */
function isForeign({ origin }: ParsedURL, { base, config }: RequestDefaults): boolean {
  return base !== null && config.authScope === 'origin' && origin !== base.parsed.origin;
}

function cookieHeader(
  url: ParsedURL,
  fields: readonly string[],
  cookies: CookieJar,
  own: CookiesInit | null | undefined,
): string | null {
  if (own === null || (own === undefined && cookies.isEmpty)) return null;
  // A field that the caller wrote is the whole truth.
  if (valueOf(fields, 'cookie') !== null) return null;
  const jar = own === undefined ? cookies : cookies.clone();
  if (own !== undefined) jar.update(new CookieJar(own, { url: url.href }));
  return jar.headerFor(url.scheme, url.hostname, url.target);
}

function valueOf(fields: readonly string[], name: string): string | null {
  for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, name)) return fields[i + 1]!;
  return null;
}
