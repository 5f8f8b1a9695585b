import { ClientClosed } from '../errors/client-closed.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { FirstByteTimeout } from '../errors/first-byte-timeout.ts';
import type { HTTPErrorInit } from '../errors/http-error.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import type { Phase } from '../errors/phase.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { ReadError } from '../errors/read-error.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { TernError } from '../errors/tern-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import { WriteError } from '../errors/write-error.ts';
import type { Request } from '../message/request.ts';
import { peerName } from '../models/peer.ts';

/** How far a request had come when undici gave it up. */
export interface FailurePlace {
  readonly phase: Phase;
  /** The limit for the first octet is one of its own. */
  readonly hasFirstByteLimit: boolean;
  /** Octets of the body of the response that have not come; null if that is not known. */
  readonly missing: number | null;
}

/** The error that a caller sees for one of undici's, which becomes its cause. */
export function toTransportError(error: unknown, request: Request, place: FailurePlace): TernError {
  // What our own side made passes through undici and comes back.
  if (error instanceof TernError) return error;
  const code = codeOf(error);
  const { phase } = place;
  const isConnecting = phase === 'pool' || phase === 'connect';
  const init = { reason: reasonOf(error, code), request, phase, peer: peerOf(error), cause: error };
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new ConnectTimeout({ ...init, phase: 'connect' });
    case 'UND_ERR_HEADERS_TIMEOUT':
      return place.hasFirstByteLimit
        ? new FirstByteTimeout({ ...init, phase: 'firstByte' })
        : new ReadTimeout({ ...init, phase: 'firstByte' });
    case 'UND_ERR_BODY_TIMEOUT':
      return new ReadTimeout({ ...init, phase: 'read' });
    case 'UND_ERR_SOCKET':
      return isConnecting
        ? new ConnectError({ ...init, phase: 'connect' })
        : new RemoteProtocolError(withReadPhase({ ...init, reason: init.reason + missingBytes(place) }));
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new RemoteProtocolError(withReadPhase(init));
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
      return new DecodingError({ ...init, phase: 'read', code: 'ERR_CONTENT_LIMIT' });
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return new LocalProtocolError({ ...init, phase: 'write' });
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return new LocalProtocolError({ ...init, phase: 'build' });
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return isConnecting
        ? new ClientClosed('Cannot send a request, as the undici dispatcher has been closed.', {
            cause: error,
          })
        : new RemoteProtocolError({ ...init, reason: 'the connection was closed by its owner' });
    case 'UND_ERR_PRX_TLS':
      return new ProxyError({ ...init, phase: 'proxy' });
    case 'UND_ERR_ABORTED':
      // Before a connection is there, only a proxy's refusal of the tunnel ends like this.
      return isConnecting
        ? new ProxyError({ ...init, phase: 'proxy' })
        : new TransportError({ ...init, code: 'ERR_ABORTED' });
    case undefined:
      // Some versions leave out the code of what the parser refuses.
      return error instanceof Error && error.name === 'HTTPParserError'
        ? new RemoteProtocolError(withReadPhase(init))
        : new TransportError(init);
    default:
      return bySystemCode(error, code, init, isConnecting);
  }
}

function bySystemCode(
  error: unknown,
  code: string,
  init: HTTPErrorInit,
  isConnecting: boolean,
): TransportError {
  if (code.startsWith('HPE_')) return new RemoteProtocolError(withReadPhase(init));
  if (code.startsWith('UND_ERR_SOCKS5')) return new ProxyError({ ...init, phase: 'proxy' });
  // Other codes of undici, and of what is built on it.
  if (code.startsWith('UND_')) return new TransportError(init);
  const { syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code.startsWith('EAI_') || syscall === 'getaddrinfo') {
    return new ConnectError({ ...init, phase: 'dns', code: 'ERR_DNS' });
  }
  if (isTLS(code)) return new ConnectError({ ...init, phase: 'tls', code: 'ERR_TLS' });
  if (isConnecting || syscall === 'connect' || code === 'ECONNREFUSED') {
    return new ConnectError({ ...init, phase: 'connect' });
  }
  return init.phase === 'write' ? new WriteError(init) : new ReadError(init);
}

/** Names of the failures that OpenSSL and `node:tls` report while a connection is made. */
function isTLS(code: string): boolean {
  return (
    code === 'EPROTO' ||
    /^(?:ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|CRL_)/.test(
      code,
    )
  );
}

function missingBytes({ phase, missing }: FailurePlace): string {
  return phase === 'read' && missing !== null && missing > 0 ? `, ${missing} bytes missing` : '';
}

/** A peer that breaks the protocol does so in what is read from it, also while the request is still being sent. */
function withReadPhase(init: HTTPErrorInit): HTTPErrorInit {
  return init.phase === 'write' ? { ...init, phase: 'firstByte' } : init;
}

/** The code of an error; that of its first part if several addresses failed. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : undefined;
}

function reasonOf(error: unknown, code: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError && error.message === '' ? error.errors[0] : error;
  const message = (inner instanceof Error ? inner.message : '') || error.name;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

function peerOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { socket, address, port, errors } = error as {
    socket?: { remoteAddress?: unknown; remotePort?: unknown } | null;
    address?: unknown;
    port?: unknown;
    errors?: unknown;
  };
  if (socket != null) return nameOf(socket.remoteAddress, socket.remotePort);
  if (address !== undefined) return nameOf(address, port);
  return Array.isArray(errors) && errors.length > 0 ? peerOf(errors[0]) : undefined;
}

function nameOf(address: unknown, port: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  return peerName(address, typeof port === 'number' ? port : null);
}
