import { Readable } from 'node:stream';
import { Dispatcher, FormData, errors, fetch, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { refusedPort } from '../../fixtures/black-hole.ts';
import { startHTTPServer } from '../../fixtures/http-server.ts';
import { expectNoLeaks, snapshotResources } from '../../fixtures/resources.ts';
import { failure, setUpUndici } from '../../fixtures/undici-setup.ts';
import { Client, ConnectError, InvalidArgument, MockTransport, Response, basicAuth } from '../index.ts';
import { toDispatcher } from './to-dispatcher.ts';

const { defer, serve, script, make } = setUpUndici();

type Fields = (readonly [string, string])[];

describe('request', () => {
  test('method, path, query, fields and body go out; the response comes back', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const { statusCode, headers, body } = await request(`${server.origin}/echo`, {
      dispatcher,
      method: 'POST',
      query: { a: 1, b: ['x', 'y'] },
      headers: { 'X-One': '1', 'x-two': ['a', 'b'] },
      body: 'content',
    });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const echo = (await body.json()) as { target: string; headers: Fields; body: { text: string } };
    expect(echo.target).toBe('/echo?a=1&b=x&b=y');
    expect(echo.body.text).toBe('content');
    expect(echo.headers).toEqual(
      expect.arrayContaining([
        ['X-One', '1'],
        ['x-two', 'a'],
        ['x-two', 'b'],
      ]),
    );
    expect(echo.headers.map(([name]) => name.toLowerCase())).not.toContain('accept-encoding');
  });

  test('a path is sent as it stands', async () => {
    const server = await serve();
    const { dispatcher } = make();
    await dispatcher
      .request({ origin: server.origin, path: '/headers/../a b'.replace(' ', '%20') + '?x=|', method: 'GET' })
      .then(({ body }) => body.dump());
    expect(server.requests[0]?.target).toBe('/headers/../a%20b?x=|');
  });

  test.each([
    ['a Buffer', (): Buffer => Buffer.from('abcdef'), '6'],
    ['a view', (): Uint8Array => new Uint8Array(6), '6'],
    ['a Readable', (): Readable => Readable.from(['abc', 'def']), null],
  ])('%s as the body', async (_name, body, declared) => {
    const server = await serve();
    const { dispatcher } = make();
    const response = await request(server.url('/upload'), { dispatcher, method: 'PUT', body: body() });
    expect(await response.body.json()).toMatchObject({ length: 6, declared });
  });

  test('iterables, Blobs and FormData as the body', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const send = async (body: unknown, path = '/upload'): Promise<unknown> =>
      (await request(server.url(path), { dispatcher, method: 'POST', body: body as string })).body.json();
    expect(await send([Buffer.from('ab'), Buffer.from('c')])).toMatchObject({ length: 3, coding: 'chunked' });
    expect(
      await send(
        (async function* () {
          yield Buffer.from('abcd');
        })(),
      ),
    ).toMatchObject({ length: 4 });
    expect(await send(new Blob(['abcde'], { type: 'text/x-own' }))).toMatchObject({
      length: 5,
      declared: '5',
    });
    const form = new FormData();
    form.append('name', 'value');
    form.append('file', new Blob(['content'], { type: 'text/plain' }), 'a.txt');
    expect(await send(form, '/multipart')).toMatchObject({
      parts: [
        { name: 'name', text: 'value' },
        { name: 'file', filename: 'a.txt', text: 'content' },
      ],
    });
  });

  test('trailers and interim responses', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const { trailers, body } = await request(server.url('/trailers'), { dispatcher });
    await body.text();
    expect(trailers).toEqual({ 'x-checksum': '42' });
    const interim: number[] = [];
    const hinted = await request(server.url('/early-hints'), {
      dispatcher,
      onInfo: ({ statusCode }) => interim.push(statusCode),
    });
    await hinted.body.dump();
    expect(interim).toEqual([103]);
  });

  test('the content is delivered as it came, and redirects are not followed', async () => {
    const server = await serve();
    const { dispatcher } = make({ redirect: true, raiseForStatus: true });
    const coded = await request(server.url('/gzip'), { dispatcher });
    expect(coded.headers['content-encoding']).toBe('gzip');
    expect(
      Buffer.from(await coded.body.arrayBuffer())
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('1f8b');
    const moved = await request(server.url('/redirect/1'), { dispatcher });
    await moved.body.dump();
    expect(moved.statusCode).toBe(302);
  });

  test('what belongs to the client applies: fields, parameters, cookies, auth, middleware', async () => {
    const server = await serve();
    const seen: string[] = [];
    const { client, dispatcher } = make({
      headers: { 'X-Client': 'yes' },
      params: { key: 'k' },
      auth: basicAuth('user', 'secret'),
      middleware: [
        async (outgoing, next) => {
          seen.push(outgoing.url.pathname);
          return next(outgoing);
        },
      ],
    });
    await request(server.url('/cookies/set?session=1'), { dispatcher }).then(({ body }) => body.dump());
    const { body } = await request(server.url('/echo?a=1'), { dispatcher });
    const echo = (await body.json()) as { target: string; headers: Fields };
    expect(client.cookies.get('session')).toBe('1');
    expect(echo.target).toBe('/echo?a=1&key=k');
    expect(Object.fromEntries(echo.headers)).toMatchObject({
      'X-Client': 'yes',
      Cookie: 'session=1; key=k',
      Authorization: 'Basic dXNlcjpzZWNyZXQ=',
    });
    expect(seen).toEqual(['/cookies/set', '/echo']);
  });

  test('any transport will do', async () => {
    const { dispatcher } = make({
      transport: new MockTransport(({ url }) => new Response(200, { text: url.pathname })),
    });
    expect(await (await request('https://example.com/a', { dispatcher })).body.text()).toBe('/a');
  });

  test('an abort in mid-body closes the connection', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const controller = new AbortController();
    const { body } = await request(server.url('/stall-body'), { dispatcher, signal: controller.signal });
    const reading = failure(body.text());
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await reading).toBe(reason);
    await server.untilOpen(0);
  });

  test('an abort before the response, and before the request', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const controller = new AbortController();
    const waiting = failure(request(server.url('/delay/60000'), { dispatcher, signal: controller.signal }));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    await server.untilOpen(0);
    expect(await failure(request(server.url('/get'), { dispatcher, signal: controller.signal }))).toBe(
      reason,
    );
    expect(server.requests).toHaveLength(1);
  });

  test('a body that is destroyed closes the connection', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const { body } = await request(server.url('/stall-body'), { dispatcher });
    expect(server.open).toBe(1);
    body.on('error', () => {}).destroy();
    await server.untilOpen(0);
  });

  test('64 MiB pass through a slow reader with bounded memory, on connections that are kept', async () => {
    const server = await serve();
    const { client, dispatcher } = make();
    const { body } = await request(server.url(`/bytes/${64 * 2 ** 20}`), { dispatcher });
    let length = 0;
    let buffered = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      buffered = Math.max(buffered, body.readableLength);
      if (length % (4 * 2 ** 20) < chunk.length) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(length).toBe(64 * 2 ** 20);
    expect(buffered).toBeLessThan(2 ** 20);
    for (let i = 0; i < 3; i++) await request(server.url('/get'), { dispatcher }).then((r) => r.body.dump());
    expect(client.stats).toMatchObject({ opened: 1, idle: 1 });
    expect(server.connections).toBe(1);
  });

  test('a reader that stops holds the peer up', async () => {
    let sent = 0;
    const server = await script(async (peer) => {
      await peer.readHead();
      await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${256 * 2 ** 20}\r\n\r\n`);
      while (!peer.isClosed) {
        await peer.send(Buffer.alloc(2 ** 20)).catch(() => {});
        sent += 2 ** 20;
      }
    });
    const { dispatcher } = make();
    const { body } = await request(server.url(), { dispatcher });
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(sent).toBeLessThan(64 * 2 ** 20);
    body.on('error', () => {}).destroy();
    await server.untilOpen(0);
  });
});

describe('failures', () => {
  test('have the classes and codes of undici, with ours as the cause', async () => {
    const server = await serve();
    const { dispatcher } = make({ timeout: { read: 5000 } });
    const port = await refusedPort();
    defer(() => port.close());
    const refused = await failure(request(port.url, { dispatcher }));
    expect(refused.code).toBe('ECONNREFUSED');
    expect(refused.cause).toBeInstanceOf(ConnectError);
    const slow = await failure(request(server.url('/delay/60000'), { dispatcher, headersTimeout: 30 }));
    expect(slow).toBeInstanceOf(errors.HeadersTimeoutError);
    const { body } = await request(server.url('/stall-body'), { dispatcher, bodyTimeout: 30 });
    expect(await failure(body.text())).toBeInstanceOf(errors.BodyTimeoutError);
    const dropped = await failure(request(server.url('/drop'), { dispatcher }));
    expect(dropped).toBeInstanceOf(errors.SocketError);
    expect(dropped.code).toBe('UND_ERR_SOCKET');
  });

  test('0 switches a limit off', async () => {
    const server = await serve();
    const { dispatcher } = make({ timeout: { read: 30 } });
    const { body } = await request(server.url('/delay/150'), {
      dispatcher,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    expect(await body.json()).toMatchObject({ target: '/delay/150' });
  });

  test('an error of the body source is passed on', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const broken = new Error('the source broke');
    const body = new Readable({
      read() {
        this.destroy(broken);
      },
    });
    expect(await failure(request(server.url('/upload'), { dispatcher, method: 'POST', body }))).toBe(broken);
  });

  test('a handler that throws gives its request up', async () => {
    const server = await serve();
    const { dispatcher } = make();
    const broken = new Error('the handler broke');
    const error = await new Promise((resolve) => {
      dispatcher.dispatch(
        { origin: server.origin, path: '/stall-body', method: 'GET' },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData() {
            throw broken;
          },
          onResponseEnd() {},
          onResponseError: (_controller, reason) => resolve(reason),
        },
      );
    });
    expect(error).toBe(broken);
    await server.untilOpen(0);
  });

  test('options that cannot be honoured are refused', async () => {
    const { dispatcher } = make();
    const get = { origin: 'http://example.com', path: '/', method: 'GET' } as const;
    const tos = await failure(dispatcher.request({ ...get, typeOfService: 8 }));
    expect(tos.message).toContain('typeOfService');
    expect(await failure(dispatcher.request({ ...get, path: '/?a=1', query: { b: 1 } }))).toBeInstanceOf(
      errors.InvalidArgumentError,
    );
    expect(await failure(dispatcher.request({ ...get, headers: ['odd'] }))).toBeInstanceOf(
      errors.InvalidArgumentError,
    );
    expect(() => dispatcher.dispatch(get, null as never)).toThrow(errors.InvalidArgumentError);
    expect(() => toDispatcher({} as Client)).toThrow(InvalidArgument);
    expect(() => toDispatcher(new Client(), { close: true } as object)).toThrow("'close' is not an option");
  });
});

describe('closing', () => {
  test('close waits for what is under way; the client stays open', async () => {
    const server = await serve();
    const { client, dispatcher } = make();
    const running = request(server.url('/delay/50'), { dispatcher });
    const closing = dispatcher.close();
    expect(await failure(request(server.url('/get'), { dispatcher }))).toBeInstanceOf(
      errors.ClientClosedError,
    );
    const { body } = await running;
    await body.dump();
    await closing;
    expect((dispatcher as Dispatcher & { destroyed: boolean }).destroyed).toBe(true);
    expect((await client.get(server.url('/get'))).status).toBe(200);
  });

  test('destroy ends what is under way; the client is closed if asked to', async () => {
    const server = await serve();
    const client = new Client();
    const dispatcher = toDispatcher<Dispatcher>(client, { closeClient: true });
    const reason = new Error('over');
    const waiting = failure(request(server.url('/delay/60000'), { dispatcher }));
    const { body } = await request(server.url('/stall-body'), { dispatcher });
    const reading = failure(body.text());
    await new Promise<void>((resolve) => dispatcher.destroy(reason, resolve));
    expect(await waiting).toBe(reason);
    expect(await reading).toBe(reason);
    expect(client.isClosed).toBe(true);
    expect(await failure(request(server.url('/get'), { dispatcher }))).toBeInstanceOf(
      errors.ClientDestroyedError,
    );
    await dispatcher.destroy();
    await server.untilOpen(0);
  });

  test('leaves nothing behind', async () => {
    const before = snapshotResources();
    const server = await startHTTPServer();
    const client = new Client();
    const dispatcher = toDispatcher<Dispatcher>(client, { closeClient: true });
    await request(server.url('/get'), { dispatcher }).then(({ body }) => body.json());
    await fetch(server.url('/gzip'), { dispatcher }).then((response) => response.json());
    await failure(request(server.url('/delay/60000'), { dispatcher, signal: AbortSignal.timeout(20) }));
    await dispatcher.close();
    await server.untilOpen(0);
    await server.close();
    expect(await expectNoLeaks(before)).toEqual([]);
  });
});

test('it is a Dispatcher of the package', () => {
  const { dispatcher } = make();
  expect(dispatcher).toBeInstanceOf(Dispatcher);
});
