import type { Route, WireError, WireRequest } from '../backends/contract.ts';
import type { Request } from '../message/request.ts';
import type { Framing } from './framing.ts';

/** A body in memory up to this size goes out together with the head. */
const SMALL_BODY = 65_536;
/** Methods that may be sent twice without doing more than once (RFC 9110 §9.2.2; QUERY is safe). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'QUERY',
  'TRACE',
]);

/** A request as the wire is given it. Its body is `stream` unless it can go out together with the head. */
export function wireRequestOf(
  request: Request,
  framing: Framing,
  route: Route,
  delivery: 'stream' | 'whole',
  credit: number,
): WireRequest {
  const { method, fields, extensions, parsedURL, payload } = request;
  const target = extensions.target ?? (method === 'CONNECT' ? authorityOf(route) : parsedURL.target);
  return {
    method,
    target,
    fields,
    body: directBody(payload?.bytes, payload === null, framing),
    framing: framing.kind,
    upgrade: framing.asksUpgrade,
    delivery,
    credit,
  };
}

/**
 * Whether a request that failed may be sent again: nothing may happen twice, and the body must be there again.
 *
 * @param hasOpenedBody octets of the body have been asked for
 */
export function mayRepeat({ method, payload }: Request, error: WireError, hasOpenedBody: boolean): boolean {
  if (!error.retrySafe || (hasOpenedBody && payload?.replayable === false)) return false;
  return IDEMPOTENT.has(method) || error.bytesWritten === 0 || error.unprocessed;
}

function directBody(
  bytes: Uint8Array | null | undefined,
  isAbsent: boolean,
  { kind, expectsContinue }: Framing,
): Uint8Array | 'stream' | null {
  if (isAbsent) return null;
  const isSmall = bytes != null && bytes.length <= SMALL_BODY;
  return isSmall && !expectsContinue && kind !== 'chunked' ? bytes : 'stream';
}

function authorityOf({ hostname, port }: Route): string {
  return hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
