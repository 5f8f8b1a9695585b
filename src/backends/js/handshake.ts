import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type DialControl, type Route, type WireConfig, WireError } from '../contract.ts';
import type { TLSInfo } from '../../models/connection-info.ts';
import { reasonOf } from './http1/connection.ts';
import { rememberSession, tlsContext } from './tls-context.ts';

/** Negotiates TLS on a connected socket. Rejects with a {@link WireError} and a closed socket. */
export function handshake(
  socket: Socket,
  route: Route,
  config: WireConfig,
  alpn: readonly string[],
  peer: string | undefined,
  control: DialControl,
): Promise<TLSSocket> {
  const { isIP } = process.getBuiltinModule('node:net');
  const { connect, checkServerIdentity } = process.getBuiltinModule('node:tls');
  const options = config.tls;
  const context = tlsContext(options, config.trustEnv);
  const name = route.servername ?? options.servername ?? route.hostname;
  const session = context.sessions.get(route.key);
  control.tracer?.emit('connection.start_tls.started', { servername: name, alpn });
  return new Promise((resolve, reject) => {
    const secure = connect({
      socket,
      secureContext: context.secureContext,
      // An address is checked against the certificate but never sent as SNI (RFC 6066 §3).
      host: name,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ALPNProtocols: [...alpn],
      rejectUnauthorized: options.rejectUnauthorized ?? true,
      checkServerIdentity: (host, certificate) =>
        (options.checkServerIdentity ?? checkServerIdentity)(host, certificate),
      ...(session === undefined ? {} : { session }),
    });
    secure.on('session', (ticket) => rememberSession(context, route.key, ticket));
    if (context.keyLogFile !== null) {
      const file = context.keyLogFile;
      secure.on('keylog', (line) => process.getBuiltinModule('node:fs').appendFileSync(file, line));
    }
    const fail = (error: NodeJS.ErrnoException): void => {
      control.tracer?.emit('connection.start_tls.failed', { servername: name, error });
      // A refused session must not be tried again.
      context.sessions.delete(route.key);
      secure.off('secureConnect', succeed);
      secure.on('error', () => {});
      secure.destroy();
      socket.destroy();
      reject(
        new WireError({
          kind: 'tls',
          phase: 'tls',
          reason: tlsReason(error, name),
          code: error.code,
          cause: error,
          peer,
          retrySafe: true,
        }),
      );
    };
    const succeed = (): void => {
      secure.off('error', fail);
      control.signal.removeEventListener('abort', abort);
      control.tracer?.emit('connection.start_tls.complete', { ...describeTLS(secure) });
      resolve(secure);
    };
    const abort = (): void => {
      secure.off('error', fail);
      secure.on('error', () => {});
      secure.destroy();
      socket.destroy();
      reject(control.signal.reason as Error);
    };
    secure.once('secureConnect', succeed);
    secure.once('error', fail);
    control.signal.addEventListener('abort', abort, { once: true });
  });
}

/** What a TLS connection agreed upon. */
export function describeTLS(secure: TLSSocket): TLSInfo {
  return {
    protocol: secure.getProtocol() ?? 'unknown',
    cipher: secure.getCipher().name,
    alpn: secure.alpnProtocol || null,
    servername: (secure as { servername?: string | false }).servername || null,
    authorized: secure.authorized,
    resumed: secure.isSessionReused(),
  };
}

function tlsReason(error: NodeJS.ErrnoException, name: string): string {
  switch (error.code) {
    case 'CERT_HAS_EXPIRED':
      return `the certificate of '${name}' has expired (CERT_HAS_EXPIRED)`;
    case 'CERT_NOT_YET_VALID':
      return `the certificate of '${name}' is not valid yet (CERT_NOT_YET_VALID)`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate of '${name}' is not signed by a trusted authority (${error.code}); give its authority as 'tls.ca'`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate is not valid for '${name}' (ERR_TLS_CERT_ALTNAME_INVALID)`;
    case 'ECONNRESET':
      return 'the peer closed the connection during the TLS handshake (ECONNRESET)';
    default:
      return reasonOf(error);
  }
}
