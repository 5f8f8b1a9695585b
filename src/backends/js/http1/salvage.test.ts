import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createServer as createTLSServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../../../fixtures/leak-guard.ts';
import { createCertificateAuthority } from '../../../../fixtures/certificates.ts';
import { listen, stopListening } from '../../../../fixtures/listening.ts';
import { RecordingSink, wireRequest } from '../../../../fixtures/recording-sink.ts';
import { dialControl, routeTo, wireConfig } from '../../../../fixtures/wire-setup.ts';
import type { Connection } from '../../contract.ts';
import { jsBackend } from '../engine.ts';

const ANSWER = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig';
const LONG = `HTTP/1.1 413 Content Too Large\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`;
const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
const defer = guardAgainstLeaks();

/** A server that takes a little of a request, never reads the rest, and does something. */
async function connectTo(isTLS: boolean, act: (socket: Socket) => void): Promise<Connection> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.pause();
      act(socket);
    });
  };
  const server = isTLS
    ? createTLSServer({ cert: issued.certificate, key: issued.key }, accept)
    : createServer(accept);
  const port = await listen(server);
  defer(async () => {
    for (const socket of sockets) socket.destroy();
    await stopListening(server);
  });
  const config = wireConfig({ tls: { ca: ca.certificate } });
  return jsBackend.wire!.connect(routeTo(port, { secure: isTLS }), config, dialControl());
}

/** Sends pieces until the exchange is over, as an upload without end does. */
async function upload(connection: Connection, piece: Buffer, delivery: 'stream' | 'whole' = 'whole') {
  const sink = new RecordingSink();
  const request = { method: 'POST', body: 'stream', framing: 'chunked', delivery } as const;
  const wire = connection.exchange(wireRequest(request), sink);
  while (!sink.isOver) {
    if (connection.capacity === 0) wire.write(piece);
    await turn();
  }
  return sink.ended;
}

const PIECES = [
  ['small pieces', Buffer.alloc(500, 'a')],
  ['large pieces', Buffer.alloc(65_536, 'a')],
] as const;

describe.each([
  ['TCP', false],
  ['TLS', true],
])('%s', (_name, isTLS) => {
  describe.each(PIECES)('%s', (_size, piece) => {
    test('the answer of a server that closes on unread data, which resets the connection', async () => {
      const connection = await connectTo(isTLS, (socket) => {
        socket.write(ANSWER, () => socket.destroy());
      });
      expect(await upload(connection, piece)).toMatchObject({ head: { status: 413 }, body: 'big' });
      expect(connection.capacity).toBe(0);
    });

    test('the answer of a server that ends, then drops the connection', async () => {
      const connection = await connectTo(isTLS, (socket) => {
        socket.end(ANSWER, () => setImmediate(() => socket.destroy()));
      });
      expect(await upload(connection, piece)).toMatchObject({ head: { status: 413 }, body: 'big' });
    });

    test('an answer that lasts until the end of the connection', async () => {
      const connection = await connectTo(isTLS, (socket) => {
        socket.end('HTTP/1.1 413 Content Too Large\r\n\r\nbig', () => setImmediate(() => socket.destroy()));
      });
      expect(await upload(connection, piece)).toMatchObject({ head: { status: 413 }, body: 'big' });
    });

    test('a long answer', async () => {
      const connection = await connectTo(isTLS, (socket) => {
        socket.end(LONG);
      });
      const { body } = await upload(connection, piece);
      expect(body).toBe('x'.repeat(300_000));
    });

    test('without an answer it fails at once, as a loss', async () => {
      const connection = await connectTo(isTLS, (socket) => {
        socket.destroy();
      });
      await expect(upload(connection, piece)).rejects.toMatchObject({
        name: 'WireError',
        kind: expect.stringMatching(/^(?:closed|read|write)$/),
        headReceived: false,
      });
    });

    test('with half an answer it fails too', async () => {
      const connection = await connectTo(isTLS, (socket) => {
        socket.write(ANSWER.slice(0, -1), () => socket.destroy());
      });
      await expect(upload(connection, piece)).rejects.toMatchObject({
        kind: expect.stringMatching(/^(?:read|remote-protocol|write)$/),
        headReceived: true,
      });
    });
  });
});
