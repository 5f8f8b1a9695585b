import type { Socket } from 'node:net';
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
import { reasonOf } from '../system-error.ts';
import { type ExchangeOwner, HTTP1Exchange, saysClose } from './exchange.ts';
import type { Head } from './head.ts';
import { releaseWhenIdle } from './idle.ts';
import { ParseError } from './parse-error.ts';
import { type ParserEvents, ResponseParser } from './parser.ts';
import type { ReadBuffer } from './read-buffer.ts';
import { type Receiver, salvageResponses } from './salvage.ts';

/** An HTTP/1.1 connection: drives parser and serializer on a socket, one exchange at a time. */
export class HTTP1Connection implements Connection, ExchangeOwner, ParserEvents, Receiver {
  readonly meta: ConnectionMeta;
  onIdleClose: (() => void) | null = null;
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  readonly #reader: ReadBuffer;
  #current: HTTP1Exchange | null = null;
  /** Whether another exchange may follow. */
  #isUsable: boolean;
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
    // It may have failed since it connected; nobody will be told again.
    this.#isUsable = !socket.destroyed;
    socket.on('end', () => this.receiveEnd());
    socket.on('error', (error) => this.#onSocketError(error));
    socket.on('close', () => this.#onClose());
    // Nobody may want it any more by now.
    releaseWhenIdle(this);
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
      process.nextTick(() => {
        if (this.#current === exchange)
          this.#fail('closed', 'the connection was closed before the request was sent');
      });
      return exchange;
    }
    if (saysClose(request.fields)) this.#isUsable = false;
    if (request.body === 'stream') this.#watchForEarlyResponse();
    exchange.start();
    return exchange;
  }

  close(mode: 'abort' | 'graceful'): void {
    this.#isUsable = false;
    if (this.#current !== null) {
      if (mode === 'abort') this.#fail('aborted', 'the connection was closed by its owner');
      return;
    }
    if (mode === 'graceful') this.#socket.end();
    this.#socket.destroy();
  }

  get isAnswered(): boolean {
    return this.#current?.hasHead === true;
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
      this.#failParse(exchange, error);
      return;
    }
    // Whoever received the events may have given the exchange up.
    if (this.#current !== exchange) return;
    if (this.#parser.isDone) {
      if (used < length) this.#isUsable = false;
      this.#finish(exchange);
      return;
    }
    if (this.#parser.isWaiting) exchange.sink.received();
    if (exchange.credit <= 0) this.#socket.pause();
  }

  onInformational(head: Head): void {
    this.#current?.sink.informational(head.status, head.reason, head.fields);
  }

  onHead(head: Head, length: number): void {
    const exchange = this.#current;
    if (exchange === null) return;
    exchange.hasHead = true;
    exchange.isTunnel = this.#parser.isTunnel;
    exchange.sink.head(head.status, head.reason, head.fields, head.version);
    if (length > 0 && exchange.request.delivery === 'whole' && this.#current === exchange)
      this.#reader.expectWhole(length);
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

  abandon(exchange: HTTP1Exchange): void {
    if (this.#current !== exchange) return;
    this.#letGo(exchange);
    this.#isUsable = false;
    this.#socket.destroy();
  }

  unblock(exchange: HTTP1Exchange): void {
    if (this.#current === exchange && this.#socket.isPaused()) this.#socket.resume();
  }

  /** Called once the loop has turned: lets the process end if nothing else keeps it. */
  unreference(): void {
    if (this.#current !== null || !this.#isReferenced) return;
    this.#isReferenced = false;
    this.#socket.unref();
  }

  /** A server may answer before it has taken the body, and close; its answer must not be lost. */
  #watchForEarlyResponse(): void {
    if (this.#isSalvaging) return;
    this.#isSalvaging = true;
    salvageResponses(this.#socket, this);
  }

  #finish(exchange: HTTP1Exchange): void {
    this.#letGo(exchange);
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

  #letGo(exchange: HTTP1Exchange): void {
    this.#current = null;
    exchange.isOver = true;
    this.#reader.reset();
  }

  receiveEnd(): void {
    this.#hasEnded = true;
    const exchange = this.#current;
    if (exchange === null) {
      this.#dropIdle();
      return;
    }
    try {
      this.#parser.finish();
    } catch (error) {
      this.#failParse(exchange, error);
      return;
    }
    // A tunnel is half-closed now: what is left to be said in the other direction still can be.
    if (exchange.isTunnel) exchange.sink.end(null);
    else this.#finish(exchange);
  }

  #onSocketError(error: NodeJS.ErrnoException): void {
    const exchange = this.#current;
    if (exchange === null) {
      this.#dropIdle();
      return;
    }
    // In TLS 1.3 the server judges the certificate of the client after the handshake (RFC 8446 §4.4.2.4), and says so by
    // an alert. Anything else is a connection that breaks: the request may have been carried out.
    const isAlert = error.code?.startsWith('ERR_SSL_') === true && error.code.includes('_ALERT_');
    const isTLS = isAlert && !exchange.hasHead && !exchange.isReuse;
    const isWrite = error.syscall === 'write' || error.code === 'EPIPE';
    this.#fail(isTLS ? 'tls' : isWrite ? 'write' : 'read', reasonOf(error), error);
  }

  #onClose(): void {
    const exchange = this.#current;
    if (exchange === null) this.#dropIdle();
    else if (exchange.isTunnel && this.#hasEnded) this.#letGo(exchange);
    else this.#fail('closed', 'the connection was closed');
  }

  #dropIdle(): void {
    this.#isUsable = false;
    this.#socket.destroy();
    const notify = this.onIdleClose;
    this.onIdleClose = null;
    notify?.();
  }

  #failParse(exchange: HTTP1Exchange, error: unknown): void {
    if (!(error instanceof ParseError)) {
      // Thrown by whoever received an event; it is theirs if they wait for one, and must not get lost if not.
      if (this.#current !== exchange) throw error;
      this.#fail('internal', error instanceof Error ? error.message : String(error), error);
      return;
    }
    const isSilent = error.code === 'truncated' && this.#parser.offset === 0;
    this.#fail(isSilent ? 'closed' : 'remote-protocol', error.message, error);
  }

  #fail(kind: WireErrorKind, reason: string, cause?: unknown): void {
    const exchange = this.#current;
    if (exchange === null) return;
    this.#letGo(exchange);
    this.#isUsable = false;
    this.#socket.destroy();
    const isLoss = kind === 'closed' || kind === 'read' || kind === 'write';
    const isUntouched = exchange.bytesWritten === 0 || (exchange.isReuse && this.#parser.offset === 0);
    exchange.sink.error(
      new WireError({
        kind,
        phase: kind === 'tls' ? 'tls' : exchange.hasHead ? 'read' : exchange.isSent ? 'firstByte' : 'write',
        reason,
        code: cause instanceof ParseError ? undefined : (cause as NodeJS.ErrnoException | undefined)?.code,
        cause,
        peer: peerName(this.meta.remoteAddress, this.meta.remotePort),
        bytesWritten: exchange.bytesWritten,
        headReceived: exchange.hasHead,
        reused: exchange.isReuse,
        retrySafe: isLoss && isUntouched,
      }),
    );
  }
}
