import type { Socket } from 'node:net';
import { sameName } from '../../../models/field-syntax.ts';
import { peerName } from '../../../models/peer.ts';
import {
  type Connection,
  type ConnectionMeta,
  type Exchange,
  type ExchangeSink,
  type ParserLimits,
  WireError,
  type WireErrorKind,
  type WireRequest,
} from '../../contract.ts';
import type { Head } from './head.ts';
import { releaseWhenIdle } from './idle.ts';
import { ParseError } from './parse-error.ts';
import { type ParserEvents, ResponseParser } from './parser.ts';
import type { ReadBuffer } from './read-buffer.ts';
import { salvageResponses } from './salvage.ts';
import { serializeEnd, serializeHead, serializeSmallChunk } from './serializer.ts';

/** Up to this size a copy into one piece is cheaper than a second write. */
const SMALL = 16_384;

/** An HTTP/1.1 connection: drives parser and serializer on a socket, one exchange at a time. */
export class HTTP1Connection implements Connection, ParserEvents {
  readonly meta: ConnectionMeta;
  onIdleClose: (() => void) | null = null;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  readonly #reader: ReadBuffer;
  #current: HTTP1Exchange | null = null;
  /** Whether another exchange may follow. */
  #isUsable = true;
  #hasEnded = false;
  #wasUsed = false;
  #isReferenced = true;
  #isSalvaging = false;
  #trailers: string[] | null = null;

  /**
   * @param reader the memory into which `socket` reads; what it reads must be given to {@link receive}
   */
  constructor(socket: Socket, meta: ConnectionMeta, reader: ReadBuffer, limits: ParserLimits) {
    this.meta = meta;
    this.#socket = socket;
    this.#reader = reader;
    this.#parser = new ResponseParser(this, limits);
    socket.on('end', () => this.#onEnd());
    socket.on('error', (error) => this.#onSocketError(error));
    socket.on('close', () => this.#onClose());
  }

  get capacity(): number {
    return this.#isUsable && this.#current === null ? 1 : 0;
  }

  get keepAliveHint(): number | null {
    const seconds = this.#parser.keepAliveSeconds;
    return seconds === -1 ? null : seconds * 1000;
  }

  /** Whether no exchange runs; the socket then does not keep the process alive. */
  get isIdle(): boolean {
    return this.#current === null;
  }

  exchange(request: WireRequest, sink: ExchangeSink): Exchange {
    const exchange = new HTTP1Exchange(this, this.#socket, request, sink, this.#wasUsed);
    this.#current = exchange;
    this.#wasUsed = true;
    this.#trailers = null;
    if (!this.#isReferenced) {
      this.#isReferenced = true;
      this.#socket.ref();
    }
    this.#parser.start({
      isHead: request.method === 'HEAD',
      isConnect: request.method === 'CONNECT',
      isUpgrade: request.upgrade,
    });
    if (!this.#isUsable) {
      // The pool found it alive, and it died since: nothing of the request has left.
      process.nextTick(() => this.#fail('closed', 'the connection was closed before the request was sent'));
      return exchange;
    }
    if (saysClose(request.fields)) this.#isUsable = false;
    exchange.start();
    return exchange;
  }

  close(mode: 'abort' | 'graceful'): void {
    this.#isUsable = false;
    if (this.#current !== null) {
      if (mode === 'abort') this.#fail('closed', 'the connection was closed by its owner');
      return;
    }
    if (mode === 'graceful') this.#socket.end();
    this.#socket.destroy();
  }

  /** Takes what the socket has read: the first `length` octets of `bytes`. */
  receive(bytes: Buffer, length: number): void {
    const exchange = this.#current;
    if (exchange === null) {
      // Nothing was asked for: the connection is out of step and cannot be used again (RFC 9112 §9.2).
      this.#dropIdle();
      return;
    }
    let used: number;
    try {
      used = this.#parser.push(bytes, 0, length);
    } catch (error) {
      this.#failParse(error);
      return;
    }
    if (this.#current !== exchange) return;
    if (this.#parser.isDone) {
      if (used < length) this.#isUsable = false;
      this.#finish(exchange);
    } else if (exchange.credit <= 0) {
      this.#socket.pause();
    }
  }

  onInformational(head: Head): void {
    this.#current?.sink.informational(head.status, head.reason, head.fields);
  }

  onHead(head: Head, length: number): void {
    const exchange = this.#current!;
    exchange.hasHead = true;
    if (length > 0 && exchange.request.delivery === 'whole') this.#reader.expectWhole(length);
    exchange.sink.head(head.status, head.reason, head.fields, head.version);
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    const exchange = this.#current;
    if (exchange === null) return;
    exchange.credit -= end - start;
    exchange.sink.data(this.#reader.take(bytes, start, end));
  }

  onEnd(trailers: string[] | null): void {
    this.#trailers = trailers;
  }

  /** Called by an exchange that its owner gives up. */
  abandon(exchange: HTTP1Exchange): void {
    if (this.#current !== exchange) return;
    this.#current = null;
    this.#isUsable = false;
    this.#socket.destroy();
  }

  /** Called by an exchange that may be sent more. */
  unblock(exchange: HTTP1Exchange): void {
    if (this.#current === exchange && this.#socket.isPaused()) this.#socket.resume();
  }

  /** Called by an exchange that begins to upload: the server may answer before it has taken everything. */
  watchForEarlyResponse(): void {
    if (this.#isSalvaging) return;
    this.#isSalvaging = true;
    salvageResponses(this.#socket, () => this.#onEnd());
  }

  get isTunnel(): boolean {
    return this.#parser.isTunnel;
  }

  #finish(exchange: HTTP1Exchange): void {
    this.#current = null;
    this.#reader.reset();
    const keeps = this.#isUsable && this.#parser.keepsAlive && exchange.isSent && !this.#hasEnded;
    this.#isUsable = keeps;
    if (keeps) {
      if (this.#socket.isPaused()) this.#socket.resume();
      releaseWhenIdle(this);
    } else {
      // What is still to be uploaded is of no interest to a server that has answered in full.
      this.#socket.destroy();
    }
    exchange.sink.end(this.#trailers);
  }

  /** Called once the loop has turned: lets the process end if nothing else keeps it. */
  unreference(): void {
    if (this.#current !== null || !this.#isReferenced) return;
    this.#isReferenced = false;
    this.#socket.unref();
  }

  #onEnd(): void {
    this.#hasEnded = true;
    const exchange = this.#current;
    if (exchange === null) {
      this.#dropIdle();
      return;
    }
    if (this.#parser.isTunnel) {
      // Half-closed: what is left to be said in the other direction still can be.
      this.#parser.finish();
      exchange.sink.end(null);
      return;
    }
    try {
      this.#parser.finish();
    } catch (error) {
      this.#failParse(error);
      return;
    }
    this.#finish(exchange);
  }

  #onSocketError(error: NodeJS.ErrnoException): void {
    if (this.#current === null) {
      this.#dropIdle();
      return;
    }
    const isTLS = error.code?.startsWith('ERR_SSL_') === true && !this.#current.hasHead;
    const isWrite = error.syscall === 'write' || error.code === 'EPIPE';
    this.#fail(isTLS ? 'tls' : isWrite ? 'write' : 'read', reasonOf(error), error);
  }

  #onClose(): void {
    if (this.#current !== null) this.#fail('closed', 'the connection was closed');
    else this.#dropIdle();
  }

  #dropIdle(): void {
    this.#isUsable = false;
    this.#socket.destroy();
    const notify = this.onIdleClose;
    this.onIdleClose = null;
    notify?.();
  }

  #failParse(error: unknown): void {
    if (!(error instanceof ParseError)) throw error;
    const isSilent = error.code === 'truncated' && this.#parser.offset === 0;
    this.#fail(isSilent ? 'closed' : 'remote-protocol', error.message, error);
  }

  #fail(kind: WireErrorKind, reason: string, cause?: unknown): void {
    const exchange = this.#current;
    if (exchange === null) return;
    this.#current = null;
    const nothingWritten = this.#isUsable === false && exchange.bytesWritten === 0;
    this.#isUsable = false;
    this.#reader.reset();
    this.#socket.destroy();
    const isLoss = kind === 'closed' || kind === 'read' || kind === 'write';
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    exchange.sink.error(
      new WireError({
        kind,
        phase: exchange.hasHead ? 'read' : exchange.isSent ? 'firstByte' : 'write',
        reason,
        code: cause instanceof ParseError ? undefined : code,
        cause,
        peer: peerName(this.meta.remoteAddress, this.meta.remotePort),
        bytesWritten: exchange.bytesWritten,
        headReceived: exchange.hasHead,
        reused: exchange.isReuse,
        retrySafe: isLoss && (nothingWritten || (exchange.isReuse && this.#parser.offset === 0)),
      }),
    );
  }
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
  /** Octets handed to the socket. */
  #queued = 0;
  /** Sizes of the pieces of body that the socket has not taken yet, oldest first. */
  #unsent: number[] = [];
  #sent = 0;
  readonly #connection: HTTP1Connection;
  readonly #socket: Socket;

  constructor(
    connection: HTTP1Connection,
    socket: Socket,
    request: WireRequest,
    sink: ExchangeSink,
    isReuse: boolean,
  ) {
    this.request = request;
    this.sink = sink;
    this.isReuse = isReuse;
    this.credit = request.credit;
    this.#connection = connection;
    this.#socket = socket;
  }

  /** Octets of the request that may have reached the peer. */
  get bytesWritten(): number {
    return Math.max(0, this.#queued - this.#socket.writableLength);
  }

  start(): void {
    const { method, target, fields, body } = this.request;
    const head = serializeHead(method, target, fields);
    this.#queued = head.length;
    if (body === 'stream') {
      this.#connection.watchForEarlyResponse();
      this.#socket.write(head, 'latin1');
      return;
    }
    this.isSent = true;
    if (body === null || body.length === 0) {
      this.#socket.write(head, 'latin1');
      return;
    }
    this.#queued += body.length;
    if (body.length <= SMALL) {
      const bytes = Buffer.allocUnsafe(this.#queued);
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
    if (wasBlocked && this.credit > 0) this.#connection.unblock(this);
  }

  write(chunk: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket.destroyed) return false;
    this.#unsent.push(chunk.length);
    this.#queued += chunk.length;
    if (this.request.framing !== 'chunked' || this.#connection.isTunnel)
      return socket.write(chunk, this.#onWritten);
    if (chunk.length <= SMALL) return socket.write(serializeSmallChunk(chunk), this.#onWritten);
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    socket.write(chunk, this.#onWritten);
    const goesOn = socket.write('\r\n', 'latin1');
    socket.uncork();
    return goesOn;
  }

  finish(trailers?: readonly string[]): void {
    this.isSent = true;
    if (this.#connection.isTunnel) this.#socket.end();
    else if (this.request.framing === 'chunked') this.#socket.write(serializeEnd(trailers), 'latin1');
  }

  abort(): void {
    this.#connection.abandon(this);
  }

  readonly #onWritten = (error?: Error | null): void => {
    const size = this.#unsent.shift();
    if (error != null || size === undefined) return;
    this.#sent += size;
    this.sink.sent(this.#sent);
  };
}

/** Whether a request announces that it will be the last one on its connection. */
function saysClose(fields: readonly string[]): boolean {
  for (let i = 0; i < fields.length; i += 2) {
    const isOption = fields[i]!.length === 10 && sameName(fields[i]!, 'connection');
    if (isOption && fields[i + 1] !== 'keep-alive' && /(?:^|,)\s*close\s*(?:,|$)/i.test(fields[i + 1]!))
      return true;
  }
  return false;
}

/** The reason of a system error in words, with its name. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNRESET':
      return 'connection reset by peer (ECONNRESET)';
    case 'EPIPE':
      return 'the peer does not accept data any more (EPIPE)';
    case undefined:
      return error.message;
    default:
      return error.message.includes(error.code) ? error.message : `${error.message} (${error.code})`;
  }
}
