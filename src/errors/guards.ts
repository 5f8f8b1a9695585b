import { AbortError } from './abort-error.ts';
import { HTTPError } from './http-error.ts';
import { HTTPStatusError } from './http-status-error.ts';
import { NetworkError } from './network-error.ts';
import { RequestError } from './request-error.ts';
import { TernError } from './tern-error.ts';
import { TimeoutException } from './timeout-exception.ts';

/**
 * Whether a caught value is any error of this library, from whichever copy of it.
 *
 * @example
 * ```ts
 * import { Client, isTernError } from 'ternhttp';
 *
 * try {
 *   new Client({ limits: { maxConnections: 0 } });
 * } catch (error) {
 *   console.log(isTernError(error)); // true
 * }
 * ```
 */
export function isTernError(value: unknown): value is TernError {
  return value instanceof TernError;
}

/**
 * Whether a caught value is a failure of an exchange: transport, decoding, redirects or status.
 *
 * @example
 * ```ts
 * import { get, isHTTPError } from 'ternhttp';
 *
 * const error: unknown = await get('http://127.0.0.1:1/').catch((reason: unknown) => reason);
 * if (isHTTPError(error)) console.log(error.request?.method); // 'GET'
 * ```
 */
export function isHTTPError(value: unknown): value is HTTPError {
  return value instanceof HTTPError;
}

/**
 * Whether a caught value means that no usable response came.
 *
 * @example
 * ```ts
 * import { get, isRequestError } from 'ternhttp';
 *
 * const error: unknown = await get('http://127.0.0.1:1/').catch((reason: unknown) => reason);
 * console.log(isRequestError(error)); // true
 * ```
 */
export function isRequestError(value: unknown): value is RequestError {
  return value instanceof RequestError;
}

/**
 * Whether a caught value was thrown by `raiseForStatus()`.
 *
 * @example
 * ```ts
 * import { Client, isHTTPStatusError, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({ transport: new MockTransport(() => new Response(429)), raiseForStatus: true });
 * const error: unknown = await client.get('https://example.com/').catch((reason: unknown) => reason);
 * if (isHTTPStatusError(error)) console.log(error.status); // 429
 * ```
 */
export function isHTTPStatusError(value: unknown): value is HTTPStatusError {
  return value instanceof HTTPStatusError;
}

/**
 * Whether a caught value is one of the timeouts, of whichever phase.
 *
 * @example
 * ```ts
 * import { isTimeout, PoolTimeout } from 'ternhttp';
 *
 * console.log(isTimeout(new PoolTimeout({ reason: 'no connection within 5000 ms' }))); // true
 * ```
 */
export function isTimeout(value: unknown): value is TimeoutException {
  return value instanceof TimeoutException;
}

/**
 * Whether a caught value is a failure of the network: refused, reset, unreachable, not resolved.
 *
 * @example
 * ```ts
 * import { get, isNetworkError } from 'ternhttp';
 *
 * const error: unknown = await get('http://127.0.0.1:1/').catch((reason: unknown) => reason);
 * console.log(isNetworkError(error)); // true
 * ```
 */
export function isNetworkError(value: unknown): value is NetworkError {
  return value instanceof NetworkError;
}

/**
 * Whether a caught value means that the request was cancelled by its signal.
 *
 * @example
 * ```ts
 * import { get, isAbortError } from 'ternhttp';
 *
 * const error: unknown = await get('https://example.com/', { signal: AbortSignal.abort() }).catch(
 *   (reason: unknown) => reason,
 * );
 * console.log(isAbortError(error)); // true
 * ```
 */
export function isAbortError(value: unknown): value is AbortError {
  return value instanceof AbortError;
}
