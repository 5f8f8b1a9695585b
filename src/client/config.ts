import type { Auth } from '../auth/auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import { resolveCharset } from '../body/charset.ts';
import { acceptEncoding, type DecodeOptions, DEFAULT_DECODE } from '../body/content-coding.ts';
import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { DefaultEncoding } from '../message/response-head.ts';
import { sameName } from '../models/field-syntax.ts';
import { checkName, checkValue, eachField, type FieldValue, Headers } from '../models/headers.ts';
import { DEFAULT_REDACTION, Redaction } from '../models/redaction.ts';
import { DEFAULT_TIMEOUT, resolveTimeout, type Timeout } from '../models/timeout.ts';
import type { Trace } from '../models/trace.ts';
import { VERSION } from '../models/version.ts';
import { type ProxyInit, resolveProxy } from '../transport/proxy.ts';
import type { InformationalResponse, Progress, Transport } from '../transport/transport.ts';
import { withZstd } from './accelerated-decode.ts';
import { type Hooks, resolveHooks } from './hooks.ts';
import { type ClientMetrics, resolveMetrics } from './metrics.ts';
import { Pauses } from './pause.ts';
import type { Middleware } from './middleware.ts';
import type { ClientOptions, RequestHeadersInit, SendOptions } from './options.ts';
import { type RedirectInit, type RedirectPolicy, resolveRedirect } from './redirect-policy.ts';
import { resolveResume, type ResumePolicy } from './resume-policy.ts';
import { RetryBudget } from './retry-budget.ts';
import { checkRequestBudget, resolveRetry, type RetryPolicy } from './retry-policy.ts';
import { debugLogger, type Logger } from './tracing.ts';

/** How one request is sent, with nothing left open. */
export interface SendConfig {
  readonly timeout: Timeout;
  readonly signal: AbortSignal | null;
  /** The signal of the client beside that of the request. */
  readonly sharedSignal: AbortSignal | null;
  readonly auth: Auth | null;
  /** The auth is the client's, so it may be bound to the base origin. */
  readonly isClientAuth: boolean;
  readonly redirect: RedirectPolicy | null;
  readonly retry: RetryPolicy | null;
  readonly resume: ResumePolicy | null;
  /** What retries are paid from unless a policy says otherwise. */
  readonly budget: RetryBudget;
  readonly raiseForStatus: boolean;
  readonly onUploadProgress: ((progress: Progress) => void) | null;
  readonly onDownloadProgress: ((progress: Progress) => void) | null;
  readonly onInformational: ((response: InformationalResponse) => void) | null;
  /** The proxy that the request names: null for none, undefined for that of the transport. */
  readonly proxy: ProxyInit | null | undefined;
}

/** What a client settles once, when it is made. */
export interface ClientConfig {
  readonly authScope: 'any' | 'origin';
  readonly middleware: readonly Middleware[];
  readonly hooks: Hooks;
  readonly decode: DecodeOptions;
  readonly defaultEncoding: DefaultEncoding;
  readonly redaction: Redaction;
  readonly logger: Logger | null;
  readonly trace: Trace | undefined;
  readonly pauses: Pauses;
  readonly metrics: ClientMetrics | null;
}

/** @param accept refuses what cannot carry the requests of this kind of client */
export function resolveClientConfig(
  options: ClientOptions,
  accept: (name: string, transport: unknown) => void = checkTransport,
): ClientConfig {
  const { authScope = 'origin', hooks, decode, redact, logger, trace } = options;
  if (authScope !== 'origin' && authScope !== 'any') {
    throw new InvalidArgument(`'authScope' must be 'origin' or 'any', not '${String(authScope)}'.`);
  }
  checkFunction('trace', trace);
  if (logger != null && (typeof logger.info !== 'function' || typeof logger.debug !== 'function')) {
    throw new InvalidArgument("'logger' must have the functions info() and debug(), as 'console' has.");
  }
  if (options.transport != null) accept('transport', options.transport);
  const { mounts = {} } = options;
  if (!isObject(mounts))
    throw new InvalidArgument(`'mounts' must be an object, not ${describeValue(mounts)}.`);
  for (const [pattern, mount] of Object.entries(mounts)) {
    if (mount !== null) accept(`mounts['${pattern}']`, mount);
  }
  return {
    authScope,
    middleware: checkMiddleware(options.middleware),
    hooks: resolveHooks(hooks),
    decode: withZstd(resolveDecode(decode), options),
    defaultEncoding: resolveDefaultEncoding(options.defaultEncoding),
    redaction:
      redact === undefined ? DEFAULT_REDACTION : redact === null ? Redaction.off : new Redaction(redact),
    logger: logger === undefined ? debugLogger() : logger,
    trace,
    pauses: new Pauses(),
    metrics: resolveMetrics(options.metrics),
  };
}

/** The settings of the client for sending, before any request changes them. */
export function resolveSendDefaults(options: ClientOptions, timeout: Timeout = DEFAULT_TIMEOUT): SendConfig {
  const budget = new RetryBudget();
  return {
    timeout: resolveTimeout(options.timeout, timeout),
    signal: checkSignal(options.signal) ?? null,
    sharedSignal: null,
    auth: options.auth == null ? null : resolveAuth(options.auth),
    isClientAuth: true,
    redirect: resolveRedirect(options.redirect),
    retry: resolveRetry(options.retry, null, budget),
    resume: resolveResume(options.resume, null),
    budget,
    raiseForStatus: checkBoolean('raiseForStatus', options.raiseForStatus) ?? false,
    onUploadProgress: null,
    onDownloadProgress: null,
    onInformational: null,
    proxy: undefined,
  };
}

/** The settings for one request: what it says, else what the client says. */
export function mergeSendConfig(options: SendOptions, defaults: SendConfig): SendConfig {
  const { auth, proxy, signal, onUploadProgress, onDownloadProgress, onInformational } = options;
  checkFunction('onUploadProgress', onUploadProgress);
  checkFunction('onDownloadProgress', onDownloadProgress);
  checkFunction('onInformational', onInformational);
  if (proxy != null) resolveProxy(proxy);
  checkRequestBudget(options.retry);
  return {
    timeout: resolveTimeout(options.timeout, defaults.timeout),
    signal: checkSignal(signal) === undefined ? defaults.signal : signal!,
    sharedSignal: signal == null ? null : defaults.signal,
    auth: auth === undefined ? defaults.auth : auth === null ? null : resolveAuth(auth),
    isClientAuth: auth === undefined,
    redirect: mergeRedirect(options.redirect, defaults.redirect),
    retry: resolveRetry(options.retry, defaults.retry, defaults.budget),
    resume: resolveResume(options.resume, defaults.resume),
    budget: defaults.budget,
    raiseForStatus:
      checkBoolean('raiseForStatus', options.raiseForStatus) === undefined
        ? defaults.raiseForStatus
        : (options.raiseForStatus ?? false),
    onUploadProgress: onUploadProgress ?? null,
    onDownloadProgress: onDownloadProgress ?? null,
    onInformational: onInformational ?? null,
    proxy,
  };
}

/** The signal of a request beside the client's: either cancels, null switches both off. */
export function mergeSignals(
  own: AbortSignal | null | undefined,
  inherited: AbortSignal | null,
): AbortSignal | null {
  if (own === undefined) return inherited;
  if (own === null || inherited === null) return own;
  return AbortSignal.any([own, inherited]);
}

/** The header fields that a client sends by itself, and those that it was given. */
export function defaultHeaders(
  init: RequestHeadersInit | undefined,
  { redaction, decode }: Pick<ClientConfig, 'decode' | 'redaction'>,
): Headers {
  const fields = [
    'Accept',
    '*/*',
    'Accept-Encoding',
    acceptEncoding(decode.zstd !== undefined),
    'Connection',
    'keep-alive',
    'User-Agent',
    `ternhttp/${VERSION}`,
  ];
  return Headers.fromWire(init === undefined ? fields : mergeFields(fields, init), false, redaction);
}

/**
 * A list of fields with others on top: a name that `init` has replaces all fields of that name and moves to the end;
 * null removes it.
 */
export function mergeFields(base: readonly string[], init: RequestHeadersInit): string[] {
  const added: string[] = [];
  const replaced: string[] = [];
  const add = (name: string, value: FieldValue | null): void => {
    checkName(name);
    replaced.push(name);
    if (value !== null) added.push(name, checkValue(name, value));
  };
  if (init instanceof Headers) {
    for (let i = 0; i < init.wire.length; i += 2) add(init.wire[i]!, init.wire[i + 1]!);
  } else {
    eachField(init as Parameters<typeof eachField>[0], add);
  }
  const merged: string[] = [];
  for (let i = 0; i < base.length; i += 2) {
    if (!replaced.some((name) => sameName(name, base[i]!))) merged.push(base[i]!, base[i + 1]!);
  }
  merged.push(...added);
  return merged;
}

/** The policy of a request on top of the client's: true takes the client's, a policy changes parts of it. */
function mergeRedirect(
  init: RedirectInit | undefined,
  inherited: RedirectPolicy | null,
): RedirectPolicy | null {
  if (init === undefined || (init === true && inherited !== null)) return inherited;
  return resolveRedirect(isObject(init) ? { ...inherited, ...init } : init);
}

function resolveDecode(init: Partial<DecodeOptions> = {}): DecodeOptions {
  if (!isObject(init)) throw new InvalidArgument(`'decode' must be an object, not ${describeValue(init)}.`);
  const known = [...Object.keys(DEFAULT_DECODE), 'zstd'];
  for (const name of Object.keys(init)) {
    if (!known.includes(name))
      throw new InvalidArgument(`'decode.${name}' does not exist; there are ${known.join(', ')}.`);
  }
  const decode = { ...DEFAULT_DECODE, ...withoutUndefined(init) };
  for (const name of ['maxBytes', 'maxEncodings', 'maxRatio'] as const) {
    if (typeof decode[name] !== 'number' || !(decode[name] >= 0))
      throw new InvalidArgument(
        `'decode.${name}' must be a number of 0 or more, not ${String(decode[name])}.`,
      );
  }
  if (decode.unknown !== 'error' && decode.unknown !== 'raw') {
    throw new InvalidArgument(`'decode.unknown' must be 'error' or 'raw', not '${String(decode.unknown)}'.`);
  }
  checkFunction('decode.zstd', decode.zstd);
  return decode;
}

function resolveDefaultEncoding(init: DefaultEncoding = 'utf-8'): DefaultEncoding {
  if (typeof init === 'function') return init;
  const charset = typeof init === 'string' ? resolveCharset(init) : undefined;
  if (charset === undefined) {
    throw new InvalidArgument(
      `'defaultEncoding' must be a charset that is known here, or a function of the content, not ${typeof init === 'string' ? `'${init}'` : describeValue(init)}.`,
    );
  }
  return charset;
}

export function checkMiddleware(middleware: readonly Middleware[] = []): Middleware[] {
  if (!Array.isArray(middleware) || middleware.some((layer) => typeof layer !== 'function')) {
    throw new InvalidArgument("'middleware' must be a list of functions.");
  }
  return [...middleware];
}

/** @throws InvalidArgument for what has not the functions of a transport */
export function checkTransport(name: string, transport: unknown): void {
  const { handle, close } = (transport ?? {}) as Partial<Transport>;
  if (typeof handle === 'function' && typeof close === 'function') return;
  throw new InvalidArgument(
    `'${name}' must be a transport, with the functions handle() and close(), not ${describeValue(transport)}.`,
  );
}

function checkSignal(signal: AbortSignal | null | undefined): AbortSignal | null | undefined {
  if (
    signal == null ||
    (typeof signal.aborted === 'boolean' && typeof signal.addEventListener === 'function')
  )
    return signal;
  throw new InvalidArgument(`'signal' must be an AbortSignal or null, not ${describeValue(signal)}.`);
}

function checkBoolean(name: string, value: boolean | null | undefined): boolean | null | undefined {
  if (value == null || typeof value === 'boolean') return value;
  throw new InvalidArgument(`'${name}' must be true, false or null, not ${describeValue(value)}.`);
}

function checkFunction(name: string, value: unknown): void {
  if (value == null || typeof value === 'function') return;
  throw new InvalidArgument(`'${name}' must be a function, not ${describeValue(value)}.`);
}

/** @internal */
export function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
