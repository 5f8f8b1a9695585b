import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { Agent, Client as UndiciClient, Pool } from 'undici';
import { describe, expect, test } from 'vitest';
import { refusedPort, startBlackHole } from '../../fixtures/black-hole.ts';
import { failure, setUpUndici } from '../../fixtures/undici-setup.ts';
import {
  ConnectError,
  ConnectTimeout,
  FirstByteTimeout,
  InvalidArgument,
  LocalProtocolError,
  PoolTimeout,
  ReadError,
  ReadTimeout,
  RemoteProtocolError,
  TotalTimeout,
  UnsupportedProtocol,
  WriteTimeout,
} from '../index.ts';
import type { TransportError } from '../index.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { UndiciTransport } from './undici-transport.ts';

const { defer, serve, script, clientOn } = setUpUndici();

describe('limits of time', () => {
  test('read: no response, and no data', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { read: 400 } });
    const early = await failure<TransportError>(client.get(server.url('/delay/60000')));
    expect(early).toBeInstanceOf(ReadTimeout);
    expect(early.phase).toBe('firstByte');
    const late = await failure<TransportError>(client.get(server.url('/stall-body')));
    expect(late).toBeInstanceOf(ReadTimeout);
    expect(late.phase).toBe('read');
    expect(late.message).toContain('after 3 bytes of the body');
  });

  test('firstByte takes the place of read until the response begins', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { read: 400, firstByte: 5000 } });
    expect((await client.get(server.url('/delay/800'))).status).toBe(200);
    const error = await failure<TransportError>(
      client.get(server.url('/delay/60000'), { timeout: { read: 5000, firstByte: 40 } }),
    );
    expect(error).toBeInstanceOf(FirstByteTimeout);
  });

  test('a reader that takes its time does not make read run out', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { read: 400 } });
    const response = await client.stream('GET', server.url(`/bytes/${4 * 2 ** 20}`));
    const chunks = response.iterRaw();
    await chunks.next();
    await new Promise((resolve) => setTimeout(resolve, 900));
    let length = 0;
    for await (const chunk of chunks) length += chunk.length;
    expect(length).toBeGreaterThan(3 * 2 ** 20);
  });

  test('write: a peer that takes nothing', async () => {
    const server = await script(async (peer) => {
      await peer.readHead();
      peer.pause();
      await peer.closed;
    });
    const client = clientOn(new Agent(), { timeout: { write: 60, read: 5000 } });
    const error = await failure<TransportError>(
      client.post(server.url(), { content: Buffer.alloc(64 * 2 ** 20) }),
    );
    expect(error).toBeInstanceOf(WriteTimeout);
    for (const peer of server.peers) peer.resume();
    await server.untilOpen(0);
  });

  test('a source that takes its time makes nothing run out', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { write: 400, read: 400, firstByte: 400 } });
    const content = (async function* () {
      yield 'a';
      await new Promise((resolve) => setTimeout(resolve, 700));
      yield 'b';
    })();
    expect((await client.post(server.url('/upload'), { content })).json()).toMatchObject({ length: 2 });
  });

  test('total: until the end of the body', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { total: 50 } });
    expect(await failure<TransportError>(client.get(server.url('/delay/60000')))).toBeInstanceOf(
      TotalTimeout,
    );
    // Long enough for the head to come on a busy machine.
    const response = await client.stream('GET', server.url('/stall-body'), { timeout: { total: 1500 } });
    const error = await failure<TransportError>(response.read());
    expect(error).toBeInstanceOf(TotalTimeout);
    expect(error.phase).toBe('total');
  });

  test('connect: a place that does not answer', async () => {
    const hole = await startBlackHole();
    // A connector that can be stopped: undici itself keeps on trying.
    const sockets: Socket[] = [];
    const dispatcher = new Agent({
      connect: ({ port, hostname }, callback) => {
        const socket = connectSocket(Number(port), hostname);
        socket.once('error', (error) => callback(error, null));
        sockets.push(socket);
      },
    });
    const client = clientOn(dispatcher, { timeout: { connect: 40 } });
    defer(async () => {
      for (const socket of sockets) socket.destroy();
      await hole.close();
    });
    const error = await failure<TransportError>(client.get(hole.url));
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error.phase).toBe('connect');
    const single = clientOn(new UndiciClient(new URL(hole.url).origin, { connect: { timeout: 100 } }), {
      timeout: { connect: 40 },
    });
    expect(await failure<TransportError>(single.get(hole.url))).toBeInstanceOf(ConnectTimeout);
  });

  test('pool and connect together: a dispatcher that is busy', async () => {
    const server = await serve();
    const client = clientOn(new Pool(server.origin, { connections: 1 }), {
      timeout: { pool: 30, connect: 20, read: 5000 },
    });
    const holder = await client.stream('GET', server.url('/stall-body'));
    const error = await failure<TransportError>(client.get(server.url('/get')));
    expect(error).toBeInstanceOf(PoolTimeout);
    expect(error.message).toContain('no connection within 50 ms');
    await holder.cancel();
    expect((await client.get(server.url('/get'))).status).toBe(200);
  });
});

describe('failures', () => {
  test.each([
    ['request', RemoteProtocolError, 'firstByte'],
    ['head', RemoteProtocolError, 'read'],
    ['body', RemoteProtocolError, 'read'],
  ])('a connection that ends after the %s', async (after, errorClass, phase) => {
    const server = await serve();
    const error = await failure<TransportError>(
      clientOn(new Agent()).get(server.url(`/drop?after=${after}`)),
    );
    expect(error).toBeInstanceOf(errorClass);
    expect([error.phase, error.peer]).toEqual([phase, `127.0.0.1:${server.port}`]);
    expect((error.cause as { code?: string }).code).toBe('UND_ERR_SOCKET');
    expect(error.request?.method).toBe('GET');
  });

  test('a reset', async () => {
    const server = await script(async (peer) => {
      await peer.readHead();
      peer.reset();
    });
    const error = await failure<TransportError>(clientOn(new Agent()).get(server.url()));
    expect(error).toBeInstanceOf(ReadError);
    expect((error.cause as { code?: string }).code).toBe('ECONNRESET');
  });

  test('what is not HTTP', async () => {
    const server = await script(async (peer) => {
      await peer.readHead();
      await peer.send('SMTP ready\r\n\r\n');
    });
    const error = await failure<TransportError>(clientOn(new Agent()).get(server.url()));
    expect(error).toBeInstanceOf(RemoteProtocolError);
    expect((error.cause as Error).name).toBe('HTTPParserError');
  });

  test('a port that refuses, and a name that does not exist', async () => {
    const port = await refusedPort();
    defer(() => port.close());
    const client = clientOn(new Agent());
    const refused = await failure<TransportError>(client.get(port.url));
    expect(refused).toBeInstanceOf(ConnectError);
    expect([refused.code, refused.phase, refused.peer]).toEqual([
      'ERR_CONNECT',
      'connect',
      `127.0.0.1:${port.port}`,
    ]);
    const missing = await failure<TransportError>(client.get('http://nowhere.invalid/'));
    expect([missing.name, missing.code, missing.phase]).toEqual(['ConnectError', 'ERR_DNS', 'dns']);
  });

  test.each([
    [{ Expect: '100-continue' }, 'undici cannot send Expect'],
    [{ 'Transfer-Encoding': 'gzip, chunked' }, 'undici cannot send Transfer-Encoding'],
    [{ Connection: 'X-Own' }, 'undici cannot send Connection: X-Own'],
    [{ 'Keep-Alive': 'timeout=5' }, 'invalid keep-alive header'],
  ])('fields that undici cannot send are refused: %o', async (headers, message) => {
    const server = await serve();
    const error = await failure<TransportError>(
      clientOn(new Agent()).post(server.url('/upload'), { content: 'a', headers }),
    );
    expect(error).toBeInstanceOf(LocalProtocolError);
    expect(error.phase).toBe('build');
    expect(error.message).toContain(message);
    expect(server.requests).toHaveLength(0);
  });

  test('a target that undici cannot send is refused', async () => {
    const server = await serve();
    const error = await failure<TransportError>(
      clientOn(new Agent()).options(server.url(), { extensions: { target: '*' } }),
    );
    expect(error).toBeInstanceOf(LocalProtocolError);
  });

  test('another protocol', async () => {
    expect(await failure<TransportError>(clientOn(new Agent()).get('ftp://example.com/'))).toBeInstanceOf(
      UnsupportedProtocol,
    );
  });

  test('what is no dispatcher, and options that do not exist', () => {
    expect(() => new UndiciTransport({} as DispatcherLike)).toThrow(InvalidArgument);
    expect(() => new UndiciTransport(null as unknown as DispatcherLike)).toThrow(InvalidArgument);
    expect(() => new UndiciTransport(new Agent(), { close: true } as object)).toThrow(
      "'close' is not an option",
    );
  });
});
