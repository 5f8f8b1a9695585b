import type { AuthInit } from '../auth/auth.ts';
import type { DecodeOptions } from '../body/content-coding.ts';
import type { ExclusiveBody } from '../body/encode-body.ts';
import type { DefaultEncoding } from '../message/response-head.ts';
import type { RequestExtensions } from '../message/request.ts';
import type { CookieJar, CookiesInit } from '../models/cookie-jar.ts';
import type { HeadersInit } from '../models/headers.ts';
import type { ParamsInit } from '../models/query-params.ts';
import type { RedactOptions } from '../models/redaction.ts';
import type { TimeoutInit } from '../models/timeout.ts';
import type { Trace } from '../models/trace.ts';
import type { HTTPTransportOptions } from '../transport/http-transport.ts';
import type { ProxyInit } from '../transport/proxy.ts';
import type { InformationalResponse, Progress, Transport } from '../transport/transport.ts';
import type { HooksInit } from './hooks.ts';
import type { MetricsInit } from './metrics.ts';
import type { Middleware } from './middleware.ts';
import type { RedirectInit } from './redirect-policy.ts';
import type { ResumeInit } from './resume-policy.ts';
import type { RetryInit } from './retry-policy.ts';
import type { Logger } from './tracing.ts';

/** Header fields of a request; null as a value takes away a field that the client would send. */
export type RequestHeadersInit =
  | HeadersInit
  | { readonly [name: string]: Uint8Array | readonly (Uint8Array | string)[] | string | null | undefined };

/** What a request is built from. `undefined` is the same as leaving an option out. */
export type BuildOptions = ExclusiveBody & {
  /** Added to the client's; a field of the same name replaces it. */
  readonly headers?: RequestHeadersInit | undefined;
  /** Added to the query of the URL and the client's parameters; a key that is there already is replaced. */
  readonly params?: ParamsInit | undefined;
  /** Sent with this request only, to the host of its URL, beside the client's; null sends none of them. */
  readonly cookies?: CookiesInit | null | undefined;
  /** Writes `json` with sorted keys, so that equal values give equal octets. */
  readonly canonicalJSON?: boolean | undefined;
  readonly extensions?: RequestExtensions | undefined;
};

/** How a request is sent. `undefined` takes the client's setting, null switches it off. */
export interface SendOptions {
  /** Milliseconds for pool, connect, write and read, or an object of phases. */
  readonly timeout?: TimeoutInit | undefined;
  /** Cancels the request. */
  readonly signal?: AbortSignal | null | undefined;
  readonly auth?: AuthInit | null | undefined;
  /** The proxy for this request and those that follow from it; null goes without one. */
  readonly proxy?: ProxyInit | null | undefined;
  /** Whether, and how, redirects are followed. */
  readonly redirect?: RedirectInit | undefined;
  /** Whether, when and how often the request is sent again; not at all by default. A number is one of retries. */
  readonly retry?: RetryInit | undefined;
  /** Whether a download (GET) that breaks off is continued by a request for the rest; it is not by default. */
  readonly resume?: ResumeInit | undefined;
  /** Throws `HTTPStatusError` unless the status is 2xx. */
  readonly raiseForStatus?: boolean | null | undefined;
  readonly onUploadProgress?: ((progress: Progress) => void) | undefined;
  readonly onDownloadProgress?: ((progress: Progress) => void) | undefined;
  /** Called for every interim (1xx) response. */
  readonly onInformational?: ((response: InformationalResponse) => void) | undefined;
}

/** Everything that can be said about one request. */
export type RequestOptions = BuildOptions & SendOptions;

/** Options of a request without a body. */
export type BodilessRequestOptions = RequestOptions & {
  readonly content?: never;
  readonly json?: never;
  readonly form?: never;
  readonly multipart?: never;
};

/** What all requests of a client have in common. `undefined` is the same as leaving an option out. */
export interface ClientOptions extends HTTPTransportOptions {
  /** Prefix of relative URLs: paths are appended to its path, its query is kept. */
  readonly baseURL?: URL | string | null | undefined;
  /** Sent with every request, after the client's own `Accept`, `Accept-Encoding`, `Connection` and `User-Agent`, which they may replace (null removes one). */
  readonly headers?: RequestHeadersInit | undefined;
  readonly params?: ParamsInit | undefined;
  /** A jar to use, or cookies for the host of `baseURL`; null keeps no cookies. */
  readonly cookies?: CookieJar | CookiesInit | null | undefined;
  readonly auth?: AuthInit | null | undefined;
  /**
   * Where `auth`, and headers and parameters that are secrets, may go: to the origin of `baseURL` (default), or to
   * any URL that a request names. Without a base URL there is no such bound.
   */
  readonly authScope?: 'any' | 'origin' | undefined;
  readonly timeout?: TimeoutInit | undefined;
  readonly signal?: AbortSignal | null | undefined;
  readonly redirect?: RedirectInit | undefined;
  /** Whether, when and how often requests are sent again; not at all by default. A number is one of retries. */
  readonly retry?: RetryInit | undefined;
  /** Whether downloads (GET) that break off are continued by a request for the rest; they are not by default. */
  readonly resume?: ResumeInit | undefined;
  readonly raiseForStatus?: boolean | null | undefined;
  /** Carries requests instead of the network; it is closed with the client. */
  readonly transport?: Transport | undefined;
  /** Transports for URLs that fit a pattern; null leaves a pattern to the default transport, without its proxy. */
  readonly mounts?: Readonly<Record<string, Transport | null>> | undefined;
  /** Wraps the transport, outermost first; each hop and auth round passes through. */
  readonly middleware?: readonly Middleware[] | undefined;
  readonly hooks?: HooksInit | undefined;
  /** How content codings are undone, and where that stops. */
  readonly decode?: Partial<DecodeOptions> | undefined;
  /** Charset of text that names none: a label, or a function that looks at the content. */
  readonly defaultEncoding?: DefaultEncoding | undefined;
  /** Secrets to mask besides the usual ones; null masks nothing. */
  readonly redact?: RedactOptions | null | undefined;
  readonly logger?: Logger | null | undefined;
  /** Counts requests, responses, errors, octets, connections and durations; see `client.metrics`. Off by default. */
  readonly metrics?: MetricsInit | undefined;
  /** Called for every event of every request. */
  readonly trace?: Trace | undefined;
}
