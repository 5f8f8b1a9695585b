import type { NetConnectOpts, Socket } from 'node:net';
import { type DialControl, type Route, type WireConfig, WireError } from '../contract.ts';
import { reasonOf } from './http1/connection.ts';
import { ReadBuffer } from './http1/read-buffer.ts';

/** Pause before the next address is tried beside the ones under way (RFC 8305 §5 recommends 250 ms). */
const ATTEMPT_DELAY = 250;
/** Octets that a socket takes before it asks the writer to wait. */
const WRITE_BUFFER = 65_536;

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** A connected socket and the memory into which it reads. */
export interface ConnectedSocket {
  readonly socket: Socket;
  readonly reader: ReadBuffer;
  /** Who gets what is read; to be set before the event loop turns. */
  receiver: ((bytes: Buffer, length: number) => void) | null;
}

/** Resolves the host of a route; an address literal is its own answer. */
export async function resolveAddresses(
  route: Route,
  config: WireConfig,
  control: DialControl,
): Promise<Address[]> {
  const { isIP } = process.getBuiltinModule('node:net');
  const literal = isIP(route.hostname);
  if (literal !== 0) return [{ address: route.hostname, family: literal }];
  control.tracer?.emit('connection.lookup.started', { hostname: route.hostname });
  const lookup = config.lookup ?? process.getBuiltinModule('node:dns').lookup;
  const addresses = await new Promise<Address[]>((resolve, reject) => {
    const fail = (error: unknown): void => {
      control.tracer?.emit('connection.lookup.failed', { hostname: route.hostname, error });
      const { code } = error as NodeJS.ErrnoException;
      const reason =
        code === 'ENOTFOUND' || code === 'EAI_AGAIN'
          ? `the name '${route.hostname}' could not be resolved (${code})`
          : reasonOf(error as Error);
      reject(new WireError({ kind: 'dns', phase: 'dns', reason, code, cause: error, retrySafe: true }));
    };
    // A lookup cannot be stopped; its answer is ignored then.
    control.signal.addEventListener('abort', () => reject(control.signal.reason as Error), { once: true });
    try {
      lookup(route.hostname, { all: true, family: config.family }, (error, found) => {
        if (error !== null && error !== undefined) fail(error);
        else if (found.length === 0) fail(new Error(`the name '${route.hostname}' has no address`));
        else resolve(interleave(found));
      });
    } catch (error) {
      fail(error);
    }
  });
  control.tracer?.emit('connection.lookup.complete', { hostname: route.hostname, addresses });
  return addresses;
}

/** Families take turns, beginning with the one that the resolver prefers (RFC 8305 §4). */
function interleave(addresses: readonly Address[]): Address[] {
  const first = addresses.filter(({ family }) => family === addresses[0]!.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]!.family);
  const mixed: Address[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    if (i < first.length) mixed.push(first[i]!);
    if (i < second.length) mixed.push(second[i]!);
  }
  return mixed;
}

/** Connects to a Unix domain socket. */
export function connectPath(path: string, control: DialControl): Promise<ConnectedSocket> {
  control.tracer?.emit('connection.connect_unix_socket.started', { path });
  return new Promise((resolve, reject) => {
    const attempt = openSocket({ path });
    const stop = attemptOne(attempt, path, (error) => {
      if (error === null) {
        control.tracer?.emit('connection.connect_unix_socket.complete', { path });
        resolve(attempt);
      } else {
        control.tracer?.emit('connection.connect_unix_socket.failed', { path, error });
        reject(error);
      }
    });
    control.signal.addEventListener(
      'abort',
      () => {
        stop();
        reject(control.signal.reason as Error);
      },
      { once: true },
    );
  });
}

/**
 * Connects to the first of several addresses that answers (RFC 8305): each gets a head start on the next one,
 * and a failure starts the next one at once. The others are closed when one has won.
 */
export function connectAny(
  addresses: readonly Address[],
  route: Route,
  config: WireConfig,
  control: DialControl,
): Promise<ConnectedSocket> {
  return new Promise((resolve, reject) => {
    const stops = new Map<ConnectedSocket, () => void>();
    const failures: WireError[] = [];
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      next = addresses.length;
      for (const stop of stops.values()) stop();
    };
    const tryNext = (): void => {
      clearTimeout(timer);
      const { address, family } = addresses[next++]!;
      const peer = family === 6 ? `[${address}]:${route.port}` : `${address}:${route.port}`;
      control.tracer?.emit('connection.connect_tcp.started', { host: address, port: route.port });
      const attempt = openSocket({
        host: address,
        port: route.port,
        noDelay: config.noDelay,
        keepAlive: true,
        keepAliveInitialDelay: 60_000,
        ...(config.localAddress === null ? {} : { localAddress: config.localAddress }),
      });
      const stop = attemptOne(attempt, peer, (error) => {
        stops.delete(attempt);
        if (error === null) {
          control.tracer?.emit('connection.connect_tcp.complete', { host: address, port: route.port });
          settle();
          resolve(attempt);
          return;
        }
        control.tracer?.emit('connection.connect_tcp.failed', { host: address, port: route.port, error });
        failures.push(error);
        if (next < addresses.length) tryNext();
        else if (stops.size === 0) reject(summarise(failures));
      });
      stops.set(attempt, stop);
      if (next < addresses.length) timer = setTimeout(tryNext, ATTEMPT_DELAY);
    };
    control.signal.addEventListener(
      'abort',
      () => {
        settle();
        reject(control.signal.reason as Error);
      },
      { once: true },
    );
    tryNext();
  });
}

interface SocketTarget {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
  readonly keepAliveInitialDelay?: number;
  readonly localAddress?: string;
}

function openSocket(target: SocketTarget): ConnectedSocket {
  const reader = new ReadBuffer();
  const opened: { socket: Socket; reader: ReadBuffer; receiver: ConnectedSocket['receiver'] } = {
    socket: undefined as unknown as Socket,
    reader,
    receiver: null,
  };
  opened.socket = process.getBuiltinModule('node:net').connect({
    ...(target as { port: number }),
    allowHalfOpen: true,
    writableHighWaterMark: WRITE_BUFFER,
    // Reading into our own memory saves an allocation of 64 KiB for every read.
    onread: {
      buffer: () => reader.next(),
      callback: (length: number, bytes: Uint8Array) => {
        opened.receiver?.(bytes as Buffer, length);
        return true;
      },
    },
  } as NetConnectOpts);
  return opened;
}

/** Waits for one socket to connect or fail; returns how to give up on it. */
function attemptOne(
  { socket }: ConnectedSocket,
  peer: string,
  done: (error: WireError | null) => void,
): () => void {
  const onConnect = (): void => {
    socket.off('error', onError);
    done(null);
  };
  const onError = (error: NodeJS.ErrnoException): void => {
    socket.off('connect', onConnect);
    socket.destroy();
    done(
      new WireError({
        kind: 'connect',
        phase: 'connect',
        reason: connectReason(error),
        code: error.code,
        cause: error,
        peer,
        retrySafe: true,
      }),
    );
  };
  socket.once('connect', onConnect);
  socket.once('error', onError);
  return () => {
    socket.off('connect', onConnect);
    socket.off('error', onError);
    // A socket that is destroyed while it connects may still report why.
    socket.on('error', () => {});
    socket.destroy();
  };
}

function connectReason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused (ECONNREFUSED)';
    case 'ENOENT':
      return 'there is no such socket (ENOENT)';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `host unreachable (${error.code})`;
    default:
      return reasonOf(error);
  }
}

function summarise(failures: readonly WireError[]): WireError {
  const [first] = failures;
  if (failures.length === 1) return first!;
  const reasons = failures.map((failure) => `${failure.peer}: ${failure.message}`).join('; ');
  return new WireError({
    kind: 'connect',
    phase: 'connect',
    reason: `all ${failures.length} addresses failed (${reasons})`,
    code: first!.code,
    cause: new AggregateError(failures, reasons),
    peer: first!.peer,
    retrySafe: true,
  });
}
