import { peerName } from '../../../models/peer.ts';
import type { HTTP2Start } from '../../begin-http2.ts';
import {
  type Connection,
  type ConnectionMeta,
  type Exchange,
  type ExchangeSink,
  WireError,
  type WireErrorKind,
  type WireRequest,
} from '../../contract.ts';
import { errorCodeName, NO_ERROR, REFUSED_STREAM } from '../../js/http2/error-codes.ts';
import { requestFields } from '../../js/http2/fields.ts';
import { PingWatch } from '../../js/http2/keep-alive-ping.ts';
import { reasonOf } from '../../js/system-error.ts';
import { BodyPlace } from '../body-place.ts';
import type { Driver, Slot } from '../driver.ts';
import { COMMAND, END, EVENT, type EventRecord, HTTP2, NONE } from '../records.ts';
import { nativeError, tlsError } from '../system-error.ts';
import { type ExchangeOwner, NativeHTTP2Exchange } from './exchange.ts';
import { repeatedField } from './single-fields.ts';

/** How long a connection that is doubted, but not watched, has to answer a PING, in milliseconds. */
const DOUBT = 10_000;
/** The last number that a stream can have. */
const LAST_STREAM = 0x7fff_ffff;
/** Numbers of failures of a connection. */
const CLOSED = 1;
const WRITE = 3;
const REMOTE_PROTOCOL = 4;
const TLS = 5;

/** Why an exchange, or all that run, cannot go on. */
interface Loss {
  readonly kind: WireErrorKind;
  readonly reason: string;
  readonly cause?: unknown;
  /** The server said that it did nothing with the request. */
  readonly isRefused?: boolean;
}

/** An HTTP/2 connection (RFC 9113) on the thread of I/O: turns its events into those of many exchanges at a time. */
export class NativeHTTP2Connection implements Connection, ExchangeOwner, Slot {
  readonly meta: ConnectionMeta;
  readonly keepAliveHint: null = null;
  readonly driver: Driver;
  readonly id: number;
  onIdleClose: (() => void) | null = null;
  onCapacity: (() => void) | null = null;
  isOpen = true;
  heard = 0;
  readonly #start: HTTP2Start;
  readonly #ping: PingWatch;
  /** For bodies that need not be in one piece. */
  readonly #anyPlace: BodyPlace;
  /** By the number of their streams. */
  readonly #exchanges = new Map<number, NativeHTTP2Exchange>();
  #nextStream = 1;
  /** How many streams the server allows; until its settings are here, one (RFC 9113 §5.1.2 leaves it open). */
  #limit = 1;
  #running = 0;
  #isUsable = true;
  /** The server was silent until a limit was over, and has not spoken since. */
  #isDoubted = false;
  #wasUsed = false;
  #onPong: ((error: Error | null) => void) | null = null;
  #goaway: { readonly code: number; readonly lastStreamId: number } | null = null;

  /** @param id number of the connection, whose events must come to this object from now on */
  constructor(driver: Driver, id: number, start: HTTP2Start) {
    this.driver = driver;
    this.id = id;
    this.meta = start.meta;
    this.#start = start;
    this.#anyPlace = new BodyPlace(driver, null);
    const { streamWindow, connectionWindow, maxFrameSize, headerTableSize, keepAlivePing } = start.settings;
    const text = [streamWindow, connectionWindow, maxFrameSize, headerTableSize].join('\n');
    driver.commandText(COMMAND.beginHTTP, id, HTTP2, 0, text, null);
    this.#ping = new PingWatch(
      this.#pinged(),
      keepAlivePing ?? { intervalMs: null, timeoutMs: DOUBT },
      (waited) => this.#lose({ kind: 'read', reason: `no answer to a PING within ${waited} ms` }),
      () => this.#onHeard(),
    );
  }

  get capacity(): number {
    const isUsable = this.#isUsable && !this.#isDoubted && this.#nextStream <= LAST_STREAM;
    return isUsable ? this.#limit : 0;
  }

  exchange(request: WireRequest, sink: ExchangeSink): Exchange {
    const exchange = new NativeHTTP2Exchange(this, request, sink, this.#wasUsed);
    this.#wasUsed = true;
    this.#running++;
    this.driver.retain();
    if (request.upgrade || request.method === 'CONNECT') {
      const reason = `HTTP/2 cannot switch protocols by ${request.upgrade ? 'Upgrade' : 'CONNECT'} here; send the request with 'http2: false'`;
      this.#failSoon(exchange, { kind: 'unsupported', reason });
      return exchange;
    }
    if (this.capacity === 0) {
      // The pool found it alive, and it died since: nothing of the request has left.
      const reason = 'the connection was closed before the request was sent';
      this.#failSoon(exchange, { kind: 'closed', reason });
      return exchange;
    }
    const fields = requestFields(request, this.#start.scheme, this.#start.authority);
    const repeated = repeatedField(fields);
    if (repeated !== null) {
      const reason = `the field '${repeated}' may stand in a request only once`;
      this.#failSoon(exchange, { kind: 'local-protocol', reason });
      return exchange;
    }
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#exchanges.set(stream, exchange);
    exchange.start(stream, fields);
    return exchange;
  }

  close(mode: 'abort' | 'graceful'): void {
    this.#isUsable = false;
    if (mode === 'abort') this.#lose({ kind: 'aborted', reason: 'the connection was closed by its owner' });
    else if (this.#running === 0) this.#end();
  }

  /** It was lost before it came here; nobody will be told again. */
  markClosed(): void {
    this.isOpen = false;
    this.#isUsable = false;
  }

  abandon(exchange: NativeHTTP2Exchange, isSilent: boolean): void {
    // The server may be gone, and who comes next should not have to find out.
    if (!isSilent || this.#running > 1) this.#ping.ask();
    if (isSilent) {
      this.#isDoubted = true;
      this.onCapacity?.();
    }
    this.#leave(exchange);
  }

  onEvent(event: EventRecord): void {
    const { kind, a, b, c } = event;
    switch (kind) {
      case EVENT.settings:
        this.#onHeard();
        this.#limit = Math.min(a === NONE ? Infinity : a, this.#start.settings.maxConcurrentStreams);
        this.onCapacity?.();
        break;
      case EVENT.goaway:
        this.#onGoaway(a, b);
        break;
      case EVENT.pong: {
        const onPong = this.#onPong;
        this.#onPong = null;
        onPong?.(null);
        break;
      }
      case EVENT.failed:
        this.#onFailed(event);
        break;
      case EVENT.gone:
        this.#onGone();
        break;
      case EVENT.closed:
        this.isOpen = false;
        this.#lose({ kind: 'closed', reason: 'the connection was closed' });
        break;
      default: {
        const exchange = this.#exchanges.get(c);
        if (exchange !== undefined) this.#onExchangeEvent(event, exchange);
        // What belongs to an exchange that was given up is of no use to anybody.
        else if (kind === EVENT.chunk) this.driver.drop(a);
      }
    }
  }

  onEngineFailure(reason: string): void {
    this.isOpen = false;
    this.#lose({ kind: 'internal', reason });
  }

  #onExchangeEvent(event: EventRecord, exchange: NativeHTTP2Exchange): void {
    const { kind, a, b, bytes, start, end } = event;
    switch (kind) {
      case EVENT.informational:
      case EVENT.head:
      case EVENT.data:
      case EVENT.chunk:
        try {
          this.#onMessage(event, exchange);
        } catch (error) {
          // Thrown by whoever received an event; it is theirs if they wait for one, and must not get lost if not.
          if (exchange.isOver) throw error;
          this.driver.command(COMMAND.streamReset, this.id, exchange.streamId!);
          const reason = error instanceof Error ? error.message : String(error);
          this.#report(exchange, { kind: 'internal', reason, cause: error });
        }
        break;
      case EVENT.end: {
        this.#leave(exchange);
        exchange.isOver = true;
        const hasTrailers = (a & END.hasTrailers) !== 0;
        exchange.sink.end(hasTrailers ? bytes.toString('latin1', start, end - 1).split('\n') : null);
        break;
      }
      case EVENT.sent:
        exchange.onSent(a + b * 0x1_0000_0000);
        break;
      case EVENT.reset:
        this.#fail(exchange, this.#lossOfReset(a));
        break;
      case EVENT.refused:
        this.#fail(exchange, { kind: 'remote-protocol', reason: bytes.toString('utf8', start, end) });
        break;
      default:
    }
  }

  #onMessage(event: EventRecord, exchange: NativeHTTP2Exchange): void {
    const { kind, a, b, bytes, start, end } = event;
    exchange.hasReceived = true;
    this.#onHeard();
    exchange.heardBefore = this.heard;
    if (kind === EVENT.data || kind === EVENT.chunk) {
      const chunk = (exchange.place ?? this.#anyPlace).take(event);
      exchange.lastData = this.driver.rounds;
      exchange.spend(chunk.length);
      exchange.sink.data(chunk);
      return;
    }
    const fields = bytes.toString('latin1', start, end).split('\n');
    fields.pop();
    if (kind === EVENT.informational) {
      exchange.sink.informational(a, '', fields);
      return;
    }
    exchange.hasHead = true;
    if (b !== NONE && b > 0 && exchange.request.delivery === 'whole') {
      exchange.place = new BodyPlace(this.driver, null);
      exchange.place.expectWhole(b);
    }
    exchange.sink.head(a, '', fields, '2');
  }

  #onHeard(): void {
    this.heard++;
    this.#ping.heard();
    if (!this.#isDoubted) return;
    this.#isDoubted = false;
    this.onCapacity?.();
  }

  #onGoaway(code: number, lastStreamId: number): void {
    this.#goaway = { code, lastStreamId };
    if (code !== NO_ERROR) {
      const reason = `the server ended the connection: GOAWAY with ${errorCodeName(code)}`;
      this.#lose({ kind: 'remote-protocol', reason });
      return;
    }
    this.#retire();
    const reason = 'the server ended the connection (GOAWAY) before it took the request';
    for (const [stream, exchange] of this.#exchanges)
      if (stream > lastStreamId) this.#fail(exchange, { kind: 'closed', reason });
  }

  #lossOfReset(code: number): Loss {
    const reason =
      code === NO_ERROR
        ? 'the stream was reset before the response was complete'
        : `the stream was reset: ${errorCodeName(code)}`;
    return { kind: 'remote-protocol', reason, isRefused: code === REFUSED_STREAM };
  }

  #onFailed(event: EventRecord): void {
    this.isOpen = false;
    const { a: failure, bytes, start, end } = event;
    const words = bytes.toString('utf8', start, end).split('\n').slice(2).join('\n');
    if (failure === CLOSED) {
      this.#lose({ kind: 'closed', reason: words });
    } else if (failure === REMOTE_PROTOCOL) {
      this.#lose({ kind: 'remote-protocol', reason: `the server broke the rules of HTTP/2: ${words}` });
    } else {
      const isWrite = failure === WRITE;
      const cause = failure === TLS ? tlsError(event) : nativeError(event, isWrite ? 'write' : 'read', '');
      this.#lose({ kind: isWrite ? 'write' : 'read', reason: reasonOf(cause), cause });
    }
  }

  /** The connection ended while the engine knew of nothing that runs: what runs here has not been looked at. */
  #onGone(): void {
    for (const exchange of this.#exchanges.values()) exchange.bytesWritten = 0;
    this.#lose({ kind: 'closed', reason: 'the connection was closed before the request was sent' });
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

  /** The connection is lost, and everything that runs on it. */
  #lose(loss: Loss): void {
    this.#retire();
    this.#end();
    for (const exchange of this.#exchanges.values()) this.#fail(exchange, loss);
  }

  /** Says farewell and closes. */
  #end(): void {
    this.#ping.stop();
    if (this.isOpen) this.driver.command(COMMAND.close, this.id, 1);
    this.isOpen = false;
  }

  /** Nothing more is to come of an exchange. */
  #leave(exchange: NativeHTTP2Exchange): void {
    if (exchange.streamId !== null) this.#exchanges.delete(exchange.streamId);
    this.#running--;
    this.driver.release();
    if (this.#running === 0 && !this.#isUsable) this.#end();
  }

  #failSoon(exchange: NativeHTTP2Exchange, loss: Loss): void {
    process.nextTick(() => this.#report(exchange, loss));
  }

  #fail(exchange: NativeHTTP2Exchange, loss: Loss): void {
    if (loss.kind === 'aborted' || (!exchange.isFailing && exchange.lastData !== this.driver.rounds)) {
      this.#report(exchange, loss);
      return;
    }
    if (exchange.isFailing) return;
    // The reader takes what has come before: on a socket of Node, too, the loop turns between data and the end.
    exchange.isFailing = true;
    setImmediate(() => this.#report(exchange, loss));
  }

  #report(exchange: NativeHTTP2Exchange, { kind, reason, cause, isRefused = false }: Loss): void {
    if (exchange.isOver) return;
    exchange.isOver = true;
    const { streamId, bytesWritten, hasHead, hasReceived, isReuse, isSent } = exchange;
    const isAfterLast = this.#goaway !== null && streamId !== null && streamId > this.#goaway.lastStreamId;
    const isUnprocessed = !hasReceived && (isRefused || isAfterLast);
    const isLoss = kind === 'closed' || kind === 'read' || kind === 'write';
    const isUntouched = bytesWritten === 0 || (isReuse && !hasReceived);
    this.#leave(exchange);
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

  #pinged(): ConstructorParameters<typeof PingWatch>[0] {
    const isOver = (): boolean => !this.isOpen;
    return {
      get destroyed() {
        return isOver();
      },
      closed: false,
      ping: (onAnswer) => {
        this.#onPong = onAnswer;
        this.driver.command(COMMAND.ping, this.id);
      },
    };
  }
}
