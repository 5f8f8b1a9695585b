import type { Socket } from 'node:net';
import type { ConnectionOptions, PeerCertificate, TLSSocket } from 'node:tls';
import type { TLSInfo } from '../../models/connection-info.ts';
import { type DialControl, type Route, type WireConfig, WireError } from '../contract.ts';
import { checkIdentity } from './server-identity.ts';
import { tlsReason } from './system-error.ts';
import { rememberSession, type TLSContext } from './tls-context.ts';

/** What a handshake is made with. */
export interface HandshakeSetup {
  /** A connected socket. */
  readonly socket: Socket;
  readonly route: Pick<Route, 'hostname' | 'key' | 'servername'>;
  readonly config: Pick<WireConfig, 'tls'>;
  readonly context: TLSContext;
  readonly alpn: readonly string[];
  /** The other end, for errors. */
  readonly peer: string | undefined;
  readonly control: DialControl;
  /** What traces call it. */
  readonly step: 'connection.start_tls' | 'proxy.start_tls' | 'socks.start_tls';
}

/**
 * Negotiates TLS on a connected socket. Rejects with a {@link WireError}, or the reason of the signal when that is
 * aborted; the socket is closed then.
 */
export function handshake(setup: HandshakeSetup): Promise<TLSSocket> {
  const { socket, route, config, context, alpn, peer, control, step } = setup;
  const { signal, tracer } = control;
  const servername = route.servername ?? config.tls.servername ?? route.hostname;
  tracer?.emit(`${step}.started`, { servername, alpn });
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      socket.destroy();
      tracer?.emit(`${step}.failed`, { servername, error: signal.reason as Error });
      reject(signal.reason as Error);
      return;
    }
    const secure = process.getBuiltinModule('node:tls').connect(connectionOptions(setup, servername));
    const stop = (): void => {
      secure.off('secureConnect', succeed);
      secure.off('error', fail);
      signal.removeEventListener('abort', abort);
      // What fails before the first exchange shows when that begins.
      secure.on('error', ignore);
    };
    const giveUp = (error: Error): void => {
      stop();
      // It closes the socket underneath too; to do that before it ends Node 20 at once.
      secure.destroy();
      tracer?.emit(`${step}.failed`, { servername, error });
      reject(error);
    };
    const fail = (cause: NodeJS.ErrnoException): void => {
      // A session that was refused must not be offered again.
      context.sessions.delete(route.key);
      const reason = tlsReason(cause, servername);
      giveUp(
        new WireError({ kind: 'tls', phase: 'tls', reason, code: cause.code, cause, peer, retrySafe: true }),
      );
    };
    const abort = (): void => giveUp(signal.reason as Error);
    const succeed = (): void => {
      stop();
      tracer?.emit(`${step}.complete`, { ...describeTLS(secure) });
      resolve(secure);
    };
    secure.once('secureConnect', succeed);
    secure.once('error', fail);
    signal.addEventListener('abort', abort, { once: true });
    secure.on('session', (ticket) => rememberSession(context, route.key, ticket));
    if (context.keyLog !== null) {
      const { keyLog } = context;
      secure.on('keylog', (line) => {
        try {
          keyLog(line);
        } catch (error) {
          secure.destroy(error as Error);
        }
      });
    }
  });
}

/** What a TLS connection agreed upon. */
export function describeTLS(secure: TLSSocket): TLSInfo {
  // A socket that has been destroyed does not know any more.
  const cipher = secure.getCipher() as { name: string } | null;
  return {
    protocol: secure.getProtocol() ?? 'unknown',
    cipher: cipher?.name ?? 'unknown',
    alpn: secure.alpnProtocol || null,
    servername: (secure as { servername?: string | false }).servername || null,
    authorized: secure.authorized,
    resumed: secure.isSessionReused() === true,
  };
}

function connectionOptions(
  { socket, route, config, context, alpn }: HandshakeSetup,
  servername: string,
): ConnectionOptions {
  const { isIP } = process.getBuiltinModule('node:net');
  const { rejectUnauthorized = true } = config.tls;
  const check = config.tls.checkServerIdentity ?? checkIdentity;
  const session = context.sessions.get(route.key);
  return {
    socket,
    secureContext: context.secureContext,
    // An address is checked against the certificate but never sent as SNI (RFC 6066 §3).
    host: servername,
    ...(isIP(servername) === 0 ? { servername } : {}),
    ALPNProtocols: [...alpn],
    rejectUnauthorized,
    checkServerIdentity(host: string, certificate: PeerCertificate): Error | undefined {
      try {
        return check(host, certificate);
      } catch (error) {
        // A check that throws refuses; thrown on, it would end the process.
        return error as Error;
      }
    },
    ...(session === undefined ? {} : { session }),
  };
}

function ignore(): void {}
