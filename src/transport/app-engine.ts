import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { nextConnectionId } from '../backends/connection-id.ts';
import type {
  Connection,
  Exchange,
  ExchangeSink,
  HTTPVersion,
  Route,
  WireConfig,
  WireEngine,
  WireError,
  WireRequest,
} from '../backends/contract.ts';
import { HTTP1Connection } from '../backends/js/http1/connection.ts';
import { ReadBuffer } from '../backends/js/http1/read-buffer.ts';
import { AppFailure } from './app-failure.ts';
import { socketPair } from './socket-pair.ts';

/** Where requests to an app come from, as it sees them. */
export interface AppPeer {
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** What passes beside the wire between an app and the client whose connection it has. */
interface SideChannel {
  failure: AppFailure | null;
  /** The fields of the response as the app gave them. */
  fields: string[] | null;
}

const channels = new WeakMap<Duplex, SideChannel>();

/** Ends the exchange of a response with what the app threw. */
export function failResponse({ socket }: ServerResponse, thrown: unknown): void {
  // Without a socket the client has gone, and waits for nothing any more.
  if (socket === null) return;
  const channel = channels.get(socket);
  if (channel !== undefined) channel.failure = new AppFailure(thrown);
  socket.destroy();
}

/** Has the client see these fields, and none of those that Node adds for the wire. */
export function exactFields({ socket }: ServerResponse, fields: string[]): void {
  const channel = socket === null ? undefined : channels.get(socket);
  if (channel !== undefined) channel.fields = fields;
}

/** Opens connections to a server that listens nowhere: HTTP/1.1 as on a socket, in memory. */
export class AppEngine implements WireEngine {
  readonly #server: Server;
  readonly #peer: AppPeer;

  constructor(server: Server, peer: AppPeer) {
    this.#server = server;
    this.#peer = peer;
  }

  supports(): [] {
    return [];
  }

  connect({ port, secure }: Route, { parser }: WireConfig): Promise<Connection> {
    const { remoteAddress: localAddress, remotePort: localPort } = this.#peer;
    const place = { localAddress, localPort, remoteAddress: '127.0.0.1', remotePort: port };
    const { client, server } = socketPair({ ...place, remoteFamily: 'IPv4', encrypted: secure });
    const channel: SideChannel = { failure: null, fields: null };
    channels.set(server, channel);
    const meta = {
      backend: 'js' as const,
      protocol: 'http/1.1',
      id: nextConnectionId(),
      ...place,
      tls: null,
      proxy: null,
      timings: { dns: null, connect: 0, tls: null, proxy: null },
    } as const;
    // It has what the connection asks of a socket.
    const wire = new HTTP1Connection(client as unknown as Socket, meta, new ReadBuffer(), parser);
    client.on('data', (chunk: Buffer) => wire.receive(chunk, chunk.length));
    this.#server.emit('connection', server);
    return Promise.resolve(new AppConnection(wire, channel));
  }
}

/** A connection whose exchanges end with what the app threw, if it did. */
class AppConnection implements Connection {
  readonly #wire: HTTP1Connection;
  readonly #channel: SideChannel;

  constructor(wire: HTTP1Connection, channel: SideChannel) {
    this.#wire = wire;
    this.#channel = channel;
  }

  get meta(): Connection['meta'] {
    return this.#wire.meta;
  }

  get capacity(): number {
    return this.#wire.capacity;
  }

  get keepAliveHint(): number | null {
    return this.#wire.keepAliveHint;
  }

  get onIdleClose(): (() => void) | null {
    return this.#wire.onIdleClose;
  }

  set onIdleClose(listener: (() => void) | null) {
    this.#wire.onIdleClose = listener;
  }

  exchange(request: WireRequest, sink: ExchangeSink): Exchange {
    this.#channel.fields = null;
    return this.#wire.exchange(request, new AppSink(sink, this.#channel));
  }

  close(mode: 'abort' | 'graceful'): void {
    this.#wire.close(mode);
  }
}

class AppSink implements ExchangeSink {
  readonly #sink: ExchangeSink;
  readonly #channel: SideChannel;

  constructor(sink: ExchangeSink, channel: SideChannel) {
    this.#sink = sink;
    this.#channel = channel;
  }

  received(): void {
    this.#sink.received();
  }

  informational(status: number, reason: string, fields: string[]): void {
    this.#sink.informational(status, reason, fields);
  }

  head(status: number, reason: string, fields: string[], version: HTTPVersion): void {
    this.#sink.head(status, reason, this.#channel.fields ?? fields, version);
  }

  data(chunk: Uint8Array): void {
    this.#sink.data(chunk);
  }

  sent(bytes: number): void {
    this.#sink.sent(bytes);
  }

  end(trailers: string[] | null): void {
    this.#sink.end(trailers);
  }

  error(error: WireError): void {
    this.#sink.error(this.#channel.failure ?? error);
  }
}
