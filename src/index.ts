// The client
export { Client } from './client/client.ts';
export { del, get, head, options, patch, post, put, query, request, stream } from './client/one-shot.ts';
export type { BodilessOneShotOptions, OneShotOptions } from './client/one-shot.ts';
export type {
  BodilessRequestOptions,
  BuildOptions,
  ClientOptions,
  RequestHeadersInit,
  RequestOptions,
  SendOptions,
} from './client/options.ts';
export type { Hooks, HooksInit, RedirectEvent } from './client/hooks.ts';
export type { Backoff } from './client/backoff.ts';
export { ClientMetrics } from './client/metrics.ts';
export type {
  ConnectionCounts,
  MetricsInit,
  MetricsOptions,
  MetricsPhase,
  MetricsSnapshot,
} from './client/metrics.ts';
export type { HistogramSnapshot } from './client/histogram.ts';
export type { PrometheusOptions } from './client/prometheus.ts';
export type { Middleware, Next } from './client/middleware.ts';
export type { RedirectInit, RedirectPolicy } from './client/redirect-policy.ts';
export type { ReconnectInit, ReconnectOptions } from './client/reconnect-policy.ts';
export type { ResumeInit, ResumeOptions } from './client/resume-policy.ts';
export { RetryBudget } from './client/retry-budget.ts';
export type { RetryBudgetInit } from './client/retry-budget.ts';
export type { RetryInit, RetryOptions } from './client/retry-policy.ts';
export type { SSEOptions } from './client/sse-options.ts';
export { DIAGNOSTICS_CHANNELS, type Logger } from './client/tracing.ts';
export { VERSION } from './models/version.ts';

// Messages
export { Request } from './message/request.ts';
export type { RequestChanges, RequestExtensions, RequestInit, RequestSummary } from './message/request.ts';
export { Response } from './message/response.ts';
export type { ResponseInit } from './message/response.ts';
export { StreamResponse } from './message/stream-response.ts';
export type { StreamResponseInit } from './message/stream-parts.ts';
export { EventStream } from './message/event-stream.ts';
export type { EventStreamOptions } from './message/event-stream.ts';
export type { DefaultEncoding, HTTPVersion, ResponseHead, ResponseSummary } from './message/response-head.ts';

// Models
export { Headers } from './models/headers.ts';
export type { FieldValue, HeadersInit } from './models/headers.ts';
export { QueryParams } from './models/query-params.ts';
export type { ParamScalar, ParamsInit } from './models/query-params.ts';
export { CookieJar } from './models/cookie-jar.ts';
export type { CookieFilter, CookieScope, CookiesInit } from './models/cookie-jar.ts';
export type { CookieJarOptions } from './models/cookie-jar-options.ts';
export type { CookieJarJSON } from './models/cookie-json.ts';
export type { CookieAttributes } from './models/new-cookie.ts';
export type { Cookie } from './models/cookie.ts';
export { parseSetCookie } from './models/set-cookie.ts';
export type { ParsedSetCookie, SameSite, SetCookieLimits } from './models/set-cookie.ts';
export { parseCookieDate } from './models/cookie-date.ts';
export { reasonPhrase, Status, statusFromName } from './models/status.ts';
export type { StatusCode, StatusName, StatusTable } from './models/status.ts';
export { linksByRelation, parseLinks } from './models/link.ts';
export type { Link } from './models/link.ts';
export { parseMediaType } from './models/media-type.ts';
export type { MediaType } from './models/media-type.ts';
export { parseContentDisposition, suggestedFilename } from './models/content-disposition.ts';
export type { ContentDisposition } from './models/content-disposition.ts';
export { formatHTTPDate, parseHTTPDate } from './models/http-date.ts';
export {
  joinURL,
  redactURL,
  unicodeHost,
  withAuth,
  withoutParams,
  withParams,
  withParts,
  withPath,
  withQuery,
} from './models/url-helpers.ts';
export type { URLParts } from './models/url-helpers.ts';
export type { RedactOptions } from './models/redaction.ts';
export type { Timeout, TimeoutInit } from './models/timeout.ts';
export type { Limits, LimitsInit } from './models/limits.ts';
export type { HTTP2Options, KeepAlivePing } from './models/http2-options.ts';
export type { ConnectionInfo, ProxyInfo, TLSInfo } from './models/connection-info.ts';
export type { Timings } from './models/timings.ts';
export type { PEM, TLSOptions, TLSVersion } from './models/tls-options.ts';
export type { RetryAttempt, RetryReport, RetryStop } from './models/retry-report.ts';
export type { Trace, TraceEvent, TraceName, TraceStep } from './models/trace.ts';

// Bodies
export type { ContentInit } from './body/content.ts';
export type { FormInit } from './body/form.ts';
export type { MultipartInit } from './body/multipart.ts';
export type { MultipartPart, MultipartScalar, MultipartValue } from './body/multipart-part.ts';
export type { BodyIterator, RequestBody } from './body/request-body.ts';
export type { BodyOptions, ExclusiveBody } from './body/encode-body.ts';
export { ServerSentEvent } from './body/server-sent-event.ts';
export { EventStreamParser } from './body/event-stream-parser.ts';
export type { EventStreamLimits, EventStreamParserOptions } from './body/event-stream-parser.ts';
export type { DecodeOptions } from './body/content-coding.ts';
export type { Reviver } from './body/parse-json.ts';

// Auth
export { basicAuth } from './auth/basic-auth.ts';
export { bearerAuth } from './auth/bearer-auth.ts';
export { DigestAuth, digestAuth } from './auth/digest-auth.ts';
export type { DigestAuthOptions } from './auth/digest-auth.ts';
export type { DigestAlgorithm } from './auth/digest-algorithm.ts';
export type { DigestQop } from './auth/digest-challenge.ts';
export { NetRCAuth, netrcAuth } from './auth/netrc-auth.ts';
export type { Auth, AuthFlow, AuthInit, AuthResponse } from './auth/auth.ts';
export type { AuthTarget } from './auth/auth-target.ts';

// Transports and backends
export { HTTPTransport } from './transport/http-transport.ts';
export type { ProxyInit, ProxyOptions } from './transport/proxy.ts';
export type { HTTPTransportOptions, SocketOptions } from './transport/http-transport.ts';
export { HandlerTransport } from './transport/handler-transport.ts';
export type { FetchHandler } from './transport/fetch-handler.ts';
export { NodeHandlerTransport } from './transport/node-handler-transport.ts';
export type { AppOptions, NodeHandler } from './transport/node-handler-transport.ts';
export { MockTransport } from './transport/mock-transport.ts';
export type { MockAnswer } from './transport/mock-transport.ts';
export type {
  InformationalResponse,
  Progress,
  RetryEvent,
  Transport,
  TransportContext,
} from './transport/transport.ts';
export type { PoolStats } from './transport/pool-stats.ts';
export type { BackendChoice, BackendParts, ChoiceSource } from './backends/choice.ts';
export type { BackendReport } from './backends/select.ts';
export type { BackendInfo, BackendName, Lookup, ParserLimits } from './backends/contract.ts';

// Errors
export { TernError } from './errors/tern-error.ts';
export type { ErrorCode } from './errors/tern-error.ts';
export type { Phase } from './errors/phase.ts';
export { AbortError } from './errors/abort-error.ts';
export { BackendUnavailableError } from './errors/backend-unavailable-error.ts';
export type { BackendAttempt } from './errors/backend-unavailable-error.ts';
export { ClientClosed } from './errors/client-closed.ts';
export { CloseError } from './errors/close-error.ts';
export { ConnectError } from './errors/connect-error.ts';
export { ConnectTimeout } from './errors/connect-timeout.ts';
export { CookieConflict } from './errors/cookie-conflict.ts';
export { DecodingError } from './errors/decoding-error.ts';
export { EventStreamError } from './errors/event-stream-error.ts';
export { FirstByteTimeout } from './errors/first-byte-timeout.ts';
export { HTTPError } from './errors/http-error.ts';
export type { HTTPErrorInit } from './errors/http-error.ts';
export { HTTPStatusError } from './errors/http-status-error.ts';
export { InvalidArgument } from './errors/invalid-argument.ts';
export { InvalidURL } from './errors/invalid-url.ts';
export { LocalProtocolError } from './errors/local-protocol-error.ts';
export { NetworkError } from './errors/network-error.ts';
export { PoolTimeout } from './errors/pool-timeout.ts';
export { ProtocolError } from './errors/protocol-error.ts';
export { ProxyError } from './errors/proxy-error.ts';
export { ReadError } from './errors/read-error.ts';
export { ReadTimeout } from './errors/read-timeout.ts';
export { RemoteProtocolError } from './errors/remote-protocol-error.ts';
export { RequestError } from './errors/request-error.ts';
export { RequestNotRead } from './errors/request-not-read.ts';
export { ResponseNotRead } from './errors/response-not-read.ts';
export { ResumeError } from './errors/resume-error.ts';
export { StreamClosed } from './errors/stream-closed.ts';
export { StreamConsumed } from './errors/stream-consumed.ts';
export { StreamError } from './errors/stream-error.ts';
export { TimeoutException } from './errors/timeout-exception.ts';
export { TooManyRedirects } from './errors/too-many-redirects.ts';
export { TotalTimeout } from './errors/total-timeout.ts';
export { TransportError } from './errors/transport-error.ts';
export { UnsupportedOption } from './errors/unsupported-option.ts';
export type { UnsupportedOptionInfo } from './errors/unsupported-option.ts';
export { UnsupportedProtocol } from './errors/unsupported-protocol.ts';
export { WriteError } from './errors/write-error.ts';
export { WriteTimeout } from './errors/write-timeout.ts';
export {
  isAbortError,
  isHTTPError,
  isHTTPStatusError,
  isNetworkError,
  isRequestError,
  isTernError,
  isTimeout,
} from './errors/guards.ts';
