import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** How often a connection is looked at that carries exchanges, in milliseconds. */
const INTERVAL = 1000;

/** What is watched. */
interface Watched {
  readonly socket: Socket;
  readonly session: ClientHttp2Session;
  /** Data waits to be taken by the socket, so nothing can be told from what it does not take. */
  readonly isSending: boolean;
}

/**
 * Notices that nghttp2 has ended a session for an error of the peer without telling Node, which then neither reads nor
 * writes any more, and does not even see the end of the connection. It is suspected when something was read, and nothing
 * has happened for a while since; the proof is that a PING does not get as far as the socket.
 */
export class SilenceWatch {
  readonly #watched: Watched;
  readonly #onEnded: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isRunning = false;
  #hasHeard = false;
  /** Octets read up to which all is known to be well. */
  #proven = 0;
  /** Octets that had been written when a PING was sent. */
  #before: number | null = null;

  constructor(watched: Watched, onEnded: () => void) {
    this.#watched = watched;
    this.#onEnded = onEnded;
  }

  /** An exchange begins. */
  start(): void {
    this.#isRunning = true;
    this.#timer ??= setInterval(this.#look, INTERVAL).unref();
  }

  /** An event came. */
  heard(): void {
    this.#hasHeard = true;
  }

  /** No exchange runs. The timer goes on for a moment: under load the next one begins at once. */
  rest(): void {
    this.#isRunning = false;
  }

  end(): void {
    this.#isRunning = false;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  readonly #look = (): void => {
    const { socket, session, isSending } = this.#watched;
    if (!this.#isRunning || session.destroyed) {
      this.end();
      return;
    }
    const before = this.#before;
    this.#before = null;
    if (before === socket.bytesWritten && !isSending) {
      this.#onEnded();
    } else if (this.#hasHeard) {
      this.#hasHeard = false;
    } else if (socket.bytesRead !== this.#proven && !isSending) {
      this.#proven = socket.bytesRead;
      this.#before = socket.bytesWritten;
      session.ping(this.#onAnswer);
    }
  };

  readonly #onAnswer = (error: Error | null): void => {
    if (error === null) this.#proven = this.#watched.socket.bytesRead;
  };
}
