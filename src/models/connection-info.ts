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

/** The proxy through which a connection leads. */
export interface ProxyInfo {
  /** Its URL, without user information: `http://proxy.test:3128`. */
  readonly url: string;
  /** Octets were passed through to the origin (CONNECT, SOCKS); else the proxy got the request and answered it. */
  readonly isTunnel: boolean;
  /** TLS between client and proxy; null unless the proxy is an `https` one. */
  readonly tls: TLSInfo | null;
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
  /** Address of the other end, which is the proxy if there is one, or the path of a Unix domain socket. */
  readonly remoteAddress: string | null;
  readonly remotePort: number | null;
  /** TLS with the origin. */
  readonly tls: TLSInfo | null;
  /** Null for a direct connection. */
  readonly proxy: ProxyInfo | null;
  /** The engine that runs the connection. */
  readonly backend: 'js' | 'native' | 'undici';
}
