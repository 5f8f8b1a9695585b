import type { Socket } from 'node:net';
import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import type { TLSInfo } from '../../models/connection-info.ts';
import { peerName } from '../../models/peer.ts';
import { VERSION } from '../../models/version.ts';
import {
  type Backend,
  BACKEND_ABI,
  type Connection,
  type ConnectionMeta,
  type DialControl,
  type ProxyRoute,
  type Route,
  type WireConfig,
  type WireEngine,
  WireError,
} from '../contract.ts';
import { nextConnectionId } from '../connection-id.ts';
import { type ConnectedSocket, connectAny, connectPath } from './connector.ts';
import { describeTLS, handshake } from './handshake.ts';
import { HTTP1Connection } from './http1/connection.ts';
import { HTTP2Connection } from './http2/connection.ts';
import { passProxy } from './proxy/pass-proxy.ts';
import { type Address, resolveAddresses } from './resolver.ts';
import { tlsContext } from './tls-context.ts';
import { MAX_DELAY } from '../../models/timeout.ts';

/** The engine in TypeScript: `node:net` and `node:tls` sockets under our own HTTP/1.1, or under `node:http2`. */
class JSWireEngine implements WireEngine {
  supports(): UnsupportedOptionInfo[] {
    return [];
  }

  async connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection> {
    const progress: Progress = { phase: 'dns', peer: undefined, proxy: route.proxy?.url ?? null };
    const bounded = boundByDeadline(control, progress);
    try {
      return await open(route, config, bounded.control, progress);
    } catch (error) {
      if (error instanceof WireError) throw progress.proxy === null ? error : atProxy(error, progress.proxy);
      const { phase, peer } = progress;
      const reason = error instanceof Error ? error.message : String(error);
      throw new WireError({ kind: 'internal', phase, reason, cause: error, peer });
    } finally {
      bounded.release();
    }
  }
}

/** The backend that is always there. */
export const jsBackend: Backend = {
  info: {
    name: 'js',
    version: VERSION,
    abi: BACKEND_ABI,
    target: 'js',
    capabilities: [
      'h1',
      'h2',
      'tls',
      'tls.pfx',
      'tls.ciphers',
      'unix-socket',
      'http-proxy',
      'socks5',
      'trailers',
      'informational',
      'upgrade',
    ],
  },
  wire: new JSWireEngine(),
  close: () => Promise.resolve(),
};

/** How far an attempt has come, so that a timeout can say it. */
interface Progress {
  phase: 'connect' | 'dns' | 'proxy' | 'tls';
  peer: string | undefined;
  /** The proxy that the attempt has not left behind yet. */
  proxy: string | null;
}

async function open(
  route: Route,
  config: WireConfig,
  control: DialControl,
  progress: Progress,
): Promise<Connection> {
  // Options that cannot be used show before anything is opened.
  const context = route.secure ? tlsContext(config.tls, config.trustEnv) : null;
  const { proxy } = route;
  const proxyContext = proxy?.scheme === 'https' ? tlsContext(proxy.tls, config.trustEnv) : null;
  const started = performance.now();
  const { dial, dnsTime } = await prepareDial(proxy ?? route, config, control, progress);
  let opened = await dial();
  const connected = performance.now();
  let { socket }: { socket: Socket } = opened;
  let proxyTLS: TLSInfo | null = null;
  if (proxy !== null) {
    const peer = peerName(config.socketPath ?? socket.remoteAddress ?? null, socket.remotePort ?? null);
    const onPhase = (phase: Progress['phase']): void => void (progress.phase = phase);
    const setup = { proxy, route, config, control, context: proxyContext, peer, dial, onPhase };
    progress.peer = peer;
    ({ opened, socket, tls: proxyTLS } = await passProxy(opened, setup));
    progress.proxy = null;
  }
  const passed = performance.now();
  const address = {
    localAddress: socket.localAddress ?? null,
    localPort: socket.localPort ?? null,
    remoteAddress: config.socketPath ?? socket.remoteAddress ?? null,
    remotePort: config.socketPath === null ? (socket.remotePort ?? null) : null,
  };
  progress.phase = 'tls';
  progress.peer = peerName(address.remoteAddress, address.remotePort);
  const step = proxy === null ? 'connection.start_tls' : startTLSOf(proxy);
  const secure =
    context &&
    (await handshake({
      socket,
      route,
      config,
      context,
      alpn: alpnOf(config),
      peer: progress.peer,
      control,
      step,
    }));
  const isHTTP2 = config.http2 !== null && (secure?.alpnProtocol === 'h2' || !config.http1);
  const protocol = isHTTP2 ? 'h2' : 'http/1.1';
  const meta: ConnectionMeta = {
    protocol,
    id: nextConnectionId(),
    ...address,
    tls: secure && describeTLS(secure),
    proxy: proxy && { url: proxy.url, isTunnel: proxy.isTunnel, tls: proxyTLS },
    timings: {
      dns: dnsTime,
      connect: connected - started - (dnsTime ?? 0),
      tls: secure && performance.now() - passed,
      proxy: proxy !== null && (proxy.isTunnel || proxyTLS !== null) ? passed - connected : null,
    },
  };
  const top = secure ?? socket;
  if (isHTTP2) return openHTTP2(top, meta, route, config, control);
  const connection = new HTTP1Connection(top, meta, opened.reader, config.parser);
  if (top === opened.socket) opened.receiver = (bytes, length) => connection.receive(bytes, length);
  else top.on('data', (chunk: Buffer) => connection.receive(chunk, chunk.length));
  return connection;
}

/** What is offered by ALPN, the best first (RFC 7301). */
function alpnOf({ http1, http2 }: WireConfig): string[] {
  if (http2 === null) return ['http/1.1'];
  return http1 ? ['h2', 'http/1.1'] : ['h2'];
}

function openHTTP2(
  socket: Socket,
  meta: ConnectionMeta,
  route: Route,
  { http2, parser: limits }: WireConfig,
  { tracer }: DialControl,
): Connection {
  const { hostname, port, secure } = route;
  const settings = http2!;
  const { streamWindow, connectionWindow, maxFrameSize, headerTableSize } = settings;
  tracer?.emit('http2.send_connection_init.started', {
    settings: { streamWindow, connectionWindow, maxFrameSize, headerTableSize },
  });
  const scheme = secure ? 'https' : 'http';
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  const authority = port === (secure ? 443 : 80) ? host : `${host}:${port}`;
  const connection = new HTTP2Connection({ socket, meta, settings, limits, scheme, authority });
  tracer?.emit('http2.send_connection_init.complete', { connection: meta.id });
  return connection;
}

/** Resolves the name of what is dialled, once, however often that is. */
async function prepareDial(
  hop: Pick<Route, 'hostname' | 'port'>,
  config: WireConfig,
  control: DialControl,
  progress: Progress,
): Promise<{ readonly dial: () => Promise<ConnectedSocket>; readonly dnsTime: number | null }> {
  const { socketPath } = config;
  const started = performance.now();
  if (socketPath !== null) {
    progress.phase = 'connect';
    progress.peer = socketPath;
    return { dial: () => connectPath(socketPath, control), dnsTime: null };
  }
  const { hostname, port } = hop;
  const family = process.getBuiltinModule('node:net').isIP(hostname);
  const addresses: Address[] =
    family === 0 ? await resolveAddresses(hostname, config, control) : [{ address: hostname, family }];
  const dnsTime = family === 0 ? performance.now() - started : null;
  progress.phase = 'connect';
  if (addresses.length === 1) progress.peer = peerName(addresses[0]!.address, port);
  return { dial: () => connectAny(addresses, hop, config, control), dnsTime };
}

function startTLSOf({ scheme }: ProxyRoute): 'proxy.start_tls' | 'socks.start_tls' {
  return scheme === 'http' || scheme === 'https' ? 'proxy.start_tls' : 'socks.start_tls';
}

/** The same failure, with the name of the proxy at which it happened. */
function atProxy(error: WireError, proxy: string): WireError {
  if (error.kind === 'aborted' || error.message.includes(proxy)) return error;
  const { kind, phase, code, peer, retrySafe, reply } = error;
  const reason = `proxy ${proxy}: ${error.message}`;
  return new WireError({ kind, phase, reason, code, peer, retrySafe, reply, cause: error.cause });
}

/** Adds the deadline to the signal. */
function boundByDeadline(
  control: DialControl,
  progress: Progress,
): { control: DialControl; release(): void } {
  const { deadline, signal, tracer } = control;
  if (deadline === null) return { control, release: () => {} };
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal.reason);
  if (signal.aborted) forward();
  signal.addEventListener('abort', forward, { once: true });
  const limit = Math.max(0, deadline - performance.now());
  const giveUp = (): void => {
    const { phase, peer } = progress;
    const reason = `no connection within ${Math.round(limit)} ms`;
    controller.abort(new WireError({ kind: 'connect-timeout', phase, reason, peer, retrySafe: true }));
  };
  if (limit === 0) giveUp();
  const timer = setTimeout(giveUp, Math.min(limit, MAX_DELAY));
  return {
    control: { deadline, signal: controller.signal, tracer },
    release() {
      clearTimeout(timer);
      signal.removeEventListener('abort', forward);
    },
  };
}
