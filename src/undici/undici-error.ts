import type * as Undici from 'undici';
import { ClientClosed } from '../errors/client-closed.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import { FirstByteTimeout } from '../errors/first-byte-timeout.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InvalidURL } from '../errors/invalid-url.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { PoolTimeout } from '../errors/pool-timeout.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { TransportError } from '../errors/transport-error.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';

/** How deep the cause of a cause is looked for. */
const MAX_DEPTH = 8;

/**
 * The error that users and interceptors of undici know by its code, with ours as its cause. What has no counterpart,
 * and what is not ours, stays as it is.
 */
export function toUndiciError(error: unknown, errors: typeof Undici.errors): Error {
  if (!(error instanceof Error)) return new errors.UndiciError(String(error));
  const counterpart = counterpartOf(error, errors);
  if (counterpart === null) return error;
  Object.defineProperty(counterpart, 'cause', { value: error, configurable: true, writable: true });
  return counterpart;
}

function counterpartOf(error: Error, errors: typeof Undici.errors): Error | null {
  const { message } = error;
  if (error instanceof ClientClosed) return new errors.ClientClosedError(message);
  if (
    error instanceof InvalidArgument ||
    error instanceof InvalidURL ||
    error instanceof LocalProtocolError ||
    error instanceof UnsupportedProtocol
  ) {
    return new errors.InvalidArgumentError(message);
  }
  if (!(error instanceof TransportError)) return null;
  if (error instanceof ConnectTimeout || error instanceof PoolTimeout)
    return new errors.ConnectTimeoutError(message);
  if (error instanceof FirstByteTimeout) return new errors.HeadersTimeoutError(message);
  if (error instanceof ReadTimeout) {
    return error.phase === 'firstByte'
      ? new errors.HeadersTimeoutError(message)
      : new errors.BodyTimeoutError(message);
  }
  switch (error.code) {
    case 'ERR_CONNECT':
    case 'ERR_DNS':
    case 'ERR_READ':
    case 'ERR_REMOTE_PROTOCOL':
    case 'ERR_TLS':
    case 'ERR_WRITE': {
      // Interceptors decide by the name of the system error whether to try again.
      const code = systemCode(error);
      return code === null ? new errors.SocketError(message) : Object.assign(new Error(message), { code });
    }
    default:
      return null;
  }
}

function systemCode(error: Error): string | null {
  let cause: unknown = error.cause;
  for (let depth = 0; depth < MAX_DEPTH && typeof cause === 'object' && cause !== null; depth++) {
    const { code, cause: next } = cause as { code?: unknown; cause?: unknown };
    // Those of the system, of OpenSSL and of undici; those of our own parser are in lower case.
    if (typeof code === 'string' && /^[A-Z][A-Z\d_]+$/.test(code)) return code;
    cause = next;
  }
  return null;
}
