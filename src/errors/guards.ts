import { AbortError } from './abort-error.ts';
import { HTTPError } from './http-error.ts';
import { HTTPStatusError } from './http-status-error.ts';
import { NetworkError } from './network-error.ts';
import { RequestError } from './request-error.ts';
import { TernError } from './tern-error.ts';
import { TimeoutException } from './timeout-exception.ts';

/** Whether a caught value is any error of this library, from whichever copy of it. */
export function isTernError(value: unknown): value is TernError {
  return value instanceof TernError;
}

/** Whether a caught value is a failure of an exchange: transport, decoding, redirects or status. */
export function isHTTPError(value: unknown): value is HTTPError {
  return value instanceof HTTPError;
}

/** Whether a caught value means that no usable response came. */
export function isRequestError(value: unknown): value is RequestError {
  return value instanceof RequestError;
}

/** Whether a caught value was thrown by `raiseForStatus()`. */
export function isHTTPStatusError(value: unknown): value is HTTPStatusError {
  return value instanceof HTTPStatusError;
}

/** Whether a caught value is one of the timeouts, of whichever phase. */
export function isTimeout(value: unknown): value is TimeoutException {
  return value instanceof TimeoutException;
}

/** Whether a caught value is a failure of the network: refused, reset, unreachable, not resolved. */
export function isNetworkError(value: unknown): value is NetworkError {
  return value instanceof NetworkError;
}

/** Whether a caught value means that the request was cancelled by its signal. */
export function isAbortError(value: unknown): value is AbortError {
  return value instanceof AbortError;
}
