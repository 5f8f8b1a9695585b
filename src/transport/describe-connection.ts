import type { ConnectionMeta } from '../backends/contract.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';

/** What a response tells about the connection that carried it. */
export function connectionInfo(
  meta: ConnectionMeta,
  reused: boolean,
  streamId: number | null,
): ConnectionInfo {
  const { id, protocol, localAddress, localPort, remoteAddress, remotePort, tls, proxy, backend } = meta;
  const address = { localAddress, localPort, remoteAddress, remotePort };
  return { id, protocol, reused, streamId, ...address, tls, proxy, backend };
}
