import type { Duplex } from 'node:stream';
import type { DispatchControl } from './dispatcher-like.ts';
import { toRawFields, toRecord } from './raw-fields.ts';

/** The controller that a handler is given. */
export interface DispatchController extends DispatchControl {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  rawHeaders: unknown;
  rawTrailers: unknown;
}

/** Tells a handler of undici's API what becomes of its request. */
export interface DispatchReceiver {
  onStart(controller: DispatchController): void;
  onHead(controller: DispatchController, status: number, fields: readonly string[], statusText: string): void;
  onData(controller: DispatchController, chunk: Buffer): void;
  onEnd(controller: DispatchController, trailers: readonly string[]): void;
  onError(controller: DispatchController, error: Error): void;
  onUpgrade(controller: DispatchController, status: number, fields: readonly string[], socket: Duplex): void;
}

/** The methods of both contracts; a handler has those of one. */
interface Handler {
  onRequestStart?(controller: DispatchController, context: object): void;
  onResponseStart?(
    controller: DispatchController,
    status: number,
    headers: Record<string, string[] | string>,
    statusText: string,
  ): void;
  onResponseData?(controller: DispatchController, chunk: Buffer): void;
  onResponseEnd?(controller: DispatchController, trailers: Record<string, string[] | string>): void;
  onResponseError?(controller: DispatchController, error: Error): void;
  onRequestUpgrade?(
    controller: DispatchController,
    status: number,
    headers: Record<string, string[] | string>,
    socket: Duplex,
  ): void;
  onConnect?(abort: (reason?: Error) => void, context: object): void;
  onResponseStarted?(): void;
  onHeaders?(status: number, rawHeaders: Buffer[], resume: () => void, statusText: string): boolean | void;
  onData?(chunk: Buffer): boolean | void;
  onComplete?(rawTrailers: Buffer[]): void;
  onError?(error: Error): void;
  onUpgrade?(status: number, rawHeaders: Buffer[], socket: Duplex): void;
}

/** A receiver for a handler of either contract; as in undici 7, the newer one is taken for what starts by it. */
export function receiverFor(handler: object): DispatchReceiver {
  const given = handler as Handler;
  return typeof given.onRequestStart === 'function' ? new ModernReceiver(given) : new LegacyReceiver(given);
}

class ModernReceiver implements DispatchReceiver {
  readonly #handler: Handler;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  onStart(controller: DispatchController): void {
    this.#handler.onRequestStart?.(controller, {});
  }

  onHead(
    controller: DispatchController,
    status: number,
    fields: readonly string[],
    statusText: string,
  ): void {
    controller.rawHeaders = toRawFields(fields);
    this.#handler.onResponseStart?.(controller, status, toRecord(fields), statusText);
  }

  onData(controller: DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onEnd(controller: DispatchController, trailers: readonly string[]): void {
    controller.rawTrailers = toRawFields(trailers);
    this.#handler.onResponseEnd?.(controller, toRecord(trailers));
  }

  onError(controller: DispatchController, error: Error): void {
    this.#handler.onResponseError?.(controller, error);
  }

  onUpgrade(controller: DispatchController, status: number, fields: readonly string[], socket: Duplex): void {
    controller.rawHeaders = toRawFields(fields);
    this.#handler.onRequestUpgrade?.(controller, status, toRecord(fields), socket);
  }
}

class LegacyReceiver implements DispatchReceiver {
  readonly #handler: Handler;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  onStart(controller: DispatchController): void {
    this.#handler.onConnect?.((reason) => controller.abort(reason as Error), {});
  }

  onHead(
    controller: DispatchController,
    status: number,
    fields: readonly string[],
    statusText: string,
  ): void {
    this.#handler.onResponseStarted?.();
    const goesOn = this.#handler.onHeaders?.(
      status,
      toRawFields(fields),
      () => controller.resume(),
      statusText,
    );
    // An interim response has nothing that could be held up.
    if (goesOn === false && status >= 200) controller.pause();
  }

  onData(controller: DispatchController, chunk: Buffer): void {
    if (this.#handler.onData?.(chunk) === false) controller.pause();
  }

  onEnd(_controller: DispatchController, trailers: readonly string[]): void {
    this.#handler.onComplete?.(toRawFields(trailers));
  }

  onError(_controller: DispatchController, error: Error): void {
    this.#handler.onError?.(error);
  }

  onUpgrade(
    _controller: DispatchController,
    status: number,
    fields: readonly string[],
    socket: Duplex,
  ): void {
    this.#handler.onUpgrade?.(status, toRawFields(fields), socket);
  }
}
