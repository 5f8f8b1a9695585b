import { createSecureServer } from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { createCertificateAuthority } from '../fixtures/certificates.ts';
import type { Serving } from './rows.ts';

/**
 * The server of the benchmarks: a process of its own that costs as little as possible. `/small/N` answers N octets
 * of text, `/json/N` some N octets of JSON, `/bytes/N` N octets in large writes, `/slow/N` 200 octets after N milliseconds. Arguments: what it speaks,
 * and on how many ports. It tells the ports, and ends with its parent.
 */
export interface Listening {
  readonly ports: readonly number[];
  /** Certificate of the authority, as PEM; null without TLS. */
  readonly authority: string | null;
}

const PIECE = Buffer.alloc(262_144, 'tern');
const small = new Map<string, Buffer>();

const [serving = 'plain', count = '1'] = process.argv.slice(2) as [Serving?, string?];
const authority = serving === 'plain' ? null : createCertificateAuthority();
const issued = authority?.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
const identity = { key: issued?.key, cert: issued?.certificate };

const ports = await Promise.all(Array.from({ length: Number(count) }, () => listen(open())));
process.send?.({ ports, authority: authority?.certificate ?? null } satisfies Listening);
process.on('disconnect', () => process.exit(0));

function open(): Server {
  if (serving === 'http2') return openHTTP2();
  if (serving === 'tls') return tls.createServer({ ...identity, ALPNProtocols: ['http/1.1'] }, serve);
  return createServer({ noDelay: true }, serve);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function serve(socket: Socket): void {
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
}

function openHTTP2(): Server {
  const server = createSecureServer({ ...identity, allowHTTP1: false });
  server.on('stream', (stream, headers) => {
    const length = Number(headers[':path']!.split('/')[2]);
    stream.on('error', () => stream.destroy());
    stream.respond({
      ':status': 200,
      'content-type': 'text/plain; charset=utf-8',
      'content-length': length,
    });
    if (length <= PIECE.length) stream.end(PIECE.subarray(0, length));
    else sendTo(stream, length, () => stream.end());
  });
  return server;
}

function answer(socket: Socket, path: string): void {
  const [, kind, count] = path.split('/');
  const length = Number(count);
  if (kind === 'bytes') {
    socket.write(head(length));
    sendTo(socket, length, () => {});
    return;
  }
  if (kind === 'slow') {
    setTimeout(() => socket.write(whole('/small/200', 200)), length);
    return;
  }
  socket.write(kind === 'json' ? json(path, length) : whole(path, length));
}

function whole(path: string, length: number): Buffer {
  let response = small.get(path);
  if (response === undefined)
    small.set(path, (response = Buffer.concat([head(length), Buffer.alloc(length, 'tern')])));
  return response;
}

function json(path: string, length: number): Buffer {
  let response = small.get(path);
  if (response === undefined) {
    const item = { id: 1, name: 'tern', tags: ['sea', 'bird'], seen: 12.5, isNew: true };
    const body = JSON.stringify(Array.from({ length: Math.ceil(length / 70) }, (_, id) => ({ ...item, id })));
    small.set(path, (response = Buffer.concat([head(body.length), Buffer.from(body)])));
  }
  return response;
}

function sendTo(target: NodeJS.WritableStream, length: number, done: () => void): void {
  let left = length;
  const more = (): void => {
    while (left > 0) {
      const size = Math.min(left, PIECE.length);
      left -= size;
      if (!target.write(size === PIECE.length ? PIECE : PIECE.subarray(0, size)) && left > 0) {
        target.once('drain', more);
        return;
      }
    }
    done();
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
