import type { Exchange } from '../backends/contract.ts';
import { type BodyIterator, closeQuietly, type RequestBody } from '../body/request-body.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import type { Request } from '../message/request.ts';
import type { Framing } from './framing.ts';
import { MAX_DELAY } from '../models/timeout.ts';

/** Octets that are handed to the wire at once, so that progress can be seen within one large chunk. */
const PIECE = 65_536;
/**
 * After so many octets the event loop gets a turn, even if source and peer never have to be waited for: else nothing
 * would be received, and no limit of time would hold, until the end of the body. A piece counts as {@link MIN_WORK}
 * at least.
 */
const TURN = 1_048_576;
const MIN_WORK = 1024;

/** Who wants to know how the upload goes. */
export interface PumpEvents {
  /** True: the peer has to take data first. False: the source has to give some. */
  onWaiting(isBlocked: boolean): void;
  /**
   * The peer has taken everything.
   *
   * @param bytes octets of the body
   */
  onDone(bytes: number): void;
  /** The source failed, or did not give as much as was announced. */
  onError(error: unknown): void;
}

/** Moves the body of a request from its source to the wire, as fast as the slower of both allows. */
export class RequestPump {
  /** Octets handed to the wire. */
  bytes = 0;
  /** Whether the source has been opened. */
  hasStarted = false;
  /** The peer has to take data before it goes on. */
  isBlocked = false;
  readonly #body: RequestBody;
  readonly #wire: Exchange;
  readonly #framing: Framing;
  readonly #request: Request;
  readonly #events: PumpEvents;
  #iterator: BodyIterator | null = null;
  #isHeldBack = false;
  #isStopped = false;
  #hasFinished = false;
  #sent = 0;
  /** What was done since the event loop had its last turn. */
  #work = 0;
  #continueTimer: NodeJS.Timeout | null = null;
  #resume: (() => void) | null = null;

  constructor(body: RequestBody, wire: Exchange, framing: Framing, request: Request, events: PumpEvents) {
    this.#body = body;
    this.#wire = wire;
    this.#framing = framing;
    this.#request = request;
    this.#events = events;
  }

  /** @param continueMs how long to wait for 100 (Continue) first, `Infinity` for as long as it takes; null: not at all */
  start(continueMs: number | null): void {
    if (continueMs === null) {
      void this.#run();
      return;
    }
    this.#isHeldBack = true;
    if (continueMs <= MAX_DELAY) this.#continueTimer = setTimeout(() => this.proceed(), continueMs);
  }

  /** The server wants the body, or had its time to refuse it. */
  proceed(): void {
    if (!this.#isHeldBack) return;
    this.#release();
    void this.#run();
  }

  /** The response is there: a body that has been held back is not wanted any more. */
  onResponse(): void {
    if (this.#isHeldBack) this.stop();
  }

  /**
   * The wire has taken data.
   *
   * @param bytes octets in all
   */
  onSent(bytes: number): void {
    this.#sent = bytes;
    this.#goOn();
    if (this.#hasFinished) this.#checkDone();
  }

  /** Ends the upload where it is and closes the source, if it has been opened. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#release();
    this.#goOn();
    // How a source takes it that it is not read to its end is its own affair.
    closeQuietly(this.#iterator);
  }

  async #run(): Promise<void> {
    try {
      this.hasStarted = true;
      this.#iterator = this.#body.open();
      for (;;) {
        this.#events.onWaiting(false);
        const { done, value } = await this.#iterator.next();
        if (this.#isStopped) return;
        if (done === true) break;
        await this.#write(value);
        if (this.#isStopped) return;
      }
      const { length } = this.#framing;
      if (length !== -1 && this.bytes < length) {
        throw this.#mismatch(`too little data for declared Content-Length: ${this.bytes} of ${length} bytes`);
      }
      this.#iterator = null;
      this.#hasFinished = true;
      this.#wire.finish();
      this.#checkDone();
    } catch (error) {
      if (!this.#isStopped) this.#events.onError(error);
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    const { length } = this.#framing;
    if (length !== -1 && this.bytes + chunk.length > length) {
      throw this.#mismatch(`too much data for declared Content-Length: more than ${length} bytes`);
    }
    for (let start = 0; start < chunk.length; start += PIECE) {
      const piece = chunk.length <= PIECE ? chunk : chunk.subarray(start, start + PIECE);
      this.bytes += piece.length;
      if (this.#wire.write(piece)) {
        this.#work += Math.max(piece.length, MIN_WORK);
        if (this.#work < TURN) continue;
        await new Promise(setImmediate);
      } else {
        this.#block();
        await new Promise<void>((resolve) => {
          this.#resume = resolve;
        });
      }
      this.#work = 0;
      if (this.#isStopped) return;
    }
  }

  #checkDone(): void {
    if (this.#isStopped) return;
    if (this.#sent >= this.bytes) {
      this.isBlocked = false;
      this.#isStopped = true;
      this.#events.onDone(this.bytes);
    } else if (!this.isBlocked) {
      this.#block();
    }
  }

  #block(): void {
    this.isBlocked = true;
    this.#events.onWaiting(true);
  }

  #goOn(): void {
    const resume = this.#resume;
    if (resume === null) return;
    this.#resume = null;
    this.isBlocked = false;
    resume();
  }

  #release(): void {
    this.#isHeldBack = false;
    if (this.#continueTimer !== null) clearTimeout(this.#continueTimer);
    this.#continueTimer = null;
  }

  #mismatch(reason: string): LocalProtocolError {
    return new LocalProtocolError({ reason, request: this.#request, phase: 'write' });
  }
}
