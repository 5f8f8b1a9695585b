import { WireError } from '../../contract.ts';
import type { OpenedSocket, WireSocket } from '../../wire-socket.ts';
import { reasonOf } from '../system-error.ts';

/**
 * The octets between client and proxy before HTTP with the origin begins: read by whoever asks for a tunnel. It closes
 * the connection when the signal is aborted, or when it is told to.
 */
export class HopStream {
  readonly #opened: OpenedSocket<WireSocket>;
  readonly #socket: WireSocket;
  readonly #signal: AbortSignal;
  readonly #peer: string | undefined;
  #unread: Buffer[] = [];
  #failure: Error | null = null;
  #hasEnded = false;
  #wake: (() => void) | null = null;

  /** @param socket that of `opened`, or TLS on it */
  constructor(
    opened: OpenedSocket<WireSocket>,
    socket: WireSocket,
    signal: AbortSignal,
    peer: string | undefined,
  ) {
    this.#opened = opened;
    this.#socket = socket;
    this.#signal = signal;
    this.#peer = peer;
    if (socket === opened.socket) {
      // The memory is overwritten by the next read.
      opened.receiver = (bytes, length) => this.#onData(Buffer.from(bytes.subarray(0, length)));
    } else {
      socket.on('data', this.#onData);
    }
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onError);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  write(bytes: string | Uint8Array): void {
    this.#check();
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /**
   * What has come, at least one octet; null once the proxy has ended.
   *
   * @throws WireError if the connection is lost, or the reason of the signal
   */
  async read(): Promise<Buffer | null> {
    for (;;) {
      const piece = this.#unread.shift();
      if (piece !== undefined) return piece;
      this.#check();
      if (this.#hasEnded) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }

  /**
   * Exactly so many octets.
   *
   * @throws WireError (`closed`) if the proxy ends before
   */
  async readExactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let left = length;
    while (left > 0) {
      const piece = await this.read();
      if (piece === null) {
        const reason = 'the proxy closed the connection before it had answered';
        throw new WireError({ kind: 'closed', phase: 'proxy', reason, peer: this.#peer, retrySafe: true });
      }
      if (piece.length > left) this.#unread.unshift(piece.subarray(left));
      pieces.push(piece.subarray(0, left));
      left -= Math.min(left, piece.length);
    }
    return Buffer.concat(pieces);
  }

  /** Takes back what was read, but is not for the reader. */
  unread(bytes: Buffer): void {
    this.#unread.unshift(bytes);
  }

  /**
   * Hands the connection over to whoever sends the request.
   *
   * @param speaksFirst the origin may send something before it is asked, which then is handed over too
   * @throws WireError (`remote-protocol`) if something has come that nobody asked for
   */
  release(speaksFirst: boolean): void {
    this.#check();
    if (speaksFirst) for (const piece of this.#unread.splice(0).toReversed()) this.#socket.unshift(piece);
    if (this.#unread.length > 0 || this.#hasEnded) {
      const reason = this.#hasEnded
        ? 'the proxy closed the tunnel as soon as it was open'
        : 'data came through the tunnel before anything was asked for';
      throw new WireError({
        kind: 'remote-protocol',
        phase: 'proxy',
        reason,
        peer: this.#peer,
        retrySafe: true,
      });
    }
    this.#detach();
  }

  /** Closes the connection. */
  close(): void {
    this.#detach();
    this.#socket.destroy();
  }

  #detach(): void {
    if (this.#socket === this.#opened.socket) this.#opened.receiver = null;
    else this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onEnd);
    this.#socket.off('error', this.#onError);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#unread.push(bytes);
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#wake?.();
  };

  readonly #onError = (cause: NodeJS.ErrnoException): void => {
    this.#failure ??= new WireError({
      kind: cause.syscall === 'write' || cause.code === 'EPIPE' ? 'write' : 'read',
      phase: 'proxy',
      reason: reasonOf(cause),
      code: cause.code,
      cause,
      peer: this.#peer,
      retrySafe: true,
    });
    this.#wake?.();
  };

  readonly #onAbort = (): void => {
    this.#failure = this.#signal.reason as Error;
    this.#socket.destroy();
    this.#wake?.();
  };

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}
