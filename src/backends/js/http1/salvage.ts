import type { Socket } from 'node:net';

/** How long a response may take to come out of a connection that accepts no more data, in milliseconds. */
const GRACE = 1000;

/** Who receives what a socket has read. */
export interface Receiver {
  /** Whether a response has begun: then the limits of the exchange hold. */
  readonly isAnswered: boolean;
  receive(bytes: Buffer, length: number): void;
  /** The peer has ended the stream. */
  receiveEnd(): void;
}

/**
 * Keeps a socket readable after a failed write. A server that refuses an upload answers and closes while the
 * client is still sending; the next write then fails although the answer lies in the receive buffer, and Node
 * would throw both away together (RFC 9112 §9.5 asks a client to look for the answer).
 *
 * From the first failed write on, reading goes on until the end of the stream, for a second if no response begins;
 * then the socket fails with the error that the write had. Node announces neither data nor the end of a stream on a
 * socket with an error, so they go to the receiver past it.
 */
export function salvageResponses(socket: Socket, receiver: Receiver): void {
  // oxlint-disable-next-line typescript/unbound-method -- both are called with the socket
  const { destroy, push } = socket;
  let failure: NodeJS.ErrnoException | null = null;
  const giveUp = (): void => {
    if (!receiver.isAnswered && failure !== null) destroy.call(socket, failure);
  };
  socket.destroy = function (this: Socket, error?: NodeJS.ErrnoException): Socket {
    if (failure === null && error?.syscall === 'write') {
      failure = error;
      setTimeout(giveUp, GRACE).unref();
      process.nextTick(drain, socket, receiver);
      return socket;
    }
    return destroy.call(socket, error === undefined ? undefined : (failure ?? error));
  };
  socket.push = function (this: Socket, chunk: unknown, encoding?: BufferEncoding): boolean {
    if (failure === null) return push.call(socket, chunk, encoding);
    if (chunk !== null) {
      receiver.receive(chunk as Buffer, (chunk as Buffer).length);
      return true;
    }
    // EPIPE: the peer had ended the stream in order. After a reset the end proves nothing: not even that a body which
    // lasts until then is complete.
    if (failure.code === 'EPIPE') receiver.receiveEnd();
    destroy.call(socket, failure);
    return false;
  };
}

/** What was read before the write failed, and not delivered yet because the socket was paused. */
function drain(socket: Socket, receiver: Receiver): void {
  while (socket.readableLength > 0) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    receiver.receive(chunk, chunk.length);
  }
}
