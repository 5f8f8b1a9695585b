import type { X509Certificate } from 'node:crypto';
import type { TLSInfo } from '../../models/connection-info.ts';
import { WireError } from '../contract.ts';
import { checkIdentity } from '../js/server-identity.ts';
import { tlsReason } from '../js/system-error.ts';
import type { SecuredSocket, SecureSetup } from '../open-connection.ts';
import { nodeCipher } from './cipher-names.ts';
import type { Handshake, NativeSocket } from './native-socket.ts';
import type { NativeTLS } from './tls-config.ts';

/** What the engine says of a certificate that is among the authorities itself. */
const PINNED = 'PINNED';

/**
 * Negotiates TLS on a connection of the thread of I/O. Rejects with a {@link WireError}, or the reason of the signal
 * when that is aborted; the connection is closed then.
 */
export function startTLS(
  socket: NativeSocket,
  setup: SecureSetup<NativeTLS>,
): Promise<SecuredSocket<NativeSocket>> {
  const { route, config, context, alpn, peer, control, step } = setup;
  const { signal, tracer } = control;
  const servername = route.servername ?? config.tls.servername ?? route.hostname;
  tracer?.emit(`${step}.started`, { servername, alpn });
  return new Promise((resolve, reject) => {
    const giveUp = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      socket.destroy();
      tracer?.emit(`${step}.failed`, { servername, error });
      reject(error);
    };
    const fail = (cause: NodeJS.ErrnoException): void => {
      const reason = tlsReason(cause, servername);
      giveUp(
        new WireError({ kind: 'tls', phase: 'tls', reason, code: cause.code, cause, peer, retrySafe: true }),
      );
    };
    const abort = (): void => giveUp(signal.reason as Error);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', fail);
    socket.secure(context.id, servername, alpn, (made) => {
      const problem = judge(made, servername, setup);
      if (problem !== null && config.tls.rejectUnauthorized !== false) {
        fail(problem);
        return;
      }
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      const info = describe(made, servername, problem === null);
      tracer?.emit(`${step}.complete`, { ...info });
      resolve({ socket, info });
    });
  });
}

/** What is wrong with the certificate of the peer, or null. A session that is resumed was judged when it began. */
function judge(
  made: Handshake,
  servername: string,
  { config, context }: SecureSetup<NativeTLS>,
): NodeJS.ErrnoException | null {
  if (made.isResumed)
    return context.trusted.get(servername) === false ? new Error('it is not trusted') : null;
  let problem: NodeJS.ErrnoException | null = null;
  if (made.problem !== '' && made.problem !== PINNED) {
    problem = new Error(`the certificate is not trusted (${made.problem})`);
    problem.code = made.problem;
  } else {
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    const check = config.tls.checkServerIdentity ?? checkIdentity;
    try {
      const certificate = new X509Certificate(made.certificate);
      problem = made.problem === PINNED ? checkPeriod(certificate) : null;
      problem ??= check(servername, certificate.toLegacyObject()) ?? null;
    } catch (error) {
      // A check that throws refuses.
      problem = error as Error;
    }
  }
  context.trusted.set(servername, problem === null);
  return problem;
}

/** What is wrong with the period of a certificate that is trusted as it stands, or null. */
function checkPeriod({ validFrom, validTo }: X509Certificate): NodeJS.ErrnoException | null {
  const now = Date.now();
  const isLate = now > Date.parse(validTo);
  if (!isLate && now >= Date.parse(validFrom)) return null;
  const problem: NodeJS.ErrnoException = new Error(`it is valid from ${validFrom} to ${validTo}`);
  problem.code = isLate ? 'CERT_HAS_EXPIRED' : 'CERT_NOT_YET_VALID';
  return problem;
}

function describe(made: Handshake, servername: string, authorized: boolean): TLSInfo {
  const { isIP } = process.getBuiltinModule('node:net');
  return {
    protocol: made.protocol.replace('_', '.'),
    cipher: nodeCipher(made.cipher),
    alpn: made.alpn || null,
    // An address is checked against the certificate but never sent as SNI (RFC 6066 §3).
    servername: isIP(servername) === 0 ? servername : null,
    authorized,
    resumed: made.isResumed,
  };
}
