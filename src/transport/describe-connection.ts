import type { ConnectionMeta } from '../backends/contract.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';

/** What a response tells about the connection that carried it. */
export function connectionInfo(
  meta: ConnectionMeta,
  reused: boolean,
  backend: 'js' | 'native',
): ConnectionInfo {
  const { id, protocol, localAddress, localPort, remoteAddress, remotePort, tls, proxy } = meta;
  return { id, protocol, reused, localAddress, localPort, remoteAddress, remotePort, tls, proxy, backend };
}
