import { collectBody } from '../body/collect.ts';
import { describeValue } from '../body/describe-value.ts';
import { encodeBody, type ExclusiveBody } from '../body/encode-body.ts';
import { alreadyRead, bytesBody, type RequestBody } from '../body/request-body.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { RequestNotRead } from '../errors/request-not-read.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { resolveURL } from '../models/base-url.ts';
import { checkKeys } from '../models/check-keys.ts';
import { isToken } from '../models/field-syntax.ts';
import { Headers, type HeadersInit } from '../models/headers.ts';
import { inspectAs } from '../models/inspect.ts';
import { type ParamsInit, QueryParams } from '../models/query-params.ts';
import { DEFAULT_REDACTION, type Redaction } from '../models/redaction.ts';
import { NO_TIMEOUT, resolveTimeout, type TimeoutInit } from '../models/timeout.ts';
import type { Trace } from '../models/trace.ts';
import { type ParsedURL, parseURL } from '../models/url.ts';
import { composeFields, type FieldChanges, replaceFields, withoutFields } from './request-fields.ts';

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
  /** Writes `json` with sorted keys, so that equal values give equal octets. */
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
const BODY_KINDS = ['content', 'json', 'form', 'multipart'] as const;
const INIT = [...BODY_KINDS, 'canonicalJSON', 'extensions', 'headers', 'params'];
const CHANGES = [...INIT, 'method', 'url'];

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
  readonly #method: string;
  readonly #url: ParsedURL;
  readonly #fields: readonly string[];
  readonly #body: RequestBody | null;
  readonly #extensions: RequestExtensions;
  #redaction: Redaction;
  #headers: Headers | null = null;
  /** The body once it has been read. */
  #content: RequestBody | null = null;
  #reading: Promise<RequestBody> | null = null;
  #stopReading: AbortController | null = null;

  /**
   * @throws InvalidURL, UnsupportedProtocol if the URL is not absolute
   * @throws LocalProtocolError if the method or a header is not legal
   * @throws InvalidArgument if more than one body is given, or one of a wrong type
   */
  constructor(method: string, url: URL | string, init?: RequestInit | null, parts?: RequestParts) {
    this.#method = checkMethod(method);
    const given = parts ?? assemble(this.#method, url, init ?? {});
    this.#url = given.url;
    this.#fields = given.fields;
    this.#body = given.body;
    this.#extensions = given.extensions;
    this.#redaction = given.redaction;
  }

  /**
   * Makes a request of this library from one of the platform. Its body can be read once; its signal, and how fetch is
   * to treat redirects, credentials and caches, are no part of a request here and do not come along.
   *
   * @throws StreamConsumed if the body has been used
   */
  static from(request: globalThis.Request): Request {
    if (typeof request !== 'object' || request === null || !('bodyUsed' in request)) {
      throw new InvalidArgument(
        `Request.from() takes a Request of the platform, not ${describeValue(request)}.`,
      );
    }
    const { method, url, headers, body, bodyUsed } = request;
    if (bodyUsed) throw alreadyRead('the body of a web Request');
    return new Request(method, url, body === null ? { headers } : { headers, content: body });
  }

  get method(): string {
    return this.#method;
  }

  /** A URL of its own each time, so changing it does not change the request. */
  get url(): URL {
    return new URL(this.#url.href);
  }

  /** The URL as people may see it: without user information, secret parameters and fragment. */
  get redactedURL(): string {
    return this.#redaction.url(this.#url.href);
  }

  /** The header fields, those included that were added for `Host` and the body. Read-only. */
  get headers(): Headers {
    return (this.#headers ??= Headers.fromWire(this.#fields, true, this.#redaction));
  }

  /** The body, or null if the request has none. */
  get body(): RequestBody | null {
    return this.#body;
  }

  get extensions(): RequestExtensions {
    return this.#extensions;
  }

  /** @internal */
  get parsedURL(): ParsedURL {
    return this.#url;
  }

  /** Name, value, name, value, in wire order; `Host` first. @internal */
  get fields(): readonly string[] {
    return this.#fields;
  }

  /** @internal */
  get redaction(): Redaction {
    return this.#redaction;
  }

  /**
   * A client masks, and keeps within an origin, what its own options call a secret; also in a request that it did not
   * build.
   *
   * @internal
   */
  maskWith(redaction: Redaction): this {
    if (this.#redaction !== redaction) {
      this.#redaction = redaction;
      this.#headers = null;
    }
    return this;
  }

  /**
   * The octets of the body.
   *
   * @throws RequestNotRead if the body is a stream that has not been {@link read}
   */
  get content(): Uint8Array {
    const body = this.payload;
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
    return this.#content ?? this.#body;
  }

  /** Reads a streamed body into memory; after that the request can be sent again. */
  async read(): Promise<Uint8Array> {
    const body = this.payload;
    if (body !== null && body.bytes === null) {
      if (this.#reading === null) {
        this.#stopReading = new AbortController();
        this.#reading = collectBody(body, this.#stopReading.signal).then(bytesBody);
      }
      try {
        this.#content = await this.#reading;
      } finally {
        this.#reading = null;
      }
    }
    return this.content;
  }

  /** Ends a {@link read} that nobody waits for any more, and closes its source. @internal */
  stopReading(reason: unknown): void {
    if (this.#reading !== null) this.#stopReading!.abort(reason);
  }

  /**
   * A copy with other parts.
   *
   * - `url` replaces the URL; `Host` follows it, and an extension that spoke about the old URL (`target`) or its
   *   host (`sniHostname`) goes. All other fields stay, secrets included.
   * - `params` are merged into the query.
   * - `headers` replace fields of the same names, which move to the end, and keep the others; in an object null
   *   removes a field.
   * - A new body replaces the old one together with `Content-Length`, `Transfer-Encoding` and `Content-Type`; null
   *   leaves the request without one.
   * - `extensions` replace all that there are.
   *
   * @throws what the constructor throws
   */
  with(changes: RequestChanges): Request {
    checkInit('changes', changes, CHANGES);
    const method = changes.method === undefined ? this.#method : checkMethod(changes.method);
    let url = changes.url === undefined ? this.#url : checkRequestURL(resolveURL(urlText(changes.url), null));
    if (changes.params !== undefined) url = resolveURL(url.href, null, new QueryParams(changes.params));
    const hasBody = BODY_KINDS.some((kind) => changes[kind] !== undefined);
    const dropped: string[] = url.host === this.#url.host ? [] : ['host'];
    if (hasBody) dropped.push('content-length', 'transfer-encoding', 'content-type');
    // Whether an empty body is announced is up to the method.
    else if (method !== this.#method && this.headers.get('content-length') === '0')
      dropped.push('content-length');
    const headers = Headers.fromWire(withoutFields(this.#fields, dropped));
    if (changes.headers !== undefined) replaceFields(headers, changes.headers);
    const encoded =
      hasBody || changes.canonicalJSON === true
        ? encodeBody(changes, headers.get('content-type'))
        : { body: this.payload, contentType: null };
    const isCompleted = changes.multipart != null;
    return new Request(method, '', null, {
      url,
      fields: composeFields(method, url, headers.wire, encoded.body, encoded.contentType, isCompleted),
      body: encoded.body,
      extensions:
        changes.extensions === undefined
          ? extensionsFor(this.#extensions, this.#url, url)
          : checkExtensions(changes.extensions),
      redaction: this.#redaction,
    });
  }

  /** Keeps what has been read of a streamed body, which is sent from now on. @internal */
  keepContent(bytes: Uint8Array): void {
    this.#content = bytesBody(bytes);
  }

  /** What a log may show of the request: everything but its body, with secrets masked. */
  toJSON(): RequestSummary {
    return {
      method: this.#method,
      url: this.redactedURL,
      headers: this.#redaction.fields(this.#fields),
    };
  }

  toString(): string {
    return `<Request ${this.#method} ${this.redactedURL}>`;
  }

  static {
    inspectAs(this, String);
  }
}

/** A request as plain data for logs, without secrets and body. */
export interface RequestSummary {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What {@link Request.with} can change. */
export type RequestChanges = ExclusiveBody & {
  readonly method?: string;
  readonly url?: URL | string;
  readonly params?: ParamsInit;
  readonly headers?: FieldChanges;
  readonly canonicalJSON?: boolean;
  readonly extensions?: RequestExtensions;
};

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

/** A copy of the extensions, if they are legal. @internal */
export function checkExtensions(extensions: RequestExtensions): RequestExtensions {
  checkInit('extensions', extensions, EXTENSIONS);
  const { target, sniHostname, trace, timeout } = extensions;
  if (target !== undefined) checkTarget(target);
  if (sniHostname !== undefined && (typeof sniHostname !== 'string' || sniHostname === ''))
    throw new InvalidArgument(
      `'extensions.sniHostname' must be a host name, not ${describeValue(sniHostname)}.`,
    );
  if (trace !== undefined && typeof trace !== 'function')
    throw new InvalidArgument(`'extensions.trace' must be a function, not ${describeValue(trace)}.`);
  if (timeout !== undefined) resolveTimeout(timeout, NO_TIMEOUT);
  return { ...extensions };
}

/**
 * What of the extensions of a request holds for another URL: a target of the caller's belonged to the first one, a
 * server name to its host.
 *
 * @internal
 */
export function extensionsFor(
  extensions: RequestExtensions,
  from: ParsedURL,
  to: ParsedURL,
): RequestExtensions {
  if (to.href === from.href) return extensions;
  const { target, sniHostname, ...others } = extensions;
  if (target === undefined && sniHostname === undefined) return extensions;
  return sniHostname === undefined || to.hostname !== from.hostname ? others : { ...others, sniHostname };
}

function checkTarget(target: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (typeof target === 'string' && target !== '' && !/[\0-\x20\x7f-\uffff]/.test(target)) return;
  const given =
    typeof target === 'string'
      ? JSON.stringify(DEFAULT_REDACTION.url(target).slice(0, 60))
      : describeValue(target);
  throw new LocalProtocolError({
    reason: `illegal request target ${given}: it must be visible ASCII without spaces`,
    phase: 'build',
  });
}

/** Refuses what is no object, or has a member that means nothing. */
function checkInit(argument: string, init: object, names: readonly string[]): void {
  if (typeof init !== 'object' || init === null)
    throw new InvalidArgument(`'${argument}' must be an object, not ${describeValue(init)}.`);
  checkKeys(argument, init, names);
}

/** The URL, if it can be requested: a scheme and a host are there. @internal */
export function checkRequestURL(url: ParsedURL): ParsedURL {
  if (url.hostname !== '') return url;
  const hint = /^[^/?#@]+:\d+(?:[/?#]|$)/.test(url.href)
    ? `; did you mean '${DEFAULT_REDACTION.url(`http://${url.href}`)}'?`
    : '';
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
  checkInit('init', init, INIT);
  const params = init.params === undefined ? null : new QueryParams(init.params);
  const text = urlText(url);
  const parsed = checkRequestURL(params === null ? parseAbsolute(text) : resolveURL(text, null, params));
  const headers = new Headers(init.headers);
  const { body, contentType } = encodeBody(init, headers.get('content-type'));
  return {
    url: parsed,
    fields: composeFields(method, parsed, headers.wire, body, contentType, init.multipart != null),
    body,
    extensions: init.extensions === undefined ? NO_EXTENSIONS : checkExtensions(init.extensions),
    redaction: DEFAULT_REDACTION,
  };
}

/** The text of a URL, of whatever kind. @internal */
export function urlText(url: URL | string): string {
  if (typeof url === 'string') return url;
  // A URL of another realm, or of a polyfill, is one too.
  if (typeof url === 'object' && url !== null && typeof url.href === 'string') return url.href;
  throw new InvalidArgument(`'url' must be a string or a URL, not ${describeValue(url)}.`);
}

function parseAbsolute(text: string): ParsedURL {
  return text.includes('://') ? parseURL(text) : resolveURL(text, null);
}
