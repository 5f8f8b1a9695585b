/**
 * Stable machine-readable name of a failure. Messages may be reworded between releases; codes are not.
 */
export type ErrorCode =
  | 'ERR_ABORTED'
  | 'ERR_BACKEND_UNAVAILABLE'
  | 'ERR_CLIENT_CLOSED'
  | 'ERR_CLOSE'
  | 'ERR_CONNECT'
  | 'ERR_CONNECT_TIMEOUT'
  | 'ERR_CONTENT_CODING'
  | 'ERR_CONTENT_CODING_UNSUPPORTED'
  | 'ERR_CONTENT_LIMIT'
  | 'ERR_COOKIE_CONFLICT'
  | 'ERR_DNS'
  | 'ERR_EVENT_STREAM'
  | 'ERR_FIRST_BYTE_TIMEOUT'
  | 'ERR_HTTP_STATUS'
  | 'ERR_INVALID_ARGUMENT'
  | 'ERR_INVALID_CHARSET'
  | 'ERR_INVALID_JSON'
  | 'ERR_INVALID_URL'
  | 'ERR_LOCAL_PROTOCOL'
  | 'ERR_POOL_TIMEOUT'
  | 'ERR_PROXY'
  | 'ERR_READ'
  | 'ERR_READ_TIMEOUT'
  | 'ERR_REMOTE_PROTOCOL'
  | 'ERR_REQUEST_NOT_READ'
  | 'ERR_RESPONSE_NOT_READ'
  | 'ERR_RESUME'
  | 'ERR_STREAM_CLOSED'
  | 'ERR_STREAM_CONSUMED'
  | 'ERR_TLS'
  | 'ERR_TOO_MANY_REDIRECTS'
  | 'ERR_TOTAL_TIMEOUT'
  | 'ERR_TRANSPORT'
  | 'ERR_UNSUPPORTED_OPTION'
  | 'ERR_UNSUPPORTED_PROTOCOL'
  | 'ERR_WRITE'
  | 'ERR_WRITE_TIMEOUT';

const BRAND = Symbol.for('ternhttp.error.brand');

/**
 * Marks a class so that `instanceof` recognises its instances from any loaded copy of the library: two
 * versions in one dependency tree, or the ESM graph beside a bundled one, still understand each other.
 */
export function brand(errorClass: { readonly prototype: Error }, name: string): void {
  const key = Symbol.for(`ternhttp.error.${name}`);
  Object.defineProperty(errorClass, BRAND, { value: key });
  Object.defineProperty(errorClass.prototype, key, { value: true });
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true });
}

/**
 * Root of every error that the library throws on purpose. Catch it to tell failures of HTTP from bugs.
 *
 * @example
 * ```ts
 * import { get, TernError } from 'ternhttp';
 *
 * try {
 *   await get('not a url');
 * } catch (error) {
 *   if (!(error instanceof TernError)) throw error;
 *   console.log(error.code); // 'ERR_UNSUPPORTED_PROTOCOL'
 * }
 * ```
 */
export abstract class TernError extends Error {
  /** Stable name of the failure, for programs. */
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  static override [Symbol.hasInstance](
    this: abstract new (...args: never) => unknown,
    value: unknown,
  ): boolean {
    if (!Object.hasOwn(this, BRAND)) return Function.prototype[Symbol.hasInstance].call(this, value);
    const key = (this as unknown as Record<symbol, symbol>)[BRAND]!;
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[key] === true;
  }

  static {
    brand(TernError, 'TernError');
  }
}
