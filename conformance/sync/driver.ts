import { workerData } from 'node:worker_threads';
import { fstatSync } from 'node:fs';
import type { RequestBody } from '../../src/body/request-body.ts';
import {
  ClientMetrics,
  DigestAuth,
  CookieJar,
  type Headers,
  MockTransport,
  type Request,
  type Response,
  ServerSentEvent,
} from '../../src/index.ts';
import type { Timeout } from '../../src/models/timeout.ts';
import * as sync from '../../src/sync.ts';
import type { SyncSource } from '../../src/sync/sync-source.ts';
import { type EncodedContext, ValueCodec } from './codec.ts';
import { Endpoint, type EndpointSetup } from './endpoint.ts';

/*
 * The thread in which the client that blocks runs for the suite: cases, their servers and their functions are in
 * another one, so that they can go on while this one sleeps.
 */

/** The settings of a client that a program may have changed since it was made. */
export interface Settings {
  readonly fields: readonly string[];
  readonly params: readonly (readonly [string, string])[];
  readonly timeout: Timeout;
  readonly baseURL: string | null;
}

type Fn = (...values: unknown[]) => unknown;

const clients = new Map<number, sync.SyncClient>();
const controllers = new Map<number, AbortController>();
const codec: ValueCodec = new ValueCodec({ kindOf, standIn });
/** Functions of cases may take their time. */
const main: Endpoint = new Endpoint(workerData as EndpointSetup, handle, codec, {
  patience: 15_000,
  onStuck: () => {},
});

function handle(name: string, values: readonly unknown[]): unknown {
  const [first, second, third] = values;
  switch (name) {
    case 'client.new':
      clients.set(first as number, new sync.SyncClient(blocking(second as sync.SyncClientOptions)));
      return undefined;
    case 'client.extend':
      clients.set(second as number, client(first).extend(blocking(third as sync.SyncClientOptions)));
      return undefined;
    case 'client.set':
      Reflect.set(client(first), String(second), third);
      return undefined;
    case 'client.call': {
      apply(client(first), second as Settings);
      const method = Reflect.get(client(first), String(third)) as Fn;
      return Reflect.apply(method, client(first), values.slice(3));
    }
    case 'client.close':
      client(first).close();
      return undefined;
    case 'client.stats':
      return client(first).stats;
    case 'client.backend':
      return client(first).backend;
    case 'transport.stats':
      return (codec.standInOf(first as number) as sync.SyncHTTPTransport).stats;
    case 'metrics.call': {
      const method = Reflect.get(codec.standInOf(first as number) as object, String(second)) as Fn;
      return Reflect.apply(method, codec.standInOf(first as number), values.slice(2));
    }
    case 'oneShot':
      return (sync as unknown as Record<string, Fn>)[String(first)]!(...values.slice(1));
    case 'call':
      return (codec.own(first as number) as Fn)(...values.slice(1));
    case 'signal.abort':
      controllers.get(first as number)?.abort(second);
      return undefined;
    case 'stream.call': {
      const method = Reflect.get(first as object, String(second)) as Fn;
      const result = Reflect.apply(method, first, values.slice(2));
      return { result, state: stateOf(first as sync.SyncStreamResponse) };
    }
    case 'stream.set':
      Reflect.set(first as object, String(second), third);
      return undefined;
    case 'stream.state':
      return stateOf(first as sync.SyncStreamResponse);
    case 'iter.next': {
      const { done, value } = (codec.own(first as number) as Iterator<unknown>).next();
      return { done, value };
    }
    case 'iter.return': {
      const own = codec.own(first as number) as Iterator<unknown> | sync.SyncEventStream;
      if (own instanceof sync.SyncEventStream) own.close();
      else own.return?.();
      return undefined;
    }
    case 'events.state':
      return eventsState(codec.own(first as number) as sync.SyncEventStream);
    case 'body.open':
      return (codec.own(first as number) as RequestBody).openSync!();
    case 'ready':
      return undefined;
    case 'reset':
      clients.clear();
      controllers.clear();
      codec.reset();
      return undefined;
    default:
      throw new Error(`the driver knows no '${name}'`);
  }
}

/** The lookup of a case gives its answer as a value, once it has it. */
function blocking(options: sync.SyncClientOptions): sync.SyncClientOptions {
  const { socket } = options;
  if (typeof socket?.lookup !== 'function') return options;
  const ask = socket.lookup as unknown as Fn;
  const lookup: NonNullable<typeof socket.lookup> = (hostname, about, callback) => {
    const [error, addresses] = ask(hostname, about) as [Error | null, { address: string; family: number }[]];
    callback(error, addresses);
  };
  return { ...options, socket: { ...socket, lookup } };
}

function client(id: unknown): sync.SyncClient {
  const found = clients.get(id as number);
  if (found === undefined) throw new Error('there is no such client');
  return found;
}

function apply(found: sync.SyncClient, { fields, params, timeout, baseURL }: Settings): void {
  replaceFields(found.headers, fields);
  found.params = params;
  found.timeout = timeout;
  if ((found.baseURL?.href ?? null) !== baseURL) found.baseURL = baseURL;
}

function stateOf(response: sync.SyncStreamResponse): object {
  const { bytesReceived, isClosed, trailers } = response;
  return {
    bytesReceived,
    isClosed,
    trailers: [...trailers.wire],
    context: codec.context(response),
  };
}

function eventsState({ lastEventId, retry, response }: sync.SyncEventStream): object {
  return { lastEventId, retry, response };
}

function kindOf(value: object): { readonly kind: string; readonly info?: unknown } | null {
  if (value instanceof sync.SyncStreamResponse) return { kind: 'stream', info: stateOf(value) };
  if (value instanceof sync.SyncEventStream) return { kind: 'events', info: eventsState(value) };
  if (value instanceof ServerSentEvent) {
    const { event, data, id, retry } = value;
    return { kind: 'event', info: { event, data, id, retry } };
  }
  if (value instanceof AbortSignal) return { kind: 'signal', info: { aborted: value.aborted } };
  return null;
}

function standIn(kind: string, id: number, info: unknown): unknown {
  const known = info as Record<string, unknown>;
  switch (kind) {
    case 'function':
      return (...values: unknown[]) => callMain(id, values);
    case 'iterable':
      return known['isOwn'] === true
        ? new MainIterator(id)
        : { [Symbol.iterator]: () => main.callSync('iter.open', id) };
    case 'body':
      return bodyOf(id, known);
    case 'signal':
      return signalOf(id, known);
    case 'jar':
      return new MainJar(id);
    case 'mock':
      return new MockTransport((request) => main.callSync('mock.answer', id, request) as Response);
    case 'digest':
      return new DigestAuth(...(info as ConstructorParameters<typeof DigestAuth>));
    case 'metrics':
      return new ClientMetrics(known);
    case 'http':
      return new sync.SyncHTTPTransport(known);
    case 'custom':
      return transportOf(id);
    case 'file':
      return { fd: known['fd'], read: refuse, stat: async () => fstatSync(known['fd'] as number) };
    case 'stream':
      return streamOf(id, known['context'] as EncodedContext);
    default:
      throw new Error(`the driver knows no '${kind}'`);
  }
}

/** Calls a function of the case, and takes over what it changed of the responses that it was given. */
function callMain(id: number, values: readonly unknown[]): unknown {
  const { value, changed } = main.callSync('call', id, ...values) as {
    readonly value: unknown;
    readonly changed: readonly {
      readonly stream: sync.SyncStreamResponse;
      readonly fields: readonly string[];
    }[];
  };
  for (const { stream, fields } of changed) replaceFields(stream.headers, fields);
  return value;
}

function replaceFields(headers: Headers, fields: readonly string[]): void {
  if (headers.wire.join('\n') === fields.join('\n')) return;
  for (const name of new Set(headers.keys())) headers.delete(name);
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i]!, fields[i + 1]!);
}

function refuse(): never {
  throw new Error('a FileHandle of another thread is read by its descriptor only');
}

function signalOf(id: number, { aborted, reason }: Record<string, unknown>): AbortSignal {
  const controller = new AbortController();
  controllers.set(id, controller);
  if (aborted === true) controller.abort(reason);
  return controller.signal;
}

function bodyOf(id: number, { length, replayable, description }: Record<string, unknown>): RequestBody {
  const open = (): Iterator<Uint8Array> => main.callSync('body.open', id) as Iterator<Uint8Array>;
  return {
    bytes: null,
    length: length as number | null,
    replayable: replayable === true,
    description: String(description),
    open,
    openSync: open,
    cancel: async () => void main.callSync('body.cancel', id),
  };
}

function transportOf(id: number): sync.SyncTransport {
  return {
    handleSync(request: Request, context) {
      const { timeout, totalDeadline, signal, delivery, maxBytes } = context;
      const { onInformational, onUploadProgress, onDownloadProgress, onRetry } = context;
      return main.callSync('transport.handle', id, request, {
        timeout,
        totalDeadline: totalDeadline === null ? null : totalDeadline - performance.now(),
        signal,
        delivery,
        maxBytes,
        onInformational,
        onUploadProgress,
        onDownloadProgress,
        onRetry,
      }) as sync.SyncStreamResponse;
    },
    closeSync: () => void main.callSync('transport.close', id),
  };
}

function streamOf(id: number, encoded: EncodedContext): sync.SyncStreamResponse {
  const context = codec.contextOf(encoded);
  let bytesReceived = 0;
  let trailers: readonly string[] | null = null;
  const source: SyncSource = {
    get bytesReceived() {
      return bytesReceived;
    },
    get trailers() {
      return trailers;
    },
    next() {
      const reply = main.callSync('stream.next', id) as { piece: Uint8Array | null; trailers: string[] };
      if (reply.piece === null) ({ trailers } = reply);
      else bytesReceived += reply.piece.length;
      return reply.piece;
    },
    whole: () => null,
    cancel: () => void main.callSync('stream.cancel', id),
  };
  return new sync.SyncStreamResponse(context.status, null, { context, source });
}

/** An iterator of the other thread, which may be one that waits. */
class MainIterator implements IterableIterator<unknown> {
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  next(...values: unknown[]): IteratorResult<unknown> {
    return main.callSync('iter.next', this.#id, ...values) as IteratorResult<unknown>;
  }

  return(value?: unknown): IteratorResult<unknown> {
    main.callSync('iter.return', this.#id, value);
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** A cookie jar of the other thread. */
class MainJar extends CookieJar {
  readonly #id: number;

  constructor(id: number) {
    super();
    this.#id = id;
  }

  override get isEmpty(): boolean {
    return this.#call('isEmpty') as boolean;
  }

  override headerFor(...values: Parameters<CookieJar['headerFor']>): string | null {
    return this.#call('headerFor', ...values) as string | null;
  }

  override store(...values: Parameters<CookieJar['store']>): void {
    this.#call('store', ...values);
  }

  override clone(): CookieJar {
    return this.#call('clone') as CookieJar;
  }

  override update(...values: Parameters<CookieJar['update']>): void {
    const [cookies] = values;
    const other = cookies instanceof CookieJar ? cookies : new CookieJar(cookies);
    this.#call('updateFrom', other.toJSON());
  }

  #call(name: string, ...values: unknown[]): unknown {
    return main.callSync('jar.call', this.#id, name, ...values);
  }
}
