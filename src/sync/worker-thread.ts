import type { MessagePort, Worker } from 'node:worker_threads';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { TransportError } from '../errors/transport-error.ts';
import type { Request } from '../message/request.ts';
import { packError, unpackError } from './portable-error.ts';
import { type Call, type Command, type Reply, SLOT, type WorkerMessage } from './protocol.ts';
import { startWorker } from './start-worker.ts';

/** What the blocked thread does for one exchange, decoder or transport of its worker. */
export interface Service {
  /** Does what the worker asks for. */
  serve(call: Pick<Call, 'name' | 'values'>): unknown;
  /** A function of the program threw this while it was served. */
  onServeError(error: unknown): void;
  /** A function of the program has run on behalf of another one: it may have aborted a signal. */
  heedAbort?(): void;
}

/** An answer whose memory is handed over. */
export class Transfer {
  readonly value: unknown;
  readonly list: readonly ArrayBuffer[];

  constructor(value: unknown, list: readonly ArrayBuffer[]) {
    this.value = value;
    this.list = list;
  }
}

/** Milliseconds after which a thread that sleeps looks whether its worker is still there. */
const PATIENCE = 500;

let current: WorkerThread | null = null;

/**
 * The worker that does the waiting for a thread that blocks; every thread has its own, from its first request on. It
 * does not keep the process alive.
 */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  readonly #services = new Map<number, Service>();
  readonly #replies = new Map<number, Reply>();
  readonly #awaited = new Set<number>();
  #lastId = 0;
  #isWorkerBlocked = false;
  #isDead = false;

  /** The one of this thread; a new one if that has died. */
  static get current(): WorkerThread {
    if (current === null || current.#isDead) current = new WorkerThread();
    return current;
  }

  private constructor() {
    const { worker, port, shared } = startWorker();
    this.#worker = worker;
    this.#port = port;
    this.#shared = shared;
    const onEnd = (): void => {
      this.#isDead = true;
    };
    // Whoever waits finds out by itself; without a listener an error would end the process.
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** A number for an exchange, decoder or command. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Serves what the worker asks for in the name of `id`. */
  listen(id: number, service: Service): void {
    this.#services.set(id, service);
  }

  unlisten(id: number): void {
    this.#services.delete(id);
  }

  /** Who is served under a number. */
  serviceOf(id: number): Service | undefined {
    return this.#services.get(id);
  }

  /** Has all that is under way look at its signal. */
  heedAborts(): void {
    for (const service of this.#services.values()) service.heedAbort?.();
  }

  /**
   * Sends a command that gets no reply.
   *
   * @throws TransportError if the worker is gone
   */
  post(command: Command, transfer: readonly ArrayBuffer[] = [], request: Request | null = null): void {
    const isDelivered: unknown = this.#port.postMessage(command, transfer);
    // Undocumented, and false only when the other end is gone; where it says nothing the event of the worker does.
    if (this.#isDead || isDelivered === false) throw this.#died(null, request);
  }

  /**
   * Sends a command and sleeps until its reply is there, serving the worker meanwhile.
   *
   * @throws TransportError if the worker is gone
   */
  call(
    command: Command & { readonly id: number },
    transfer: readonly ArrayBuffer[] = [],
    request: Request | null = null,
  ): Reply {
    if (this.#isWorkerBlocked) {
      throw new InvalidArgument(
        'A client that blocks cannot be used inside checkServerIdentity or decode.zstd: the worker that would do the work waits for that function.',
      );
    }
    const { id } = command;
    this.#awaited.add(id);
    Atomics.add(this.#shared, SLOT.listening, 1);
    try {
      this.post(command, transfer, request);
      for (;;) {
        const reply = this.#replies.get(id);
        if (reply !== undefined) return reply;
        this.#pump(request);
      }
    } finally {
      Atomics.sub(this.#shared, SLOT.listening, 1);
      this.#awaited.delete(id);
      this.#replies.delete(id);
    }
  }

  /** Ends the worker, with all its connections. The next request starts another one. */
  terminate(): Promise<number> {
    this.#isDead = true;
    return this.#worker.terminate();
  }

  #pump(request: Request | null): void {
    const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');
    const count = Atomics.load(this.#shared, SLOT.messages);
    const received = receiveMessageOnPort(this.#port);
    if (received !== undefined) this.#dispatch(received.message, request);
    else if (Atomics.wait(this.#shared, SLOT.messages, count, PATIENCE) === 'timed-out')
      this.post({ kind: 'ping' }, [], request);
  }

  #dispatch(message: WorkerMessage, request: Request | null): void {
    if (message.kind === 'call') this.#serve(message);
    else if (message.kind === 'crash') throw this.#died(unpackError(message.error), request);
    else if (this.#awaited.has(message.id)) this.#replies.set(message.id, message);
  }

  #serve(call: Call): void {
    const service = this.#services.get(call.from);
    const wasBlocked = this.#isWorkerBlocked;
    this.#isWorkerBlocked ||= call.isBlocking;
    let value: unknown;
    let failure: { readonly error: unknown } | null = null;
    try {
      value = service?.serve(call);
    } catch (error) {
      failure = { error };
      if (!call.isBlocking) service?.onServeError(error);
    } finally {
      this.#isWorkerBlocked = wasBlocked;
    }
    if (call.call === null) return;
    const hasFailed = failure !== null || service === undefined;
    const error = call.isBlocking && failure !== null ? packError(failure.error) : null;
    const list = value instanceof Transfer ? value.list : [];
    const answer = value instanceof Transfer ? value.value : value;
    this.post({ kind: 'answer', call: call.call, value: answer, hasFailed, error }, list);
    if (!call.isBlocking) return;
    Atomics.add(this.#shared, SLOT.answers, 1);
    Atomics.notify(this.#shared, SLOT.answers);
  }

  #died(cause: unknown, request: Request | null): TransportError {
    this.#isDead = true;
    return new TransportError({
      reason: 'the worker thread of the client that blocks has ended; the next request starts another one',
      request: request ?? undefined,
      cause: cause ?? undefined,
    });
  }
}
