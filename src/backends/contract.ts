import type { UnsupportedOptionInfo } from '../errors/unsupported-option.ts';
import type { Phase } from '../errors/phase.ts';
import type { Tracer } from '../models/trace.ts';
import type { ProxyInfo, TLSInfo } from '../models/connection-info.ts';
import type { HTTP2Settings } from '../models/http2-options.ts';
import type { TLSOptions } from '../models/tls-options.ts';

/**
 * The boundary between policy and mechanics. A backend opens connections, frames HTTP on them and reports
 * events; pool, deadlines and everything above are one implementation for all backends. Whatever is said here
 * holds for each of them and is judged by one suite.
 */
export type BackendName = 'js' | 'native' | 'wasm';

/** What a backend says about itself. */
export interface BackendInfo {
  readonly name: BackendName;
  readonly version: string;
  /** Version of this contract that it implements. */
  readonly abi: number;
  /** What it was built for: `js`, `linux-x64-gnu`, `wasm32-wasip1`. */
  readonly target: string;
  readonly capabilities: readonly string[];
}

/** The version of this contract. */
export const BACKEND_ABI = 1;

export interface Backend {
  readonly info: BackendInfo;
  /** Absent where there are no sockets, as in wasm. */
  readonly wire?: WireEngine;
  close(): Promise<void>;
}

export interface WireEngine {
  /** The options of this configuration that the engine cannot honour; none means all is well. */
  supports(config: WireConfig): UnsupportedOptionInfo[];
  /** Opens a connection. Rejects with {@link WireError} only; leaves nothing open when it does. */
  connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection>;
}

/** Where a connection leads. Two routes with one key may share connections. */
export interface Route {
  readonly key: string;
  readonly secure: boolean;
  /** Host name in ASCII or address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Name for SNI and for the check of the certificate, if it is not the host name. */
  readonly servername: string | null;
  /** The proxy on the way, which is then what is dialled; null if there is none. */
  readonly proxy: ProxyRoute | null;
}

/** A proxy, and how the way leads through it. */
export interface ProxyRoute {
  readonly scheme: 'http' | 'https' | 'socks5' | 'socks5h';
  /** Host name in ASCII or address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Its URL without secrets, for errors and traces. */
  readonly url: string;
  /** TLS to the proxy itself; for `https`. */
  readonly tls: TLSOptions;
  /** Octets are passed through to the origin, after CONNECT or SOCKS; else requests go to the proxy in absolute form. */
  readonly isTunnel: boolean;
  /** Host and port of the origin, as the target of CONNECT. */
  readonly target: string;
  /**
   * Name, value, name, value: all fields of the CONNECT. Without a tunnel, those that each request gets behind its
   * `Host`, unless it has a field of that name.
   */
  readonly fields: readonly string[];
  /** For SOCKS: user name and password, of 255 octets at most each. */
  readonly credentials: { readonly username: Uint8Array; readonly password: Uint8Array } | null;
  /** Begins to ask for a tunnel where credentials depend on what the proxy answers; `fields` do not count then. */
  readonly negotiate: (() => TunnelNegotiation) | null;
}

/** The side of the client in the dialogue that leads to a tunnel. */
export interface TunnelNegotiation {
  /**
   * The fields of the next CONNECT, or null if there is none to come and the reply is the answer.
   *
   * @param reply to the one before, whatever its status; null at the beginning
   */
  next(reply: ProxyReply | null): Promise<readonly string[] | null>;
  /** Lets go of what the dialogue holds. */
  close(): Promise<void>;
}

/** What a proxy answered to CONNECT. */
export interface ProxyReply {
  readonly status: number;
  readonly reason: string;
  readonly version: HTTPVersion;
  /** Name, value, name, value. */
  readonly fields: string[];
  /** Its beginning, if it is large, or breaks off. */
  readonly body: Uint8Array;
}

/** Resolves a host name; the signature of `dns.lookup` with `all: true`. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true; readonly family?: 0 | 4 | 6 },
  callback: (error: Error | null, addresses: { address: string; family: number }[]) => void,
) => void;

/** What is the same for all connections of a transport. */
export interface WireConfig {
  readonly tls: TLSOptions;
  /** Take SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE from the environment. */
  readonly trustEnv: boolean;
  /** Path of a Unix domain socket to which every connection goes. */
  readonly socketPath: string | null;
  readonly localAddress: string | null;
  /** Restricts name resolution to one family; 0 for both. */
  readonly family: 0 | 4 | 6;
  readonly lookup: Lookup | null;
  readonly noDelay: boolean;
  readonly parser: ParserLimits;
  /** HTTP/1.1 may be spoken; if not, HTTP/2 is, without asking (RFC 9113 §3.3). */
  readonly http1: boolean;
  /** How HTTP/2 is spoken where ALPN agrees upon it; null: not at all. */
  readonly http2: HTTP2Settings | null;
}

/** Bounds of what a response may make the parser hold. */
export interface ParserLimits {
  /** Octets of a head: status line, fields and line ends together. */
  readonly maxHeadBytes: number;
  /** Fields of a head. */
  readonly maxHeadFields: number;
  /** Octets of a chunk-size line with its extensions. */
  readonly maxChunkLineBytes: number;
  /** Octets of a trailer section. */
  readonly maxTrailerBytes: number;
  /** Interim (1xx) responses before the final one. */
  readonly maxInformational: number;
}

export const DEFAULT_PARSER_LIMITS: ParserLimits = Object.freeze({
  maxHeadBytes: 102_400,
  maxHeadFields: 1000,
  maxChunkLineBytes: 16_384,
  maxTrailerBytes: 65_536,
  maxInformational: 100,
});

/** How an attempt to connect is bounded and watched. */
export interface DialControl {
  /** On the clock of `performance.now()`; null for no limit. Covers name resolution, TCP, proxy and TLS. */
  readonly deadline: number | null;
  readonly signal: AbortSignal;
  readonly tracer: Tracer | null;
}

/** Times of the steps of opening a connection, in milliseconds; null for a step that was not needed. */
interface DialTimings {
  readonly dns: number | null;
  readonly connect: number;
  readonly tls: number | null;
  /** TLS to a proxy, and asking it for a tunnel. */
  readonly proxy: number | null;
}

export interface ConnectionMeta {
  /** The engine that carries it. */
  readonly backend: 'js' | 'native';
  readonly protocol: 'http/1.1' | 'h2';
  /** Unique within the process. */
  readonly id: number;
  readonly localAddress: string | null;
  readonly localPort: number | null;
  /** Address of the other end; the path of a Unix domain socket. */
  readonly remoteAddress: string | null;
  readonly remotePort: number | null;
  readonly tls: TLSInfo | null;
  readonly proxy: ProxyInfo | null;
  readonly timings: DialTimings;
}

export interface Connection {
  readonly meta: ConnectionMeta;
  /** Exchanges that it can carry at the same time: 1 on HTTP/1.1, the peer's limit on HTTP/2, 0 once it is spent. */
  readonly capacity: number;
  /** Set by the owner: {@link capacity} has changed by itself while exchanges ran. Never called on HTTP/1.1. */
  onCapacity?: (() => void) | null;
  /** Milliseconds for which the server said that it keeps an idle connection (`Keep-Alive: timeout`), if it did. */
  readonly keepAliveHint: number | null;
  /** Starts an exchange; there must be capacity. Events come later, never from within this call. */
  exchange(request: WireRequest, sink: ExchangeSink): Exchange;
  /** Set by the owner: the connection closed, or became useless, while no exchange ran. */
  onIdleClose: (() => void) | null;
  close(mode: 'abort' | 'graceful'): void;
  /**
   * Lends the connection, which carries nothing, to a thread that blocks: gives the number by which that finds it, or null
   * if it cannot. To use or to close it ends the loan.
   */
  lend?(): number | null;
  /**
   * What has been done with it on loan since this was asked last: exchanges, and milliseconds since the last one. Null if
   * it is not lent. One that was lost has no capacity afterwards.
   */
  settle?(): { readonly exchanges: number; readonly idleMs: number } | null;
}

export interface WireRequest {
  readonly method: string;
  /** As it goes into the request line. */
  readonly target: string;
  /** Name, value, name, value, in the caller's order and case; `Host` first. */
  readonly fields: readonly string[];
  /** `stream`: the body follows through {@link Exchange.write}. Null beside `chunked` is a body that ends at once. */
  readonly body: Uint8Array | 'stream' | null;
  readonly framing: 'chunked' | 'length' | 'none';
  /** Trailers will follow a streamed body, which HTTP/2 has to know beforehand. */
  readonly announcesTrailers: boolean;
  /** The request asks for another protocol: 101, or any 2xx to CONNECT, turns the exchange into a duplex. */
  readonly upgrade: boolean;
  /** `whole`: the body will be kept in one piece, so it may be read straight into one. */
  readonly delivery: 'stream' | 'whole';
  /** Octets of body that may be delivered before more are granted; one read may overshoot. */
  readonly credit: number;
}

/** Receives the events of one exchange: on the JavaScript thread, in order, never from within a call to the exchange. */
export interface ExchangeSink {
  /** Octets of the response came that make no event yet: a part of a head, of a chunk-size line, of trailers. */
  received(): void;
  /** An interim response, 101 excepted. */
  informational(status: number, reason: string, fields: string[]): void;
  head(status: number, reason: string, fields: string[], version: HTTPVersion): void;
  /**
   * A piece of the body, owned by the receiver from here on; of one that is wanted whole, only the octets are: the memory
   * behind them may still be written to until the end.
   */
  data(chunk: Uint8Array): void;
  /** Octets of the request body that have left, in all. */
  sent(bytes: number): void;
  /** The body is complete; the connection has been released, if it can be used again. */
  end(trailers: string[] | null): void;
  /**
   * Exactly one of `end` and `error` is called, and last. A tunnel is the exception: there `end` says that the peer
   * has no more to say, and `error` may still follow while the other direction is open.
   */
  error(error: WireError): void;
}

export type HTTPVersion = '1.0' | '1.1' | '2';

export interface Exchange {
  /** Number of the stream on HTTP/2. */
  readonly streamId?: number | null;
  /** Allows more octets of body to be delivered. */
  grant(bytes: number): void;
  /** Sends a piece of the body. False: wait for `sent` before the next one. The bytes may not change until they are sent. */
  write(chunk: Uint8Array): boolean;
  /** Ends the body. Trailers need chunked framing on HTTP/1.1, and an announcement on HTTP/2; else they are left out. */
  finish(trailers?: readonly string[]): void;
  /**
   * Gives up; idempotent. No event follows. On HTTP/1.1 the connection is closed unless the exchange had ended, on
   * HTTP/2 only the stream is.
   *
   * @param isOverdue the server did not answer in time: a connection that lives on, but on which nothing came meanwhile, is
   * better not used for what comes next
   */
  abort(isOverdue?: boolean): void;
}

/**
 * What can go wrong below the boundary. `aborted`: the owner closed the connection or gave up the attempt; `closed`:
 * the peer did, without a word; `internal`: a defect, or an option that cannot be used, with the reason as `cause`.
 */
export type WireErrorKind =
  | 'aborted'
  | 'closed'
  | 'connect'
  | 'connect-timeout'
  | 'dns'
  | 'internal'
  | 'local-protocol'
  | 'pool-timeout'
  | 'proxy'
  | 'read'
  | 'read-timeout'
  | 'remote-protocol'
  | 'tls'
  | 'unsupported'
  | 'write'
  | 'write-timeout';

export interface WireErrorInit {
  readonly kind: WireErrorKind;
  readonly phase: Phase;
  /** The root reason in words. */
  readonly reason: string;
  /** Name of the system error: `ECONNRESET`. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
  readonly peer?: string | undefined;
  /** Octets of this request that may have reached the peer: an upper bound. */
  readonly bytesWritten?: number;
  /** The head of the response had been received. */
  readonly headReceived?: boolean;
  /** The connection had carried an exchange before. */
  readonly reused?: boolean;
  /**
   * The request may be sent again on another connection as far as the wire can tell: nothing was written, or a
   * reused connection turned out to be closed before a single octet of response. Whether the method and the
   * body allow it is for policy to say.
   */
  readonly retrySafe?: boolean;
  /** The peer said that it did nothing with the request, whatever was written (RFC 9113 §8.7). */
  readonly unprocessed?: boolean;
  /** How the proxy refused a tunnel. */
  readonly reply?: ProxyReply | undefined;
}

/** A failure below the boundary. It crosses as kind and fields, never as text to be parsed. */
export class WireError extends Error {
  readonly kind: WireErrorKind;
  readonly phase: Phase;
  readonly code: string | undefined;
  readonly peer: string | undefined;
  readonly bytesWritten: number;
  readonly headReceived: boolean;
  readonly reused: boolean;
  readonly retrySafe: boolean;
  readonly unprocessed: boolean;
  /** Private, as its fields and its content are nothing for logs. */
  readonly #reply: ProxyReply | undefined;

  constructor(init: WireErrorInit) {
    super(init.reason, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'WireError';
    this.kind = init.kind;
    this.phase = init.phase;
    this.code = init.code;
    this.peer = init.peer;
    this.bytesWritten = init.bytesWritten ?? 0;
    this.headReceived = init.headReceived ?? false;
    this.reused = init.reused ?? false;
    this.retrySafe = init.retrySafe ?? false;
    this.unprocessed = init.unprocessed ?? false;
    this.#reply = init.reply;
  }

  get reply(): ProxyReply | undefined {
    return this.#reply;
  }
}
