import { createServer, type Socket } from 'node:net';

/**
 * The server of the benchmarks: a process of its own that costs as little as possible. `/small/N` answers N octets
 * of text, `/bytes/N` N octets in large writes. It prints its port and ends with its parent.
 */
const PIECE = Buffer.alloc(262_144, 'tern');
const small = new Map<string, Buffer>();

createServer({ noDelay: true }, (socket) => {
  let pending = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
      const [, path = ''] = pending.slice(0, pending.indexOf('\r\n')).split(' ');
      pending = pending.slice(end + 4);
      answer(socket, path);
    }
  });
}).listen(0, '127.0.0.1', function (this: ReturnType<typeof createServer>) {
  process.send?.((this.address() as { port: number }).port);
});
process.on('disconnect', () => process.exit(0));

function answer(socket: Socket, path: string): void {
  const [, kind, count] = path.split('/');
  const length = Number(count);
  if (kind === 'small') {
    let response = small.get(path);
    if (response === undefined)
      small.set(path, (response = Buffer.concat([head(length), Buffer.alloc(length, 'tern')])));
    socket.write(response);
    return;
  }
  socket.write(head(length));
  let left = length;
  const more = (): void => {
    while (left > 0) {
      const size = Math.min(left, PIECE.length);
      left -= size;
      if (!socket.write(size === PIECE.length ? PIECE : PIECE.subarray(0, size))) {
        if (left > 0) socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

function head(length: number): Buffer {
  const fields = [
    'Date: Sat, 21 Nov 2026 12:00:00 GMT',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${length}`,
  ];
  return Buffer.from(
    `HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n`,
    'latin1',
  );
}
