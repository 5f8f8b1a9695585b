import type { Request } from '../message/request.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import { framingOf } from '../transport/framing.ts';
import type { SyncTransportContext } from './sync-transport.ts';

/** Bodies up to this size go along with the request. */
const SMALL_BODY = 65_536;

export function isSmall(bytes: Uint8Array | null): boolean {
  return bytes !== null && bytes.length <= SMALL_BODY;
}

/** Nothing of it is special, and no function of the program is called for it, so it cannot be aborted either. */
export function isPlainRequest({ extensions, redaction }: Request, context: SyncTransportContext): boolean {
  const { signal, proxy, publicOnly, tracer } = context;
  const { onInformational, onUploadProgress, onDownloadProgress, onRetry } = context;
  return (
    signal === null &&
    tracer === null &&
    onInformational === null &&
    onUploadProgress === null &&
    onDownloadProgress === null &&
    onRetry === null &&
    proxy === undefined &&
    publicOnly !== true &&
    extensions.target === undefined &&
    extensions.sniHostname === undefined &&
    redaction === DEFAULT_REDACTION
  );
}

/**
 * Whether a plain request is one message that leaves at once, and its response another one: nothing has to be made or
 * waited for in between.
 *
 * @throws LocalProtocolError if its fields contradict each other
 */
export function isOneMessage(request: Request): boolean {
  const { method, payload } = request;
  if (method === 'CONNECT' || (payload !== null && !isSmall(payload.bytes))) return false;
  const { kind, expectsContinue, asksUpgrade } = framingOf(request);
  return !asksUpgrade && !expectsContinue && (payload === null || kind !== 'chunked');
}
