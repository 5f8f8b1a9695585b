import type { Socket } from 'node:net';

/** How long a response may take to come out of a connection that accepts no more data, in milliseconds. */
const GRACE = 1000;

/**
 * Keeps a socket readable after a failed write. A server that refuses an upload answers and closes while the
 * client is still sending; the next write then fails although the answer lies in the receive buffer, and Node
 * would throw both away together (RFC 9112 §9.5 asks a client to look for the answer).
 *
 * From the first failed write on, reading goes on until the end of the stream, at most for a second; then the
 * socket fails with the error that the write had.
 *
 * @param onEnd called at the end of the stream, which Node does not announce on a socket with an error
 */
export function salvageResponses(socket: Socket, onEnd: () => void): void {
  // oxlint-disable-next-line typescript/unbound-method -- both are called with the socket
  const { destroy, push } = socket;
  let failure: NodeJS.ErrnoException | null = null;
  socket.destroy = function (this: Socket, error?: NodeJS.ErrnoException): Socket {
    if (failure === null && error?.syscall === 'write') {
      failure = error;
      setTimeout(() => destroy.call(socket, error), GRACE).unref();
      return socket;
    }
    return destroy.call(socket, error === undefined ? undefined : (failure ?? error));
  };
  socket.push = function (this: Socket, chunk: unknown, encoding?: BufferEncoding): boolean {
    if (failure !== null && chunk === null) {
      onEnd();
      destroy.call(socket, failure);
      return false;
    }
    return push.call(socket, chunk, encoding);
  };
}
