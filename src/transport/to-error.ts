import type { ProxyReply, WireError, WireErrorKind } from '../backends/contract.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import type { HTTPErrorInit } from '../errors/http-error.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { PoolTimeout } from '../errors/pool-timeout.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { ReadError } from '../errors/read-error.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { type ErrorCode, TernError } from '../errors/tern-error.ts';
import { TransportError } from '../errors/transport-error.ts';
import { WriteError } from '../errors/write-error.ts';
import { WriteTimeout } from '../errors/write-timeout.ts';
import type { Request } from '../message/request.ts';
import { newContext } from '../message/response-head.ts';
import { Response } from '../message/response.ts';
import { Headers } from '../models/headers.ts';
import { AppFailure } from './app-failure.ts';

interface Mapping {
  readonly errorClass: new (init: HTTPErrorInit) => TransportError;
  readonly code?: ErrorCode;
}

const CLASSES: Readonly<Record<Exclude<WireErrorKind, 'aborted'>, Mapping>> = {
  // Half-closed is how a server says that it has nothing to say (httpx: RemoteProtocolError).
  closed: { errorClass: RemoteProtocolError },
  connect: { errorClass: ConnectError },
  'connect-timeout': { errorClass: ConnectTimeout },
  dns: { errorClass: ConnectError, code: 'ERR_DNS' },
  internal: { errorClass: TransportError },
  'local-protocol': { errorClass: LocalProtocolError },
  'pool-timeout': { errorClass: PoolTimeout },
  proxy: { errorClass: ProxyError },
  read: { errorClass: ReadError },
  'read-timeout': { errorClass: ReadTimeout },
  'remote-protocol': { errorClass: RemoteProtocolError },
  tls: { errorClass: ConnectError, code: 'ERR_TLS' },
  unsupported: { errorClass: LocalProtocolError },
  write: { errorClass: WriteError },
  'write-timeout': { errorClass: WriteTimeout },
};

/**
 * The error that a caller sees for a failure below the boundary. What ends with the transport is no failure of the
 * network, an option that cannot be used is told as such, and what an app in this process throws goes through as it is.
 */
export function toTransportError(error: WireError, request: Request): unknown {
  if (error instanceof AppFailure) return error.thrown;
  if (error.kind === 'aborted') {
    const { method, redactedURL } = request;
    return new ClientClosed(
      `${method} ${redactedURL}: the client was closed while the request was under way.`,
    );
  }
  if (error.kind === 'internal' && error.cause instanceof TernError) return error.cause;
  const { errorClass: ErrorClass, code } = CLASSES[error.kind];
  const { phase, peer, reply } = error;
  const init = { reason: reasonOf(error), request, phase, peer, code, cause: error.cause ?? error };
  return reply === undefined
    ? new ErrorClass(init)
    : new ProxyError({ ...init, response: replyResponse(reply, request) });
}

/** What a connection was like before it broke is the first thing that somebody asks who meets this. */
function reasonOf({ message, kind, reused, headReceived }: WireError): string {
  const mayBeStale = reused && !headReceived && (kind === 'closed' || kind === 'read' || kind === 'write');
  return mayBeStale ? `${message} (on a connection that was kept from an earlier request)` : message;
}

/** A refusal of a proxy in the form that users know. */
function replyResponse({ status, reason, version, fields, body }: ProxyReply, request: Request): Response {
  const context = newContext(status, reason, version, Headers.fromWire(fields, false, request.redaction));
  context.request = request;
  return new Response(status, null, { context, bytes: body, bytesReceived: body.length, trailers: null });
}
