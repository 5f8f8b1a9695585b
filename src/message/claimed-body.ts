import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';

/** Whose body it is, for messages. */
export interface BodyOwner {
  /** `the response to GET https://example.com/` */
  readonly label: string;
}

/** What holds the octets of a body, and perhaps a connection. */
export interface Claimable {
  /** Octets that have come so far. */
  readonly bytesReceived: number;
  /** Trailer fields once the end has been reached: name, value, name, value. */
  readonly trailers: readonly string[] | null;
  /** Gives the rest up and lets go of the connection. Idempotent; never throws. */
  cancel(reason?: unknown): void;
}

/**
 * The body of a streamed response: who has taken it, whether it is over, and that whatever holds it is let go of
 * exactly when nobody wants more of it.
 */
export abstract class ClaimedBody<S extends Claimable> {
  readonly #source: S;
  /** What reads the body keeps its response alive by this: a response that is dropped gives its connection up. */
  readonly #owner: BodyOwner;
  #isTaken = false;
  #isClosed = false;
  /** Its end has been reached, so that nothing is left to let go of. */
  #hasEnded = false;
  #onClosed: (() => void)[] | null = null;

  constructor(source: S, owner: BodyOwner) {
    this.#source = source;
    this.#owner = owner;
  }

  get bytesReceived(): number {
    return this.#source.bytesReceived;
  }

  /** Name, value, name, value; null until the end has been reached. */
  get trailers(): readonly string[] | null {
    return this.#source.trailers;
  }

  /** Whether nothing more can come of it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  protected get source(): S {
    return this.#source;
  }

  /**
   * Gives the body to one consumer.
   *
   * @param what who wants it, for the message
   * @throws StreamConsumed if somebody else has it, StreamClosed if it was given up before
   */
  take(what: string): void {
    if (this.#isTaken) {
      throw new StreamConsumed(
        `${what} cannot be used: the content of ${this.#owner.label} has been taken already.`,
      );
    }
    if (this.#isClosed) {
      throw new StreamClosed(`${what} cannot be used: ${this.#owner.label} was closed before it was read.`);
    }
    this.#isTaken = true;
  }

  /** Throws StreamClosed if the body was given up while it was being read. */
  checkOpen(): void {
    if (this.#isClosed) {
      throw new StreamClosed(`The content was being read when ${this.#owner.label} was closed.`);
    }
  }

  /** Calls back when the body is over, however it came to that; at once if it is already. */
  onceClosed(callback: () => void): void {
    if (this.#isClosed) callback();
    else (this.#onClosed ??= []).push(callback);
  }

  /** Gives up what has not come yet. Idempotent. */
  cancel(reason?: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#hasEnded) this.#source.cancel(reason);
    const callbacks = this.#onClosed;
    this.#onClosed = null;
    if (callbacks !== null) for (const callback of callbacks) callback();
  }

  /** Nothing more is wanted of it. Idempotent. */
  release(hasEnded: boolean): void {
    this.#hasEnded ||= hasEnded;
    this.cancel();
  }

  /** The source has said that there is no more, which is the end unless it was told to stop. */
  protected onEnd(): void {
    this.checkOpen();
    this.#hasEnded = true;
  }
}
