import type { Socket } from 'node:net';
import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import { VERSION } from '../../models/version.ts';
import { beginHTTP2 } from '../begin-http2.ts';
import {
  type Backend,
  BACKEND_ABI,
  type Connection,
  type ConnectionMeta,
  type DialControl,
  type Route,
  type WireConfig,
  type WireEngine,
} from '../contract.ts';
import {
  type Carriage,
  type Mechanics,
  openConnection,
  type SecuredSocket,
  type SecureSetup,
} from '../open-connection.ts';
import { type ConnectedSocket, openSocket } from './connector.ts';
import { describeTLS, handshake } from './handshake.ts';
import { HTTP1Connection } from './http1/connection.ts';
import { HTTP2Connection } from './http2/connection.ts';
import { type TLSContext, tlsContext } from './tls-context.ts';

/** The engine in TypeScript: `node:net` and `node:tls` sockets under our own HTTP/1.1, or under `node:http2`. */
class JSWireEngine implements WireEngine, Mechanics<Socket, ConnectedSocket, TLSContext> {
  readonly name = 'js';

  supports(): UnsupportedOptionInfo[] {
    return [];
  }

  connect(route: Route, config: WireConfig, control: DialControl): Promise<Connection> {
    return openConnection(this, route, config, control);
  }

  tlsContext(options: TLSOptions, trustEnv: boolean): TLSContext {
    return tlsContext(options, trustEnv);
  }

  openSocket(options: object): ConnectedSocket {
    return openSocket(options);
  }

  async startTLS(
    _opened: ConnectedSocket,
    socket: Socket,
    setup: SecureSetup<TLSContext>,
  ): Promise<SecuredSocket<Socket>> {
    const secure = await handshake({ ...setup, socket });
    return { socket: secure, info: describeTLS(secure) };
  }

  carry(opened: ConnectedSocket, socket: Socket, meta: ConnectionMeta, carriage: Carriage): Connection {
    if (meta.protocol === 'h2') return openHTTP2(socket, meta, carriage);
    const connection = new HTTP1Connection(socket, meta, opened.reader, carriage.config.parser);
    if (socket === opened.socket) opened.receiver = (bytes, length) => connection.receive(bytes, length);
    else socket.on('data', (chunk: Buffer) => connection.receive(chunk, chunk.length));
    return connection;
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

function openHTTP2(socket: Socket, meta: ConnectionMeta, carriage: Carriage): Connection {
  return beginHTTP2(carriage, meta, (setup) => new HTTP2Connection({ socket, ...setup }));
}
