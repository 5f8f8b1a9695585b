import { AsyncLocalStorage } from 'node:async_hooks';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/** A call from one thread to the other. */
interface CallMessage {
  readonly kind: 'call';
  readonly id: number;
  /** The call during which this one is made, of the other side; 0 for none. */
  readonly within: number;
  readonly name: string;
  readonly values: readonly unknown[];
}

interface ReturnMessage {
  readonly kind: 'return';
  readonly id: number;
  readonly value: unknown;
  readonly hasFailed: boolean;
}

type Message = CallMessage | ReturnMessage;

interface Awaited {
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Does what the other side asks for. */
export type Handler = (name: string, values: readonly unknown[]) => unknown;

/** How values cross: errors too, as any value can be thrown. */
export interface Codec {
  encode(value: unknown): unknown;
  decode(value: unknown): unknown;
}

/** Where an end is. */
export interface EndpointSetup {
  readonly port: MessagePort;
  /** Counts the messages for this side. */
  readonly own: Int32Array;
  /** Counts those for the other one. */
  readonly other: Int32Array;
}

/** How long an end waits. */
export interface EndpointLimits {
  /** Milliseconds that this side sleeps for one call. */
  readonly patience: number;
  /** A call of this side does not return. */
  readonly onStuck: (error: Error) => void;
}

/** Milliseconds that a call may have to wait behind another one that has nothing to do with it. */
const QUEUE_PATIENCE = 3000;
/** Calls that prepare others, or come behind them. */
const BESIDE: ReadonlySet<string> = new Set([
  'signal.abort',
  'client.new',
  'client.extend',
  'client.close',
  'reset',
]);

/**
 * One end of a line between two threads. A side can sleep until its call has returned, and serves calls of the other
 * side that belong to it meanwhile; or it waits by a promise.
 */
export class Endpoint {
  readonly #port: MessagePort;
  readonly #own: Int32Array;
  readonly #other: Int32Array;
  readonly #handler: Handler;
  readonly #codec: Codec;
  readonly #patience: number;
  readonly #onStuck: (error: Error) => void;
  readonly #returns = new Map<number, ReturnMessage>();
  readonly #promises = new Map<number, Awaited>();
  readonly #sleeping: number[] = [];
  readonly #serving = new AsyncLocalStorage<number>();
  #pending: CallMessage[] = [];
  #lastId = 0;
  #servingAtOnce = 0;
  #failure: Error | null = null;
  #hasHeard = false;

  constructor(
    { port, own, other }: EndpointSetup,
    handler: Handler,
    codec: Codec,
    { patience, onStuck }: EndpointLimits,
  ) {
    this.#port = port;
    this.#own = own;
    this.#other = other;
    this.#handler = handler;
    this.#codec = codec;
    this.#patience = patience;
    this.#onStuck = onStuck;
    port.on('message', (message: Message) => {
      this.#take(message);
      this.#serveAll();
    });
  }

  /** Whether a call of this side that waits by a promise has not returned. */
  get isBusy(): boolean {
    return this.#promises.size > 0;
  }

  /** Calls the other side and waits. */
  call(name: string, ...values: unknown[]): Promise<unknown> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (!BESIDE.has(name)) this.#watchQueue();
    return new Promise((resolve, reject) => {
      this.#promises.set(this.#send(name, values), { name, resolve, reject });
    });
  }

  /** Calls the other side and sleeps. */
  callSync(name: string, ...values: unknown[]): unknown {
    if (this.#failure !== null) throw this.#failure;
    const id = this.#send(name, values);
    this.#sleeping.push(id);
    try {
      const reply = this.#sleepFor(id, name);
      const decoded = this.#codec.decode(reply.value);
      if (reply.hasFailed) throw decoded;
      return decoded;
    } finally {
      this.#sleeping.pop();
    }
  }

  /** Fails all calls that wait by a promise, and all later ones. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#promises.values()) reject(error);
    this.#promises.clear();
  }

  /** Calls that do not belong to each other are done one after the other; one that never ends is found out here. */
  #watchQueue(): void {
    if (this.#servingAtOnce !== 0 || this.#serving.getStore() !== undefined) return;
    const before = [...this.#promises].filter(([, { name }]) => !BESIDE.has(name)).map(([id]) => id);
    if (before.length > 0) this.#watch(before);
  }

  #watch(before: readonly number[]): void {
    setTimeout(() => {
      // A thread that is still being started is not stuck.
      if (!this.#hasHeard) this.#watch(before);
      else if (before.some((id) => this.#promises.has(id)))
        this.#onStuck(new Error('a thread that blocks has one request at a time, and another one waits'));
    }, QUEUE_PATIENCE).unref();
  }

  #sleepFor(id: number, name: string): ReturnMessage {
    for (;;) {
      const found = this.#returns.get(id);
      if (found !== undefined) {
        this.#returns.delete(id);
        return found;
      }
      const count = Atomics.load(this.#own, 0);
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) {
        this.#take(received.message);
        this.#serveAll();
      } else if (Atomics.wait(this.#own, 0, count, this.#patience) === 'timed-out') {
        throw this.#giveUp(name);
      }
    }
  }

  #giveUp(name: string): Error {
    const error = new Error(`the other thread did not return from '${name}'`);
    this.#onStuck(error);
    return error;
  }

  #send(name: string, values: readonly unknown[]): number {
    const id = ++this.#lastId;
    const within = this.#servingAtOnce || (this.#serving.getStore() ?? 0);
    this.#post({ kind: 'call', id, within, name, values: values.map((value) => this.#codec.encode(value)) });
    return id;
  }

  #post(message: Message): void {
    this.#port.postMessage(message, []);
    Atomics.add(this.#other, 0, 1);
    Atomics.notify(this.#other, 0);
  }

  #take(message: Message): void {
    this.#hasHeard = true;
    if (message.kind === 'call') {
      this.#pending.push(message);
      return;
    }
    const awaited = this.#promises.get(message.id);
    if (awaited === undefined) {
      this.#returns.set(message.id, message);
      return;
    }
    this.#promises.delete(message.id);
    const decoded = this.#codec.decode(message.value);
    if (message.hasFailed) awaited.reject(decoded);
    else awaited.resolve(decoded);
  }

  /** While this side sleeps, it serves only what belongs to the call for which it does. */
  #serveAll(): void {
    for (;;) {
      const awaited = this.#sleeping.at(-1);
      const index = this.#pending.findIndex(
        ({ within, name }) => awaited === undefined || within === awaited || name === 'signal.abort',
      );
      const next = this.#pending[index];
      if (next === undefined) return;
      this.#pending = this.#pending.toSpliced(index, 1);
      this.#serve(next);
    }
  }

  #serve({ id, name, values }: CallMessage): void {
    const answer = (value: unknown, hasFailed: boolean): void =>
      this.#post({ kind: 'return', id, value: this.#codec.encode(value), hasFailed });
    const before = this.#servingAtOnce;
    this.#servingAtOnce = id;
    try {
      const decoded = values.map((value) => this.#codec.decode(value));
      const result = this.#serving.run(id, () => this.#handler(name, decoded));
      if (!(result instanceof Promise)) answer(result, false);
      else if (this.#sleeping.length > 0)
        answer(new Error(`'${name}' has to wait, but this thread sleeps`), true);
      else
        result.then(
          (value) => answer(value, false),
          (error: unknown) => answer(error, true),
        );
    } catch (error) {
      answer(error, true);
    } finally {
      this.#servingAtOnce = before;
    }
  }
}
