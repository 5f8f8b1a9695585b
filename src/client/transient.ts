import { ConnectError } from '../errors/connect-error.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import { FirstByteTimeout } from '../errors/first-byte-timeout.ts';
import { NetworkError } from '../errors/network-error.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { WriteTimeout } from '../errors/write-timeout.ts';

/**
 * Whether a failure may be gone at the next attempt: the network, a server that breaks off or takes too long. Not a
 * certificate that is refused, a limit of the program, or a connection that the own pool does not have.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectError) return error.code !== 'ERR_TLS' || isLoss(error.cause);
  return (
    error instanceof NetworkError ||
    error instanceof RemoteProtocolError ||
    error instanceof ConnectTimeout ||
    error instanceof FirstByteTimeout ||
    error instanceof ReadTimeout ||
    error instanceof WriteTimeout
  );
}

/** Whether a failure is one of opening a connection, so that nothing of the request has been sent. */
export function isUnsent(error: unknown): error is ConnectError | ConnectTimeout {
  return error instanceof ConnectError || error instanceof ConnectTimeout;
}

/** What the system calls a lost connection, and not what TLS has to say about the peer. */
function isLoss(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT' || code === 'ECONNABORTED';
}
