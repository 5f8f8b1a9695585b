import { inspectAs } from '../models/inspect.ts';
import { type DecodeOptions, DEFAULT_DECODE } from '../body/content-coding.ts';
import type { Fail } from '../body/fail.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { HTTPStatusError } from '../errors/http-status-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import { CookieJar } from '../models/cookie-jar.ts';
import type { Headers } from '../models/headers.ts';
import { type Link, linksByRelation } from '../models/link.ts';
import { charsetOf } from '../models/media-type.ts';
import { reasonPhrase, statusClass } from '../models/status.ts';
import { type TimeMarks, type Timings, timingsOf } from '../models/timings.ts';
import { resolveCharset } from '../body/charset.ts';
import type { Request } from './request.ts';
import type { Response } from './response.ts';
import type { StreamResponse } from './stream-response.ts';

/** Version of HTTP that a response came in. */
export type HTTPVersion = '1.0' | '1.1' | '2';

/** Charset of a text that names none: a label, or a function that looks at the octets. */
export type DefaultEncoding = string | ((bytes: Uint8Array) => string | undefined);

/**
 * What is known about a response besides its content; shared by its streamed and its read form, and filled in by
 * the layers through which it passes.
 *
 * @internal
 */
export interface ResponseContext {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: HTTPVersion;
  readonly headers: Headers;
  request: Request | null;
  connection: ConnectionInfo | null;
  marks: TimeMarks | null;
  history: readonly Response[];
  /** Builds the request that a redirect asks for, if it was not followed. */
  makeNextRequest: (() => Request | null) | null;
  decode: DecodeOptions;
  defaultEncoding: DefaultEncoding;
  backend: string | null;
}

/** @internal */
export function newContext(
  status: number,
  statusText: string,
  httpVersion: HTTPVersion,
  headers: Headers,
): ResponseContext {
  return {
    status,
    statusText,
    httpVersion,
    headers,
    request: null,
    connection: null,
    marks: null,
    history: NO_HISTORY,
    makeNextRequest: null,
    decode: DEFAULT_DECODE,
    defaultEncoding: 'utf-8',
    backend: null,
  };
}

const NO_HISTORY: readonly Response[] = Object.freeze([]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const STATUS_PAGE = 'https://developer.mozilla.org/docs/Web/HTTP/Reference/Status';

/**
 * What {@link Response} and {@link StreamResponse} have in common: everything but the content.
 */
export abstract class ResponseHead {
  /** @internal */
  readonly context: ResponseContext;
  #cookies: CookieJar | null = null;
  #links: Record<string, Link> | null = null;
  #encoding: string | null = null;

  /** @internal */
  constructor(context: ResponseContext) {
    this.context = context;
  }

  get status(): number {
    return this.context.status;
  }

  /** The reason phrase as received, which may be empty; HTTP/2 has none, there it is that of RFC 9110. */
  get statusText(): string {
    return this.context.statusText;
  }

  get httpVersion(): HTTPVersion {
    return this.context.httpVersion;
  }

  /** The fields as received, those that describe a content coding included although it is undone. */
  get headers(): Headers {
    return this.context.headers;
  }

  /** The request of this hop, as it was sent. */
  get request(): Request {
    if (this.context.request === null) {
      throw new InvalidArgument(
        'The request instance has not been set on this response; it is set when a client returns it.',
      );
    }
    return this.context.request;
  }

  /** The URL of this hop. */
  get url(): URL {
    return this.request.url;
  }

  /** Earlier responses to the same request, oldest first: redirects and auth rounds. All are read. */
  get history(): readonly Response[] {
    return this.context.history;
  }

  /** The request that would follow a redirect which was not followed; null if there is none. */
  get nextRequest(): Request | null {
    return this.context.makeNextRequest?.() ?? null;
  }

  /** The connection that carried this response; null for one that no network carried. */
  get connection(): ConnectionInfo | null {
    return this.context.connection;
  }

  get timings(): Timings | null {
    return this.context.marks && timingsOf(this.context.marks);
  }

  /** The cookies that this response sets. */
  get cookies(): CookieJar {
    if (this.#cookies === null) {
      const { scheme, hostname, path } = this.request.parsedURL;
      this.#cookies = CookieJar.fromResponse(this.headers.getSetCookie(), scheme, hostname, path);
    }
    return this.#cookies;
  }

  /** The `Link` fields by relation (RFC 8288). */
  get links(): Readonly<Record<string, Link>> {
    return (this.#links ??= linksByRelation(this.headers.getAll('link')));
  }

  /** 1xx */
  get isInformational(): boolean {
    return statusClass(this.status) === 'informational';
  }

  /** 2xx */
  get isSuccess(): boolean {
    return statusClass(this.status) === 'success';
  }

  /** 2xx, under the name that fetch has for it. */
  get ok(): boolean {
    return this.isSuccess;
  }

  /** 3xx */
  get isRedirect(): boolean {
    return statusClass(this.status) === 'redirect';
  }

  /** 4xx */
  get isClientError(): boolean {
    return statusClass(this.status) === 'clientError';
  }

  /** 5xx */
  get isServerError(): boolean {
    return statusClass(this.status) === 'serverError';
  }

  /** 4xx or 5xx */
  get isError(): boolean {
    return this.isClientError || this.isServerError;
  }

  /** Whether the response redirects: one of 301, 302, 303, 307 and 308, with a `Location`. */
  get hasRedirectLocation(): boolean {
    return REDIRECTS.has(this.status) && this.headers.has('location');
  }

  /**
   * The charset in which text is decoded, in lower case: the one that was set, else that of Content-Type if it is
   * known, else the client's default. Undefined if the default is a function that has to see the content first.
   */
  get encoding(): string | undefined {
    const { defaultEncoding } = this.context;
    return this.declaredEncoding ?? (typeof defaultEncoding === 'string' ? defaultEncoding : undefined);
  }

  /** Must be set before text is read. */
  set encoding(label: string) {
    this.setEncoding(label);
  }

  /** @internal */
  protected get declaredEncoding(): string | undefined {
    return this.#encoding ?? resolveCharset(charsetOf(this.headers.get('content-type')));
  }

  /** @internal */
  protected setEncoding(label: string): void {
    const charset = resolveCharset(label);
    if (charset === undefined) throw new InvalidArgument(`'${label}' is not a charset that is known here.`);
    this.#encoding = charset;
  }

  /**
   * Returns the response if its status is 2xx.
   *
   * @throws HTTPStatusError for every other status
   */
  raiseForStatus(): this {
    if (this.isSuccess) return this;
    const { status } = this;
    const reason = this.statusText || reasonPhrase(status);
    const location = this.hasRedirectLocation ? this.headers.get('location') : null;
    const lines = [
      `${kindOf(this)} '${status}${reason && ` ${reason}`}' for url '${this.request.redactedURL}'`,
      ...(location === null ? [] : [`Redirect location: '${this.request.redaction.url(location)}'`]),
      `For more information check: ${STATUS_PAGE}/${status}`,
    ];
    throw new HTTPStatusError(lines.join('\n'), this as unknown as Response | StreamResponse);
  }

  toString(): string {
    const name = this.constructor.name;
    return `<${name} [${this.status} ${this.statusText || reasonPhrase(this.status)}]>`;
  }

  static {
    inspectAs(ResponseHead, String);
  }

  /** How errors about the content of this response are made. @internal */
  protected get fail(): Fail {
    const request = this.context.request ?? undefined;
    return (reason, code, cause) => new DecodingError({ reason, code, cause, request });
  }

  /** The target of the request for messages of the program's own mistakes. @internal */
  protected get label(): string {
    const { request } = this.context;
    return request === null ? 'this response' : `the response to ${request.method} ${request.redactedURL}`;
  }
}

function kindOf(head: ResponseHead): string {
  if (head.isInformational) return 'Informational response';
  if (head.isRedirect) return 'Redirect response';
  if (head.isClientError) return 'Client error';
  if (head.isServerError) return 'Server error';
  return 'Invalid status code';
}
