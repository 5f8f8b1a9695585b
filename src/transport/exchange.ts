import type { Exchange, ExchangeSink, HTTPVersion, Route, WireError } from '../backends/contract.ts';
import type { Request } from '../message/request.ts';
import { newContext } from '../message/response-head.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { Headers } from '../models/headers.ts';
import { peerName } from '../models/peer.ts';
import type { TimeMarks } from '../models/timings.ts';
import type { Tracer } from '../models/trace.ts';
import type { Deadlined } from './deadlines.ts';
import { connectionInfo } from './describe-connection.ts';
import { cancelWhenDropped, keepWhenDropped } from './dropped-responses.ts';
import {
  abortedBy,
  givenUp,
  refusedAddress,
  type Situation,
  stepTimeout,
  tooLarge,
  totalTimeout,
} from './exchange-errors.ts';
import type { ExchangeHost } from './exchange-host.ts';
import { ExchangeListeners, hasListeners } from './exchange-listeners.ts';
import { type Step, tracedStepOf, type WireLayer } from './exchange-step.ts';
import { traceInformational, traceRelease, traceRequest, traceResponse } from './exchange-trace.ts';
import { type Framing, framingOf, lengthOf } from './framing.ts';
import { wireRequestOf } from './outgoing.ts';
import type { PoolSlot } from './pool-slot.ts';
import { isPrivateAddress } from './private-address.ts';
import { maxRepeats, mayRepeat } from './repeating.ts';
import { type PumpEvents, RequestPump } from './request-pump.ts';
import { type Carrier, ResponseBody } from './response-body.ts';
import { toTransportError } from './to-error.ts';
import type { TransportContext } from './transport.ts';
import { Tunnel } from './tunnel.ts';
import type { Acquirer, Waiter } from './waiter.ts';

/** Octets of body that may lie in memory before the reader has taken them. */
const CREDIT = 262_144;

/**
 * One request on its way through pool and wire: gets a connection, sends, watches the deadlines, receives, hands
 * the connection back. Each of the roles that the layers around it see is a small interface; the state is one.
 *
 * Listeners of the caller (trace, progress, interim responses) are called in the middle of all this and may end the
 * request there, by its signal. So after each of them it may be `done`.
 */
export class HTTPExchange implements Acquirer, Carrier, Deadlined, ExchangeSink, PumpEvents {
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
  #tunnel: Tunnel | null = null;
  /** How often the request was sent again. */
  #repeats: number;
  /** The connection had carried another exchange. */
  #isReuse = false;
  /** The reader has more than enough, so the peer is not read from. */
  #isHeldUp = false;
  /** Both are null once the caller has been answered: an exchange must not hold the response that it gave away. */
  #resolve: ((response: StreamResponse) => void) | null = null;
  #reject: ((error: unknown) => void) | null = null;
  readonly #body: ResponseBody;
  readonly #listeners: ExchangeListeners | null;
  #onAbort: (() => void) | null = null;

  /** @param repeats how often the request was sent before */
  constructor(host: ExchangeHost, request: Request, route: Route, context: TransportContext, repeats = 0) {
    this.#host = host;
    this.#request = request;
    this.#context = context;
    this.#repeats = repeats;
    this.#route = route;
    this.#framing = framingOf(request);
    const isWhole = context.delivery === 'whole';
    this.#body = new ResponseBody(this, isWhole ? Infinity : CREDIT, isWhole);
    this.#listeners = hasListeners(context) ? this.#listen() : null;
    this.#marks = { started: 0, acquired: 0, sent: 0, firstByte: 0, ended: 0, dial: null };
  }

  get connectTimeout(): number | null {
    return this.#context.timeout.connect;
  }

  /** What comes of the response. */
  get body(): ResponseBody {
    return this.#body;
  }

  get tracer(): Tracer | null {
    return this.#context.tracer;
  }

  start(): Promise<StreamResponse> {
    return new Promise((resolve, reject) => this.begin(resolve, reject));
  }

  /** The same for one who does not wait by promises. */
  begin(resolve: (response: StreamResponse) => void, reject: (error: unknown) => void): void {
    const { signal } = this.#context;
    if (signal?.aborted === true) {
      reject(abortedBy(signal.reason, this.#situation()));
      return;
    }
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal !== null) {
      this.#onAbort = () => this.#fail(abortedBy(signal.reason, this.#situation()));
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    this.#marks.started = performance.now();
    this.#acquire(this.#marks.started);
  }

  // The pool

  onConnecting(isInherited: boolean): void {
    this.#step = 'connecting';
    // The engine watches the limit for connecting, which ends in an error that says how far it came; but an attempt
    // that was begun for another request has the limit of that one. The total is watched here.
    this.#limit(isInherited ? this.connectTimeout : null, performance.now());
  }

  onQueued(): void {
    this.#step = 'pool';
    this.#queue(performance.now());
  }

  onAcquired(slot: PoolSlot): void {
    this.#step = 'acquired';
    this.#waiter = null;
    this.#slot = slot;
    const now = performance.now();
    const { meta } = slot.connection;
    this.#marks.acquired = now;
    this.#isReuse = slot.uses > 1;
    this.#marks.dial = this.#isReuse ? null : meta.timings;
    const { tracer } = this;
    if (tracer !== null) {
      tracer.emit('pool.acquire.complete', { connection: meta.id, reused: this.#isReuse });
      if (this.#isDone) return;
    }
    if (
      this.#context.publicOnly === true &&
      meta.proxy === null &&
      isPrivateAddress(meta.remoteAddress ?? '')
    ) {
      this.#fail(refusedAddress(this.#situation()));
      return;
    }
    this.#send(slot, now);
  }

  onAcquireFailed(error: WireError): void {
    this.#waiter = null;
    this.#fail(toTransportError(error, this.#request));
  }

  // The wire

  received(): void {
    if (this.#step === 'firstByte') this.#step = 'head';
    if (this.#step === 'head' || (this.#step === 'body' && !this.#isHeldUp))
      this.#limit(this.#context.timeout.read, performance.now());
  }

  informational(status: number, reason: string, fields: string[]): void {
    if (this.tracer !== null) traceInformational(this.tracer, status, reason, fields, this.#layer);
    if (this.#step === 'head') this.#step = 'firstByte';
    if (this.#step === 'firstByte' || this.#step === 'continue')
      this.#limit(this.#firstByteLimit(), performance.now());
    if (status === 100) this.#pump?.proceed();
    if (this.#step !== 'done') this.#listeners?.informational(status, reason, fields);
  }

  head(status: number, reason: string, fields: string[], version: HTTPVersion): void {
    const now = performance.now();
    const slot = this.#slot!;
    if (this.#marks.sent === 0) this.#marks.sent = now;
    this.#marks.firstByte = now;
    if (status === 101 || (status < 300 && this.#request.method === 'CONNECT')) {
      // What is agreed upon from here on is not HTTP, and may take as long as it likes.
      this.#step = 'upgraded';
      this.#host.deadlines.move(this, Infinity, now);
    } else {
      this.#step = 'body';
      this.#limit(this.#context.timeout.read, now);
    }
    this.#pump?.onResponse();
    if (this.tracer !== null) {
      traceResponse(this.tracer, status, reason, fields, version, this.#step === 'body', this.#layer);
      if (this.#isDone) return;
    }
    const headers = Headers.fromWire(fields, false, this.#request.redaction);
    this.#listeners?.expect(lengthOf(headers, this.#request.method, status));
    const context = newContext(status, reason, version, headers);
    context.request = this.#request;
    const streamId = this.#wire?.streamId ?? null;
    context.connection = connectionInfo(slot.connection.meta, this.#isReuse, streamId);
    context.marks = this.#marks;
    const source = this.#step === 'upgraded' ? this.#openTunnel() : this.#body;
    const response = new StreamResponse(status, null, { context, source });
    if (this.#context.delivery === 'stream') cancelWhenDropped(response, source, this.#body);
    const resolve = this.#resolve!;
    this.#resolve = null;
    this.#reject = null;
    resolve(response);
  }

  data(chunk: Uint8Array): void {
    const { maxBytes, delivery, timeout } = this.#context;
    const body = this.#body;
    if (body.bytesReceived + chunk.length > maxBytes && delivery === 'whole') {
      this.#fail(tooLarge(maxBytes, this.#situation()));
      return;
    }
    body.push(chunk);
    if (this.#step === 'body') {
      // A reader that takes its time is not to be blamed on the peer.
      this.#isHeldUp = body.isFull;
      this.#limit(this.#isHeldUp ? null : timeout.read, performance.now());
    }
    this.#listeners?.downloaded(body.bytesReceived);
  }

  sent(bytes: number): void {
    this.#tunnel?.onSent(bytes);
    const pump = this.#pump;
    if (pump === null) return;
    pump.onSent(bytes);
    if (this.#step === 'sending' && pump.isBlocked)
      this.#limit(this.#context.timeout.write, performance.now());
    this.#listeners?.uploaded(bytes);
  }

  end(trailers: string[] | null): void {
    const now = performance.now();
    this.#marks.ended = now;
    // The other direction of a tunnel is still open; whoever holds the duplex closes it.
    if (this.#step !== 'upgraded') {
      this.tracer?.emit(`${this.#layer}.receive_response_body.complete`, { bytes: this.#body.bytesReceived });
      this.#settle();
      this.#release(now);
    }
    this.#body.end(trailers);
  }

  error(error: WireError): void {
    this.#wire = null;
    const slot = this.#slot;
    const isLast = slot === null || this.#repeats >= maxRepeats(error, slot.connection);
    if (isLast || !mayRepeat(this.#request, error, this.#pump?.hasStarted ?? false)) {
      this.#fail(toTransportError(error, this.#request));
      return;
    }
    const { tracer } = this;
    if (tracer !== null) {
      tracer.emit(`${tracedStepOf(this.#step, this.#layer)!}.failed`, { error });
      tracer.emit('connection.retry', { connection: slot.connection.meta.id, reason: error.message });
      if (this.#isDone) return;
    }
    this.#repeats++;
    this.#pump?.stop();
    this.#pump = null;
    this.#step = 'pool';
    this.#marks.sent = 0;
    const now = performance.now();
    this.#limit(null, now);
    this.#release(now);
    if (!this.#isDone) this.#repeat(error);
  }

  // The clock

  onDeadline(now: number): void {
    const { totalDeadline } = this.#context;
    const isTotal = totalDeadline !== null && now >= totalDeadline;
    this.#fail(isTotal ? totalTimeout(this.#situation()) : stepTimeout(this.#situation()), true);
  }

  // The reader

  onTaken(bytes: number): void {
    if (this.#step !== 'body' && this.#step !== 'upgraded') return;
    this.#wire?.grant(bytes);
    if (!this.#isHeldUp || this.#body.isFull) return;
    this.#isHeldUp = false;
    this.#limit(this.#context.timeout.read, performance.now());
  }

  onGivenUp(): void {
    const reason = givenUp(this.#situation());
    if (this.#step === 'done') this.#body.fail(reason);
    else this.#fail(reason);
  }

  // The source of the body

  onWaiting(isBlocked: boolean): void {
    if (this.#step === 'continue') this.#step = 'sending';
    if (this.#step === 'sending')
      this.#limit(isBlocked ? this.#context.timeout.write : null, performance.now());
  }

  onDone(bytes: number): void {
    this.#onBodySent(bytes, performance.now());
  }

  onError(error: unknown): void {
    this.#fail(error);
  }

  #acquire(now: number): void {
    const { tracer } = this;
    if (tracer !== null) {
      tracer.emit('pool.acquire.started', { origin: this.#route.key });
      if (this.#step === 'done') return;
    }
    const waiter = this.#host.pool.acquire(this, this.#route, now, this.#repeats === 0);
    if (waiter === null) return;
    if (this.#isDone) {
      this.#host.pool.cancel(waiter);
      return;
    }
    this.#waiter = waiter;
    if (this.#step !== 'pool') return;
    this.#queue(now);
  }

  #queue(now: number): void {
    const { pool } = this.#context.timeout;
    if (pool === 0) this.#fail(stepTimeout(this.#situation()));
    else this.#limit(pool, now);
  }

  /** Sends the request once more, on a connection that is not one of those that lay idle. */
  #repeat(failure: WireError): void {
    const again = (): void => {
      if (this.#step === 'pool') this.#acquire(performance.now());
    };
    const { onRetry } = this.#context;
    if (onRetry === null) again();
    else
      onRetry({
        request: this.#request,
        reason: failure.message,
        attempt: this.#repeats + 1,
        delayMs: 0,
        error: toTransportError(failure, this.#request),
        response: null,
      }).then(again, (error: unknown) => this.#fail(error));
  }

  #send(slot: PoolSlot, now: number): void {
    const wireRequest = wireRequestOf(
      this.#request,
      this.#framing,
      this.#route,
      this.#context.delivery,
      this.#body.limit,
    );
    const { tracer } = this;
    if (tracer !== null) {
      this.#step = 'headers';
      traceRequest(tracer, wireRequest, this.#layer);
      if (this.#isDone) return;
    }
    this.#step = 'sending';
    const wire = slot.connection.exchange(wireRequest, this);
    this.#wire = wire;
    if (tracer !== null) {
      tracer.emit(`${this.#layer}.send_request_headers.complete`);
      tracer.emit(`${this.#layer}.send_request_body.started`);
      if (this.#isDone) return;
    }
    if (wireRequest.body === 'stream') this.#pumpBody(wire, now);
    else this.#onBodySent(wireRequest.body?.length ?? 0, now);
  }

  #pumpBody(wire: Exchange, now: number): void {
    const { expectsContinue } = this.#framing;
    if (expectsContinue) this.#step = 'continue';
    this.#limit(expectsContinue ? this.#firstByteLimit() : null, now);
    this.#pump = new RequestPump(this.#request.payload!, wire, this.#framing, this.#request, this);
    this.#pump.start(expectsContinue ? this.#host.expectContinueMs : null);
  }

  #onBodySent(bytes: number, now: number): void {
    this.tracer?.emit(`${this.#layer}.send_request_body.complete`, { bytes });
    // The response may have begun before.
    if (this.#step !== 'sending') return;
    this.#marks.sent = now;
    this.#step = 'firstByte';
    this.#limit(this.#firstByteLimit(), now);
    this.tracer?.emit(`${this.#layer}.receive_response_headers.started`);
    if (this.#pump === null && bytes > 0 && !this.#isDone) this.#listeners?.uploaded(bytes);
  }

  /** Until the first octet, `firstByte` takes the place of `read`. */
  #firstByteLimit(): number | null {
    return this.#context.timeout.firstByte ?? this.#context.timeout.read;
  }

  /** Sets the limit of the step at hand, in milliseconds from now; the total deadline holds beside it. */
  #limit(limit: number | null, now: number): void {
    this.#host.deadlines.limit(this, limit, this.#context.totalDeadline, now);
  }

  get #layer(): WireLayer {
    return this.#slot?.isShared === true ? 'http2' : 'http11';
  }

  /** A listener may have ended the request, which the compiler cannot know. */
  get #isDone(): boolean {
    return this.#step === 'done';
  }

  #listen(): ExchangeListeners {
    const { length } = this.#framing;
    const fail = (error: unknown): void => {
      // The caller has got another answer already, so this is told to whoever watches the process.
      if (this.#step === 'done') throw error;
      this.#fail(error);
    };
    return new ExchangeListeners(this.#context, length === -1 ? null : length, fail, this.#request.redaction);
  }

  #openTunnel(): Tunnel {
    this.#tunnel = new Tunnel(this.#body, this.#wire!, (isClean) => {
      if (this.#step === 'done') return;
      this.#settle();
      // One that has ended on both sides closes by itself, after its last octets have gone.
      if (!isClean) this.#wire?.abort();
      this.#release(performance.now());
    });
    return this.#tunnel;
  }

  /** Nothing more is to come: lets go of clock and signal. */
  #settle(): void {
    this.#step = 'done';
    this.#host.deadlines.move(this, Infinity, 0);
    if (this.#onAbort !== null) {
      this.#context.signal!.removeEventListener('abort', this.#onAbort);
      this.#onAbort = null;
    }
    if (this.#context.delivery === 'stream') keepWhenDropped(this.#body);
    this.#pump?.stop();
    this.#pump = null;
  }

  #release(now: number): void {
    const slot = this.#slot;
    if (slot === null) return;
    const layer = this.#layer;
    this.#slot = null;
    this.#wire = null;
    if (this.tracer !== null) {
      const { meta, capacity } = slot.connection;
      traceRelease(this.tracer, meta, capacity > 0 || slot.active > 1, layer);
    }
    this.#host.pool.release(slot, now);
  }

  #fail(error: unknown, isOverdue = false): void {
    if (this.#step === 'done') return;
    const step = tracedStepOf(this.#step, this.#layer);
    this.#settle();
    if (this.#waiter !== null) {
      this.#host.pool.cancel(this.#waiter);
      this.#waiter = null;
    }
    this.#wire?.abort(isOverdue);
    if (step !== null) this.tracer?.emit(`${step}.failed`, { error });
    this.#release(performance.now());
    this.#body.fail(error);
    this.#tunnel?.fail(error as Error);
    this.#reject?.(error);
    this.#resolve = null;
    this.#reject = null;
  }

  #situation(): Situation {
    const meta = this.#slot?.connection.meta;
    const peer = meta === undefined ? undefined : peerName(meta.remoteAddress, meta.remotePort);
    const { timeout } = this.#context;
    return { request: this.#request, step: this.#step, timeout, peer, received: this.#body.bytesReceived };
  }
}
