/** What TLS agreed upon. */
export interface TLSInfo {
  /** `TLSv1.3` */
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn: string | null;
  readonly servername: string | null;
  /** False only when verification is off and would have failed. */
  readonly authorized: boolean;
  /** A session of an earlier connection was resumed. */
  readonly resumed: boolean;
}

/** The connection that carried a response. */
export interface ConnectionInfo {
  /** Unique within the process: equal numbers are one connection. */
  readonly id: number;
  readonly protocol: 'h2' | 'http/1.1';
  /** It had carried an exchange before this one. */
  readonly reused: boolean;
  /** Number of the stream on HTTP/2; null on HTTP/1.1. */
  readonly streamId: number | null;
  readonly localAddress: string | null;
  readonly localPort: number | null;
  /** Address of the other end, or the path of a Unix domain socket. */
  readonly remoteAddress: string | null;
  readonly remotePort: number | null;
  readonly tls: TLSInfo | null;
  /** The engine that runs the connection. */
  readonly backend: 'js' | 'native' | 'undici';
}
