import { resolveCharset } from '../body/charset.ts';
import { type DecodeOptions, DEFAULT_DECODE } from '../body/content-coding.ts';
import { describeValue } from '../body/describe-value.ts';
import type { Fail } from '../body/fail.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { HTTPStatusError } from '../errors/http-status-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import { checkKeys } from '../models/check-keys.ts';
import { CookieJar } from '../models/cookie-jar.ts';
import { illegalValueIndex } from '../models/field-syntax.ts';
import type { Headers } from '../models/headers.ts';
import { inspectAs } from '../models/inspect.ts';
import { type Link, linksByRelation } from '../models/link.ts';
import { charsetOf } from '../models/media-type.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import type { RetryReport } from '../models/retry-report.ts';
import { reasonPhrase, statusClass } from '../models/status.ts';
import { type TimeMarks, type Timings, timingsOf } from '../models/timings.ts';
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
  retries: RetryReport | null;
  /** Builds the request that a redirect asks for, if it was not followed. */
  makeNextRequest: (() => Request | null) | null;
  /** The charset that the program has set. */
  encoding: string | null;
  /** Content codings have been undone although the fields still name them. */
  isDecoded: boolean;
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
    retries: null,
    makeNextRequest: null,
    encoding: null,
    isDecoded: false,
    decode: DEFAULT_DECODE,
    defaultEncoding: 'utf-8',
    backend: null,
  };
}

/** What responses made by hand have in common. */
interface HandmadeHead {
  readonly statusText?: string;
  readonly httpVersion?: HTTPVersion;
  readonly request?: Request;
}

/**
 * Refuses an init that is no object, or has a member that means nothing.
 *
 * @internal
 */
export function checkResponseInit(init: object, names: readonly string[], owner: string): void {
  if (typeof init !== 'object' || init === null)
    throw new InvalidArgument(
      `The second argument of ${owner} must be an object, not ${describeValue(init)}.`,
    );
  checkKeys('init', init, names);
}

/** @internal */
export function handmadeContext(status: number, init: HandmadeHead, headers: Headers): ResponseContext {
  const { statusText = reasonPhrase(status), httpVersion = '1.1', request = null } = init;
  if (!Number.isInteger(status) || status < 100 || status > 999)
    throw new InvalidArgument(`The status must be a whole number from 100 to 999, not ${String(status)}.`);
  if (typeof statusText !== 'string' || illegalValueIndex(statusText) !== -1)
    throw new InvalidArgument("'statusText' must be text of Latin-1 characters without control characters.");
  if (!VERSIONS.includes(httpVersion))
    throw new InvalidArgument(
      `'httpVersion' must be one of ${VERSIONS.join(', ')}, not ${String(httpVersion)}.`,
    );
  const context = newContext(status, statusText, httpVersion, headers);
  context.request = request;
  return context;
}

const VERSIONS: readonly HTTPVersion[] = ['1.0', '1.1', '2'];
const NO_HISTORY: readonly Response[] = Object.freeze([]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const STATUS_PAGE = 'https://developer.mozilla.org/docs/Web/HTTP/Reference/Status';

/** A response as plain data for logs, without secrets and content. */
export interface ResponseSummary {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: HTTPVersion;
  readonly method: string | null;
  readonly url: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * What {@link Response} and {@link StreamResponse} have in common: everything but the content.
 */
export abstract class ResponseHead {
  readonly #context: ResponseContext;
  #cookies: CookieJar | null = null;
  #links: Record<string, Link> | null = null;
  #nextRequest: Request | null = null;

  /** @internal */
  constructor(context: ResponseContext) {
    this.#context = context;
  }

  /**
   * The charset in which text is decoded, in lower case: the one that was set, else that of Content-Type if it is
   * known, else the client's default. Undefined if that is a function that has to see the content, which has not been
   * read.
   */
  abstract get encoding(): string | undefined;
  /** Must be set before text is read. */
  abstract set encoding(label: string);

  /** @internal */
  get context(): ResponseContext {
    return this.#context;
  }

  get status(): number {
    return this.context.status;
  }

  /** The reason phrase as received: it may be empty, and on HTTP/2, which has none, it is. */
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

  /** What a policy of retries has done for this hop; null if there was none. */
  get retries(): RetryReport | null {
    return this.context.retries;
  }

  /** The request that would follow a redirect which was not followed; null if there is none. */
  get nextRequest(): Request | null {
    return (this.#nextRequest ??= this.context.makeNextRequest?.() ?? null);
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

  /** The charset that was set, or that of Content-Type. @internal */
  protected get declaredEncoding(): string | undefined {
    return this.context.encoding ?? resolveCharset(charsetOf(this.headers.get('content-type')));
  }

  /** @internal */
  protected setEncoding(label: string, isTextRead: boolean): void {
    if (isTextRead) throw new InvalidArgument('The encoding cannot be set after the text has been read.');
    const charset = typeof label === 'string' ? resolveCharset(label) : undefined;
    if (charset === undefined)
      throw new InvalidArgument(`'${String(label)}' is not a charset that is known here.`);
    this.context.encoding = charset;
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

  abstract toString(): string;

  /** What a log may show of the response: everything but its content, with secrets masked. */
  toJSON(): ResponseSummary {
    const { request, headers } = this.context;
    const redaction = request?.redaction ?? DEFAULT_REDACTION;
    return {
      status: this.status,
      statusText: this.statusText,
      httpVersion: this.httpVersion,
      method: request?.method ?? null,
      url: request?.redactedURL ?? null,
      headers: redaction.fields(headers.wire),
    };
  }

  static {
    inspectAs(this, String);
  }

  /** `<Response [200 OK]>` @internal */
  protected describe(name: string): string {
    return `<${name} [${this.status} ${this.statusText || reasonPhrase(this.status)}]>`;
  }

  /** How errors about the content of this response are made. @internal */
  protected get fail(): Fail {
    const request = this.context.request ?? undefined;
    return (reason, code, cause) => new DecodingError({ reason, code, cause, request });
  }

  /** What the response is called in messages. @internal */
  get label(): string {
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
