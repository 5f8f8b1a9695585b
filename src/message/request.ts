import { inspectAs } from '../models/inspect.ts';
import { encodeBody, type ExclusiveBody } from '../body/encode-body.ts';
import { bytesBody, type RequestBody } from '../body/request-body.ts';
import { collectBody } from '../body/collect.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { RequestNotRead } from '../errors/request-not-read.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { resolveURL } from '../models/base-url.ts';
import { isToken, sameName } from '../models/field-syntax.ts';
import { Headers, type HeadersInit } from '../models/headers.ts';
import { type ParamsInit, QueryParams } from '../models/query-params.ts';
import { DEFAULT_REDACTION, type Redaction } from '../models/redaction.ts';
import type { TimeoutInit } from '../models/timeout.ts';
import type { Trace } from '../models/trace.ts';
import { type ParsedURL, parseURL } from '../models/url.ts';

/** What few requests need. */
export interface RequestExtensions {
  /** Replaces the target of the request line: `*` for a server-wide OPTIONS, an absolute form, unusual escapes. */
  readonly target?: string;
  /** Name for SNI and for the check of the certificate, instead of the host of the URL. */
  readonly sniHostname?: string;
  /** Called for every event of this request, in addition to the client's. */
  readonly trace?: Trace;
  /** Limits that belong to this request wherever it is sent; phases left out have none. */
  readonly timeout?: TimeoutInit;
}

/** What a request is made of besides method and URL; one way to give the body at most. */
export type RequestInit = ExclusiveBody & {
  readonly headers?: HeadersInit;
  /** Added to the query of the URL; a key that is there already is replaced. */
  readonly params?: ParamsInit;
  /** Writes JSON with sorted keys, so that equal values give equal octets. */
  readonly canonicalJSON?: boolean;
  readonly extensions?: RequestExtensions;
};

/** What the layers above have worked out already. */
export interface RequestParts {
  readonly url: ParsedURL;
  /** Name, value, name, value; legal, `Host` first. */
  readonly fields: readonly string[];
  readonly body: RequestBody | null;
  readonly extensions: RequestExtensions;
  readonly redaction: Redaction;
}

const NO_EXTENSIONS: RequestExtensions = Object.freeze({});
const EXTENSIONS = ['target', 'sniHostname', 'trace', 'timeout'];

/**
 * A request as it will be sent. It cannot be changed; {@link with} makes a copy that differs.
 *
 * @example
 * ```ts
 * import { Request } from 'ternhttp';
 *
 * const request = new Request('POST', 'https://example.com/items', { json: { name: 'tern' } });
 * console.log(request.headers.get('content-type')); // 'application/json'
 * console.log(request.with({ method: 'PUT' }).method); // 'PUT'
 * ```
 */
export class Request {
  readonly method: string;
  /** The body, or null if the request has none. */
  readonly body: RequestBody | null;
  readonly extensions: RequestExtensions;
  /** @internal */
  readonly parsedURL: ParsedURL;
  /** Name, value, name, value, in wire order; `Host` first. @internal */
  readonly fields: readonly string[];
  /** @internal */
  readonly redaction: Redaction;
  #url: URL | null = null;
  #headers: Headers | null = null;
  #content: RequestBody | null = null;

  /**
   * @throws InvalidURL, UnsupportedProtocol if the URL is not absolute
   * @throws LocalProtocolError if the method or a header is not legal
   * @throws InvalidArgument if more than one body is given, or one of a wrong type
   */
  constructor(method: string, url: URL | string, init?: RequestInit | null, parts?: RequestParts) {
    this.method = checkMethod(method);
    const {
      url: parsedURL,
      fields,
      body,
      extensions,
      redaction,
    } = parts ?? assemble(this.method, url, init ?? {});
    this.parsedURL = parsedURL;
    this.fields = fields;
    this.body = body;
    this.extensions = extensions;
    this.redaction = redaction;
  }

  /** Makes a request of this library from one of the platform; its body can be read once. */
  static from(request: globalThis.Request): Request {
    const { method, url, headers, body } = request;
    return new Request(method, url, body === null ? { headers } : { headers, content: body });
  }

  /** The URL. Every request has one of its own, so changing it does not change the request. */
  get url(): URL {
    return (this.#url ??= new URL(this.parsedURL.href));
  }

  /** The URL as people may see it: without user information, secret parameters and fragment. */
  get redactedURL(): string {
    return this.redaction.url(this.parsedURL.href);
  }

  /** The header fields, those included that were added for `Host` and the body. Read-only. */
  get headers(): Headers {
    return (this.#headers ??= Headers.fromWire(this.fields, true));
  }

  /**
   * The octets of the body.
   *
   * @throws RequestNotRead if the body is a stream that has not been {@link read}
   */
  get content(): Uint8Array {
    const body = this.#content ?? this.body;
    if (body === null) return new Uint8Array(0);
    if (body.bytes === null) {
      throw new RequestNotRead(
        `The body of this request is ${body.description}; call 'await request.read()' before 'request.content'.`,
      );
    }
    return body.bytes;
  }

  /** The body that is sent: the octets once a streamed body has been read, so that it can be sent again. @internal */
  get payload(): RequestBody | null {
    return this.#content ?? this.body;
  }

  /** Reads a streamed body into memory; after that the request can be sent again. */
  async read(): Promise<Uint8Array> {
    const body = this.payload;
    if (body !== null && body.bytes === null) this.#content = bytesBody(await collectBody(body));
    return this.content;
  }

  /**
   * A copy with other parts. `headers` replaces fields of the same names and keeps the others (null as a value
   * removes a field); a new body brings its own `Content-Length`, `Transfer-Encoding` and `Content-Type`.
   */
  with(changes: RequestChanges): Request {
    const method = changes.method === undefined ? this.method : checkMethod(changes.method);
    const url = changes.url === undefined ? this.parsedURL : resolveURL(String(changes.url), null);
    const params = changes.params === undefined ? null : new QueryParams(changes.params);
    const target = params === null ? url : resolveURL(url.href, null, params);
    const kept = this.fields.slice();
    const isMoved = target.host !== this.parsedURL.host;
    const hasBody = ['content', 'json', 'form', 'multipart'].some(
      (name) => (changes as Record<string, unknown>)[name] !== undefined,
    );
    const dropped = [
      ...(isMoved ? ['host'] : []),
      ...(hasBody ? ['content-length', 'transfer-encoding', 'content-type'] : []),
    ];
    const headers = Headers.fromWire(removeFields(kept, dropped));
    for (const [name, value] of Object.entries(changes.headers ?? {})) {
      if (value === null) headers.delete(name);
      else if (value !== undefined) headers.update({ [name]: value });
    }
    const encoded = hasBody
      ? encodeBody(changes, headers.get('content-type'))
      : { body: this.payload, contentType: null };
    return new Request(method, '', null, {
      url: target,
      fields: composeFields(method, target, headers.wire, encoded.body, encoded.contentType),
      body: encoded.body,
      extensions: changes.extensions === undefined ? this.extensions : checkExtensions(changes.extensions),
      redaction: this.redaction,
    });
  }

  toString(): string {
    return `<Request ${this.method} ${this.redactedURL}>`;
  }

  static {
    inspectAs(Request, String);
  }
}

/** What {@link Request.with} can change. */
export type RequestChanges = ExclusiveBody & {
  readonly method?: string;
  readonly url?: URL | string;
  readonly params?: ParamsInit;
  readonly headers?: {
    readonly [name: string]: Uint8Array | readonly (Uint8Array | string)[] | string | null | undefined;
  };
  readonly canonicalJSON?: boolean;
  readonly extensions?: RequestExtensions;
};

/** Methods whose body is announced even if it is empty (RFC 9110 §8.6). */
const ANNOUNCES_BODY = new Set(['PATCH', 'POST', 'PUT', 'QUERY']);

/**
 * The fields of a request in wire order: `Host`, the given ones, then what the body needs. Given ones win and
 * keep their place and case.
 *
 * @param fields legal names and values
 * @internal
 */
export function composeFields(
  method: string,
  url: ParsedURL,
  fields: readonly string[],
  body: RequestBody | null,
  contentType: string | null,
): string[] {
  let hostAt = -1;
  let isFramed = false;
  let isTyped = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    switch (name.length) {
      case 4:
        if (hostAt === -1 && sameName(name, 'host')) hostAt = i;
        break;
      case 12:
        isTyped ||= sameName(name, 'content-type');
        break;
      case 14:
        isFramed ||= sameName(name, 'content-length');
        break;
      case 17:
        isFramed ||= sameName(name, 'transfer-encoding');
        break;
      default:
    }
  }
  const composed: string[] = hostAt === -1 ? ['Host', url.host] : [fields[hostAt]!, fields[hostAt + 1]!];
  for (let i = 0; i < fields.length; i += 2) if (i !== hostAt) composed.push(fields[i]!, fields[i + 1]!);
  if (!isFramed) {
    const length = body === null ? 0 : body.length;
    if (length === null) composed.push('Transfer-Encoding', 'chunked');
    else if (length > 0 || ANNOUNCES_BODY.has(method)) composed.push('Content-Length', String(length));
  }
  if (!isTyped && contentType !== null) composed.push('Content-Type', contentType);
  return composed;
}

/** The method in upper case, if it is a legal one. @internal */
export function checkMethod(method: string): string {
  if (typeof method !== 'string')
    throw new InvalidArgument(`The method must be a string, not ${typeof method}.`);
  if (isKnownMethod(method)) return method;
  if (!isToken(method)) {
    throw new LocalProtocolError({
      reason: `illegal method ${JSON.stringify(method.slice(0, 40))}`,
      phase: 'build',
    });
  }
  return method.toUpperCase();
}

/** @internal */
export function checkExtensions(extensions: RequestExtensions): RequestExtensions {
  for (const name of Object.keys(extensions)) {
    if (!EXTENSIONS.includes(name)) {
      throw new InvalidArgument(`'extensions.${name}' does not exist; there are ${EXTENSIONS.join(', ')}.`);
    }
  }
  const { target } = extensions;
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (target !== undefined && (target === '' || /[\0-\x20\x7f-\uffff]/.test(target))) {
    throw new LocalProtocolError({
      reason: `illegal request target ${JSON.stringify(target.slice(0, 60))}: it must be visible ASCII without spaces`,
      phase: 'build',
    });
  }
  return extensions;
}

/** The URL, if it can be requested: a scheme and a host are there. @internal */
export function checkRequestURL(url: ParsedURL): ParsedURL {
  if (url.hostname !== '') return url;
  const hint = /^[^/?#@]+:\d+(?:[/?#]|$)/.test(url.href) ? `; did you mean 'http://${url.href}'?` : '';
  throw new UnsupportedProtocol({
    reason: `the URL has an unsupported protocol '${url.scheme}:' and no host${hint}`,
  });
}

function isKnownMethod(method: string): boolean {
  switch (method) {
    case 'DELETE':
    case 'GET':
    case 'HEAD':
    case 'OPTIONS':
    case 'PATCH':
    case 'POST':
    case 'PUT':
      return true;
    default:
      return false;
  }
}

function assemble(method: string, url: URL | string, init: RequestInit): RequestParts {
  const params = init.params === undefined ? null : new QueryParams(init.params);
  const parsed = checkRequestURL(
    params === null ? parseAbsolute(String(url)) : resolveURL(String(url), null, params),
  );
  const headers = new Headers(init.headers);
  const { body, contentType } = encodeBody(init, headers.get('content-type'));
  return {
    url: parsed,
    fields: composeFields(method, parsed, headers.wire, body, contentType),
    body,
    extensions: init.extensions === undefined ? NO_EXTENSIONS : checkExtensions(init.extensions),
    redaction: DEFAULT_REDACTION,
  };
}

function parseAbsolute(text: string): ParsedURL {
  return text.includes('://') ? parseURL(text) : resolveURL(text, null);
}

function removeFields(fields: string[], names: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (!names.some((name) => sameName(fields[i]!, name))) kept.push(fields[i]!, fields[i + 1]!);
  }
  return kept;
}
