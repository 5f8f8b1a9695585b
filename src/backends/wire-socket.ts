/** What an engine has of a connection before HTTP begins: as much of a socket as policy needs. */
export interface WireSocket {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  on(event: 'close' | 'end', listener: () => void): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'connect', listener: () => void): unknown;
  off(event: 'close' | 'end', listener: () => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  write(bytes: Uint8Array): unknown;
  /** Gives octets back, so that they are read again. */
  unshift(bytes: Uint8Array): unknown;
  destroy(): unknown;
}

/** A connected socket. */
export interface OpenedSocket<S extends WireSocket> {
  readonly socket: S;
  /** Who gets what is read; to be set before the event loop turns. */
  receiver: ((bytes: Buffer, length: number) => void) | null;
}
