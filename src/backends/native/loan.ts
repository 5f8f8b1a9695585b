import type { WireHost } from './wire-host.ts';
import { NONE } from './records.ts';

/** What a thread that blocks has done with a connection since it was asked last. */
export interface Settlement {
  readonly isLost: boolean;
  readonly exchanges: number;
  /** Milliseconds since the last of them, 0 while there is one. */
  readonly idleMs: number;
  /** What the server said in its last response about how long it keeps the connection, in seconds. */
  readonly keepAliveSeconds: number | null;
}

/** The functions of an addon by which a thread uses connections that another one has opened. */
export interface LendingHost extends WireHost {
  /** Promises a connection; the number is known to the whole process. */
  readonly wirePromise: (engine: number) => number;
  /** Ends a loan. False: the connection is lost; in both cases the engine goes on telling about it. */
  readonly wireRecall: (engine: number, loan: number, id: number) => boolean;
  /** Ends the loan of a connection that the engine has closed. */
  readonly wireForget: (loan: number) => void;
  /** 1 if it is lost, exchanges, milliseconds, seconds: {@link Settlement}. */
  readonly wireSettle: (loan: number) => number[];
  /**
   * Carries out commands on a connection that was lent, and blocks until there is something to tell or so many
   * milliseconds are over; as `wireDrain` otherwise. -1: it cannot be had, and nothing was sent.
   */
  readonly wireBorrow: (
    loan: number,
    commands: Uint8Array,
    length: number,
    place: Uint8Array,
    patience: number,
  ) => number;
  /** As `wireTake`. */
  readonly wireBorrowTake: (loan: number, key: number, place: Uint8Array) => boolean;
}

/** Whether connections of this addon can be lent: it may be older, and elsewhere sockets cannot be waited for. */
export function canLend(host: object): host is LendingHost {
  return 'wireBorrow' in host && process.platform !== 'win32';
}

/** A connection that a thread which blocks may use, from the side of the engine that has opened it. */
export class Loan {
  readonly number: number;
  readonly #host: LendingHost;
  readonly #engine: number;

  constructor(host: LendingHost, engine: number) {
    this.#host = host;
    this.#engine = engine;
    this.number = host.wirePromise(engine);
  }

  /** Has the connection back. False: it is lost. */
  recall(id: number): boolean {
    return this.#host.wireRecall(this.#engine, this.number, id);
  }

  /** The connection is closed. */
  forget(): void {
    this.#host.wireForget(this.number);
  }

  settle(): Settlement {
    const [isLost = 1, exchanges = 0, idleMs = 0, seconds = NONE] = this.#host.wireSettle(this.number);
    return { isLost: isLost === 1, exchanges, idleMs, keepAliveSeconds: seconds === NONE ? null : seconds };
  }
}
