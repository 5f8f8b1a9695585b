import type { Socket } from 'node:net';
import { sameName } from '../../../models/field-syntax.ts';
import type { Exchange, ExchangeSink, WireRequest } from '../../contract.ts';
import { serializeEnd, serializeHead, serializeSmallChunk } from './serializer.ts';

/** Up to this size a copy into one piece is cheaper than a second write. */
const SMALL = 16_384;

/** What an exchange needs of the connection on which it runs. */
export interface ExchangeOwner {
  /** The exchange is given up. */
  abandon(exchange: HTTP1Exchange): void;
  /** The exchange may be delivered more. */
  unblock(exchange: HTTP1Exchange): void;
}

/** One request and its response on an HTTP/1.1 connection. */
export class HTTP1Exchange implements Exchange {
  readonly request: WireRequest;
  readonly sink: ExchangeSink;
  /** Whether the connection had carried an exchange before. */
  readonly isReuse: boolean;
  credit: number;
  hasHead = false;
  /** The request has been handed to the socket in full. */
  isSent = false;
  /** The connection has left HTTP: what is written goes out as it is. */
  isTunnel = false;
  /** Nothing more is to be told. */
  isOver = false;
  /** Octets handed to the socket, framing included: all of them may have reached the peer. */
  bytesWritten = 0;
  /** Sizes of the pieces of body that the socket has not taken yet, oldest first; null as long as there was none. */
  #unsent: number[] | null = null;
  #sent = 0;
  #onWritten: ((error?: Error | null) => void) | null = null;
  readonly #owner: ExchangeOwner;
  readonly #socket: Socket;

  constructor(
    owner: ExchangeOwner,
    socket: Socket,
    request: WireRequest,
    sink: ExchangeSink,
    isReuse: boolean,
  ) {
    this.request = request;
    this.sink = sink;
    this.isReuse = isReuse;
    this.credit = request.credit;
    this.#owner = owner;
    this.#socket = socket;
  }

  start(): void {
    const { method, target, fields, body, framing } = this.request;
    let head = serializeHead(method, target, fields);
    if (body === 'stream') {
      this.bytesWritten = head.length;
      this.#socket.write(head, 'latin1');
      return;
    }
    this.isSent = true;
    if (body === null || body.length === 0) {
      // A chunked body that is empty still has an end (RFC 9112 §7.1).
      if (framing === 'chunked') head += serializeEnd();
      this.bytesWritten = head.length;
      this.#socket.write(head, 'latin1');
      return;
    }
    this.bytesWritten = head.length + body.length;
    if (body.length <= SMALL) {
      const bytes = Buffer.allocUnsafe(this.bytesWritten);
      bytes.write(head, 'latin1');
      bytes.set(body, head.length);
      this.#socket.write(bytes);
    } else {
      this.#socket.cork();
      this.#socket.write(head, 'latin1');
      this.#socket.write(body);
      this.#socket.uncork();
    }
  }

  grant(bytes: number): void {
    const wasBlocked = this.credit <= 0;
    this.credit += bytes;
    if (wasBlocked && this.credit > 0) this.#owner.unblock(this);
  }

  write(chunk: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket.destroyed) return false;
    (this.#unsent ??= []).push(chunk.length);
    this.bytesWritten += chunk.length;
    const onWritten = (this.#onWritten ??= (error) => this.#written(error));
    if (this.request.framing !== 'chunked' || this.isTunnel) return socket.write(chunk, onWritten);
    if (chunk.length <= SMALL) {
      const bytes = serializeSmallChunk(chunk);
      this.bytesWritten += bytes.length - chunk.length;
      return socket.write(bytes, onWritten);
    }
    const line = `${chunk.length.toString(16)}\r\n`;
    this.bytesWritten += line.length + 2;
    socket.cork();
    socket.write(line, 'latin1');
    socket.write(chunk, onWritten);
    const goesOn = socket.write('\r\n', 'latin1');
    socket.uncork();
    return goesOn;
  }

  finish(trailers?: readonly string[]): void {
    this.isSent = true;
    if (this.isTunnel) this.#socket.end();
    else if (this.request.framing === 'chunked') this.#socket.write(serializeEnd(trailers), 'latin1');
  }

  abort(): void {
    this.#owner.abandon(this);
  }

  #written(error: Error | null | undefined): void {
    const size = this.#unsent?.shift();
    if (error != null || size === undefined || this.isOver) return;
    this.#sent += size;
    this.sink.sent(this.#sent);
  }
}

/** Whether a request announces that it will be the last one on its connection. */
export function saysClose(fields: readonly string[]): boolean {
  for (let i = 0; i < fields.length; i += 2) {
    const isOption = fields[i]!.length === 10 && sameName(fields[i]!, 'connection');
    if (isOption && fields[i + 1] !== 'keep-alive' && /(?:^|,)\s*close\s*(?:,|$)/i.test(fields[i + 1]!))
      return true;
  }
  return false;
}
