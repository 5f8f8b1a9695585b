import { type WireErrorInit, WireError } from '../backends/contract.ts';
import { AbortError } from '../errors/abort-error.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { FirstByteTimeout } from '../errors/first-byte-timeout.ts';
import { HTTPError, type HTTPErrorInit } from '../errors/http-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import type { Phase } from '../errors/phase.ts';
import { PoolTimeout } from '../errors/pool-timeout.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { ReadError } from '../errors/read-error.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { type ErrorCode, TernError } from '../errors/tern-error.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import { TransportError } from '../errors/transport-error.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { WriteError } from '../errors/write-error.ts';
import { WriteTimeout } from '../errors/write-timeout.ts';
import type { Request } from '../message/request.ts';
import { type HTTPVersion, newContext } from '../message/response-head.ts';
import { Response } from '../message/response.ts';
import { Headers } from '../models/headers.ts';
import type { Thrown } from './protocol.ts';

/** An error as it crosses to another thread: by class and fields, never as text to be parsed. */
export type PortableError =
  | {
      readonly kind: 'http';
      readonly name: string;
      readonly reason: string;
      readonly phase: Phase;
      readonly peer: string | undefined;
      readonly code: ErrorCode;
      readonly cause: PortableError | null;
      /** Of a proxy that refused. */
      readonly response: PortableResponse | null;
    }
  | {
      readonly kind: 'tern';
      readonly name: string;
      readonly message: string;
      readonly cause: PortableError | null;
    }
  | {
      readonly kind: 'wire';
      readonly init: Omit<WireErrorInit, 'cause'>;
      readonly cause: PortableError | null;
    }
  | {
      readonly kind: 'plain';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly fields: Readonly<Record<string, unknown>>;
      readonly cause: PortableError | null;
      readonly errors: readonly PortableError[] | null;
    }
  /** Something that the other side has given, by its number there. */
  | { readonly kind: 'given'; readonly key: number }
  | { readonly kind: 'value'; readonly value: unknown };

const HTTP_ERRORS: ReadonlyMap<string, new (init: HTTPErrorInit) => HTTPError> = new Map(
  [
    AbortError,
    ConnectError,
    ConnectTimeout,
    DecodingError,
    FirstByteTimeout,
    LocalProtocolError,
    PoolTimeout,
    ProxyError,
    ReadError,
    ReadTimeout,
    RemoteProtocolError,
    TotalTimeout,
    TransportError,
    UnsupportedProtocol,
    WriteError,
    WriteTimeout,
  ].map((errorClass) => [errorClass.prototype.name, errorClass]),
);
const PLAIN_ERRORS: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};
/** Chains of causes are cut here: one may lead back to itself. */
const MAX_DEPTH = 16;

/** A response that is read, as it crosses. */
interface PortableResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: HTTPVersion;
  readonly fields: readonly string[];
  readonly bytes: Uint8Array;
}

function packResponse({ status, statusText, httpVersion, headers, bytes }: Response): PortableResponse {
  return { status, statusText, httpVersion, fields: headers.wire, bytes: new Uint8Array(bytes) };
}

function unpackResponse(packed: PortableResponse, request: Request | null): Response {
  const { status, statusText, httpVersion, fields, bytes } = packed;
  const headers = Headers.fromWire(fields, false, request?.redaction);
  const context = newContext(status, statusText, httpVersion, headers);
  context.request = request;
  return new Response(status, null, { context, bytes, bytesReceived: bytes.length, trailers: null });
}

/** Errors of this side that stand for what functions of the other one threw, with its number there. */
const standIns = new WeakMap<object, number>();

/** An error for what a function of the other side threw; to that side it goes back as the one that it was. */
export function standInFor({ key, message, isOurs }: Thrown): Error {
  const error = isOurs ? new InvalidArgument(message) : new Error(message);
  standIns.set(error, key);
  return error;
}

/** Takes an error apart. @param given the numbers of what the other side has given */
export function packError(error: unknown, given?: WeakMap<object, number>, depth = 0): PortableError {
  if (typeof error !== 'object' || error === null) return { kind: 'value', value: cloneable(error) };
  const key = given?.get(error) ?? standIns.get(error);
  if (key !== undefined) return { kind: 'given', key };
  if (!(error instanceof Error)) return { kind: 'value', value: cloneable(error) };
  const hasCause = 'cause' in error && error.cause !== undefined && depth < MAX_DEPTH;
  const cause = hasCause ? packError(error.cause, given, depth + 1) : null;
  if (error instanceof HTTPError && HTTP_ERRORS.has(error.name)) {
    const { name, reason, phase, peer, code } = error;
    const answer = error instanceof ProxyError ? error.response : undefined;
    const response = answer === undefined ? null : packResponse(answer);
    return { kind: 'http', name, reason, phase, peer, code, cause, response };
  }
  if (error instanceof TernError) return { kind: 'tern', name: error.name, message: error.message, cause };
  if (error instanceof WireError) {
    const { kind, phase, message: reason, code, peer, bytesWritten, headReceived, reused, retrySafe } = error;
    const init = { kind, phase, reason, code, peer, bytesWritten, headReceived, reused, retrySafe };
    return { kind: 'wire', init, cause };
  }
  const { name, message, stack } = error;
  const fields = Object.fromEntries(
    Object.entries(error)
      .filter(([field]) => field !== 'cause' && field !== 'errors' && field !== 'name')
      .map(([field, value]) => [field, cloneable(value)]),
  );
  const errors =
    error instanceof AggregateError && depth < MAX_DEPTH
      ? error.errors.map((inner) => packError(inner, given, depth + 1))
      : null;
  return { kind: 'plain', name, message, stack, fields, cause, errors };
}

/**
 * Puts an error together on the other side, where its stack then leads to.
 *
 * @param request to which errors of an exchange belong
 * @param given what was given, by number
 */
export function unpackError(
  portable: PortableError,
  request?: Request | null,
  given?: (key: number) => unknown,
): unknown {
  switch (portable.kind) {
    case 'value':
      return portable.value;
    case 'given':
      return given?.(portable.key);
    case 'http': {
      const { name, reason, phase, peer, code, response } = portable;
      const cause = causeOf(portable.cause, request, given);
      if (response !== null) {
        const answer = unpackResponse(response, request ?? null);
        return new ProxyError({
          reason,
          phase,
          peer,
          code,
          cause,
          request: request ?? undefined,
          response: answer,
        });
      }
      const ErrorClass = HTTP_ERRORS.get(name) ?? TransportError;
      return new ErrorClass({ reason, phase, peer, code, cause, request: request ?? undefined });
    }
    case 'tern':
      return ternError(portable.name, portable.message, causeOf(portable.cause, request, given));
    case 'wire':
      return new WireError({ ...portable.init, cause: causeOf(portable.cause, request, given) });
    default:
      return plainError(portable, request, given);
  }
}

function causeOf(
  portable: PortableError | null,
  request: Request | null | undefined,
  given: ((key: number) => unknown) | undefined,
): unknown {
  return portable === null ? undefined : unpackError(portable, request, given);
}

function ternError(name: string, message: string, cause: unknown): TernError {
  const options = cause === undefined ? undefined : { cause };
  switch (name) {
    case 'ClientClosed':
      return new ClientClosed(message, options);
    case 'InvalidArgument':
      return new InvalidArgument(message, options);
    case 'StreamClosed':
      return new StreamClosed(message);
    case 'StreamConsumed':
      return new StreamConsumed(message);
    default:
      return new TransportError({ reason: `${name}: ${message}`, cause });
  }
}

function plainError(
  { name, message, stack, fields, cause, errors }: Extract<PortableError, { kind: 'plain' }>,
  request: Request | null | undefined,
  given: ((key: number) => unknown) | undefined,
): Error {
  const options = cause === null ? undefined : { cause: unpackError(cause, request, given) };
  const error =
    errors === null
      ? new (PLAIN_ERRORS[name] ?? Error)(message, options)
      : new AggregateError(
          errors.map((inner) => unpackError(inner, request, given)),
          message,
          options,
        );
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true });
  if (stack !== undefined) error.stack = stack;
  return Object.assign(error, fields);
}

/** The value, or what it looks like if it cannot cross to another thread. */
function cloneable(value: unknown): unknown {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return String(value);
    case 'object':
      try {
        return structuredClone(value);
      } catch {
        return Object.prototype.toString.call(value);
      }
    default:
      return value;
  }
}
