import type { KeepAlivePing } from '../../../models/http2-options.ts';

/** What is asked: a session of Node, or what stands for one. */
interface Pinged {
  readonly destroyed: boolean;
  readonly closed: boolean;
  ping(onAnswer: (error: Error | null) => void): unknown;
}

/** Asks the server for a sign of life (RFC 9113 §6.7), by the clock or when there is a reason to doubt. */
export class PingWatch {
  readonly #session: Pinged;
  readonly #intervalMs: number | null;
  readonly #timeoutMs: number;
  readonly #onDead: (waitedMs: number) => void;
  readonly #onAlive: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isAsking = false;
  #lastHeard = performance.now();

  /**
   * @param onDead called once if there was no answer in time
   * @param onAlive called when there was
   */
  constructor(
    session: Pinged,
    { intervalMs, timeoutMs }: Pick<Required<KeepAlivePing>, 'timeoutMs'> & { intervalMs: number | null },
    onDead: (waitedMs: number) => void,
    onAlive: () => void,
  ) {
    this.#session = session;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = timeoutMs;
    this.#onDead = onDead;
    this.#onAlive = onAlive;
    this.#arm();
  }

  /** Something came from the server. */
  heard(now: number = performance.now()): void {
    this.#lastHeard = now;
  }

  /** Asks now, unless an answer is waited for already. */
  ask(): void {
    if (this.#isAsking || this.#session.destroyed || this.#session.closed) return;
    this.#isAsking = true;
    this.#disarm();
    this.#timer = setTimeout(() => this.#onDead(this.#timeoutMs), this.#timeoutMs);
    // A connection is no reason for the process to live on; its exchanges are.
    this.#timer.unref();
    this.#session.ping((error) => {
      this.#isAsking = false;
      this.#disarm();
      if (error !== null) return;
      this.heard();
      this.#onAlive();
      this.#arm();
    });
  }

  stop(): void {
    this.#isAsking = true;
    this.#disarm();
  }

  #arm(): void {
    if (this.#intervalMs === null) return;
    const wait = Math.max(1, this.#lastHeard + this.#intervalMs - performance.now());
    this.#timer = setTimeout(this.#look, wait);
    this.#timer.unref();
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #look = (): void => {
    if (performance.now() - this.#lastHeard >= this.#intervalMs!) this.ask();
    else this.#arm();
  };
}
