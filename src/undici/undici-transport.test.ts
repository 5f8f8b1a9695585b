import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, Client as UndiciClient, MockAgent, Pool, ProxyAgent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { refusedPort, startBlackHole } from '../../fixtures/black-hole.ts';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { type HTTPServer, type HTTPServerOptions, startHTTPServer } from '../../fixtures/http-server.ts';
import { listen, portOf, stopListening } from '../../fixtures/listening.ts';
import { expectNoLeaks, snapshotResources } from '../../fixtures/resources.ts';
import { type Script, type ScriptedServer, startScriptedServer } from '../../fixtures/scripted-server.ts';
import {
  AbortError,
  Client,
  ClientClosed,
  type ClientOptions,
  ConnectError,
  ConnectTimeout,
  DecodingError,
  FirstByteTimeout,
  type InformationalResponse,
  InvalidArgument,
  LocalProtocolError,
  PoolTimeout,
  type Progress,
  ProxyError,
  ReadError,
  ReadTimeout,
  RemoteProtocolError,
  StreamClosed,
  TotalTimeout,
  TransportError,
  UnsupportedProtocol,
  WriteTimeout,
} from '../index.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { UndiciTransport } from './undici-transport.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function serve(options?: HTTPServerOptions): Promise<HTTPServer> {
  const server = await startHTTPServer(options);
  cleanups.push(() => server.close());
  return server;
}

async function script(follow: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(follow);
  cleanups.push(() => server.close());
  return server;
}

function clientOn(dispatcher: DispatcherLike, options: ClientOptions = {}): Client {
  const client = new Client({
    transport: new UndiciTransport(dispatcher, { closeDispatcher: true }),
    ...options,
  });
  cleanups.push(() => client.close());
  return client;
}

async function failure(work: Promise<unknown>): Promise<TransportError> {
  try {
    await work;
  } catch (error) {
    return error as TransportError;
  }
  throw new Error('it did not fail');
}

describe('requests and responses', () => {
  test('method, target, fields and body reach the server; status, fields and content come back', async () => {
    const server = await script(async (peer) => {
      const { head, body } = await peer.readRequest();
      expect(head.method).toBe('PUT');
      expect(head.target).toBe('/a%20b?q=1');
      expect(head.fields).toContainEqual(['X-One', 'caf\u00e9']);
      expect(head.fields.filter(([name]) => name === 'X-Two')).toEqual([
        ['X-Two', 'a'],
        ['X-Two', 'b'],
      ]);
      expect(body.text).toBe('content');
      await peer.send(
        'HTTP/1.1 201 Made It\r\nX-B: 1\r\nx-a: 2\r\nX-B: 3\r\nSet-Cookie: k=v\r\nContent-Length: 2\r\n\r\nok',
      );
    });
    const client = clientOn(new Agent());
    const response = await client.put(server.url('/a b?q=1'), {
      content: 'content',
      headers: [
        ['X-One', Buffer.from('caf\u00e9', 'latin1')],
        ['X-Two', 'a'],
        ['x-two', 'b'],
      ],
    });
    expect([response.status, response.statusText, response.text]).toEqual([201, 'Made It', 'ok']);
    expect(response.bytes.constructor).toBe(Uint8Array);
    expect(response.headers.raw).toEqual([
      ['X-B', '1'],
      ['x-a', '2'],
      ['X-B', '3'],
      ['Set-Cookie', 'k=v'],
      ['Content-Length', '2'],
    ]);
    expect(client.cookies.get('k')).toBe('v');
    expect(response.connection).toBeNull();
    expect(response.context.backend).toBe('undici');
    expect(response.timings?.total).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['bytes that are small', Buffer.from('abc')],
    ['bytes that are large', Buffer.alloc(300_000, 'x')],
    ['a Blob', new Blob(['abc', 'def'])],
  ])('%s are sent with their length', async (_name, content) => {
    const server = await serve();
    const answer: unknown = (await clientOn(new Agent()).post(server.url('/upload'), { content })).json();
    const length = content instanceof Blob ? content.size : content.length;
    expect(answer).toMatchObject({ length, declared: String(length), coding: null });
  });

  test('a stream of unknown length is sent in chunks', async () => {
    const server = await serve();
    const client = clientOn(new Agent());
    const content = Readable.from([Buffer.from('ab'), Buffer.alloc(200_000)]);
    expect((await client.post(server.url('/upload'), { content })).json()).toMatchObject({
      length: 200_002,
      declared: null,
      coding: 'chunked',
    });
  });

  test('a stream whose length is declared is sent with it, and checked against it', async () => {
    const server = await serve();
    const client = clientOn(new Agent());
    const send = (length: number): Promise<unknown> =>
      client.post(server.url('/upload'), {
        content: (async function* () {
          yield 'abc';
          yield 'def';
        })(),
        headers: { 'Content-Length': String(length) },
      });
    expect(((await send(6)) as { json(): unknown }).json()).toMatchObject({ length: 6, declared: '6' });
    expect((await failure(send(5))).message).toContain('too much data for declared Content-Length');
    const few = await failure(send(7));
    expect(few).toBeInstanceOf(LocalProtocolError);
    expect(few.message).toContain('too little data for declared Content-Length: 6 of 7 bytes');
  });

  test('bytes with Transfer-Encoding: chunked are sent in chunks', async () => {
    const server = await serve();
    const client = clientOn(new Agent());
    const headers = { 'Transfer-Encoding': 'chunked' };
    expect((await client.post(server.url('/upload'), { content: 'abc', headers })).json()).toMatchObject({
      length: 3,
      declared: null,
      coding: 'chunked',
    });
  });

  test('an error of the body source is the error of the request', async () => {
    const server = await serve();
    const broken = new Error('the source broke');
    const content = (async function* () {
      yield 'abc';
      throw broken;
    })();
    await expect(clientOn(new Agent()).post(server.url('/upload'), { content })).rejects.toBe(broken);
    await server.untilOpen(0);
  });

  test('a source that is not needed any more is closed', async () => {
    const server = await script(async (peer) => {
      await peer.readHead();
      await peer.send('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    let closed!: () => void;
    const whenClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const content = (async function* () {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        closed();
      }
    })();
    const response = await clientOn(new Agent()).post(server.url(), { content });
    expect(response.status).toBe(413);
    await whenClosed;
  });

  test('coded content is decoded, trailers and interim responses are there', async () => {
    const server = await serve();
    const client = clientOn(new Agent());
    expect((await client.get(server.url('/stacked'))).json()).toEqual({ codings: ['gzip', 'br'] });
    expect((await client.get(server.url('/trailers'))).trailers.raw).toEqual([['X-Checksum', '42']]);
    const interim: InformationalResponse[] = [];
    await client.get(server.url('/early-hints'), { onInformational: (response) => interim.push(response) });
    expect(interim.map(({ status, headers }) => [status, headers.get('x-hint')])).toEqual([[103, '1']]);
  });

  test('progress of both directions is told', async () => {
    const server = await serve();
    const sent: Progress[] = [];
    const received: Progress[] = [];
    await clientOn(new Agent()).post(server.url('/upload'), {
      content: Buffer.alloc(150_000),
      onUploadProgress: (progress) => sent.push(progress),
      onDownloadProgress: (progress) => received.push(progress),
    });
    expect(sent.at(-1)).toEqual({ transferred: 150_000, total: 150_000 });
    expect(sent.length).toBeGreaterThan(1);
    expect(received.at(-1)?.transferred).toBe(received.at(-1)?.total);
  });

  test('redirects are followed by the client', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).get(server.url('/redirect/2'), { redirect: true });
    expect(response.history).toHaveLength(2);
    expect(response.url.pathname).toBe('/get');
  });

  test('connections are kept and used again', async () => {
    const server = await serve();
    const client = clientOn(new Agent({ connections: 1 }));
    for (let i = 0; i < 4; i++) await client.get(server.url('/get'));
    expect(server.connections).toBe(1);
    await client.get(server.url('/get'), { headers: { Connection: 'close' } });
    await client.get(server.url('/get'));
    expect(server.connections).toBe(2);
  });

  test('TLS is that of the dispatcher; the extension sets the server name', async () => {
    const ca = createCertificateAuthority();
    const { certificate, key } = ca.issue({ commonName: 'x', dnsNames: ['inner.test', 'localhost'] });
    const server = await serve({ tls: { cert: certificate, key } });
    const url = `https://localhost:${server.port}/get`;
    const client = clientOn(new Agent({ connect: { ca: ca.certificate } }));
    expect((await client.get(url)).status).toBe(200);
    expect((await client.get(url, { extensions: { sniHostname: 'inner.test' } })).status).toBe(200);
    const foreign = await failure(client.get(url, { extensions: { sniHostname: 'outer.test' } }));
    expect([foreign.name, foreign.code, foreign.phase]).toEqual(['ConnectError', 'ERR_TLS', 'tls']);
    const untrusting = await failure(clientOn(new Agent()).get(url));
    expect([untrusting.name, untrusting.code, untrusting.phase]).toEqual(['ConnectError', 'ERR_TLS', 'tls']);
  });

  test('HTTP/2 is there if the dispatcher speaks it', async () => {
    const ca = createCertificateAuthority();
    const { certificate, key } = ca.issue({ commonName: 'x', dnsNames: ['localhost'] });
    const server = createSecureServer({ cert: certificate, key });
    server.on('stream', (stream, headers) => {
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      stream.on('end', () => {
        stream.respond({ ':status': 200, 'x-path': headers[':path'] }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'x-length': String(length) }));
        stream.end(Buffer.alloc(300_000));
      });
    });
    await listen(server);
    cleanups.push(() => stopListening(server));
    const client = clientOn(new Agent({ allowH2: true, connect: { ca: ca.certificate } }));
    const url = `https://localhost:${portOf(server)}/a?b`;
    const response = await client.post(url, { content: Buffer.alloc(100_000) });
    expect([response.status, response.statusText, response.bytes.length]).toEqual([200, '', 300_000]);
    expect([response.headers.get('x-path'), response.trailers.get('x-length')]).toEqual(['/a?b', '100000']);
  });

  test.each([
    ['Pool', (origin: string): DispatcherLike => new Pool(origin)],
    ['Client', (origin: string): DispatcherLike => new UndiciClient(origin)],
  ])('a %s works as well', async (_name, make) => {
    const server = await serve();
    const client = clientOn(make(server.origin));
    const responses = await Promise.all([1, 2, 3].map(() => client.get(server.url('/get'))));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('trace events tell how far a request is', async () => {
    const server = await serve();
    const names: string[] = [];
    await clientOn(new Agent(), { trace: ({ name }) => names.push(name) }).post(server.url('/upload'), {
      content: 'a',
    });
    expect(names.filter((name) => !name.startsWith('client.'))).toEqual([
      'pool.acquire.started',
      'pool.acquire.complete',
      'http11.send_request_headers.started',
      'http11.send_request_headers.complete',
      'http11.send_request_body.started',
      'http11.send_request_body.complete',
      'http11.receive_response_headers.started',
      'http11.receive_response_headers.complete',
      'http11.receive_response_body.started',
      'http11.receive_response_body.complete',
      'http11.response_closed.started',
      'http11.response_closed.complete',
    ]);
  });
});

describe('streams', () => {
  test('64 MiB pass through a slow reader with bounded memory', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).stream('GET', server.url(`/bytes/${64 * 2 ** 20}`));
    let length = 0;
    let ahead = 0;
    for await (const chunk of response.iterRaw()) {
      length += chunk.length;
      ahead = Math.max(ahead, response.bytesReceived - length);
      if (length % (4 * 2 ** 20) < chunk.length) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(length).toBe(64 * 2 ** 20);
    expect(ahead).toBeLessThan(2 ** 20);
  });

  test('nothing is read from a peer whose response nobody reads', async () => {
    let sent = 0;
    const server = await script(async (peer) => {
      await peer.readHead();
      await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${256 * 2 ** 20}\r\n\r\n`);
      while (!peer.isClosed) {
        await peer.send(Buffer.alloc(2 ** 20)).catch(() => {});
        sent += 2 ** 20;
      }
    });
    const response = await clientOn(new Agent()).stream('GET', server.url());
    const chunks = response.iterRaw();
    await chunks.next();
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(response.bytesReceived).toBeLessThan(2 ** 20);
    expect(sent).toBeLessThan(64 * 2 ** 20);
    await chunks.return();
    await server.untilOpen(0);
  });

  test('cancelling closes the connection and ends the reader', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).stream('GET', server.url('/stall-body'));
    const reading = failure(response.read());
    await response.cancel();
    expect(await reading).toBeInstanceOf(StreamClosed);
    await server.untilOpen(0);
  });

  test('a response that is forgotten lets go of its connection', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = await serve();
    const client = clientOn(new Pool(server.origin, { connections: 1 }), { timeout: null });
    await (async (): Promise<void> => {
      expect((await client.stream('GET', server.url('/stall-body'))).status).toBe(200);
    })();
    const next = client.get(server.url('/get'));
    const collecting = setInterval(collect, 5);
    expect((await next.finally(() => clearInterval(collecting))).status).toBe(200);
  });

  test('an abort in mid-body closes the connection', async () => {
    const server = await serve();
    const controller = new AbortController();
    const response = await clientOn(new Agent()).stream('GET', server.url('/stall-body'), {
      signal: controller.signal,
    });
    const reading = failure(response.read());
    const reason = new Error('enough');
    controller.abort(reason);
    const error = await reading;
    expect(error).toBeInstanceOf(AbortError);
    expect([error.phase, error.cause]).toEqual(['read', reason]);
    await server.untilOpen(0);
  });

  test('a request that is given up in the queue is never sent', async () => {
    const server = await serve();
    const client = clientOn(new Pool(server.origin, { connections: 1 }));
    const holder = await client.stream('GET', server.url('/stall-body'));
    const controller = new AbortController();
    const waiting = failure(client.get(server.url('/get'), { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toBeInstanceOf(AbortError);
    await holder.cancel();
    expect((await client.get(server.url('/headers'))).status).toBe(200);
    expect(server.requests.map(({ target }) => target)).toEqual(['/stall-body', '/headers']);
  });

  test('a body that is larger than decode.maxBytes is not read whole', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { decode: { maxBytes: 1000 } });
    const error = await failure(client.get(server.url('/bytes/100000')));
    expect(error).toBeInstanceOf(DecodingError);
    expect(error.code).toBe('ERR_CONTENT_LIMIT');
    await server.untilOpen(0);
  });

  test('an upgraded connection is given as a duplex', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).stream('GET', server.url('/chat'), {
      headers: { Connection: 'Upgrade', Upgrade: 'echo' },
    });
    expect([response.status, response.headers.get('upgrade')]).toEqual([101, 'echo']);
    const socket = response.upgrade();
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
    await server.untilOpen(0);
  });

  test('a refused upgrade is an ordinary response', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).get(server.url('/chat'), {
      headers: { Connection: 'Upgrade', Upgrade: 'other' },
    });
    expect(response.status).toBe(400);
  });

  test('CONNECT gives a tunnel; a refusal has its content', async () => {
    const server = await serve();
    const client = clientOn(new Agent());
    const response = await client.stream('CONNECT', server.origin, {
      extensions: { target: 'far.test:443' },
    });
    expect(response.status).toBe(200);
    const socket = response.upgrade();
    socket.write('through');
    expect(String((await once(socket, 'data'))[0])).toBe('through');
    socket.destroy();
    const peer = await script(async (refusing) => {
      await refusing.readHead();
      await refusing.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nno way and more');
    });
    const refused = await client.request('CONNECT', peer.origin);
    expect([refused.status, refused.text]).toEqual([403, 'no way']);
    expect(peer.requests[0]?.target).toBe(`127.0.0.1:${peer.port}`);
    await peer.untilOpen(0);
  });
});

describe('limits of time', () => {
  test('read: no response, and no data', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { read: 40 } });
    const early = await failure(client.get(server.url('/delay/60000')));
    expect(early).toBeInstanceOf(ReadTimeout);
    expect(early.phase).toBe('firstByte');
    const late = await failure(client.get(server.url('/stall-body')));
    expect(late).toBeInstanceOf(ReadTimeout);
    expect(late.phase).toBe('read');
    expect(late.message).toContain('after 3 bytes of the body');
  });

  test('firstByte takes the place of read until the response begins', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { read: 40, firstByte: 5000 } });
    expect((await client.get(server.url('/delay/100'))).status).toBe(200);
    const error = await failure(
      client.get(server.url('/delay/60000'), { timeout: { read: 5000, firstByte: 40 } }),
    );
    expect(error).toBeInstanceOf(FirstByteTimeout);
  });

  test('a reader that takes its time does not make read run out', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { read: 60 } });
    const response = await client.stream('GET', server.url(`/bytes/${4 * 2 ** 20}`));
    const chunks = response.iterRaw();
    await chunks.next();
    await new Promise((resolve) => setTimeout(resolve, 250));
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
    const error = await failure(client.post(server.url(), { content: Buffer.alloc(64 * 2 ** 20) }));
    expect(error).toBeInstanceOf(WriteTimeout);
    for (const peer of server.peers) peer.resume();
    await server.untilOpen(0);
  });

  test('a source that takes its time makes nothing run out', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { write: 40, read: 40, firstByte: 40 } });
    const content = (async function* () {
      yield 'a';
      await new Promise((resolve) => setTimeout(resolve, 120));
      yield 'b';
    })();
    expect((await client.post(server.url('/upload'), { content })).json()).toMatchObject({ length: 2 });
  });

  test('total: until the end of the body', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { timeout: { total: 50 } });
    expect(await failure(client.get(server.url('/delay/60000')))).toBeInstanceOf(TotalTimeout);
    const response = await client.stream('GET', server.url('/stall-body'));
    const error = await failure(response.read());
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
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      await hole.close();
    });
    const error = await failure(client.get(hole.url));
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error.phase).toBe('connect');
    const single = clientOn(new UndiciClient(new URL(hole.url).origin, { connect: { timeout: 100 } }), {
      timeout: { connect: 40 },
    });
    expect(await failure(single.get(hole.url))).toBeInstanceOf(ConnectTimeout);
  });

  test('pool and connect together: a dispatcher that is busy', async () => {
    const server = await serve();
    const client = clientOn(new Pool(server.origin, { connections: 1 }), {
      timeout: { pool: 30, connect: 20, read: 5000 },
    });
    const holder = await client.stream('GET', server.url('/stall-body'));
    const error = await failure(client.get(server.url('/get')));
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
    const error = await failure(clientOn(new Agent()).get(server.url(`/drop?after=${after}`)));
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
    const error = await failure(clientOn(new Agent()).get(server.url()));
    expect(error).toBeInstanceOf(ReadError);
    expect((error.cause as { code?: string }).code).toBe('ECONNRESET');
  });

  test('what is not HTTP', async () => {
    const server = await script(async (peer) => {
      await peer.readHead();
      await peer.send('SMTP ready\r\n\r\n');
    });
    const error = await failure(clientOn(new Agent()).get(server.url()));
    expect(error).toBeInstanceOf(RemoteProtocolError);
    expect((error.cause as Error).name).toBe('HTTPParserError');
  });

  test('a port that refuses, and a name that does not exist', async () => {
    const port = await refusedPort();
    cleanups.push(() => port.close());
    const client = clientOn(new Agent());
    const refused = await failure(client.get(port.url));
    expect(refused).toBeInstanceOf(ConnectError);
    expect([refused.code, refused.phase, refused.peer]).toEqual([
      'ERR_CONNECT',
      'connect',
      `127.0.0.1:${port.port}`,
    ]);
    const missing = await failure(client.get('http://nowhere.invalid/'));
    expect([missing.name, missing.code, missing.phase]).toEqual(['ConnectError', 'ERR_DNS', 'dns']);
  });

  test.each([
    [{ Expect: '100-continue' }, 'undici cannot send Expect'],
    [{ 'Transfer-Encoding': 'gzip, chunked' }, 'undici cannot send Transfer-Encoding'],
    [{ Connection: 'X-Own' }, 'undici cannot send Connection: X-Own'],
    [{ 'Keep-Alive': 'timeout=5' }, 'invalid keep-alive header'],
  ])('fields that undici cannot send are refused: %o', async (headers, message) => {
    const server = await serve();
    const error = await failure(clientOn(new Agent()).post(server.url('/upload'), { content: 'a', headers }));
    expect(error).toBeInstanceOf(LocalProtocolError);
    expect(error.phase).toBe('build');
    expect(error.message).toContain(message);
    expect(server.requests).toHaveLength(0);
  });

  test('a target that undici cannot send is refused', async () => {
    const server = await serve();
    const error = await failure(clientOn(new Agent()).options(server.url(), { extensions: { target: '*' } }));
    expect(error).toBeInstanceOf(LocalProtocolError);
  });

  test('another protocol', async () => {
    expect(await failure(clientOn(new Agent()).get('ftp://example.com/'))).toBeInstanceOf(
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

describe('closing', () => {
  test('ends what is under way and leaves the dispatcher alone', async () => {
    const server = await serve();
    const agent = new Agent();
    cleanups.push(() => agent.destroy());
    const transport = new UndiciTransport(agent);
    const client = new Client({ transport });
    const response = await client.stream('GET', server.url('/stall-body'));
    const waiting = failure(client.get(server.url('/delay/60000')));
    const reading = failure(response.read());
    while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    await client.close();
    expect((await waiting).message).toContain('the client was closed');
    expect(await reading).toBeInstanceOf(ClientClosed);
    expect(await failure(client.get(server.url('/get')))).toBeInstanceOf(ClientClosed);
    await server.untilOpen(0);
    expect((await agent.request({ origin: server.origin, path: '/get', method: 'GET' })).statusCode).toBe(
      200,
    );
  });

  test('destroys the dispatcher if asked to', async () => {
    const server = await serve();
    const agent = new Agent();
    const client = clientOn(agent);
    await client.get(server.url('/get'));
    await client.close();
    expect(agent.destroyed).toBe(true);
    await server.untilOpen(0);
    const late = await failure(new Client({ transport: new UndiciTransport(agent) }).get(server.url('/get')));
    expect(late).toBeInstanceOf(ClientClosed);
  });

  test('leaves nothing behind', async () => {
    const before = snapshotResources();
    const server = await startHTTPServer();
    const agent = new Agent();
    const client = new Client({ transport: new UndiciTransport(agent, { closeDispatcher: true }) });
    await client.get(server.url('/get'));
    await (await client.stream('GET', server.url('/stall-body'))).cancel();
    await failure(client.get(server.url('/delay/60000'), { timeout: { read: 20 } }));
    await client.post(server.url('/upload'), { content: Readable.from(['a']) });
    await client.close();
    await server.untilOpen(0);
    await server.close();
    expect(await expectNoLeaks(before)).toEqual([]);
  });
});

describe('MockAgent', () => {
  test('answers, with bodies and fields compared', async () => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    agent
      .get('https://example.com')
      .intercept({ path: '/a?b=1', method: 'POST', body: '{"x":1}', headers: { 'x-key': 'k' } })
      .reply(
        201,
        { made: true },
        { headers: { 'content-type': 'application/json' }, trailers: { 'x-t': '1' } },
      );
    const client = clientOn(agent);
    const response = await client.post('https://example.com/a?b=1', {
      json: { x: 1 },
      headers: { 'X-Key': 'k' },
    });
    expect([response.status, response.json(), response.trailers.get('x-t')]).toEqual([
      201,
      { made: true },
      '1',
    ]);
    const stray = await failure(client.get('https://example.com/other'));
    expect(stray).toBeInstanceOf(TransportError);
    expect((stray.cause as { code?: string }).code).toBe('UND_MOCK_ERR_MOCK_NOT_MATCHED');
  });

  test('a pool of it calls the older methods of handlers', async () => {
    const agent = new MockAgent();
    const pool = agent.get('https://example.com');
    pool.intercept({ path: '/' }).reply(200, 'hello');
    expect((await clientOn(pool).get('https://example.com/')).text).toBe('hello');
    await agent.close();
  });

  test('delayed replies can be aborted', async () => {
    const agent = new MockAgent();
    agent.get('https://example.com').intercept({ path: '/' }).reply(200, 'hello').delay(60_000);
    const error = await failure(
      clientOn(agent).get('https://example.com/', { signal: AbortSignal.timeout(20) }),
    );
    expect(error).toBeInstanceOf(AbortError);
  });

  test('errors of a reply are mapped', async () => {
    const agent = new MockAgent();
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    agent.get('https://example.com').intercept({ path: '/' }).replyWithError(reset);
    expect((await failure(clientOn(agent).get('https://example.com/'))).cause).toBe(reset);
  });
});

describe('ProxyAgent', () => {
  async function proxy(status: number): Promise<{ url: string; targets: string[] }> {
    const targets: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.once('data', (head) => {
        const target = head.toString('latin1').split(' ')[1]!;
        targets.push(target);
        if (status !== 200) {
          socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
          return;
        }
        const far = connectSocket(Number(target.split(':')[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(far).pipe(socket);
        });
        sockets.add(far);
        far.on('error', () => socket.destroy());
        far.on('close', () => sockets.delete(far));
      });
    });
    await listen(server);
    cleanups.push(async () => {
      const stopped = stopListening(server);
      for (const socket of sockets) socket.destroy();
      await stopped;
    });
    return { url: `http://127.0.0.1:${portOf(server)}`, targets };
  }

  test('tunnels, with repeated fields kept', async () => {
    const server = await serve();
    const { url, targets } = await proxy(200);
    const client = clientOn(new ProxyAgent(url));
    const response = await client.get(server.url('/headers'), {
      headers: [
        ['X-A', '1'],
        ['X-A', '2'],
      ],
    });
    expect(response.json()).toEqual(
      expect.arrayContaining([
        ['X-A', '1'],
        ['X-A', '2'],
      ]),
    );
    expect(targets).toEqual([`127.0.0.1:${server.port}`]);
  });

  test('a refused tunnel is a failure of the proxy', async () => {
    const server = await serve();
    const { url } = await proxy(407);
    const error = await failure(clientOn(new ProxyAgent(url)).get(server.url('/get')));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('407');
    expect(error.phase).toBe('proxy');
  });
});
