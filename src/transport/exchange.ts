import type { Duplex } from 'node:stream';
import type {
  Exchange,
  ExchangeSink,
  HTTPVersion,
  Route,
  WireError,
  WireRequest,
} from '../backends/contract.ts';
import { AbortError } from '../errors/abort-error.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { FirstByteTimeout } from '../errors/first-byte-timeout.ts';
import type { HTTPErrorInit } from '../errors/http-error.ts';
import { PoolTimeout } from '../errors/pool-timeout.ts';
import { ReadTimeout } from '../errors/read-timeout.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import { WriteTimeout } from '../errors/write-timeout.ts';
import type { BodySource } from '../message/body-source.ts';
import type { Request } from '../message/request.ts';
import { newContext } from '../message/response-head.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { Headers } from '../models/headers.ts';
import { peerName } from '../models/peer.ts';
import type { TimeMarks } from '../models/timings.ts';
import type { Tracer } from '../models/trace.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { Deadlined, Deadlines } from './deadlines.ts';
import { connectionInfo } from './describe-connection.ts';
import { type Framing, framingOf } from './framing.ts';
import type { Pool } from './pool.ts';
import type { PoolSlot } from './pool-slot.ts';
import { RequestPump } from './request-pump.ts';
import { toTransportError } from './to-error.ts';
import type { TransportContext } from './transport.ts';
import { type Upgraded, upgradedConnection } from './upgrade.ts';
import type { Acquirer, Waiter } from './waiter.ts';

/** Octets of body that may lie in memory before the reader has taken them. */
const CREDIT = 262_144;
/** A body in memory up to this size goes out together with the head. */
const SMALL_BODY = 65_536;
/** Methods that may be sent twice without doing more than once (RFC 9110 §9.2.2; QUERY is safe). */
const IDEMPOTENT = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'QUERY', 'TRACE']);

type Step = 'body' | 'connecting' | 'done' | 'firstByte' | 'pool' | 'sending' | 'upgraded';

/** What all exchanges of a transport share. */
export interface ExchangeHost {
  readonly pool: Pool;
  readonly deadlines: Deadlines;
  readonly backend: 'js' | 'native';
  /** How long a request with `Expect: 100-continue` waits before it sends its body all the same, in milliseconds. */
  readonly expectContinueMs: number;
}

/**
 * One request on its way through pool and wire: gets a connection, sends, watches the deadlines, receives, hands
 * the connection back. Each of the roles that the layers around it see is a small interface; the state is one.
 */
export class HTTPExchange implements Acquirer, BodySource, Deadlined, ExchangeSink {
  deadline: number = Infinity;
  deadlineIndex = -1;
  readonly #host: ExchangeHost;
  readonly #request: Request;
  readonly #context: TransportContext;
  readonly #route: Route;
  readonly #framing: Framing;
  readonly #marks: TimeMarks;
  #step: Step = 'pool';
  #waiter: Waiter | null = null;
  #slot: PoolSlot | null = null;
  #wire: Exchange | null = null;
  #pump: RequestPump | null = null;
  #upgraded: Upgraded | null = null;
  #isRetry = false;
  #resolve!: (response: StreamResponse) => void;
  #reject!: (error: unknown) => void;
  readonly #queue: ChunkQueue;
  #received = 0;
  #expected: number | null = null;
  #trailers: readonly string[] | null = null;
  #onAbort: (() => void) | null = null;

  constructor(host: ExchangeHost, request: Request, route: Route, context: TransportContext) {
    this.#host = host;
    this.#request = request;
    this.#context = context;
    this.#route = route;
    this.#framing = framingOf(request);
    this.#queue = new ChunkQueue(context.delivery === 'whole' ? Infinity : CREDIT);
    this.#marks = { started: 0, acquired: 0, sent: 0, firstByte: 0, ended: 0, dial: null };
  }

  get connectTimeout(): number | null {
    return this.#context.timeout.connect;
  }

  get totalDeadline(): number | null {
    return this.#context.totalDeadline;
  }

  get tracer(): Tracer | null {
    return this.#context.tracer;
  }

  get bytesReceived(): number {
    return this.#received;
  }

  get trailers(): readonly string[] | null {
    return this.#trailers;
  }

  start(): Promise<StreamResponse> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const { signal } = this.#context;
      if (signal !== null) {
        if (signal.aborted) {
          this.#fail(this.#aborted());
          return;
        }
        this.#onAbort = () => this.#fail(this.#aborted());
        signal.addEventListener('abort', this.#onAbort, { once: true });
      }
      this.#marks.started = performance.now();
      this.#acquire(this.#marks.started);
    });
  }

  // The pool

  onConnecting(): void {
    this.#step = 'connecting';
    // The engine watches the limit for connecting, which ends in an error that says how far it came.
    this.#setDeadline(null, performance.now());
  }

  onAcquired(slot: PoolSlot): void {
    this.#waiter = null;
    this.#slot = slot;
    const now = performance.now();
    this.#marks.acquired = now;
    this.#marks.dial = slot.uses === 1 ? slot.connection.meta.timings : null;
    this.tracer?.emit('pool.acquire.complete', {
      connection: slot.connection.meta.id,
      reused: slot.uses > 1,
    });
    this.#send(slot, now);
  }

  onAcquireFailed(error: WireError): void {
    this.#waiter = null;
    this.tracer?.emit('pool.acquire.failed', { error });
    if (error.kind === 'connect-timeout' && this.#isPast(performance.now())) this.#fail(this.#totalTimeout());
    else this.#fail(toTransportError(error, this.#request));
  }

  // The wire

  informational(status: number, reason: string, fields: string[]): void {
    this.tracer?.emit('http11.informational', {
      status,
      reason,
      headers: this.tracer.redaction.fields(fields),
    });
    this.#setDeadline(this.#firstByteLimit(), performance.now());
    if (status === 100) this.#pump?.proceed();
    this.#context.onInformational?.({ status, statusText: reason, headers: Headers.fromWire(fields) });
  }

  head(status: number, reason: string, fields: string[], version: HTTPVersion): void {
    const now = performance.now();
    const { connection } = this.#slot!;
    if (this.#marks.sent === 0) this.#marks.sent = now;
    this.#marks.firstByte = now;
    const isUpgraded =
      status === 101 || (this.#request.method === 'CONNECT' && status >= 200 && status < 300);
    this.#step = isUpgraded ? 'upgraded' : 'body';
    this.#setDeadline(isUpgraded ? null : this.#context.timeout.read, now);
    this.#pump?.onResponse();
    const { tracer } = this;
    if (tracer !== null) {
      tracer.emit('http11.receive_response_headers.complete', {
        status,
        reason,
        version,
        headers: tracer.redaction.fields(fields),
      });
      tracer.emit('http11.receive_response_body.started');
    }
    const headers = Headers.fromWire(fields);
    if (this.#context.onDownloadProgress !== null)
      this.#expected = lengthOf(headers, this.#request.method, status);
    const context = newContext(status, reason, version, headers);
    context.request = this.#request;
    context.connection = connectionInfo(connection.meta, this.#slot!.uses > 1, this.#host.backend);
    context.marks = this.#marks;
    this.#resolve(new StreamResponse(status, null, { context, source: this }));
  }

  data(chunk: Uint8Array): void {
    this.#received += chunk.length;
    if (this.#received > this.#context.maxBytes && this.#context.delivery === 'whole') {
      const reason = `the body is larger than ${this.#context.maxBytes} bytes (decode.maxBytes)`;
      this.#fail(new DecodingError({ ...this.#errorInit(reason), code: 'ERR_CONTENT_LIMIT' }));
      return;
    }
    this.#queue.push(chunk);
    if (this.#step === 'body') {
      // A reader that takes its time is not to be blamed on the peer.
      this.#setDeadline(this.#queue.isFull ? null : this.#context.timeout.read, performance.now());
    }
    this.#context.onDownloadProgress?.({ transferred: this.#received, total: this.#expected });
  }

  sent(bytes: number): void {
    if (this.#upgraded !== null) {
      this.#upgraded.onSent();
      return;
    }
    if (this.#step === 'sending') this.#setDeadline(this.#context.timeout.write, performance.now());
    this.#pump?.onSent();
    this.#context.onUploadProgress?.({
      transferred: bytes,
      total: this.#framing.length === -1 ? null : this.#framing.length,
    });
  }

  end(trailers: string[] | null): void {
    const now = performance.now();
    this.#trailers = trailers ?? NO_TRAILERS;
    this.#marks.ended = now;
    this.tracer?.emit('http11.receive_response_body.complete', { bytes: this.#received });
    if (this.#step === 'upgraded') {
      // The other direction is still open; whoever holds the duplex closes it.
      this.#queue.end();
      return;
    }
    this.#settle();
    this.#release(now);
    this.#queue.end();
  }

  error(error: WireError): void {
    const slot = this.#slot!;
    this.#wire = null;
    if (this.#mayRetry(error)) {
      this.tracer?.emit('connection.retry', { connection: slot.connection.meta.id, reason: error.message });
      this.#isRetry = true;
      this.#pump?.stop();
      this.#pump = null;
      this.#release(performance.now());
      this.#step = 'pool';
      this.#marks.sent = 0;
      this.#repeat(error.message);
      return;
    }
    this.#fail(toTransportError(error, this.#request));
  }

  // The clock

  onDeadline(now: number): void {
    if (this.#isPast(now)) {
      this.#fail(this.#totalTimeout());
      return;
    }
    const { timeout } = this.#context;
    switch (this.#step) {
      case 'pool':
        this.#fail(new PoolTimeout(this.#errorInit(`no connection came free within ${timeout.pool} ms`)));
        return;
      case 'sending':
        this.#fail(new WriteTimeout(this.#errorInit(`the peer took no data for ${timeout.write} ms`)));
        return;
      case 'firstByte':
        if (timeout.firstByte === null) {
          const init = this.#errorInit(`no response within ${timeout.read} ms`);
          this.#fail(new ReadTimeout({ ...init, phase: 'firstByte' }));
        } else {
          this.#fail(new FirstByteTimeout(this.#errorInit(`no response within ${timeout.firstByte} ms`)));
        }
        return;
      default:
        this.#fail(
          new ReadTimeout(
            this.#errorInit(`no data for ${timeout.read} ms, after ${this.#received} bytes of the body`),
          ),
        );
    }
  }

  // The reader

  async next(): Promise<Uint8Array | null> {
    const chunk = await this.#queue.next();
    if (chunk !== null) this.#grant(chunk.length);
    return chunk;
  }

  all(): Promise<Uint8Array> | Uint8Array {
    // The rest is wanted whole, so nothing is gained by holding the peer back.
    const taken = this.#queue.all();
    this.#grant(Infinity);
    return taken;
  }

  cancel(): void {
    if (this.#step === 'done') {
      this.#queue.fail(this.#closed());
      return;
    }
    this.#fail(this.#closed());
  }

  upgrade(): Duplex {
    const wire = this.#wire!;
    this.#upgraded = upgradedConnection(this, wire, () => {
      this.#settle();
      wire.abort();
      this.#release(performance.now());
    });
    return this.#upgraded.duplex;
  }

  #acquire(now: number): void {
    const { timeout } = this.#context;
    const tracer = this.tracer;
    tracer?.emit('pool.acquire.started', { origin: this.#route.key });
    this.#waiter = this.#host.pool.acquire(this, this.#route, now, !this.#isRetry);
    if (this.#waiter === null || this.#step !== 'pool') return;
    if (timeout.pool === 0) {
      this.#fail(new PoolTimeout(this.#errorInit('no connection is free (timeout.pool is 0)')));
      return;
    }
    this.#setDeadline(timeout.pool, now);
  }

  /** Sends the request once more, on a connection that is not one of those that lay idle. */
  #repeat(reason: string): void {
    const again = (): void => {
      if (this.#step === 'pool') this.#acquire(performance.now());
    };
    const { onRetry } = this.#context;
    if (onRetry === null) again();
    else
      onRetry({ request: this.#request, reason, attempt: 2 }).then(again, (error: unknown) =>
        this.#fail(error),
      );
  }

  #send(slot: PoolSlot, now: number): void {
    const { method, fields, extensions, parsedURL } = this.#request;
    const body = this.#request.payload;
    const { kind, expectsContinue, asksUpgrade } = this.#framing;
    const isSmall =
      body === null || (body.bytes !== null && body.bytes.length <= SMALL_BODY && !expectsContinue);
    const small = isSmall ? (body?.bytes ?? null) : 'stream';
    const isDirect = isSmall && (kind !== 'chunked' || small === null);
    const target = extensions.target ?? (method === 'CONNECT' ? authorityOf(this.#route) : parsedURL.target);
    const wireRequest: WireRequest = {
      method,
      target,
      fields,
      body: isDirect ? small : 'stream',
      framing: kind,
      upgrade: asksUpgrade,
      delivery: this.#context.delivery,
      credit: this.#queue.limit,
    };
    const { tracer } = this;
    tracer?.emit('http11.send_request_headers.started', {
      method,
      target,
      headers: tracer.redaction.fields(fields),
    });
    this.#wire = slot.connection.exchange(wireRequest, this);
    tracer?.emit('http11.send_request_headers.complete');
    if (isDirect) {
      if (tracer !== null) {
        tracer.emit('http11.send_request_body.started');
        tracer.emit('http11.send_request_body.complete', {
          bytes: small === null || small === 'stream' ? 0 : small.length,
        });
      }
      if (small !== null && small !== 'stream')
        this.#context.onUploadProgress?.({ transferred: small.length, total: small.length });
      this.#onSent(now);
      return;
    }
    this.#step = 'sending';
    this.#setDeadline(expectsContinue ? null : this.#context.timeout.write, now);
    this.#pump = new RequestPump(body!, this.#wire, this.#framing, this.#request, {
      onWaiting: (isBlocked) =>
        this.#setDeadline(isBlocked ? this.#context.timeout.write : null, performance.now()),
      onDone: () => this.#onBodySent(),
      onError: (error) => this.#fail(error),
    });
    tracer?.emit('http11.send_request_body.started');
    this.#pump.start(expectsContinue ? this.#host.expectContinueMs : null);
  }

  #onBodySent(): void {
    this.tracer?.emit('http11.send_request_body.complete', { bytes: this.#pump?.bytes ?? 0 });
    if (this.#step === 'sending') this.#onSent(performance.now());
  }

  #onSent(now: number): void {
    this.#marks.sent = now;
    this.#step = 'firstByte';
    this.#setDeadline(this.#firstByteLimit(), now);
    this.tracer?.emit('http11.receive_response_headers.started');
  }

  /** Until the first octet, `firstByte` takes the place of `read`. */
  #firstByteLimit(): number | null {
    if (this.#step === 'sending') return this.#context.timeout.write;
    return this.#context.timeout.firstByte ?? this.#context.timeout.read;
  }

  #mayRetry(error: WireError): boolean {
    if (this.#isRetry || !error.retrySafe || this.#step === 'done') return false;
    const { method, payload } = this.#request;
    if (payload !== null && !payload.replayable && (this.#pump?.hasStarted ?? false)) return false;
    return IDEMPOTENT.has(method) || error.bytesWritten === 0;
  }

  #grant(bytes: number): void {
    if (this.#step !== 'body' && this.#step !== 'upgraded') return;
    this.#wire?.grant(bytes);
    if (this.#step === 'body' && this.deadline === Infinity)
      this.#setDeadline(this.#context.timeout.read, performance.now());
  }

  /** Sets the limit of the step at hand, in milliseconds from now; the total deadline holds beside it. */
  #setDeadline(limit: number | null, now: number): void {
    const { totalDeadline } = this.#context;
    let deadline = limit === null ? Infinity : now + limit;
    if (totalDeadline !== null && totalDeadline < deadline) deadline = totalDeadline;
    const isNearer = deadline < this.deadline;
    this.deadline = deadline;
    if (deadline === Infinity) this.#host.deadlines.unwatch(this);
    else if (isNearer || this.deadlineIndex === -1) this.#host.deadlines.watch(this, now);
  }

  #isPast(now: number): boolean {
    return this.#context.totalDeadline !== null && now >= this.#context.totalDeadline;
  }

  /** Nothing more is to come: lets go of clock and signal. */
  #settle(): void {
    this.#step = 'done';
    this.deadline = Infinity;
    this.#host.deadlines.unwatch(this);
    if (this.#onAbort !== null) {
      this.#context.signal!.removeEventListener('abort', this.#onAbort);
      this.#onAbort = null;
    }
    this.#pump?.stop();
    this.#pump = null;
  }

  #release(now: number): void {
    const slot = this.#slot;
    if (slot === null) return;
    this.#slot = null;
    this.#wire = null;
    this.tracer?.emit('http11.response_closed.complete', { connection: slot.connection.meta.id });
    this.#host.pool.release(slot, now);
  }

  #fail(error: unknown): void {
    if (this.#step === 'done') return;
    const { tracer } = this;
    if (tracer !== null && error instanceof StreamClosed === false) {
      const step =
        this.#step === 'body'
          ? 'http11.receive_response_body'
          : this.#step === 'firstByte'
            ? 'http11.receive_response_headers'
            : this.#step === 'sending'
              ? 'http11.send_request_body'
              : null;
      if (step !== null) tracer.emit(`${step}.failed`, { error });
    }
    const hadResponse = this.#step === 'body' || this.#step === 'upgraded';
    this.#settle();
    if (this.#waiter !== null) {
      this.#host.pool.cancel(this.#waiter);
      this.#waiter = null;
    }
    this.#wire?.abort();
    this.#release(performance.now());
    this.#queue.fail(error);
    if (!hadResponse) this.#reject(error);
  }

  #aborted(): AbortError {
    const { reason } = this.#context.signal! as { reason: unknown };
    const text =
      reason instanceof Error && reason.name === 'TimeoutError'
        ? 'the signal timed out'
        : 'the request was aborted';
    return new AbortError({ ...this.#errorInit(text), cause: reason });
  }

  #totalTimeout(): TotalTimeout {
    const { total } = this.#context.timeout;
    const init = this.#errorInit(`not finished within ${total} ms; the phase ${this.#phase()} was under way`);
    return new TotalTimeout({ ...init, phase: 'total' });
  }

  #closed(): StreamClosed {
    return new StreamClosed(
      `The response to ${this.#request.method} ${this.#request.redactedURL} has been closed.`,
    );
  }

  #errorInit(reason: string): HTTPErrorInit {
    const meta = this.#slot?.connection.meta;
    const peer = meta === undefined ? undefined : peerName(meta.remoteAddress, meta.remotePort);
    return { reason, request: this.#request, phase: this.#phase(), peer };
  }

  #phase(): 'connect' | 'firstByte' | 'pool' | 'read' | 'write' {
    switch (this.#step) {
      case 'pool':
        return 'pool';
      case 'connecting':
        return 'connect';
      case 'sending':
        return 'write';
      case 'firstByte':
        return 'firstByte';
      default:
        return 'read';
    }
  }
}

const NO_TRAILERS: readonly string[] = Object.freeze([]);

function lengthOf(headers: Headers, method: string, status: number): number | null {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  const length = headers.get('content-length');
  return length !== null && /^\d+$/.test(length) ? Number(length) : null;
}

function authorityOf({ hostname, port }: Route): string {
  return hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
