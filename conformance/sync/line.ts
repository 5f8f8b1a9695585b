import { MessageChannel, SHARE_ENV, type Worker } from 'node:worker_threads';
import {
  ClientMetrics,
  DigestAuth,
  CookieJar,
  HTTPTransport,
  type MetricsSnapshot,
  type Response,
  MockTransport,
  ServerSentEvent,
  StreamResponse,
  type Transport,
} from '../../src/index.ts';
import type { RequestBody } from '../../src/body/request-body.ts';
import { startSource } from '../../src/sync/start-worker.ts';
import { ValueCodec } from './codec.ts';
import { Endpoint } from './endpoint.ts';
import {
  type EventsState,
  remoteBody,
  remoteEvents,
  remoteIterable,
  RemoteStream,
  type StreamState,
} from './remote-stream.ts';

/** Milliseconds that this thread, with the servers of the case in it, sleeps for what the driver knows at once. */
const ASK_PATIENCE = 1500;
/** Milliseconds that the driver has to come back after a signal was aborted while it slept. */
const ABORT_GRACE = 3000;

/** A built-in transport of a case, with what it was made from: the driver makes its own. */
export class KnownHTTPTransport extends HTTPTransport {
  readonly given: object;

  constructor(options: ConstructorParameters<typeof HTTPTransport>[0] = {}) {
    super(options);
    this.given = options;
  }

  override get stats(): HTTPTransport['stats'] {
    const id = line === null ? undefined : line.codec.idOf(this);
    return id === undefined ? super.stats : (line!.ask('transport.stats', id) as HTTPTransport['stats']);
  }
}

/** Digest of a case: the driver has its own, whose steps do not wait. */
export class KnownDigestAuth extends DigestAuth {
  readonly given: readonly unknown[];

  constructor(...given: ConstructorParameters<typeof DigestAuth>) {
    super(...given);
    this.given = given;
  }
}

/** Metrics of a case: the driver counts. */
export class KnownMetrics extends ClientMetrics {
  readonly given: object;

  constructor(options: ConstructorParameters<typeof ClientMetrics>[0] = {}) {
    super(options);
    this.given = options;
  }

  override snapshot(): MetricsSnapshot {
    const id = line?.codec.idOf(this);
    return id === undefined
      ? super.snapshot()
      : (line!.ask('metrics.call', id, 'snapshot') as MetricsSnapshot);
  }

  override toPrometheus(options?: Parameters<ClientMetrics['toPrometheus']>[0]): string {
    const id = line?.codec.idOf(this);
    return id === undefined
      ? super.toPrometheus(options)
      : (line!.ask('metrics.call', id, 'toPrometheus', options) as string);
  }

  override reset(): void {
    const id = line?.codec.idOf(this);
    if (id === undefined) super.reset();
    else line!.ask('metrics.call', id, 'reset');
  }
}

let line: Line | null = null;

/** The line to the thread in which the client that blocks runs. */
export class Line {
  readonly codec: ValueCodec;
  readonly endpoint: Endpoint;
  readonly #worker: Worker;
  readonly #raw = new WeakMap<StreamResponse, AsyncGenerator<Uint8Array, void, void>>();
  #isBroken = false;

  static get current(): Line {
    return (line ??= new Line());
  }

  /** Ends the thread; the next use starts another one. */
  static async end(): Promise<void> {
    const ended = line;
    line = null;
    await ended?.end();
  }

  /** Forgets what a case has given, so that nothing of it disturbs the next one. */
  static async reset(): Promise<void> {
    if (line === null) return;
    try {
      await line.do('reset');
      line?.codec.reset();
    } catch {
      await Line.end();
    }
  }

  private constructor() {
    const { port1, port2 } = new MessageChannel();
    const own = new Int32Array(new SharedArrayBuffer(4));
    const other = new Int32Array(new SharedArrayBuffer(4));
    this.#worker = startSource(new URL(import.meta.url.replace(/line\.(ts|js)$/, 'driver.$1')), {
      workerData: { port: port2, own: other, other: own },
      transferList: [port2],
      env: SHARE_ENV,
    });
    this.#worker.on('error', (error) => this.#break(error));
    this.codec = new ValueCodec({
      kindOf: (value) => this.#kindOf(value),
      standIn: (kind, id, info) => this.#standIn(kind, id, info),
    });
    this.endpoint = new Endpoint(
      { port: port1, own, other },
      (name, values) => this.#handle(name, values),
      this.codec,
      { patience: ASK_PATIENCE, onStuck: (error) => this.#break(error) },
    );
    port1.unref();
    this.#worker.unref();
  }

  /** Calls the driver at once, which must not be at work for somebody else. */
  ask(name: string, ...values: unknown[]): unknown {
    return this.endpoint.callSync(name, ...values);
  }

  /** Has the driver do something that takes its time. */
  async do(name: string, ...values: unknown[]): Promise<unknown> {
    return await this.endpoint.call(name, ...values);
  }

  async end(): Promise<void> {
    this.#break(new Error('the driver has been ended'));
    await this.#worker.terminate();
  }

  #break(error: Error): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    if (line === this) line = null;
    this.endpoint.fail(error);
    void this.#worker.terminate();
  }

  #handle(name: string, values: readonly unknown[]): unknown {
    const [first, second, third] = values;
    const own = (): unknown => this.codec.own(first as number);
    switch (name) {
      case 'call':
        return callWith(own() as (...given: unknown[]) => unknown, values.slice(1));
      case 'iter.open':
        return iteratorOf(own() as object);
      case 'iter.next':
        return nextOf(own() as AsyncIterator<unknown>, values.slice(1));
      case 'iter.return':
        return (own() as AsyncIterator<unknown>).return?.(second);
      case 'body.open':
        return (own() as RequestBody).open();
      case 'body.cancel':
        return (own() as RequestBody).cancel?.();
      case 'jar.call':
        return callJar(own() as CookieJar, String(second), values.slice(2));
      case 'mock.answer':
        return (own() as MockTransport).answer(second as never);
      case 'transport.handle':
        return (own() as Transport).handle(second as never, contextOf(third as TransportContextParts));
      case 'transport.close':
        return (own() as Transport).close();
      case 'stream.next':
        return this.#nextPiece(own() as StreamResponse);
      case 'stream.cancel':
        return (own() as StreamResponse).cancel();
      default:
        throw new Error(`the suite knows no '${name}'`);
    }
  }

  async #nextPiece(response: StreamResponse): Promise<unknown> {
    let raw = this.#raw.get(response);
    // A transport may read a response and return it.
    if (raw === undefined && response.isClosed) raw = piecesOf(await response.read());
    raw ??= response.iterRaw();
    this.#raw.set(response, raw);
    const { done, value } = await raw.next();
    return { piece: done === true ? null : new Uint8Array(value), trailers: [...response.trailers.wire] };
  }

  #kindOf(value: object): { readonly kind: string; readonly info?: unknown } | null {
    if (value instanceof StreamResponse)
      return { kind: 'stream', info: { context: this.codec.context(value) } };
    if (value instanceof AbortSignal) return { kind: 'signal', info: this.#watch(value) };
    if (value instanceof CookieJar) return { kind: 'jar' };
    if (value instanceof MockTransport) return { kind: 'mock' };
    if (value instanceof KnownDigestAuth) return { kind: 'digest', info: value.given };
    if (value instanceof KnownMetrics) return { kind: 'metrics', info: value.given };
    if (value instanceof KnownHTTPTransport) return { kind: 'http', info: value.given };
    if ('fd' in value && 'createReadStream' in value) return { kind: 'file', info: { fd: value.fd } };
    const { handle, close } = value as Partial<Transport>;
    return typeof handle === 'function' && typeof close === 'function' ? { kind: 'custom' } : null;
  }

  #watch(signal: AbortSignal): object {
    if (!signal.aborted) {
      signal.addEventListener(
        'abort',
        () => {
          const id = this.codec.idOf(signal);
          if (this.#isBroken || id === undefined) return;
          this.do('signal.abort', id, signal.reason).catch(() => {});
          setTimeout(() => {
            if (this.endpoint.isBusy && this.codec.idOf(signal) === id)
              this.#break(new Error('a thread that blocks cannot be told that a signal was aborted'));
          }, ABORT_GRACE).unref();
        },
        { once: true },
      );
    }
    return { aborted: signal.aborted, reason: signal.reason as unknown };
  }

  #standIn(kind: string, id: number, info: unknown): unknown {
    switch (kind) {
      case 'function':
        return (...values: unknown[]) => this.do('call', id, ...values);
      case 'stream':
        return new RemoteStream(this, id, info as StreamState);
      case 'iterable':
        return remoteIterable(this, id);
      case 'events':
        return remoteEvents(this, id, info as EventsState);
      case 'event':
        return eventOf(info as ServerSentEvent);
      case 'body':
        return remoteBody(this, id, info as RequestBody);
      case 'signal': {
        const { aborted } = info as AbortSignal;
        return aborted ? AbortSignal.abort() : new AbortController().signal;
      }
      default:
        throw new Error(`the suite knows no '${kind}'`);
    }
  }
}

interface TransportContextParts {
  readonly totalDeadline: number | null;
}

/** The clock of the driver is another one. */
function contextOf(parts: TransportContextParts): never {
  const { totalDeadline } = parts;
  return {
    ...parts,
    tracer: null,
    totalDeadline: totalDeadline === null ? null : performance.now() + totalDeadline,
  } as never;
}

/** What a function returns, with what it may have changed of the responses that it was given. */
function callWith(call: (...given: unknown[]) => unknown, values: readonly unknown[]): unknown {
  const result = call(...values);
  const finish = (value: unknown): object => ({ value, changed: changesOf([...values, value]) });
  return result instanceof Promise ? result.then(finish) : finish(result);
}

function changesOf(values: readonly unknown[]): object[] {
  const [first] = values as readonly { readonly response?: unknown }[];
  const streams = [...values, first?.response].filter((value) => value instanceof RemoteStream);
  return streams.map((stream) => ({ stream, fields: [...stream.headers.wire] }));
}

function iteratorOf(value: object): unknown {
  return Symbol.asyncIterator in value
    ? (value as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    : (value as Iterable<unknown>)[Symbol.iterator]();
}

async function nextOf(iterator: AsyncIterator<unknown>, values: readonly unknown[]): Promise<object> {
  const { done, value } = await iterator.next(...(values as [unknown]));
  return { done, value: value as unknown };
}

function callJar(jar: CookieJar, name: string, values: readonly unknown[]): unknown {
  if (name === 'isEmpty') return jar.isEmpty;
  if (name === 'updateFrom') return jar.update(CookieJar.fromJSON(values[0]));
  return Reflect.apply(Reflect.get(jar, name) as (...given: unknown[]) => unknown, jar, values);
}

async function* piecesOf({ bytes }: Response): AsyncGenerator<Uint8Array, void, void> {
  if (bytes.length > 0) yield bytes;
}

/** Events are values: this side makes its own. */
function eventOf({ event, data, id, retry }: ServerSentEvent): ServerSentEvent {
  return new ServerSentEvent(event, data, id, retry);
}
