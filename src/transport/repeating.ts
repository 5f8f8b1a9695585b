import type { Connection, WireError } from '../backends/contract.ts';
import type { Request } from '../message/request.ts';

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
/** A request that came just when a server took leave of its connection may meet the next one in the same moment. */
const MAX_FAREWELLS = 5;

/**
 * Whether a request that failed may be sent again: nothing may happen twice, and the body must be there again.
 *
 * @param hasOpenedBody octets of the body have been asked for
 */
export function mayRepeat({ method, payload }: Request, error: WireError, hasOpenedBody: boolean): boolean {
  if (!error.retrySafe || (hasOpenedBody && payload?.replayable === false)) return false;
  return IDEMPOTENT.has(method) || error.bytesWritten === 0 || error.unprocessed;
}

/** How often a request may be sent again after this failure of its connection. */
export function maxRepeats({ unprocessed }: WireError, { capacity }: Pick<Connection, 'capacity'>): number {
  return unprocessed && capacity === 0 ? MAX_FAREWELLS : 1;
}
