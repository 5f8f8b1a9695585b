import type { RequestBody } from '../../src/body/request-body.ts';
import { type EventStream, Headers, type Response, StreamResponse } from '../../src/index.ts';
import type { BodySource } from '../../src/message/body-source.ts';
import type { EncodedContext } from './codec.ts';
import type { Line } from './line.ts';

/** What the driver tells about a response. */
export interface StreamState {
  readonly bytesReceived: number;
  readonly isClosed: boolean;
  readonly trailers: readonly string[];
  readonly context: EncodedContext;
}

/** A response of the driver, in the form that cases know. */
export class RemoteStream extends StreamResponse {
  readonly #line: Line;
  #state: StreamState;
  #readForm: Promise<Response> | null = null;

  constructor(line: Line, id: number, state: StreamState) {
    const context = line.codec.contextOf(state.context);
    super(context.status, null, { context, source: new RemoteSource(line, id) });
    this.#line = line;
    this.#state = state;
  }

  override get bytesReceived(): number {
    return this.#now().bytesReceived;
  }

  override get isClosed(): boolean {
    return this.#now().isClosed;
  }

  override get trailers(): Headers {
    return Headers.fromWire(this.#now().trailers, false, this.context.request?.redaction);
  }

  override get encoding(): string | undefined {
    return super.encoding;
  }

  override set encoding(label: string) {
    this.#line.ask('stream.set', this, 'encoding', label);
    super.encoding = label;
  }

  override read(): Promise<Response> {
    return (this.#readForm ??= this.#call('read') as Promise<Response>);
  }

  override iterRaw(size?: number): AsyncGenerator<Uint8Array, void, void> {
    return this.#iterate('iterRaw', size) as AsyncGenerator<Uint8Array, void, void>;
  }

  override iterBytes(size?: number): AsyncGenerator<Uint8Array, void, void> {
    return this.#iterate('iterBytes', size) as AsyncGenerator<Uint8Array, void, void>;
  }

  override iterText(size?: number): AsyncGenerator<string, void, void> {
    return this.#iterate('iterText', size) as AsyncGenerator<string, void, void>;
  }

  override iterLines(options?: object): AsyncGenerator<string, void, void> {
    return this.#iterate('iterLines', options) as AsyncGenerator<string, void, void>;
  }

  override iterJSONLines<T = unknown>(): AsyncGenerator<T, void, void> {
    return this.#iterate('iterJSONLines') as AsyncGenerator<T, void, void>;
  }

  override events(options?: object): EventStream {
    return this.#iterate('events', options) as EventStream;
  }

  override pipeTo(target: Parameters<StreamResponse['pipeTo']>[0]): Promise<number> {
    if (typeof target === 'string' || target instanceof URL)
      return this.#call('pipeTo', target) as Promise<number>;
    return super.pipeTo(target);
  }

  override get timings(): StreamResponse['timings'] {
    Object.assign(this.context, { marks: this.#now().context.marks });
    return super.timings;
  }

  override async cancel(): Promise<void> {
    await this.#call('cancel');
    await super.cancel();
  }

  #iterate(name: string, ...values: unknown[]): unknown {
    const { result } = this.#line.ask('stream.call', this, name, ...values) as { result: unknown };
    return result;
  }

  async #call(name: string, ...values: unknown[]): Promise<unknown> {
    const reply = (await this.#line.do('stream.call', this, name, ...values)) as {
      readonly result: unknown;
      readonly state: StreamState;
    };
    this.#state = reply.state;
    return reply.result;
  }

  #now(): StreamState {
    if (!this.#line.endpoint.isBusy) this.#state = this.#line.ask('stream.state', this) as StreamState;
    return this.#state;
  }
}

/** What the parts of a response need that have no counterpart where everything blocks: web streams and the like. */
class RemoteSource implements BodySource {
  bytesReceived = 0;
  readonly trailers = null;
  readonly #line: Line;
  readonly #id: number;
  #pieces: AsyncGenerator<Uint8Array, void, void> | null = null;

  constructor(line: Line, id: number) {
    this.#line = line;
    this.#id = id;
  }

  async next(): Promise<Uint8Array | null> {
    this.#pieces ??= (this.#line.codec.standInOf(this.#id) as StreamResponse).iterRaw();
    const { done, value } = await this.#pieces.next();
    return done === true ? null : value;
  }

  async all(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (let piece = await this.next(); piece !== null; piece = await this.next()) chunks.push(piece);
    return Buffer.concat(chunks);
  }

  cancel(): void {
    const response = this.#line.codec.standInOf(this.#id);
    this.#line.do('stream.call', response, 'cancel').catch(() => {});
  }
}

/** What the driver tells about a stream of events. */
export interface EventsState {
  readonly lastEventId: string;
  readonly retry: number | null;
  readonly response: StreamResponse;
}

/** A stream of events of the driver. */
export function remoteEvents(line: Line, id: number, known: EventsState): EventStream {
  let state = known;
  const now = (): EventsState => {
    if (!line.endpoint.isBusy) state = line.ask('events.state', id) as EventsState;
    return state;
  };
  const events = remoteIterable(line, id);
  const close = async (): Promise<void> => void (await events.return());
  const face = {
    get lastEventId() {
      return now().lastEventId;
    },
    get retry() {
      return now().retry;
    },
    get response() {
      return now().response;
    },
    next: () => events.next(),
    close,
    [Symbol.asyncIterator]: () => events,
    [Symbol.asyncDispose]: close,
  };
  return face as unknown as EventStream;
}

/** An iterator of the driver. */
export function remoteIterable(line: Line, id: number): AsyncGenerator<unknown, void, void> {
  const give = async (): Promise<IteratorResult<unknown, void>> => {
    await line.do('iter.return', id);
    return { done: true, value: undefined };
  };
  return {
    next: async () => (await line.do('iter.next', id)) as IteratorResult<unknown, void>,
    return: give,
    async throw(error: unknown) {
      await give();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await give();
    },
  };
}

/** The body of a request of the driver. */
export function remoteBody(line: Line, id: number, known: RequestBody): RequestBody {
  const { length, replayable, description } = known;
  return {
    bytes: null,
    length,
    replayable,
    description,
    open() {
      const opened = line.do('body.open', id) as Promise<AsyncIterator<Uint8Array>>;
      return {
        next: async () => (await opened).next(),
        return: async () => (await opened).return!(),
      };
    },
  };
}
