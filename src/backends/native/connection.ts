import { peerName } from '../../models/peer.ts';
import {
  type Connection,
  type ConnectionMeta,
  type Exchange,
  type ExchangeSink,
  WireError,
  type WireErrorKind,
  type WireRequest,
} from '../contract.ts';
import { saysClose } from '../js/http1/exchange.ts';
import { ParseError, type ParseErrorCode } from '../js/http1/parse-error.ts';
import { reasonOf } from '../js/system-error.ts';
import { BodyPlace } from './body-place.ts';
import type { CommandPort } from './command-port.ts';
import type { Slot } from './driver.ts';
import type { Loan } from './loan.ts';
import { type ExchangeOwner, NativeExchange } from './exchange.ts';
import { COMMAND, END, EVENT, type EventRecord, HEAD, NONE, REQUEST } from './records.ts';
import { nativeError, tlsError } from './system-error.ts';

/** Kinds of failures, by their numbers. */
const FAILURES: readonly WireErrorKind[] = ['internal', 'closed', 'read', 'write', 'remote-protocol', 'tls'];
const TLS_FAILURE = 5;

/** An HTTP/1.1 connection on the thread of I/O: turns its events into those of exchanges, one at a time. */
export class NativeConnection implements Connection, ExchangeOwner, Slot {
  readonly meta: ConnectionMeta;
  readonly driver: CommandPort;
  readonly id: number;
  onIdleClose: (() => void) | null = null;
  isOpen = true;
  readonly #place: BodyPlace;
  /** A thread that blocks may use the connection meanwhile. */
  #loan: Loan | null = null;
  #current: NativeExchange | null = null;
  /** Whether another exchange may follow. */
  #isUsable = true;
  #hasEnded = false;
  #wasUsed: boolean;
  #keepAliveSeconds = NONE;
  /** When octets of a body were delivered last, on the count of the driver. */
  #lastData = 0;

  /**
   * @param id number of the connection, whose events must come to this object from now on
   * @param wasUsed it has carried an exchange
   */
  constructor(driver: CommandPort, id: number, meta: ConnectionMeta, wasUsed = false) {
    this.driver = driver;
    this.id = id;
    this.meta = meta;
    this.#wasUsed = wasUsed;
    this.#place = new BodyPlace(driver, id);
    driver.command(COMMAND.beginHTTP, id);
  }

  get capacity(): number {
    return this.#isUsable && this.#current === null ? 1 : 0;
  }

  get keepAliveHint(): number | null {
    return this.#keepAliveSeconds === NONE ? null : this.#keepAliveSeconds * 1000;
  }

  exchange(request: WireRequest, sink: ExchangeSink): Exchange {
    this.#recall();
    const exchange = new NativeExchange(this, request, sink, this.#wasUsed);
    this.#current = exchange;
    this.#wasUsed = true;
    this.#keepAliveSeconds = NONE;
    this.driver.retain();
    if (!this.#isUsable) {
      // The pool found it alive, and it died since: nothing of the request has left.
      process.nextTick(() => {
        if (this.#current === exchange)
          this.#fail('closed', 'the connection was closed before the request was sent');
      });
      return exchange;
    }
    const { method, fields, upgrade, delivery } = request;
    let flags = 0;
    if (method === 'HEAD') flags |= REQUEST.isHead;
    else if (method === 'CONNECT') flags |= REQUEST.isConnect;
    if (upgrade) flags |= REQUEST.isUpgrade;
    if (delivery === 'whole' && this.driver.place !== undefined) flags |= REQUEST.isWhole;
    if (saysClose(fields)) {
      this.#isUsable = false;
      flags |= REQUEST.saysClose;
    }
    exchange.start(flags);
    return exchange;
  }

  lend(): number | null {
    const loan = this.#loan ?? (this.capacity === 0 ? null : this.driver.promise?.()) ?? null;
    if (loan === null) return null;
    if (this.#loan === null) this.driver.command(COMMAND.lend, this.id, loan.number);
    this.#loan = loan;
    return loan.number;
  }

  settle(): { readonly exchanges: number; readonly idleMs: number } | null {
    const loan = this.#loan;
    if (loan === null) return null;
    const { isLost, exchanges, idleMs, keepAliveSeconds } = loan.settle();
    if (isLost) this.#recall();
    else if (exchanges > 0) this.#keepAliveSeconds = keepAliveSeconds ?? NONE;
    return { exchanges, idleMs };
  }

  close(mode: 'abort' | 'graceful'): void {
    this.#recall();
    this.#isUsable = false;
    if (this.#current === null) this.#close(mode);
    else if (mode === 'abort') this.#fail('aborted', 'the connection was closed by its owner');
  }

  /** It was lost before it came here; nobody will be told again. */
  markClosed(): void {
    this.isOpen = false;
    this.#isUsable = false;
  }

  abandon(exchange: NativeExchange): void {
    if (this.#current !== exchange) return;
    this.#letGo();
    this.#close('abort');
  }

  onEvent(event: EventRecord): void {
    const exchange = this.#current;
    if (event.kind === EVENT.closed) this.#onClosed();
    else if (exchange === null) this.#onIdleEvent(event);
    else this.#onExchangeEvent(event, exchange);
  }

  onEngineFailure(reason: string): void {
    this.isOpen = false;
    if (this.#current === null) this.#dropIdle();
    else this.#fail('internal', reason);
  }

  /** Has the connection back from whom it was lent to; it may have been lost there. */
  #recall(): void {
    const loan = this.#loan;
    if (loan === null) return;
    this.#loan = null;
    if (loan.recall(this.id)) return;
    this.isOpen = false;
    this.#isUsable = false;
  }

  #onIdleEvent({ kind, a }: EventRecord): void {
    // What belongs to an exchange that was given up is of no use to anybody.
    if (kind === EVENT.chunk) this.driver.drop(a);
    else if (kind === EVENT.gone) this.#dropIdle();
  }

  #onExchangeEvent(event: EventRecord, exchange: NativeExchange): void {
    switch (event.kind) {
      case EVENT.informational:
      case EVENT.head:
      case EVENT.data:
      case EVENT.chunk:
      case EVENT.filled:
        try {
          this.#onMessage(event, exchange);
        } catch (error) {
          // Thrown by whoever received an event; it is theirs if they wait for one, and must not get lost if not.
          if (this.#current !== exchange) throw error;
          this.#fail('internal', error instanceof Error ? error.message : String(error), error);
        }
        break;
      case EVENT.end:
        this.#onEnd(event, exchange);
        break;
      case EVENT.received:
        exchange.sink.received();
        break;
      case EVENT.sent:
        exchange.onSent(event.a + event.b * 0x1_0000_0000);
        break;
      case EVENT.failed:
        this.#onFailed(event, exchange);
        break;
      case EVENT.raw:
        this.#fail('remote-protocol', 'data came through the tunnel before anything was asked for');
        break;
      case EVENT.gone:
        // It was closed before the request could be looked at.
        exchange.bytesWritten = 0;
        this.#fail('closed', 'the connection was closed before the request was sent');
        break;
      default:
    }
  }

  #onMessage(event: EventRecord, exchange: NativeExchange): void {
    const { kind, a, b } = event;
    if (kind === EVENT.data || kind === EVENT.chunk || kind === EVENT.filled) {
      const chunk = this.#place.take(event);
      this.#lastData = this.driver.rounds;
      exchange.spend(chunk.length);
      exchange.sink.data(chunk);
      return;
    }
    const fields = event.bytes.toString('latin1', event.start, event.end).split('\n');
    const reason = fields.pop()!;
    const status = a & 0xffff;
    if (kind === EVENT.informational) {
      exchange.sink.informational(status, reason, fields);
      return;
    }
    exchange.hasHead = true;
    exchange.isTunnel = (a & HEAD.isTunnel) !== 0;
    exchange.sink.head(status, reason, fields, (a & HEAD.isHTTP10) === 0 ? '1.1' : '1.0');
    if (b !== NONE && exchange.request.delivery === 'whole' && this.#current === exchange)
      this.#place.expectWhole(b);
  }

  #onEnd({ a, b, bytes, start, end }: EventRecord, exchange: NativeExchange): void {
    if ((a & END.isTunnelEnd) !== 0) {
      this.#hasEnded = true;
      exchange.sink.end(null);
      return;
    }
    this.#letGo();
    this.#place.reset();
    this.#keepAliveSeconds = b;
    const keeps = (a & END.keeps) !== 0;
    if (!keeps) this.#isUsable = false;
    else if (!this.#isUsable) this.#close('abort');
    const hasTrailers = (a & END.hasTrailers) !== 0;
    exchange.sink.end(hasTrailers ? bytes.toString('latin1', start, end - 1).split('\n') : null);
  }

  #onFailed(event: EventRecord, exchange: NativeExchange): void {
    const isUntouched = event.b === 0;
    const failure = FAILURES[event.a]!;
    const isParse = failure === 'closed' || failure === 'remote-protocol';
    const error = isParse
      ? parseErrorOf(event)
      : event.a === TLS_FAILURE
        ? tlsError(event)
        : nativeError(event, failure === 'write' ? 'write' : 'read', '');
    // In TLS 1.3 the server judges the certificate of the client after the handshake (RFC 8446 §4.4.2.4), and says so by
    // an alert. Anything else is a connection that breaks: the request may have been carried out.
    const isAlert = 'code' in error && error.code?.includes('_ALERT_') === true;
    const isLate = exchange.hasHead || exchange.isReuse;
    const kind = failure === 'tls' && (isLate || !isAlert) ? 'read' : failure;
    const reason = isParse ? error.message : reasonOf(error);
    this.isOpen = false;
    this.#isUsable = false;
    const isLoss = !(error instanceof ParseError) || error.code === 'truncated';
    if (!isLoss || this.#lastData !== this.driver.rounds) {
      this.#fail(kind, reason, error, isUntouched);
      return;
    }
    // The reader takes what has come before: on a socket of Node, too, the loop turns between data and the end.
    setImmediate(() => {
      if (this.#current === exchange) this.#fail(kind, reason, error, isUntouched);
    });
  }

  #onClosed(): void {
    this.#loan?.forget();
    this.#loan = null;
    // A failure that waits to be told is the reason.
    const isKnown = !this.isOpen;
    this.isOpen = false;
    this.#isUsable = false;
    const exchange = this.#current;
    if (exchange === null) this.#dropIdle();
    else if (isKnown) return;
    else if (exchange.isTunnel && this.#hasEnded) this.#letGo();
    else this.#fail('closed', 'the connection was closed');
  }

  #letGo(): void {
    this.#current = null;
    this.driver.release();
  }

  #close(mode: 'abort' | 'graceful'): void {
    this.#isUsable = false;
    if (this.isOpen) this.driver.command(COMMAND.close, this.id, mode === 'graceful' ? 1 : 0);
    this.isOpen = false;
  }

  #dropIdle(): void {
    this.#isUsable = false;
    const notify = this.onIdleClose;
    this.onIdleClose = null;
    notify?.();
  }

  /** @param isUntouched no octet of a response had come */
  #fail(kind: WireErrorKind, reason: string, cause?: unknown, isUntouched = true): void {
    const exchange = this.#current;
    if (exchange === null) return;
    this.#letGo();
    this.#close('abort');
    const isLoss = kind === 'closed' || kind === 'read' || kind === 'write';
    const isUnsent = exchange.bytesWritten === 0 || (exchange.isReuse && isUntouched && !exchange.hasHead);
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
        retrySafe: isLoss && isUnsent,
      }),
    );
  }
}

function parseErrorOf({ bytes, start, end }: EventRecord): ParseError {
  const text = bytes.toString('utf8', start, end);
  const [code = '', offset = ''] = text.split('\n', 2);
  const message = text.slice(code.length + offset.length + 2);
  return new ParseError((code || 'truncated') as ParseErrorCode, message, Number(offset));
}
