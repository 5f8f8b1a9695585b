import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
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
import { peerName } from '../../models/peer.ts';
import { VERSION } from '../../models/version.ts';
import { connectAny, connectPath, resolveAddresses } from './connector.ts';
import { describeTLS, handshake } from './handshake.ts';
import { HTTP1Connection } from './http1/connection.ts';

const ALPN = ['http/1.1'];

let lastConnectionId = 0;

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
  const started = performance.now();
  let resolved = started;
  let opened;
  if (config.socketPath === null) {
    const addresses = await resolveAddresses(route, config, control);
    resolved = performance.now();
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
  const secure = route.secure ? await handshake(socket, route, config, ALPN, progress.peer, control) : null;
  const meta: ConnectionMeta = {
    protocol: 'http/1.1',
    id: ++lastConnectionId,
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
  const timer = setTimeout(() => {
    const { phase, peer } = progress;
    const reason = `no connection within ${Math.round(limit)} ms`;
    controller.abort(new WireError({ kind: 'connect-timeout', phase, reason, peer, retrySafe: true }));
  }, limit);
  return {
    control: { deadline, signal: controller.signal, tracer },
    release() {
      clearTimeout(timer);
      signal.removeEventListener('abort', forward);
    },
  };
}
