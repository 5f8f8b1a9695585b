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

/** Does what the other side asks for. */
export type Handler = (name: string, values: readonly unknown[]) => unknown;

/** How values cross: errors too, as any value can be thrown. */
export interface Codec {
  encode(value: unknown): unknown;
  decode(value: unknown): unknown;
}

const PATIENCE = 5000;

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
  readonly #returns = new Map<number, ReturnMessage>();
  readonly #promises = new Map<number, (message: ReturnMessage) => void>();
  readonly #sleeping: number[] = [];
  readonly #serving = new AsyncLocalStorage<number>();
  #pending: CallMessage[] = [];
  #lastId = 0;
  #servingAtOnce = 0;

  /** @param own counts the messages for this side, `other` those for the other one */
  constructor(port: MessagePort, own: Int32Array, other: Int32Array, handler: Handler, codec: Codec) {
    this.#port = port;
    this.#own = own;
    this.#other = other;
    this.#handler = handler;
    this.#codec = codec;
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
    return new Promise((resolve, reject) => {
      this.#promises.set(this.#send(name, values), ({ value, hasFailed }) => {
        const decoded = this.#codec.decode(value);
        if (hasFailed) reject(decoded as Error);
        else resolve(decoded);
      });
    });
  }

  /** Calls the other side and sleeps. */
  callSync(name: string, ...values: unknown[]): unknown {
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

  /** Fails all calls that wait by a promise. */
  fail(error: Error): void {
    const value = this.#codec.encode(error);
    for (const [id, settle] of this.#promises) settle({ kind: 'return', id, value, hasFailed: true });
    this.#promises.clear();
  }

  #sleepFor(id: number, name: string): ReturnMessage {
    for (;;) {
      const found = this.#returns.get(id);
      if (found !== undefined) {
        this.#returns.delete(id);
        return found;
      }
      const count = Atomics.load(this.#own, 0);
      const received = receiveMessageOnPort(this.#port) as { readonly message: Message } | undefined;
      if (received !== undefined) {
        this.#take(received.message);
        this.#serveAll();
      } else if (Atomics.wait(this.#own, 0, count, PATIENCE) === 'timed-out') {
        throw new Error(`the other thread did not return from '${name}'`);
      }
    }
  }

  #send(name: string, values: readonly unknown[]): number {
    const id = ++this.#lastId;
    const within = this.#servingAtOnce || (this.#serving.getStore() ?? 0);
    this.#post({ kind: 'call', id, within, name, values: values.map((value) => this.#codec.encode(value)) });
    return id;
  }

  #post(message: Message): void {
    this.#port.postMessage(message);
    Atomics.add(this.#other, 0, 1);
    Atomics.notify(this.#other, 0);
  }

  #take(message: Message): void {
    if (message.kind === 'call') {
      this.#pending.push(message);
      return;
    }
    const settle = this.#promises.get(message.id);
    this.#promises.delete(message.id);
    if (settle === undefined) this.#returns.set(message.id, message);
    else settle(message);
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
