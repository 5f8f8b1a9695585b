/** The other end of a connection as errors and traces name it: `127.0.0.1:80`, `[::1]:80`, or a socket path. */
export function peerName(address: string | null, port: number | null): string | undefined {
  if (address === null) return undefined;
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
