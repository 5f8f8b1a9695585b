import type { NetConnectOpts, Socket } from 'node:net';
import { type DialControl, type Route, type WireConfig, WireError } from '../contract.ts';
import { peerName } from '../../models/peer.ts';
import { ReadBuffer } from './http1/read-buffer.ts';
import type { OpenedSocket, WireSocket } from '../wire-socket.ts';
import type { Address } from './resolver.ts';
import { connectReason } from './system-error.ts';

/** Pause before the next address is tried beside the ones under way (RFC 8305 §5 recommends 250 ms). */
const ATTEMPT_DELAY = 250;
/** Octets that a socket takes before it asks the writer to wait. */
const WRITE_BUFFER = 65_536;

/** A connected socket and the memory into which it reads. */
export interface ConnectedSocket extends OpenedSocket<Socket> {
  readonly reader: ReadBuffer;
}

/** Begins to connect; what it gives tells by its events what becomes of that. */
type Open<O> = (options: object) => O;

/** Connects to a Unix domain socket. Rejects with the reason of the signal when that is aborted. */
export function connectPath(path: string, control: DialControl): Promise<ConnectedSocket>;
export function connectPath<O extends OpenedSocket<WireSocket>>(
  path: string,
  control: DialControl,
  open: Open<O>,
): Promise<O>;
export function connectPath(
  path: string,
  control: DialControl,
  open: Open<OpenedSocket<WireSocket>> = openSocket,
): Promise<OpenedSocket<WireSocket>> {
  return race([{ path, peer: path }], { path }, control, 'connection.connect_unix_socket', open);
}

/**
 * Connects to the first of several addresses that answers (RFC 8305): each gets a head start on the next one,
 * and a failure starts the next one at once. The others are closed when one has won.
 */
export function connectAny(
  addresses: readonly Address[],
  route: Pick<Route, 'port'>,
  config: WireConfig,
  control: DialControl,
): Promise<ConnectedSocket>;
export function connectAny<O extends OpenedSocket<WireSocket>>(
  addresses: readonly Address[],
  route: Pick<Route, 'port'>,
  config: WireConfig,
  control: DialControl,
  open: Open<O>,
): Promise<O>;
export function connectAny(
  addresses: readonly Address[],
  route: Pick<Route, 'port'>,
  config: WireConfig,
  control: DialControl,
  open: Open<OpenedSocket<WireSocket>> = openSocket,
): Promise<OpenedSocket<WireSocket>> {
  const { port } = route;
  const targets = addresses.map(({ address: host }) => ({ host, port, peer: peerName(host, port)! }));
  const options = {
    noDelay: config.noDelay,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    ...(config.localAddress === null ? {} : { localAddress: config.localAddress }),
  };
  return race(targets, options, control, 'connection.connect_tcp', open);
}

/** One place to connect to, and its name in errors. */
interface Target {
  readonly peer: string;
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

type ConnectStep = 'connection.connect_tcp' | 'connection.connect_unix_socket';

function race<O extends OpenedSocket<WireSocket>>(
  targets: readonly Target[],
  options: object,
  control: DialControl,
  step: ConnectStep,
  open: Open<O>,
): Promise<O> {
  return new Promise((resolve, reject) => {
    new Race(targets, options, control, step, open, resolve, reject).start();
  });
}

/**
 * Attempts to connect, side by side. Every listener of the tracer may abort the signal, so after each event the race
 * may be over.
 */
class Race<O extends OpenedSocket<WireSocket>> {
  readonly #targets: readonly Target[];
  readonly #options: object;
  readonly #control: DialControl;
  readonly #step: ConnectStep;
  readonly #open: Open<O>;
  readonly #resolve: (winner: O) => void;
  readonly #reject: (error: unknown) => void;
  readonly #attempts = new Map<Target, WireSocket>();
  readonly #failures: WireError[] = [];
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    targets: readonly Target[],
    options: object,
    control: DialControl,
    step: ConnectStep,
    open: Open<O>,
    resolve: (winner: O) => void,
    reject: (error: unknown) => void,
  ) {
    this.#targets = targets;
    this.#options = options;
    this.#control = control;
    this.#step = step;
    this.#open = open;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    this.#control.signal.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#control.signal.aborted) this.#onAbort();
    else this.#tryNext();
  }

  readonly #tryNext = (): void => {
    clearTimeout(this.#timer);
    const target = this.#targets[this.#next++]!;
    this.#tell(target, 'started');
    if (this.#isOver) return;
    let opened: O;
    try {
      opened = this.#open({ ...this.#options, ...target });
    } catch (error) {
      this.#onFailed(target, error as Error);
      return;
    }
    const { socket } = opened;
    this.#attempts.set(target, socket);
    const onError = (error: Error): void => this.#onFailed(target, error);
    socket.on('error', onError);
    socket.once('connect', () => {
      // What fails before the first exchange shows when that begins.
      socket.on('error', ignore);
      socket.off('error', onError);
      this.#onConnected(target, opened);
    });
    if (this.#next < this.#targets.length) this.#timer = setTimeout(this.#tryNext, ATTEMPT_DELAY);
  };

  #onConnected(target: Target, opened: O): void {
    if (!this.#attempts.delete(target)) return;
    this.#tell(target, 'complete');
    if (this.#isOver) {
      opened.socket.destroy();
      return;
    }
    this.#finish(new WireError({ kind: 'aborted', phase: 'connect', reason: 'another address was faster' }));
    this.#resolve(opened);
  }

  #onFailed(target: Target, error: NodeJS.ErrnoException): void {
    if (this.#isOver) return;
    this.#attempts.get(target)?.destroy();
    this.#attempts.delete(target);
    const failure = new WireError({
      kind: 'connect',
      phase: 'connect',
      reason: connectReason(error),
      code: error.code,
      cause: error,
      peer: target.peer,
      retrySafe: true,
    });
    this.#failures.push(failure);
    this.#tell(target, 'failed', failure);
    if (this.#isOver) return;
    if (this.#next < this.#targets.length) {
      this.#tryNext();
    } else if (this.#attempts.size === 0) {
      this.#finish(failure);
      this.#reject(summarise(this.#failures));
    }
  }

  readonly #onAbort = (): void => {
    if (this.#isOver) return;
    const reason = this.#control.signal.reason as Error;
    this.#finish(reason);
    this.#reject(reason);
  };

  /** Ends the race for all that are still in it. */
  #finish(reason: Error): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#control.signal.removeEventListener('abort', this.#onAbort);
    for (const [target, socket] of this.#attempts) {
      socket.destroy();
      this.#tell(target, 'failed', reason);
    }
    this.#attempts.clear();
  }

  #tell(target: Target, outcome: 'complete' | 'failed' | 'started', error?: Error): void {
    const { tracer } = this.#control;
    if (tracer === null) return;
    const { host, port, path } = target;
    const place = path === undefined ? { host, port } : { path };
    tracer.emit(`${this.#step}.${outcome}`, error === undefined ? place : { ...place, error });
  }
}

function ignore(): void {}

/** Begins to connect a socket of Node. */
export function openSocket(target: object): ConnectedSocket {
  const reader = new ReadBuffer();
  const { Socket } = process.getBuiltinModule('node:net');
  const options = {
    ...target,
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
  };
  const opened: ConnectedSocket = { socket: new Socket(options), reader, receiver: null };
  try {
    opened.socket.connect(options as object as NetConnectOpts);
  } catch (error) {
    // An option that the system does not take is refused at once.
    opened.socket.destroy();
    throw error;
  }
  return opened;
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
