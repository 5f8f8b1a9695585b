import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import {
  type Connection,
  type ConnectionMeta,
  type DialControl,
  type Route,
  type WireConfig,
  type WireEngine,
  WireError,
} from '../contract.ts';
import {
  type Carriage,
  type Mechanics,
  openConnection,
  type SecuredSocket,
  type SecureSetup,
} from '../open-connection.ts';
import { beginHTTP2 } from '../begin-http2.ts';
import { NativeConnection } from './connection.ts';
import { Driver } from './driver.ts';
import { NativeHTTP2Connection } from './http2/connection.ts';
import { NativeSocket } from './native-socket.ts';
import { startTLS } from './start-tls.ts';
import { type NativeTLS, nativeTLS } from './tls-config.ts';
import { unsupportedOptions } from './unsupported-options.ts';
import type { WireHost } from './wire-host.ts';

/** The engine in Rust: one thread that connects, frames HTTP and tells what happens in batches. */
export class NativeWireEngine implements WireEngine {
  readonly #host: WireHost;
  #driver: Driver | null = null;

  constructor(host: WireHost) {
    this.#host = host;
  }

  /** Why the engine works no more, if so. */
  get failure(): string | null {
    return this.#driver?.failure ?? null;
  }

  supports(config: WireConfig): UnsupportedOptionInfo[] {
    return unsupportedOptions(config);
  }

  connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection> {
    const driver = (this.#driver ??= new Driver(this.#host));
    const { failure } = driver;
    if (failure !== null) {
      const kind = 'internal';
      return Promise.reject(new WireError({ kind, phase: 'connect', reason: failure, retrySafe: true }));
    }
    return openConnection(new NativeMechanics(this.#host, driver, config), route, config, control);
  }

  close(): void {
    this.#driver?.close();
  }
}

class NativeMechanics implements Mechanics<NativeSocket, NativeSocket, NativeTLS> {
  readonly name = 'native';
  readonly #host: WireHost;
  readonly #driver: Driver;
  readonly #limits: readonly number[];

  constructor(host: WireHost, driver: Driver, { parser }: WireConfig) {
    this.#host = host;
    this.#driver = driver;
    this.#limits = [
      parser.maxHeadBytes,
      parser.maxHeadFields,
      parser.maxChunkLineBytes,
      parser.maxTrailerBytes,
      parser.maxInformational,
    ];
  }

  tlsContext(options: TLSOptions, trustEnv: boolean): NativeTLS {
    return nativeTLS(this.#host, options, trustEnv);
  }

  openSocket(options: object): NativeSocket {
    return new NativeSocket(this.#driver, { ...options, limits: this.#limits });
  }

  startTLS(
    _opened: NativeSocket,
    socket: NativeSocket,
    setup: SecureSetup<NativeTLS>,
  ): Promise<SecuredSocket<NativeSocket>> {
    return startTLS(socket, setup);
  }

  carry(_opened: NativeSocket, socket: NativeSocket, meta: ConnectionMeta, carriage: Carriage): Connection {
    const connection =
      meta.protocol === 'h2'
        ? beginHTTP2(carriage, meta, (setup) => new NativeHTTP2Connection(this.#driver, socket.id, setup))
        : new NativeConnection(this.#driver, socket.id, meta);
    if (socket.isOver) connection.markClosed();
    else socket.release(connection);
    return connection;
  }
}
