import type { Duplex } from 'node:stream';
import type { DispatchControl } from './dispatcher-like.ts';
import { fieldsOf } from './raw-fields.ts';

/** Receives what becomes of a dispatched request. */
export interface DispatchSink {
  /** A connection is there, the request goes out. Again for each attempt of an interceptor that repeats it. */
  onStart(control: DispatchControl): void;
  /** The head of a response, an interim one included. */
  onHead(status: number, statusText: string | undefined, fields: string[]): void;
  onData(chunk: Uint8Array): void;
  onEnd(trailers: string[]): void;
  onError(error: unknown): void;
  /** The connection left HTTP and is the receiver's from here on. */
  onUpgrade(status: number, fields: string[], socket: Duplex): void;
}

/**
 * The handler that a dispatcher is given. It has the methods of both contracts, as undici 6 knows only the older one,
 * undici 8 only the newer one, and in undici 7 it depends on the dispatcher: a `MockPool` calls the older methods.
 * Nobody calls both.
 */
export class DispatchHandler {
  readonly #sink: DispatchSink;
  #legacy: LegacyControl | null = null;

  constructor(sink: DispatchSink) {
    this.#sink = sink;
  }

  // With a controller: undici 7 and later

  onRequestStart(control: DispatchControl): void {
    this.#sink.onStart(control);
  }

  onResponseStart(control: DispatchControl, status: number, headers: unknown, statusText?: string): void {
    this.#sink.onHead(status, statusText, fieldsOf(control.rawHeaders, headers));
  }

  onResponseData(_control: DispatchControl, chunk: Uint8Array): void {
    this.#sink.onData(chunk);
  }

  onResponseEnd(control: DispatchControl, trailers: unknown): void {
    this.#sink.onEnd(fieldsOf(control.rawTrailers, trailers));
  }

  onResponseError(_control: DispatchControl | null, error: unknown): void {
    this.#sink.onError(error);
  }

  onRequestUpgrade(control: DispatchControl, status: number, headers: unknown, socket: Duplex): void {
    this.#sink.onUpgrade(status, fieldsOf(control.rawHeaders, headers), socket);
  }

  // Without one: undici 6, and parts of undici 7

  onConnect(abort: (reason?: Error) => void): void {
    this.#legacy = new LegacyControl(abort);
    this.#sink.onStart(this.#legacy);
  }

  onHeaders(status: number, rawHeaders: unknown, resume: () => void, statusText?: string): boolean {
    const control = this.#control();
    control.onResume = resume;
    this.#sink.onHead(status, statusText, fieldsOf(rawHeaders, null));
    return !control.isPaused;
  }

  onData(chunk: Uint8Array): boolean {
    this.#sink.onData(chunk);
    return !this.#control().isPaused;
  }

  onComplete(rawTrailers: unknown): void {
    this.#sink.onEnd(fieldsOf(rawTrailers, null));
  }

  onError(error: unknown): void {
    this.#sink.onError(error);
  }

  onUpgrade(status: number, rawHeaders: unknown, socket: Duplex): void {
    this.#sink.onUpgrade(status, fieldsOf(rawHeaders, null), socket);
  }

  /** A dispatcher that never called `onConnect` gave no way to abort. */
  #control(): LegacyControl {
    if (this.#legacy === null) this.onConnect(() => {});
    return this.#legacy!;
  }
}

/** The controls of the older contract, where a callback returns false to pause. */
class LegacyControl implements DispatchControl {
  isPaused = false;
  onResume: (() => void) | null = null;
  readonly #abort: (reason?: Error) => void;

  constructor(abort: (reason?: Error) => void) {
    this.#abort = abort;
  }

  abort(reason: Error): void {
    this.#abort(reason);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.onResume?.();
  }
}
