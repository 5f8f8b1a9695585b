import { connect, type Socket } from 'node:net';
import type { MakeClient } from './client.ts';

/** The floor: what a request costs with sockets alone, for one known response, with no error ever expected. */
export const make: MakeClient = (origin, connections) => {
  const { hostname, port } = new URL(origin);
  const idle: Socket[] = [];
  const waiting: (() => void)[] = [];
  const shared = Buffer.allocUnsafeSlow(65_536);
  const done = new Map<Socket, (bytes: Buffer, length: number) => void>();
  for (let i = 0; i < connections; i++) {
    const socket: Socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (length) => {
          done.get(socket)!(shared, length);
          return true;
        },
      },
    });
    socket.on('connect', () => {
      idle.push(socket);
      waiting.shift()?.();
    });
  }
  return {
    get: (path) =>
      new Promise((resolve) => {
        const send = (): void => {
          const socket = idle.pop()!;
          done.set(socket, (bytes, length) => {
            const text = bytes.toString('latin1', 0, length);
            const body = text.slice(text.indexOf('\r\n\r\n') + 4);
            idle.push(socket);
            resolve(body.length);
            waiting.shift()?.();
          });
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\nUser-Agent: floor\r\n\r\n`,
            'latin1',
          );
        };
        if (idle.length > 0) send();
        else waiting.push(send);
      }),
  };
};
