import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { HTTP2Settings } from '../../../models/http2-options.ts';
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
import { releaseWhenIdle } from '../http1/idle.ts';
import { reasonOf } from '../system-error.ts';
import { errorCodeName, NO_ERROR, REFUSED_STREAM } from './error-codes.ts';
import { type ExchangeOwner, HTTP2Exchange, type StreamFailure } from './exchange.ts';
import { PingWatch } from './keep-alive-ping.ts';
import { startSession } from './session.ts';
import { SilenceWatch } from './silence-watch.ts';

/** How long a connection that is doubted, but not watched, has to answer a PING, in milliseconds. */
const DOUBT = 10_000;
/** Turns of the event loop for which what was read before the end is waited for. */
const LAST_TURNS = 8;
/** How long the farewell may take to leave, in milliseconds. */
const FAREWELL = 1000;

/** What a connection of HTTP/2 is made of. */
export interface HTTP2Setup {
  /** Connected; nothing has been read from it. */
  readonly socket: Socket;
  readonly meta: ConnectionMeta;
  readonly settings: HTTP2Settings;
  readonly limits: ParserLimits;
  readonly scheme: 'http' | 'https';
  /** What requests without `Host` are for. */
  readonly authority: string;
}

/** What ended a connection before its time. */
interface Loss {
  readonly kind: WireErrorKind;
  readonly reason: string;
  readonly cause?: unknown;
}

/** An HTTP/2 connection (RFC 9113): a session of `node:http2` that carries many exchanges at a time. */
export class HTTP2Connection implements Connection, ExchangeOwner {
  readonly meta: ConnectionMeta;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly limits: ParserLimits;
  readonly keepAliveHint: null = null;
  onIdleClose: (() => void) | null = null;
  onCapacity: (() => void) | null = null;
  /** Pieces of body that the socket has not taken yet. */
  pendingWrites = 0;
  readonly socket: Socket;
  readonly session: ClientHttp2Session;
  readonly #ping: PingWatch;
  readonly #silence: SilenceWatch;
  readonly #maxStreams: number;
  /** How many streams the server allows; until its settings are here, one (RFC 9113 §5.1.2 leaves it open). */
  #limit = 1;
  #running = 0;
  heard = 0;
  #isUsable = true;
  /** The server was silent until a limit was over, and has not spoken since. */
  #isDoubted = false;
  #wasUsed = false;
  #isReferenced = true;
  #loss: Loss | null = null;
  #goaway: { readonly code: number; readonly lastStreamId: number } | null = null;

  constructor({ socket, meta, settings, limits, scheme, authority }: HTTP2Setup) {
    this.meta = meta;
    this.scheme = scheme;
    this.authority = authority;
    this.limits = limits;
    this.socket = socket;
    this.#maxStreams = settings.maxConcurrentStreams;
    // It may have failed since it connected; nobody will be told again.
    this.#isUsable = !socket.destroyed;
    // Both come before the session learns of it, and says why.
    socket.once('end', () => this.#onEnd());
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isWrite = error.syscall === 'write' || error.code === 'EPIPE';
      this.#lose({ kind: isWrite ? 'write' : 'read', reason: reasonOf(error), cause: error });
    });
    this.session = startSession(socket, scheme, settings, limits);
    this.#ping = new PingWatch(
      this.session,
      settings.keepAlivePing ?? { intervalMs: null, timeoutMs: DOUBT },
      (waited) => this.#lose({ kind: 'read', reason: `no answer to a PING within ${waited} ms` }),
      () => this.onHeard(),
    );
    this.#silence = new SilenceWatch(this, () =>
      this.#lose({
        kind: 'remote-protocol',
        reason: 'the server broke the rules of HTTP/2, which ended the connection',
      }),
    );
    this.#listen();
    // Nobody may want it any more by now.
    releaseWhenIdle(this);
  }

  get capacity(): number {
    const isOpen = this.#isUsable && !this.session.closed && !this.session.destroyed;
    return isOpen && !this.#isDoubted ? this.#limit : 0;
  }

  get isSending(): boolean {
    return this.pendingWrites > 0;
  }

  /** Whether no exchange runs; the socket then does not keep the process alive. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  exchange(request: WireRequest, sink: ExchangeSink): Exchange {
    const exchange = new HTTP2Exchange(this, request, sink, this.#wasUsed);
    this.#wasUsed = true;
    this.#running++;
    if (!this.#isReferenced) {
      this.#isReferenced = true;
      this.session.ref();
    }
    if (request.upgrade || request.method === 'CONNECT') {
      const reason = `HTTP/2 cannot switch protocols by ${request.upgrade ? 'Upgrade' : 'CONNECT'} here; send the request with 'http2: false'`;
      this.#failSoon(exchange, { kind: 'unsupported', reason });
      return exchange;
    }
    if (this.capacity === 0) {
      // The pool found it alive, and it died since: nothing of the request has left.
      this.#failSoon(exchange, {
        kind: 'closed',
        reason: 'the connection was closed before the request was sent',
      });
      return exchange;
    }
    this.#silence.start();
    try {
      exchange.start(this.session);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#failSoon(exchange, { kind: 'local-protocol', reason, cause });
    }
    return exchange;
  }

  close(mode: 'abort' | 'graceful'): void {
    this.#isUsable = false;
    if (mode === 'abort') {
      this.#lose({ kind: 'aborted', reason: 'the connection was closed by its owner' });
      this.socket.destroy();
    } else if (this.#running === 0) {
      this.#end();
    }
  }

  /** Called once the loop has turned: lets the process end if nothing else keeps it. */
  unreference(): void {
    if (this.#running > 0 || !this.#isReferenced) return;
    this.#isReferenced = false;
    if (!this.session.destroyed) this.session.unref();
  }

  onHeard(): void {
    this.heard++;
    this.#ping.heard();
    this.#silence.heard();
    if (!this.#isDoubted) return;
    this.#isDoubted = false;
    this.onCapacity?.();
  }

  leave(): void {
    this.#running--;
    if (this.#running === 0) this.#silence.rest();
    if (this.#running > 0) return;
    if (this.#isUsable) releaseWhenIdle(this);
    else this.#end();
  }

  doubt(isSilent: boolean): void {
    // The server may be gone, and who comes next should not have to find out.
    if (!isSilent || this.#running > 1) this.#ping.ask();
    if (!isSilent) return;
    this.#isDoubted = true;
    this.onCapacity?.();
  }

  fail(exchange: HTTP2Exchange, failure: StreamFailure): void {
    this.#report(exchange, this.#lossOf(failure), failure);
  }

  refuse(exchange: HTTP2Exchange, reason: string): void {
    exchange.reset();
    this.#report(exchange, { kind: 'remote-protocol', reason }, null);
  }

  #listen(): void {
    const session = this.session;
    session.on('remoteSettings', ({ maxConcurrentStreams = Infinity }) => {
      this.onHeard();
      this.#limit = Math.min(maxConcurrentStreams, this.#maxStreams);
      this.onCapacity?.();
    });
    session.on('goaway', (code, lastStreamId) => {
      this.#goaway = { code, lastStreamId };
      this.#retire();
    });
    session.on('error', (error: NodeJS.ErrnoException) => {
      this.#loss ??= { kind: 'remote-protocol', reason: error.message, cause: error };
    });
    session.on('close', () => {
      this.#ping.stop();
      this.#retire();
    });
  }

  /** No exchange can begin any more. */
  #retire(): void {
    this.#isUsable = false;
    if (this.#running > 0) {
      this.onCapacity?.();
      return;
    }
    this.#end();
    const notify = this.onIdleClose;
    this.onIdleClose = null;
    notify?.();
  }

  /**
   * The server has closed. While Node writes, it puts aside what it has read, so something may come of that yet: the
   * connection is lost when nothing has come for some turns of the loop.
   */
  #onEnd(): void {
    this.#retire();
    let { heard } = this;
    let turns = 0;
    const look = (): void => {
      if (this.session.destroyed) return;
      if (heard !== this.heard) {
        ({ heard } = this);
        turns = 0;
      }
      if (++turns > LAST_TURNS) this.#lose({ kind: 'closed', reason: 'the connection was closed' });
      else setImmediate(look);
    };
    look();
  }

  /** The connection is lost, and everything that runs on it. */
  #lose(loss: Loss): void {
    this.#loss ??= loss;
    this.#ping.stop();
    this.#retire();
    this.#end();
  }

  /** Says farewell and closes. */
  #end(): void {
    this.#ping.stop();
    this.#silence.end();
    const session = this.session;
    if (session.destroyed) return;
    const socket = this.socket;
    const timer = setTimeout(() => socket.destroy(), FAREWELL);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
    session.destroy();
  }

  #failSoon(exchange: HTTP2Exchange, loss: Loss): void {
    process.nextTick(() => {
      if (!exchange.isOver) this.#report(exchange, loss, null);
    });
  }

  #lossOf({ error, rstCode }: StreamFailure): Loss {
    if (this.#loss !== null) return this.#loss;
    if (error?.code === 'ERR_HTTP2_ERROR') {
      return { kind: 'remote-protocol', reason: `bad frames: ${error.message}`, cause: error };
    }
    const goaway = this.#goaway;
    if (goaway !== null && goaway.code !== NO_ERROR) {
      const reason = `the server ended the connection: GOAWAY with ${errorCodeName(goaway.code)}`;
      return { kind: 'remote-protocol', reason, cause: error ?? undefined };
    }
    if (this.session.destroyed && error === null)
      return { kind: 'closed', reason: 'the connection was closed' };
    if (goaway !== null && rstCode === REFUSED_STREAM) {
      return {
        kind: 'closed',
        reason: 'the server ended the connection (GOAWAY) before it took the request',
      };
    }
    if (error !== null && error.code !== 'ERR_HTTP2_STREAM_ERROR') {
      return { kind: 'read', reason: reasonOf(error), cause: error };
    }
    const reason =
      rstCode === NO_ERROR
        ? 'the stream was reset before the response was complete'
        : `the stream was reset: ${errorCodeName(rstCode)}`;
    return { kind: 'remote-protocol', reason, cause: error ?? undefined };
  }

  #report(exchange: HTTP2Exchange, { kind, reason, cause }: Loss, failure: StreamFailure | null): void {
    exchange.isOver = true;
    this.#running--;
    if (this.#running === 0) this.#silence.rest();
    const { streamId, bytesWritten, hasHead, isReuse, isSent } = exchange;
    const isAfterLast = this.#goaway !== null && streamId !== null && streamId > this.#goaway.lastStreamId;
    const isUnprocessed = !exchange.hasReceived && (failure?.rstCode === REFUSED_STREAM || isAfterLast);
    const isLoss = kind === 'closed' || kind === 'read' || kind === 'write';
    const isUntouched = bytesWritten === 0 || (isReuse && !exchange.hasReceived);
    if (this.#running === 0) {
      if (this.#isUsable) releaseWhenIdle(this);
      else this.#end();
    }
    exchange.sink.error(
      new WireError({
        kind,
        phase: hasHead ? 'read' : isSent ? 'firstByte' : 'write',
        reason,
        code: (cause as NodeJS.ErrnoException | undefined)?.code,
        cause,
        peer: peerName(this.meta.remoteAddress, this.meta.remotePort),
        bytesWritten,
        headReceived: hasHead,
        reused: isReuse,
        retrySafe: isUnprocessed || (isLoss && isUntouched),
        unprocessed: isUnprocessed,
      }),
    );
  }
}
