import { connect, type Socket } from 'node:net';
import type { MakeClient } from './client.ts';

/** What takes the octets of one response; true when it has all of them. */
type Take = (bytes: Buffer, length: number) => boolean;

/** The floor: what a request costs with sockets alone, for responses of known shape, with no error ever expected. */
export const make: MakeClient = (origin, connections) => {
  const { hostname, port } = new URL(origin);
  const idle: Socket[] = [];
  const waiting: (() => void)[] = [];
  const shared = Buffer.allocUnsafeSlow(65_536);
  const takers = new Map<Socket, Take>();
  for (let i = 0; i < connections; i++) {
    const socket: Socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (length) => {
          if (takers.get(socket)!(shared, length)) {
            idle.push(socket);
            waiting.shift()?.();
          }
          return true;
        },
      },
    });
    socket.on('connect', () => {
      idle.push(socket);
      waiting.shift()?.();
    });
  }
  const send = (path: string, take: Take): void => {
    const write = (): void => {
      const socket = idle.pop()!;
      takers.set(socket, take);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\nUser-Agent: floor\r\n\r\n`,
        'latin1',
      );
    };
    if (idle.length > 0) write();
    else waiting.push(write);
  };
  /** Reads the head, which comes in one piece, then hands over the body. */
  const receive = (path: string, begin: (length: number) => (bytes: Buffer) => void): Promise<number> =>
    new Promise((resolve) => {
      let left = -1;
      let total = 0;
      let keep: (bytes: Buffer) => void;
      send(path, (bytes, length) => {
        let start = 0;
        if (left === -1) {
          const end = bytes.indexOf('\r\n\r\n');
          const head = bytes.toString('latin1', 0, end);
          total = left = Number.parseInt(head.slice(head.indexOf('Content-Length: ') + 16), 10);
          keep = begin(total);
          start = end + 4;
        }
        if (length > start) keep(bytes.subarray(start, length));
        left -= length - start;
        if (left === 0) resolve(total);
        return left === 0;
      });
    });
  return {
    get: async (path) => {
      let text = '';
      await receive(path, () => (bytes) => {
        text += bytes.toString('latin1');
      });
      return text.length;
    },
    buffer: (path) =>
      receive(path, (length) => {
        const whole = Buffer.allocUnsafeSlow(length);
        let at = 0;
        return (bytes) => {
          at += bytes.copy(whole, at);
        };
      }),
    stream: (path) => receive(path, () => () => {}),
  };
};
