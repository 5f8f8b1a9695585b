import { EventEmitter } from 'node:events';
import type { OpenedSocket, WireSocket } from '../wire-socket.ts';
import type { Driver, Slot } from './driver.ts';
import { COMMAND, EVENT, type EventRecord, NO_DELAY } from './records.ts';
import { nativeError, tlsError } from './system-error.ts';

/** What is dialled, as the race of addresses tells it. */
interface DialOptions {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly localAddress?: string;
  readonly noDelay?: boolean;
  /** Bounds of the parser, each as a number. */
  readonly limits: readonly number[];
}

/** What a TLS handshake agreed upon. */
export interface Handshake {
  /** `TLSv1_3` */
  readonly protocol: string;
  /** As rustls calls it. */
  readonly cipher: string;
  readonly alpn: string;
  /** What is wrong with the chain of the peer, if that was let pass. */
  readonly problem: string;
  readonly isResumed: boolean;
  /** Of the peer, as DER. */
  readonly certificate: Buffer;
}

/** A connection of the thread of I/O before HTTP begins on it. */
export class NativeSocket extends EventEmitter implements WireSocket, Slot, OpenedSocket<NativeSocket> {
  readonly id: number;
  readonly driver: Driver;
  localAddress: string | undefined;
  localPort: number | undefined;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  #receiver: ((bytes: Buffer, length: number) => void) | null = null;
  readonly #peer: string;
  #onSecured: ((made: Handshake) => void) | null = null;
  /** Pieces that a receiver has got. */
  #taken = 0;
  #isConnected = false;
  #isOver = false;

  constructor(driver: Driver, options: DialOptions) {
    super();
    const { host = '', port = 0, path = '', localAddress = '', noDelay = false, limits } = options;
    this.driver = driver;
    this.#peer = path === '' ? `${host}:${port}` : path;
    this.id = driver.add(this);
    driver.retain();
    const text = [host, port, localAddress, path, ...limits].join('\n');
    driver.commandBytes(COMMAND.open, this.id, noDelay ? NO_DELAY : 0, 0, Buffer.from(text));
  }

  get socket(): this {
    return this;
  }

  get receiver(): ((bytes: Buffer, length: number) => void) | null {
    return this.#receiver;
  }

  /** Nothing is read as long as there is no receiver: what comes then is for whoever takes the connection over. */
  set receiver(receiver: ((bytes: Buffer, length: number) => void) | null) {
    const listens = receiver !== null;
    const isChange = listens !== (this.#receiver !== null);
    this.#receiver = receiver;
    if (isChange) this.#listen();
  }

  /** Whether it cannot be used any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  write(bytes: Uint8Array): void {
    this.driver.commandBytes(COMMAND.write, this.id, 0, 0, bytes);
  }

  /** Begins TLS inside of what there is. An error is emitted if it fails. */
  secure(
    config: number,
    servername: string,
    alpn: readonly string[],
    onSecured: (made: Handshake) => void,
  ): void {
    this.#onSecured = onSecured;
    const text = `${servername}\n${alpn.join(',')}`;
    this.driver.commandBytes(COMMAND.secure, this.id, config, 0, Buffer.from(text));
  }

  unshift(bytes: Uint8Array): void {
    this.driver.commandBytes(COMMAND.unread, this.id, 0, 0, bytes);
  }

  destroy(): void {
    if (this.#isOver) return;
    this.#end();
    this.driver.command(COMMAND.close, this.id);
  }

  /** Somebody else takes the connection over. */
  release(slot: Slot): void {
    this.driver.pass(this.id, slot);
    this.#end();
  }

  onEvent(event: EventRecord): void {
    if (event.kind === EVENT.closed) {
      if (!this.#isOver) this.#end();
      this.emit('close');
      return;
    }
    if (this.#isOver) return;
    switch (event.kind) {
      case EVENT.connected:
        this.#connected(event.bytes.toString('latin1', event.start, event.end));
        break;
      case EVENT.connectFailed:
      case EVENT.failed:
        this.#end();
        this.emit('error', nativeError(event, this.#isConnected ? 'read' : 'connect', this.#peer));
        break;
      case EVENT.secured:
        this.#onSecured?.(handshakeOf(event));
        break;
      case EVENT.secureFailed:
        this.#end();
        this.emit('error', tlsError(event));
        break;
      case EVENT.raw:
        // Without a receiver it has crossed with the command that says so, and comes again.
        if (this.#receiver === null) break;
        this.#taken++;
        this.#receiver(event.bytes.subarray(event.start, event.end), event.end - event.start);
        if (this.#receiver !== null) this.#listen();
        break;
      case EVENT.rawEnd:
        this.emit('end');
        break;
      default:
    }
  }

  onEngineFailure(reason: string): void {
    if (this.#isOver) return;
    this.#end();
    this.emit('error', new Error(reason));
  }

  /** Asks for the next piece, or for none. */
  #listen(): void {
    if (!this.#isOver)
      this.driver.command(COMMAND.listen, this.id, this.#receiver === null ? 0 : 1, this.#taken);
  }

  #connected(text: string): void {
    const [localAddress = '', localPort = '', remoteAddress = '', remotePort = ''] = text.split('\n');
    if (remoteAddress !== '') {
      this.localAddress = localAddress;
      this.localPort = Number(localPort);
      this.remoteAddress = remoteAddress;
      this.remotePort = Number(remotePort);
    }
    this.#isConnected = true;
    this.emit('connect');
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.driver.release();
  }
}

function handshakeOf({ bytes, start, end, a, b }: EventRecord): Handshake {
  const text = bytes.toString('latin1', start, start + a).split('\n');
  const [protocol = '', cipher = '', alpn = '', problem = ''] = text;
  const certificate = Buffer.from(bytes.subarray(start + a, end));
  return { protocol, cipher, alpn, problem, isResumed: b === 1, certificate };
}
