import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import { peerName } from '../../models/peer.ts';
import { VERSION } from '../../models/version.ts';
import {
  type Backend,
  BACKEND_ABI,
  type Connection,
  type ConnectionMeta,
  type DialControl,
  type Route,
  type WireConfig,
  type WireEngine,
  WireError,
} from '../contract.ts';
import { nextConnectionId } from '../connection-id.ts';
import { connectAny, connectPath } from './connector.ts';
import { describeTLS, handshake } from './handshake.ts';
import { HTTP1Connection } from './http1/connection.ts';
import { type Address, resolveAddresses } from './resolver.ts';
import { tlsContext } from './tls-context.ts';

const ALPN = ['http/1.1'];
/** The longest delay that a timer of Node can take, in milliseconds. */
const MAX_DELAY = 0x7fffffff;

/** The engine in TypeScript: `node:net` and `node:tls` sockets under our own HTTP/1.1. */
class JSWireEngine implements WireEngine {
  supports(): UnsupportedOptionInfo[] {
    return [];
  }

  async connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection> {
    const progress: Progress = { phase: 'dns', peer: undefined };
    const bounded = boundByDeadline(control, progress);
    try {
      return await open(route, config, bounded.control, progress);
    } catch (error) {
      if (error instanceof WireError) throw error;
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
      'tls',
      'tls.pfx',
      'tls.ciphers',
      'unix-socket',
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
  phase: 'connect' | 'dns' | 'tls';
  peer: string | undefined;
}

async function open(
  route: Route,
  config: WireConfig,
  control: DialControl,
  progress: Progress,
): Promise<Connection> {
  // Options that cannot be used show before anything is opened.
  const context = route.secure ? tlsContext(config.tls, config.trustEnv) : null;
  const started = performance.now();
  let resolved = started;
  let opened;
  if (config.socketPath === null) {
    const family = process.getBuiltinModule('node:net').isIP(route.hostname);
    let addresses: Address[] = [{ address: route.hostname, family }];
    if (family === 0) {
      addresses = await resolveAddresses(route.hostname, config, control);
      resolved = performance.now();
    }
    progress.phase = 'connect';
    if (addresses.length === 1) progress.peer = peerName(addresses[0]!.address, route.port);
    opened = await connectAny(addresses, route, config, control);
  } else {
    progress.phase = 'connect';
    progress.peer = config.socketPath;
    opened = await connectPath(config.socketPath, control);
  }
  const connected = performance.now();
  const { socket, reader } = opened;
  const address = {
    localAddress: socket.localAddress ?? null,
    localPort: socket.localPort ?? null,
    remoteAddress: config.socketPath ?? socket.remoteAddress ?? null,
    remotePort: config.socketPath === null ? (socket.remotePort ?? null) : null,
  };
  progress.phase = 'tls';
  progress.peer = peerName(address.remoteAddress, address.remotePort);
  const secure =
    context &&
    (await handshake({ socket, route, config, context, alpn: ALPN, peer: progress.peer, control }));
  const meta: ConnectionMeta = {
    protocol: 'http/1.1',
    id: nextConnectionId(),
    ...address,
    tls: secure && describeTLS(secure),
    timings: {
      dns: resolved === started ? null : resolved - started,
      connect: connected - resolved,
      tls: secure && performance.now() - connected,
    },
  };
  const connection = new HTTP1Connection(secure ?? socket, meta, reader, config.parser);
  if (secure === null) opened.receiver = (bytes, length) => connection.receive(bytes, length);
  else secure.on('data', (chunk: Buffer) => connection.receive(chunk, chunk.length));
  return connection;
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
