import type { Duplex } from 'node:stream';
import { octetsOf } from '../body/zlib.ts';
import { ClientClosed } from '../errors/client-closed.ts';
import { ConnectTimeout } from '../errors/connect-timeout.ts';
import { PoolTimeout } from '../errors/pool-timeout.ts';
import type { BodySource } from '../message/body-source.ts';
import type { Request } from '../message/request.ts';
import { newContext } from '../message/response-head.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { Headers } from '../models/headers.ts';
import { reasonPhrase } from '../models/status.ts';
import type { TimeMarks } from '../models/timings.ts';
import type { TraceName } from '../models/trace.ts';
import type { Deadlined, Deadlines } from '../transport/deadlines.ts';
import { cancelWhenDropped, keepWhenDropped } from '../transport/dropped-responses.ts';
import {
  abortedBy,
  givenUp,
  type Situation,
  stepTimeout,
  tooLarge,
  totalTimeout,
} from '../transport/exchange-errors.ts';
import { ExchangeListeners, hasListeners } from '../transport/exchange-listeners.ts';
import { phaseOf, type Step, tracedStepOf } from '../transport/exchange-step.ts';
import { traceInformational, traceResponse } from '../transport/exchange-trace.ts';
import { type Framing, framingOf, lengthOf } from '../transport/framing.ts';
import { type Carrier, ResponseBody } from '../transport/response-body.ts';
import type { TransportContext } from '../transport/transport.ts';
import { DispatchHandler, type DispatchSink } from './dispatch-handler.ts';
import { dispatchOptions, isSmallBody } from './dispatch-options.ts';
import type { DispatchControl, DispatcherLike } from './dispatcher-like.ts';
import { isConnecting } from './dispatcher-stats.ts';
import { SocketSource } from './socket-source.ts';
import { toTransportError } from './to-error.ts';
import { Upload, type UploadEvents } from './upload.ts';

/** Octets of body that may lie in memory before the reader has taken them. */
const CREDIT = 262_144;

/** What all exchanges of a transport share. */
export interface ExchangeHost {
  readonly dispatcher: DispatcherLike;
  readonly deadlines: Deadlines;
  /** Exchanges that have not ended. */
  readonly running: Set<UndiciExchange>;
}

/**
 * One request on its way through a dispatcher: sends, watches the deadlines, receives, keeps to the reader's pace.
 *
 * Listeners of the caller (trace, progress, interim responses) may end the request in the middle of all this, by its
 * signal. So after each of them it may be `done`.
 */
export class UndiciExchange implements Carrier, Deadlined, DispatchSink, UploadEvents {
  deadline: number = Infinity;
  deadlineIndex = -1;
  readonly #host: ExchangeHost;
  readonly #request: Request;
  readonly #context: TransportContext;
  readonly #framing: Framing;
  readonly #body: ResponseBody;
  readonly #upload: Upload | null;
  readonly #listeners: ExchangeListeners | null;
  readonly #marks: TimeMarks;
  #step: Step = 'pool';
  /** Octets that the body of the response should have, if that is known. */
  #length: number | null = null;
  #control: DispatchControl | null = null;
  #isPaused = false;
  #socket: Duplex | null = null;
  /** Both are null once the caller has been answered: an exchange must not hold the response that it gave away. */
  #resolve: ((response: StreamResponse) => void) | null = null;
  #reject: ((error: unknown) => void) | null = null;
  #onAbort: (() => void) | null = null;

  /** @throws LocalProtocolError if the fields of the request contradict its body */
  constructor(host: ExchangeHost, request: Request, context: TransportContext) {
    this.#host = host;
    this.#request = request;
    this.#context = context;
    this.#framing = framingOf(request);
    const isWhole = context.delivery === 'whole';
    this.#body = new ResponseBody(this, isWhole ? Infinity : CREDIT, isWhole);
    this.#upload = isSmallBody(request, this.#framing)
      ? null
      : new Upload(request.payload!, this.#framing, request, this);
    this.#listeners = hasListeners(context) ? this.#listen() : null;
    this.#marks = { started: 0, acquired: 0, sent: 0, firstByte: 0, ended: 0, dial: null };
  }

  start(): Promise<StreamResponse> {
    const { dispatcher } = this.#host;
    const isMocked = (dispatcher as { isMockActive?: unknown }).isMockActive === true;
    const options = dispatchOptions(this.#request, this.#framing, this.#upload, isMocked);
    return new Promise((resolve, reject) => {
      const { signal, timeout } = this.#context;
      if (signal?.aborted === true) {
        reject(abortedBy(signal.reason, this.#situation));
        return;
      }
      this.#resolve = resolve;
      this.#reject = reject;
      this.#host.running.add(this);
      if (signal !== null) {
        this.#onAbort = () => this.#fail(abortedBy(signal.reason, this.#situation));
        signal.addEventListener('abort', this.#onAbort, { once: true });
      }
      const now = performance.now();
      this.#marks.started = now;
      this.#emit('pool.acquire.started', { origin: options.origin });
      if (this.#isDone) return;
      // Nothing tells waiting for a connection and opening one apart, so both limits hold together.
      const { pool, connect } = timeout;
      this.#limit(pool === null || connect === null ? null : pool + connect, now);
      try {
        const isFree = dispatcher.dispatch(options, new DispatchHandler(this));
        if (this.#step === 'pool' && (isFree || isConnecting(dispatcher, options.origin))) {
          this.#step = 'connecting';
          this.#limit(connect, now);
        }
      } catch (error) {
        this.onError(error);
      }
    });
  }

  /** The transport is being closed. */
  close(): void {
    const { method, redactedURL } = this.#request;
    this.#fail(
      new ClientClosed(`${method} ${redactedURL}: the client was closed while the request was under way.`),
    );
  }

  // The dispatcher

  onStart(control: DispatchControl): void {
    this.#control = control;
    if (this.#isDone) {
      // It was given up while it waited, and a dispatcher has no other way to take a request back.
      control.abort(givenUp(this.#situation));
      return;
    }
    // An interceptor fetches the rest of a body.
    if (this.#step === 'body') return;
    const now = performance.now();
    const isFirst = this.#marks.acquired === 0;
    this.#marks.acquired = now;
    this.#marks.sent = 0;
    this.#step = 'sending';
    this.#limit(null, now);
    if (isFirst) this.#emit('pool.acquire.complete');
    this.#traceRequest();
    if (this.#upload === null) this.#onBodySent(this.#request.payload?.bytes?.length ?? 0, now);
  }

  onHead(status: number, statusText: string | undefined, fields: string[]): void {
    if (this.#isDone) return;
    const reason = statusText ?? reasonPhrase(status);
    if (status < 200 && status !== 101) {
      this.#onInformational(status, reason, fields);
      return;
    }
    this.#step = 'body';
    this.#limit(this.#context.timeout.read, performance.now());
    this.#respond(status, reason, fields, this.#body);
  }

  onData(chunk: Uint8Array): void {
    if (this.#step !== 'body' || chunk.length === 0) return;
    const { delivery, maxBytes, timeout } = this.#context;
    const body = this.#body;
    if (body.bytesReceived + chunk.length > maxBytes && delivery === 'whole') {
      this.#fail(tooLarge(maxBytes, this.#situation));
      return;
    }
    body.push(chunk instanceof Buffer ? octetsOf(chunk) : chunk);
    const mustPause = body.isFull;
    if (mustPause && !this.#isPaused) {
      this.#isPaused = true;
      this.#control?.pause();
    }
    // A reader that takes its time is not to be blamed on the peer.
    this.#limit(mustPause ? null : timeout.read, performance.now());
    this.#listeners?.downloaded(body.bytesReceived);
  }

  onEnd(trailers: string[]): void {
    if (this.#isDone) return;
    this.#marks.ended = performance.now();
    this.#emit('http11.receive_response_body.complete', { bytes: this.#body.bytesReceived });
    if (this.#isDone) return;
    this.#settle();
    this.#body.end(trailers);
  }

  onError(error: unknown): void {
    if (this.#isDone) return;
    const place = {
      phase: phaseOf(this.#step),
      hasFirstByteLimit: this.#context.timeout.firstByte !== null,
      missing: this.#length === null ? null : this.#length - this.#body.bytesReceived,
    };
    this.#fail(toTransportError(error, this.#request, place));
  }

  onUpgrade(status: number, fields: string[], socket: Duplex): void {
    // undici took its listeners away; until somebody reads, a reset would end the process.
    socket.on('error', () => {});
    if (this.#isDone) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    const now = performance.now();
    const isTunnel = status === 101 || (status >= 200 && status < 300);
    if (isTunnel) {
      // What is agreed upon from here on is not HTTP, and may take as long as it likes.
      this.#step = 'upgraded';
      this.#host.deadlines.move(this, Infinity, now);
    } else {
      this.#step = 'body';
      this.#limit(this.#context.timeout.read, now);
    }
    socket.once('close', () => {
      if (!this.#isDone) this.#settle();
    });
    // Every answer to CONNECT comes this way, and undici leaves the content of a refusal on the socket.
    const length = isTunnel ? null : (lengthOf(Headers.fromWire(fields), 'GET', status) ?? 0);
    this.#respond(status, reasonPhrase(status), fields, new SocketSource(socket, length, this.#request));
  }

  // The upload

  onWanted(bytes: number): void {
    if (this.#step === 'sending') this.#limit(null, performance.now());
    if (bytes > 0 && !this.#isDone) this.#listeners?.uploaded(bytes);
  }

  onGiven(): void {
    if (this.#step === 'sending') this.#limit(this.#context.timeout.write, performance.now());
  }

  onDone(bytes: number): void {
    this.#onBodySent(bytes, performance.now());
  }

  onSourceError(error: unknown): void {
    this.#fail(error);
  }

  // The clock

  onDeadline(now: number): void {
    const { totalDeadline, timeout } = this.#context;
    const { pool, connect } = timeout;
    const init = { request: this.#request, phase: phaseOf(this.#step) };
    if (totalDeadline !== null && now >= totalDeadline) {
      this.#fail(totalTimeout(this.#situation));
    } else if (this.#step === 'pool') {
      const reason = `no connection within ${pool! + connect!} ms, the limits for pool and connect together`;
      this.#fail(new PoolTimeout({ ...init, reason }));
    } else if (this.#step === 'connecting') {
      this.#fail(new ConnectTimeout({ ...init, reason: `no connection within ${connect} ms` }));
    } else {
      this.#fail(stepTimeout(this.#situation));
    }
  }

  // The reader

  onTaken(): void {
    if (!this.#isPaused || this.#step !== 'body' || this.#body.isFull) return;
    this.#isPaused = false;
    this.#limit(this.#context.timeout.read, performance.now());
    this.#control?.resume();
  }

  onGivenUp(): void {
    const reason = givenUp(this.#situation);
    if (this.#isDone) this.#body.fail(reason);
    else this.#fail(reason);
  }

  #onBodySent(bytes: number, now: number): void {
    this.#emit('http11.send_request_body.complete', { bytes });
    // The response may have begun before.
    if (this.#step !== 'sending') return;
    this.#marks.sent = now;
    this.#step = 'firstByte';
    this.#limit(this.#firstByteLimit(), now);
    this.#emit('http11.receive_response_headers.started');
    if (this.#upload === null && bytes > 0 && !this.#isDone) this.#listeners?.uploaded(bytes);
  }

  #onInformational(status: number, reason: string, fields: string[]): void {
    const { tracer } = this.#context;
    if (this.#step === 'firstByte') this.#limit(this.#firstByteLimit(), performance.now());
    if (tracer !== null) traceInformational(tracer, status, reason, fields);
    if (!this.#isDone) this.#listeners?.informational(status, reason, fields);
  }

  /** Gives the caller the response. */
  #respond(status: number, reason: string, fields: string[], source: BodySource): void {
    const now = performance.now();
    if (this.#marks.sent === 0) this.#marks.sent = now;
    this.#marks.firstByte = now;
    const { tracer, delivery } = this.#context;
    if (tracer !== null) {
      traceResponse(tracer, status, reason, fields, '1.1', this.#step === 'body');
      if (this.#isDone) return;
    }
    const headers = Headers.fromWire(fields, false, this.#request.redaction);
    this.#length = lengthOf(headers, this.#request.method, status);
    this.#listeners?.expect(this.#length);
    const context = newContext(status, reason, '1.1', headers);
    context.request = this.#request;
    context.marks = this.#marks;
    context.backend = 'undici';
    const response = new StreamResponse(status, null, { context, source });
    if (delivery === 'stream') cancelWhenDropped(response, source, source);
    const resolve = this.#resolve!;
    this.#resolve = null;
    this.#reject = null;
    resolve(response);
  }

  /** Until the first octet, `firstByte` takes the place of `read`. */
  #firstByteLimit(): number | null {
    return this.#context.timeout.firstByte ?? this.#context.timeout.read;
  }

  /** Sets the limit of the step at hand, in milliseconds from now; the total deadline holds beside it. */
  #limit(limit: number | null, now: number): void {
    this.#host.deadlines.limit(this, limit, this.#context.totalDeadline, now);
  }

  get #isDone(): boolean {
    return this.#step === 'done';
  }

  /** Nothing more is to come: lets go of clock, signal and source. */
  #settle(): void {
    this.#step = 'done';
    this.#host.deadlines.move(this, Infinity, 0);
    this.#host.running.delete(this);
    if (this.#onAbort !== null) {
      this.#context.signal!.removeEventListener('abort', this.#onAbort);
      this.#onAbort = null;
    }
    keepWhenDropped(this.#body);
    this.#upload?.stop();
    if (this.#marks.acquired !== 0) {
      this.#emit('http11.response_closed.started');
      this.#emit('http11.response_closed.complete');
    }
  }

  #fail(error: unknown): void {
    if (this.#isDone) return;
    const step = tracedStepOf(this.#step);
    this.#settle();
    if (step !== null) this.#emit(`${step}.failed`, { error });
    const reason = error instanceof Error ? error : new Error(String(error));
    this.#socket?.destroy(reason);
    this.#control?.abort(reason);
    this.#body.fail(error);
    this.#reject?.(error);
    this.#resolve = null;
    this.#reject = null;
  }

  #listen(): ExchangeListeners {
    const { length } = this.#framing;
    const fail = (error: unknown): void => {
      // The caller has got another answer already, so this is told to whoever watches the process.
      if (this.#isDone) throw error;
      this.#fail(error);
    };
    return new ExchangeListeners(this.#context, length === -1 ? null : length, fail, this.#request.redaction);
  }

  #emit(name: TraceName, info?: Readonly<Record<string, unknown>>): void {
    this.#context.tracer?.emit(name, info);
  }

  #traceRequest(): void {
    const { tracer } = this.#context;
    if (tracer === null) return;
    const { method, parsedURL, extensions, fields } = this.#request;
    tracer.emit('http11.send_request_headers.started', {
      method,
      target: tracer.redaction.url(extensions.target ?? parsedURL.target),
      headers: tracer.redaction.fields(fields),
    });
    this.#emit('http11.send_request_headers.complete');
    this.#emit('http11.send_request_body.started');
  }

  get #situation(): Situation {
    const { timeout } = this.#context;
    const received = this.#body.bytesReceived;
    return { request: this.#request, step: this.#step, timeout, peer: undefined, received };
  }
}
