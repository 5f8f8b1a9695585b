import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import {
  FormData,
  WebSocket,
  errors,
  fetch,
  getGlobalDispatcher,
  interceptors,
  pipeline,
  setGlobalDispatcher,
  stream,
  upgrade,
} from 'undici';
import type { Dispatcher } from 'undici';
import { describe, expect, test } from 'vitest';
import { refusedPort } from '../../fixtures/black-hole.ts';
import { failure, setUpUndici } from '../../fixtures/undici-setup.ts';
import { toDispatcher } from './to-dispatcher.ts';

const { defer, serve, script, make } = setUpUndici();

describe('stream, pipeline, upgrade and connect', () => {
  test('stream writes where it is told', async () => {
    const server = await serve();
    const { dispatcher } = make();
    let length = 0;
    await stream(server.url('/bytes/3000000'), { dispatcher, method: 'GET' }, () => {
      const sink = new Writable({
        highWaterMark: 1000,
        write(chunk: Buffer, _encoding, callback) {
          length += chunk.length;
          setImmediate(callback);
        },
      });
      return sink;
    });
    expect(length).toBe(3_000_000);
  });

  test('pipeline sends and receives', async () => {
    const server = await serve();
    const { dispatcher } = make();
    let text = '';
    await pipe(
      Readable.from([Buffer.from('abc'), Buffer.from('def')]),
      pipeline(server.url('/upload'), { dispatcher, method: 'POST' }, ({ body }) => body),
      async (chunks) => {
        for await (const chunk of chunks as AsyncIterable<Buffer>) text += chunk.toString();
      },
    );
    expect(JSON.parse(text)).toMatchObject({ length: 6 });
  });

  test('upgrade gives the socket; a refusal is an error', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const { headers, socket } = await upgrade(server.url(), { dispatcher, protocol: 'echo' });
    expect(headers['upgrade']).toBe('echo');
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
    const refused = await failure(upgrade(server.url(), { dispatcher, protocol: 'other' }));
    expect(refused.message).toContain('bad upgrade');
    await server.untilOpen(0);
  });

  test('connect gives a tunnel', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const { statusCode, socket } = await dispatcher.connect({ origin: server.origin, path: 'far.test:443' });
    expect([statusCode, server.requests[0]?.target]).toEqual([200, 'far.test:443']);
    socket.write('through');
    expect(String((await once(socket, 'data'))[0])).toBe('through');
    socket.destroy();
    await server.untilOpen(0);
  });

  test("undici's WebSocket opens over it", async () => {
    const { createHash } = await import('node:crypto');
    const server = await script(async (peer) => {
      const head = await peer.readHead();
      const key = head.fields.find(([name]) => name.toLowerCase() === 'sec-websocket-key')![1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      await peer.send(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      await peer.send(Uint8Array.of(0x81, 2, 104, 105));
      await peer.readSome();
      await peer.send(Uint8Array.of(0x88, 0));
      await peer.end();
    });
    const { dispatcher } = make();
    const socket = new WebSocket(server.origin.replace('http:', 'ws:'), { dispatcher });
    const [message] = (await once(socket, 'message')) as [{ data: unknown }];
    expect(message.data).toBe('hi');
    socket.close();
    await once(socket, 'close');
    await server.untilOpen(0);
  });
});

describe('fetch', () => {
  test('of the package: content decoded, redirects followed, body streamed up', async () => {
    const server = await serve();
    const { dispatcher } = make();
    expect(await (await fetch(server.url('/gzip'), { dispatcher })).json()).toEqual({ codings: ['gzip'] });
    const redirected = await fetch(server.url('/redirect/2'), { dispatcher });
    expect([redirected.redirected, redirected.url]).toEqual([true, server.url('/get')]);
    const posted = await fetch(server.url('/upload'), {
      dispatcher,
      method: 'POST',
      body: new Blob(['abc']).stream(),
      duplex: 'half',
    });
    expect(await posted.json()).toMatchObject({ length: 3, coding: 'chunked' });
    const form = new FormData();
    form.set('a', 'b');
    const multipart = await fetch(server.url('/multipart'), { dispatcher, method: 'POST', body: form });
    expect(await multipart.json()).toMatchObject({ parts: [{ name: 'a', text: 'b' }] });
    const text = await fetch(server.url('/upload'), { dispatcher, method: 'POST', body: 'text' });
    expect(await text.json()).toMatchObject({ length: 4, declared: '4' });
  });

  test('of Node itself', async () => {
    const server = await serve();
    const { client } = make({ headers: { 'X-Client': 'yes' } });
    const response = await globalThis.fetch(server.url('/headers'), {
      dispatcher: toDispatcher(client),
    });
    expect(await response.json()).toContainEqual(['X-Client', 'yes']);
    const large = await globalThis.fetch(server.url('/bytes/1000000'), {
      dispatcher: toDispatcher(client),
    });
    expect((await large.arrayBuffer()).byteLength).toBe(1_000_000);
    const port = await refusedPort();
    defer(() => port.close());
    const refused = await failure(globalThis.fetch(port.url, { dispatcher: toDispatcher(client) }));
    expect(refused.cause).toMatchObject({ code: 'ECONNREFUSED', cause: { name: 'ConnectError' } });
  });

  test('aborts, also in mid-body', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const controller = new AbortController();
    const response = await fetch(server.url('/stall-body'), { dispatcher, signal: controller.signal });
    const reading = failure(response.text());
    controller.abort();
    expect((await reading).name).toBe('AbortError');
    await server.untilOpen(0);
  });

  test('the global dispatcher', async () => {
    const server = await serve();
    const { client } = make({ headers: { 'X-Client': 'yes' } });
    const before = getGlobalDispatcher();
    setGlobalDispatcher(toDispatcher<Dispatcher>(client));
    try {
      expect(await (await fetch(server.url('/headers'))).json()).toContainEqual(['X-Client', 'yes']);
    } finally {
      setGlobalDispatcher(before);
    }
  });
});

describe('interceptors', () => {
  test('retry decides by the codes of undici', async () => {
    let count = 0;
    const server = await script(async (peer) => {
      await peer.readRequest();
      if (count++ === 0) {
        peer.reset();
        return;
      }
      await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const { dispatcher } = make();
    const composed = dispatcher.compose(interceptors.retry({ minTimeout: 1 }));
    const { body } = await composed.request({ origin: server.origin, path: '/', method: 'GET' });
    expect([await body.text(), count]).toEqual(['ok', 2]);
    await composed.close();
    expect(
      await failure(dispatcher.request({ origin: server.origin, path: '/', method: 'GET' })),
    ).toBeInstanceOf(errors.ClientDestroyedError);
  });

  test('redirect and dump', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const redirecting = dispatcher.compose(interceptors.redirect({ maxRedirections: 5 }));
    const { statusCode, body } = await redirecting.request({
      origin: server.origin,
      path: '/redirect/3',
      method: 'GET',
    });
    expect([statusCode, ((await body.json()) as { target: string }).target]).toEqual([200, '/get']);
    const dumping = dispatcher.compose(interceptors.dump());
    const dumped = await dumping.request({ origin: server.origin, path: '/bytes/1000', method: 'GET' });
    expect((await dumped.body.bytes()).length).toBe(0);
  });
});
