import type { Auth } from '../auth/auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import { acceptEncoding, type DecodeOptions, DEFAULT_DECODE } from '../body/content-coding.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { DefaultEncoding } from '../message/response-head.ts';
import { sameName } from '../models/field-syntax.ts';
import { checkName, checkValue, eachField, type FieldValue, Headers } from '../models/headers.ts';
import { DEFAULT_REDACTION, Redaction } from '../models/redaction.ts';
import { DEFAULT_TIMEOUT, resolveTimeout, type Timeout } from '../models/timeout.ts';
import type { Trace } from '../models/trace.ts';
import { VERSION } from '../models/version.ts';
import type { InformationalResponse, Progress } from '../transport/transport.ts';
import { type Hooks, resolveHooks } from './hooks.ts';
import type { Middleware } from './middleware.ts';
import type { ClientOptions, RequestHeadersInit, SendOptions } from './options.ts';
import { type RedirectPolicy, resolveRedirect } from './redirect-policy.ts';
import { debugLogger, type Logger } from './tracing.ts';

/** How one request is sent, with nothing left open. */
export interface SendConfig {
  readonly timeout: Timeout;
  readonly signal: AbortSignal | null;
  readonly auth: Auth | null;
  /** The auth is the client's, so it may be bound to the base origin. */
  readonly isClientAuth: boolean;
  readonly redirect: RedirectPolicy | null;
  readonly raiseForStatus: boolean;
  readonly onUploadProgress: ((progress: Progress) => void) | null;
  readonly onDownloadProgress: ((progress: Progress) => void) | null;
  readonly onInformational: ((response: InformationalResponse) => void) | null;
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
}

/** Options that belong to the transport, and that a client made by `extend` cannot change without one of its own. */
export const TRANSPORT_OPTIONS = [
  'backend',
  'expectContinueMs',
  'limits',
  'parser',
  'socket',
  'tls',
  'trustEnv',
] as const;

const CLIENT_OPTIONS: ReadonlySet<string> = new Set([
  ...TRANSPORT_OPTIONS,
  'auth',
  'authScope',
  'baseURL',
  'cookies',
  'decode',
  'defaultEncoding',
  'headers',
  'hooks',
  'logger',
  'middleware',
  'mounts',
  'params',
  'raiseForStatus',
  'redact',
  'redirect',
  'signal',
  'timeout',
  'trace',
  'transport',
]);
const BUILD_OPTIONS: readonly string[] = [
  'canonicalJSON',
  'content',
  'cookies',
  'extensions',
  'form',
  'headers',
  'json',
  'multipart',
  'params',
];
const SEND_OPTIONS: readonly string[] = [
  'auth',
  'onDownloadProgress',
  'onInformational',
  'onUploadProgress',
  'raiseForStatus',
  'redirect',
  'signal',
  'timeout',
];

/** Names of the options that may be given where a request is built, or sent, or both. */
export const REQUEST_OPTIONS: Readonly<Record<'build' | 'request' | 'send', ReadonlySet<string>>> = {
  build: new Set(BUILD_OPTIONS),
  send: new Set(SEND_OPTIONS),
  request: new Set([...BUILD_OPTIONS, ...SEND_OPTIONS]),
};

export function checkClientOptions(options: ClientOptions): void {
  for (const name of Object.keys(options)) {
    if (!CLIENT_OPTIONS.has(name)) throw new InvalidArgument(`'${name}' is not an option of a client.`);
  }
  if (options.transport !== undefined) {
    const idle = TRANSPORT_OPTIONS.find((name) => options[name] !== undefined);
    if (idle !== undefined) {
      throw new InvalidArgument(
        `'${idle}' configures the built-in transport and would do nothing beside 'transport'; give it to that transport.`,
      );
    }
  }
}

export function checkRequestOptions(options: object, place: 'build' | 'request' | 'send'): void {
  for (const name in options) {
    if (!REQUEST_OPTIONS[place].has(name)) {
      throw new InvalidArgument(
        `'${name}' is not an option of ${place === 'build' ? 'buildRequest()' : place === 'send' ? 'send()' : 'a request'}.`,
      );
    }
  }
}

export function resolveClientConfig(options: ClientOptions): ClientConfig {
  const {
    authScope = 'origin',
    middleware = [],
    hooks,
    decode,
    defaultEncoding = 'utf-8',
    redact,
    logger,
    trace,
  } = options;
  if (authScope !== 'origin' && authScope !== 'any') {
    throw new InvalidArgument(`'authScope' must be 'origin' or 'any', not '${String(authScope)}'.`);
  }
  return {
    authScope,
    middleware: [...middleware],
    hooks: resolveHooks(hooks),
    decode: resolveDecode(decode),
    defaultEncoding,
    redaction:
      redact === undefined ? DEFAULT_REDACTION : redact === null ? Redaction.off : new Redaction(redact),
    logger: logger === undefined ? debugLogger() : logger,
    trace,
  };
}

/** The settings of the client for sending, before any request changes them. */
export function resolveSendDefaults(options: ClientOptions, timeout: Timeout = DEFAULT_TIMEOUT): SendConfig {
  return {
    timeout: resolveTimeout(options.timeout, timeout),
    signal: options.signal ?? null,
    auth: options.auth == null ? null : resolveAuth(options.auth),
    isClientAuth: true,
    redirect: resolveRedirect(options.redirect),
    raiseForStatus: options.raiseForStatus ?? false,
    onUploadProgress: null,
    onDownloadProgress: null,
    onInformational: null,
  };
}

/** The settings for one request: what it says, else what the client says. */
export function mergeSendConfig(options: SendOptions, defaults: SendConfig): SendConfig {
  const { auth, signal } = options;
  return {
    timeout: resolveTimeout(options.timeout, defaults.timeout),
    signal: mergeSignals(signal, defaults.signal),
    auth: auth === undefined ? defaults.auth : auth === null ? null : resolveAuth(auth),
    isClientAuth: auth === undefined,
    redirect: options.redirect === undefined ? defaults.redirect : resolveRedirect(options.redirect),
    raiseForStatus: options.raiseForStatus ?? defaults.raiseForStatus,
    onUploadProgress: options.onUploadProgress ?? null,
    onDownloadProgress: options.onDownloadProgress ?? null,
    onInformational: options.onInformational ?? null,
  };
}

/** The header fields that a client sends by itself, and those that it was given. */
export function defaultHeaders(init: RequestHeadersInit | undefined): Headers {
  const fields = [
    'Accept',
    '*/*',
    'Accept-Encoding',
    acceptEncoding(),
    'Connection',
    'keep-alive',
    'User-Agent',
    `ternhttp/${VERSION}`,
  ];
  return Headers.fromWire(init === undefined ? fields : mergeFields(fields, init));
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

function mergeSignals(
  own: AbortSignal | null | undefined,
  inherited: AbortSignal | null,
): AbortSignal | null {
  if (own === undefined) return inherited;
  if (own === null || inherited === null) return own;
  return AbortSignal.any([own, inherited]);
}

function resolveDecode(init: Partial<DecodeOptions> = {}): DecodeOptions {
  const known = [...Object.keys(DEFAULT_DECODE), 'zstd'];
  for (const name of Object.keys(init)) {
    if (!known.includes(name))
      throw new InvalidArgument(`'decode.${name}' does not exist; there are ${known.join(', ')}.`);
  }
  const decode = { ...DEFAULT_DECODE, ...init };
  for (const name of ['maxBytes', 'maxEncodings', 'maxRatio'] as const) {
    if (!(decode[name] >= 0))
      throw new InvalidArgument(
        `'decode.${name}' must be a number of 0 or more, not ${String(decode[name])}.`,
      );
  }
  if (decode.unknown !== 'error' && decode.unknown !== 'raw') {
    throw new InvalidArgument(`'decode.unknown' must be 'error' or 'raw', not '${String(decode.unknown)}'.`);
  }
  return decode;
}
