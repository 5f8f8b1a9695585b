import { createSecureServer } from 'node:http2';
import { Readable } from 'node:stream';
import { Agent, Client as UndiciClient, Pool } from 'undici';
import { describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { startHTTPServer } from '../../fixtures/http-server.ts';
import { listen, portOf, stopListening } from '../../fixtures/listening.ts';
import { expectNoLeaks, snapshotResources } from '../../fixtures/resources.ts';
import { failure, setUpUndici } from '../../fixtures/undici-setup.ts';
import { Client, ClientClosed, InvalidArgument, LocalProtocolError } from '../index.ts';
import type { InformationalResponse, Progress, TransportError } from '../index.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { UndiciTransport } from './undici-transport.ts';

const { defer, serve, script, clientOn } = setUpUndici();

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
    expect((await failure<TransportError>(send(5))).message).toContain(
      'too much data for declared Content-Length',
    );
    const few = await failure<TransportError>(send(7));
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
    const foreign = await failure<TransportError>(
      client.get(url, { extensions: { sniHostname: 'outer.test' } }),
    );
    expect([foreign.name, foreign.code, foreign.phase]).toEqual(['ConnectError', 'ERR_TLS', 'tls']);
    const untrusting = await failure<TransportError>(clientOn(new Agent()).get(url));
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
    defer(() => stopListening(server));
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

describe('closing', () => {
  test('ends what is under way and leaves the dispatcher alone', async () => {
    const server = await serve();
    const agent = new Agent();
    defer(() => agent.destroy());
    const transport = new UndiciTransport(agent);
    const client = new Client({ transport });
    const response = await client.stream('GET', server.url('/stall-body'));
    const waiting = failure<TransportError>(client.get(server.url('/delay/60000')));
    const reading = failure<TransportError>(response.read());
    while (server.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    await client.close();
    expect((await waiting).message).toContain('the client was closed');
    expect(await reading).toBeInstanceOf(ClientClosed);
    expect(await failure<TransportError>(client.get(server.url('/get')))).toBeInstanceOf(ClientClosed);
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
    const late = await failure<TransportError>(
      new Client({ transport: new UndiciTransport(agent) }).get(server.url('/get')),
    );
    expect(late).toBeInstanceOf(ClientClosed);
  });

  test('HTTP/2 is switched on in the dispatcher, and refused elsewhere', () => {
    const agent = new Agent();
    for (const name of ['http1', 'http2']) {
      expect(() => new UndiciTransport(agent, { [name]: true })).toThrow(InvalidArgument);
      expect(() => new UndiciTransport(agent, { [name]: true })).toThrow(
        `'${name}' is the dispatcher's affair`,
      );
    }
    expect(() => new Client({ transport: new UndiciTransport(agent), http2: true })).toThrow(
      "'http2' configures the built-in transport",
    );
  });

  test('leaves nothing behind', async () => {
    const before = snapshotResources();
    const server = await startHTTPServer();
    const agent = new Agent();
    const client = new Client({ transport: new UndiciTransport(agent, { closeDispatcher: true }) });
    await client.get(server.url('/get'));
    await (await client.stream('GET', server.url('/stall-body'))).cancel();
    await failure<TransportError>(client.get(server.url('/delay/60000'), { timeout: { read: 20 } }));
    await client.post(server.url('/upload'), { content: Readable.from(['a']) });
    await client.close();
    await server.untilOpen(0);
    await server.close();
    expect(await expectNoLeaks(before)).toEqual([]);
  });
});
