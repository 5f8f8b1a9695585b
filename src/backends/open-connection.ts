import type { TLSInfo } from '../models/connection-info.ts';
import { peerName } from '../models/peer.ts';
import { MAX_DELAY } from '../models/timeout.ts';
import type { TLSOptions } from '../models/tls-options.ts';
import { nextConnectionId } from './connection-id.ts';
import {
  type Connection,
  type ConnectionMeta,
  type DialControl,
  type ProxyRoute,
  type Route,
  type WireConfig,
  WireError,
} from './contract.ts';
import { connectAny, connectPath } from './js/connector.ts';
import { passProxy } from './js/proxy/pass-proxy.ts';
import { type Address, resolveAddresses } from './js/resolver.ts';
import type { OpenedSocket, WireSocket } from './wire-socket.ts';

/** What TLS is made with. */
export interface SecureSetup<C> {
  readonly context: C;
  readonly route: Pick<Route, 'hostname' | 'key' | 'servername'>;
  readonly config: Pick<WireConfig, 'tls'>;
  readonly alpn: readonly string[];
  /** The other end, for errors. */
  readonly peer: string | undefined;
  readonly control: DialControl;
  /** What traces call it. */
  readonly step: 'connection.start_tls' | 'proxy.start_tls' | 'socks.start_tls';
}

/** A connection on which TLS has been agreed upon. */
export interface SecuredSocket<S> {
  readonly socket: S;
  readonly info: TLSInfo;
}

/** What an engine does itself on the way to a connection; `C` is what it makes of TLS options. */
export interface Mechanics<S extends WireSocket, O extends OpenedSocket<S>, C> {
  readonly name: ConnectionMeta['backend'];
  /** Options that cannot be used show here, before anything is opened. */
  tlsContext(options: TLSOptions, trustEnv: boolean): C;
  openSocket(options: object): O;
  /**
   * Negotiates TLS on `socket`, which is that of `opened` or one that has come out of this. Rejects with a WireError or
   * the reason of the signal; the socket is closed then.
   */
  startTLS(opened: O, socket: S, setup: SecureSetup<C>): Promise<SecuredSocket<S>>;
  /** Begins HTTP on a connection. */
  carry(opened: O, socket: S, meta: ConnectionMeta, carriage: Carriage): Connection;
}

export interface Carriage {
  readonly route: Route;
  readonly config: WireConfig;
  readonly control: DialControl;
}

/** How far an attempt has come, so that a timeout can say it. */
interface Progress {
  phase: 'connect' | 'dns' | 'proxy' | 'tls';
  peer: string | undefined;
  /** The proxy that the attempt has not left behind yet. */
  proxy: string | null;
}

/** Opens a connection with the means of an engine. Rejects with a {@link WireError} only; nothing is open then. */
export async function openConnection<S extends WireSocket, O extends OpenedSocket<S>, C>(
  mechanics: Mechanics<S, O, C>,
  route: Route,
  config: WireConfig,
  control: DialControl,
): Promise<Connection> {
  const progress: Progress = { phase: 'dns', peer: undefined, proxy: route.proxy?.url ?? null };
  const bounded = boundByDeadline(control, progress);
  try {
    return await open(mechanics, route, config, bounded.control, progress);
  } catch (error) {
    if (error instanceof WireError) throw progress.proxy === null ? error : atProxy(error, progress.proxy);
    const { phase, peer } = progress;
    const reason = error instanceof Error ? error.message : String(error);
    throw new WireError({ kind: 'internal', phase, reason, cause: error, peer });
  } finally {
    bounded.release();
  }
}

async function open<S extends WireSocket, O extends OpenedSocket<S>, C>(
  mechanics: Mechanics<S, O, C>,
  route: Route,
  config: WireConfig,
  control: DialControl,
  progress: Progress,
): Promise<Connection> {
  // Options that cannot be used show before anything is opened.
  const context = route.secure ? mechanics.tlsContext(config.tls, config.trustEnv) : null;
  const { proxy } = route;
  const proxyContext = proxy?.scheme === 'https' ? mechanics.tlsContext(proxy.tls, config.trustEnv) : null;
  const started = performance.now();
  const { dial, dnsTime } = await prepareDial(mechanics, proxy ?? route, config, control, progress);
  let opened = await dial();
  const connected = performance.now();
  let { socket } = opened;
  let proxyTLS: TLSInfo | null = null;
  if (proxy !== null) {
    const peer = peerName(config.socketPath ?? socket.remoteAddress ?? null, socket.remotePort ?? null);
    const onPhase = (phase: Progress['phase']): void => void (progress.phase = phase);
    const secure =
      proxyContext === null
        ? null
        : (hop: O, setup: Omit<SecureSetup<C>, 'context'>) =>
            mechanics.startTLS(hop, hop.socket, { ...setup, context: proxyContext });
    progress.peer = peer;
    const setup = { proxy, route, config, control, secure, peer, dial, onPhase };
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
  const { peer } = progress;
  const step = proxy === null ? 'connection.start_tls' : startTLSOf(proxy);
  const secure =
    context &&
    (await mechanics.startTLS(opened, socket, {
      route,
      config,
      context,
      alpn: alpnOf(config),
      peer,
      control,
      step,
    }));
  const isHTTP2 = config.http2 !== null && (secure?.info.alpn === 'h2' || !config.http1);
  const meta: ConnectionMeta = {
    backend: mechanics.name,
    protocol: isHTTP2 ? 'h2' : 'http/1.1',
    id: nextConnectionId(),
    ...address,
    tls: secure && secure.info,
    proxy: proxy && { url: proxy.url, isTunnel: proxy.isTunnel, tls: proxyTLS },
    timings: {
      dns: dnsTime,
      connect: connected - started - (dnsTime ?? 0),
      tls: secure && performance.now() - passed,
      proxy: proxy !== null && (proxy.isTunnel || proxyTLS !== null) ? passed - connected : null,
    },
  };
  return mechanics.carry(opened, secure?.socket ?? socket, meta, { route, config, control });
}

/** What is offered by ALPN, the best first (RFC 7301). */
function alpnOf({ http1, http2 }: WireConfig): string[] {
  if (http2 === null) return ['http/1.1'];
  return http1 ? ['h2', 'http/1.1'] : ['h2'];
}

/** Resolves the name of what is dialled, once, however often that is. */
async function prepareDial<S extends WireSocket, O extends OpenedSocket<S>>(
  mechanics: Pick<Mechanics<S, O, never>, 'openSocket'>,
  hop: Pick<Route, 'hostname' | 'port'>,
  config: WireConfig,
  control: DialControl,
  progress: Progress,
): Promise<{ readonly dial: () => Promise<O>; readonly dnsTime: number | null }> {
  const { socketPath } = config;
  const openSocket = (options: object): O => mechanics.openSocket(options);
  const started = performance.now();
  if (socketPath !== null) {
    progress.phase = 'connect';
    progress.peer = socketPath;
    return { dial: () => connectPath(socketPath, control, openSocket), dnsTime: null };
  }
  const { hostname, port } = hop;
  const family = process.getBuiltinModule('node:net').isIP(hostname);
  const addresses: Address[] =
    family === 0 ? await resolveAddresses(hostname, config, control) : [{ address: hostname, family }];
  const dnsTime = family === 0 ? performance.now() - started : null;
  progress.phase = 'connect';
  if (addresses.length === 1) progress.peer = peerName(addresses[0]!.address, port);
  return { dial: () => connectAny(addresses, hop, config, control, openSocket), dnsTime };
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
