import type { Duplex } from 'node:stream';
import type { Exchange } from '../backends/contract.ts';
import type { BodySource } from '../message/body-source.ts';
import { keepWhenDropped } from './dropped-responses.ts';
import type { ResponseBody } from './response-body.ts';

const NOTHING = new Uint8Array(0);

/**
 * The body of a response that switched protocols (RFC 9110 §7.8, §9.3.6). It has no content, so who reads it does not
 * want the connection; who wants it takes it as a duplex.
 */
export class Tunnel implements BodySource {
  readonly bytesReceived = 0;
  readonly trailers = null;
  readonly #received: ResponseBody;
  readonly #wire: Exchange;
  readonly #leave: (isClean: boolean) => void;
  #duplex: Duplex | null = null;
  #failure: Error | null = null;
  /** Octets given to the wire, and those of them that it has passed on. */
  #written = 0;
  #sent = 0;
  #afterWrite: (() => void) | null = null;
  #afterLast: (() => void) | null = null;

  /**
   * @param received what the peer sends
   * @param leave lets go of the connection; `isClean`: both directions have ended
   */
  constructor(received: ResponseBody, wire: Exchange, leave: (isClean: boolean) => void) {
    this.#received = received;
    this.#wire = wire;
    this.#leave = leave;
  }

  next(): Promise<null> {
    this.cancel();
    return Promise.resolve(null);
  }

  all(): Uint8Array {
    this.cancel();
    return NOTHING;
  }

  cancel(): void {
    if (this.#duplex === null) this.#leave(false);
    else this.#duplex.destroy();
  }

  upgrade(): Duplex {
    // From now on the stream keeps the connection, as any other stream does.
    keepWhenDropped(this.#received);
    const { Duplex } = process.getBuiltinModule('node:stream');
    const duplex: Duplex = new Duplex({
      allowHalfOpen: true,
      read: () => {
        this.#received.next().then(
          (chunk) => duplex.push(chunk),
          (error: unknown) => duplex.destroy(error as Error),
        );
      },
      write: (chunk: Buffer, _encoding, callback) => this.#write(chunk, callback),
      final: (callback) => this.#finish(callback),
      destroy: (error, callback) => {
        this.#leave(error === null && duplex.readableEnded && duplex.writableFinished);
        callback(error);
      },
    });
    this.#duplex = duplex;
    if (this.#failure !== null) duplex.destroy(this.#failure);
    return duplex;
  }

  /** @param bytes octets that the connection has taken, in all */
  onSent(bytes: number): void {
    this.#sent = bytes;
    const afterWrite = this.#afterWrite;
    this.#afterWrite = null;
    afterWrite?.();
    if (this.#afterLast === null || this.#sent < this.#written) return;
    const afterLast = this.#afterLast;
    this.#afterLast = null;
    afterLast();
  }

  /** The connection is lost. */
  fail(error: Error): void {
    this.#failure = error;
    this.#duplex?.destroy(error);
  }

  #write(chunk: Buffer, callback: () => void): void {
    this.#written += chunk.length;
    if (this.#wire.write(chunk)) callback();
    else this.#afterWrite = callback;
  }

  #finish(callback: () => void): void {
    const finish = (): void => {
      this.#wire.finish();
      callback();
    };
    // The end must not overtake what is still on its way: the stream may be destroyed right after it.
    if (this.#sent >= this.#written) finish();
    else this.#afterLast = finish;
  }
}
