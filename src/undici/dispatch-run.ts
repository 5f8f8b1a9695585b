import type { Client } from '../client/client.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { DispatchController, DispatchReceiver } from './dispatch-receiver.ts';
import { type DispatchRequest, requestFor, timeoutFor } from './dispatch-request.ts';

/** What runs have in common. */
export interface RunHost {
  readonly client: Client;
  toError(error: unknown): Error;
  /** The error for a request that is aborted without a reason. */
  abortError(): Error;
  onSettled(run: DispatchRun): void;
}

/** One request of undici's API on its way through a client. It is its own controller. */
export class DispatchRun implements DispatchController {
  rawHeaders: unknown = null;
  rawTrailers: unknown = null;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  readonly #host: RunHost;
  readonly #receiver: DispatchReceiver;
  readonly #abortion = new AbortController();
  #response: StreamResponse | null = null;
  #isSettled = false;
  #wake: (() => void) | null = null;

  constructor(host: RunHost, receiver: DispatchReceiver) {
    this.#host = host;
    this.#receiver = receiver;
  }

  start(options: DispatchRequest): void {
    this.#guard(() => this.#receiver.onStart(this));
    if (this.#isSettled) return;
    void this.#run(options);
  }

  /** Ends before it began. */
  refuse(error: Error): void {
    this.#fail(error);
  }

  abort(reason: Error | undefined): void {
    if (this.#isSettled) return;
    this.aborted = true;
    this.#fail(reason ?? this.#host.abortError());
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  async #run(options: DispatchRequest): Promise<void> {
    const { client } = this.#host;
    try {
      const request = requestFor(client, options);
      const timeout = timeoutFor(client, options);
      const response = await client.send(request, {
        stream: true,
        redirect: false,
        raiseForStatus: false,
        signal: this.#abortion.signal,
        ...(timeout === undefined ? {} : { timeout }),
        onInformational: ({ status, statusText, headers }) =>
          this.#guard(() => this.#receiver.onHead(this, status, headers.wire, statusText)),
      });
      this.#response = response;
      if (this.#isSettled) {
        await response.cancel();
        return;
      }
      if (isSwitched(response, options)) {
        this.#upgrade(response);
        return;
      }
      await this.#deliver(response);
    } catch (error) {
      if (!this.#isSettled) this.#fail(this.#host.toError(error));
    }
  }

  async #deliver(response: StreamResponse): Promise<void> {
    const { status, statusText, headers } = response;
    this.#guard(() => this.#receiver.onHead(this, status, headers.wire, statusText));
    const chunks = response.iterRaw();
    for (;;) {
      while (this.paused && !this.#isSettled) await this.#untilResumed();
      if (this.#isSettled) return;
      const { done, value } = await chunks.next();
      if (this.#isSettled) return;
      if (done === true) break;
      this.#onData(value);
    }
    this.#conclude(() => this.#receiver.onEnd(this, response.trailers.wire));
  }

  #onData(chunk: Uint8Array): void {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    try {
      this.#receiver.onData(this, buffer);
    } catch (error) {
      this.abort(error as Error);
    }
  }

  #upgrade(response: StreamResponse): void {
    const { status, headers } = response;
    const socket = response.upgrade();
    // As the sockets that undici gives: the end of one direction is that of the other.
    socket.allowHalfOpen = false;
    const isTaken = this.#conclude(() => this.#receiver.onUpgrade(this, status, headers.wire, socket));
    if (!isTaken) socket.destroy();
  }

  /** A handler that throws gives its request up. */
  #guard(call: () => void): void {
    try {
      if (!this.#isSettled) call();
    } catch (error) {
      this.abort(error as Error);
    }
  }

  /** The last call to a handler, after which nothing can be given up any more. */
  #conclude(call: () => void): boolean {
    this.#settle();
    try {
      call();
      return true;
    } catch (error) {
      this.#receiver.onError(this, error as Error);
      return false;
    }
  }

  #untilResumed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #fail(error: Error): void {
    this.#settle();
    this.reason = error;
    this.#abortion.abort(error);
    void this.#response?.cancel(error);
    this.resume();
    this.#receiver.onError(this, error);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#host.onSettled(this);
  }
}

function isSwitched({ status, isSuccess }: StreamResponse, { method, upgrade }: DispatchRequest): boolean {
  return method === 'CONNECT' ? isSuccess : status === 101 && typeof upgrade === 'string';
}
