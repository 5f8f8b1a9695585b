import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServerThread, startServerThread } from '../../fixtures/server-thread.ts';
import { thrown } from '../../fixtures/thrown.ts';
import type { Request } from '../index.ts';
import {
  AbortError,
  ClientClosed,
  CloseError,
  ConnectError,
  CookieJar,
  HTTPStatusError,
  HTTPTransport,
  InvalidArgument,
  isTimeout,
  MockTransport,
  ReadTimeout,
  RemoteProtocolError,
  Response,
  TooManyRedirects,
  TotalTimeout,
  UnsupportedOption,
  UnsupportedProtocol,
} from '../index.ts';
import * as oneShot from '../sync.ts';
import { SyncClient, SyncHTTPTransport, SyncStreamResponse, type SyncTransport } from '../sync.ts';

let server: ServerThread;
let client: SyncClient;

beforeAll(async () => {
  server = await startServerThread();
  client = new SyncClient({ baseURL: server.origin });
});
afterAll(async () => {
  client.close();
  await server.close();
});

describe('requests', () => {
  test('a response is there when the call returns', () => {
    const response = client.get('/get', { params: { a: '1' }, headers: { 'X-Own': 'yes' } });
    expect(response).toBeInstanceOf(Response);
    expect(response.status).toBe(200);
    expect(response.json()).toMatchObject({ method: 'GET', target: '/get?a=1' });
    expect(response.connection?.remotePort).toBe(server.port);
    expect(response.timings?.total).toBeGreaterThan(0);
    expect(response.request.method).toBe('GET');
  });

  test.each(['get', 'head', 'options', 'delete', 'post', 'put', 'patch', 'query'] as const)('%s', (verb) => {
    const response = client[verb]('/echo');
    expect(response.status).toBe(200);
    if (verb !== 'head') expect(response.json()).toMatchObject({ method: verb.toUpperCase() });
  });

  test('connections are kept, and closing closes them', () => {
    const own = new SyncClient();
    expect(own.stats.connections).toBe(0);
    own.get(`${server.origin}/get`);
    own.get(`${server.origin}/get`);
    expect(own.stats).toMatchObject({ connections: 1, idle: 1, opened: 1, reused: 1 });
    expect(own.backend).toMatchObject({ wire: 'js' });
    own.close();
    own.close();
    expect(own.isClosed).toBe(true);
    expect(own.stats.connections).toBe(0);
    expect(() => own.get(server.origin)).toThrow(ClientClosed);
  });

  test('cookies, redirects and history', () => {
    const own = new SyncClient({ baseURL: server.origin, redirect: true });
    const response = own.get('/redirect/3');
    expect(response.history.map(({ status }) => status)).toEqual([302, 302, 302]);
    expect(response.url.pathname).toBe('/get');
    own.get('/cookies/set?a=1');
    expect(own.cookies.get('a')).toBe('1');
    expect(thrown(() => own.get('/loop'))).toBeInstanceOf(TooManyRedirects);
    const unfollowed = own.get('/redirect/1', { redirect: false });
    expect(unfollowed.nextRequest?.url.pathname).toBe('/get');
    own.close();
  });

  test('auth flows are generators', () => {
    expect(client.get('/basic-auth/u/p', { auth: ['u', 'p'] }).status).toBe(200);
    const seen: number[] = [];
    const response = client.get('/bearer', {
      auth: {
        needsResponseBody: true,
        *flow(request: Request): Generator<Request, void, Response> {
          const first = yield request;
          seen.push(first.status, first.bytes.length > 0 ? 1 : 0);
          yield request.with({ headers: { Authorization: 'Bearer t' } });
        },
      },
    });
    expect(seen).toEqual([401, 1]);
    expect(response.json()).toEqual({ token: 't' });
    expect(response.history).toHaveLength(1);
    expect(client.get('/bearer', { auth: (request) => request }).status).toBe(401);
  });

  test('raiseForStatus, and what send() and buildRequest() do', () => {
    const error = thrown(() => client.get('/status/404', { raiseForStatus: true }));
    expect(error).toBeInstanceOf(HTTPStatusError);
    expect((error as HTTPStatusError).response).toBeInstanceOf(Response);
    const request = client.buildRequest('POST', '/echo', { json: { a: 1 } });
    expect(client.send(request).json()).toMatchObject({ method: 'POST' });
    expect(client.send(request, { stream: true })).toBeInstanceOf(SyncStreamResponse);
    expect(thrown(() => client.send('x' as never))).toBeInstanceOf(InvalidArgument);
  });

  test('an extended client shares connections', () => {
    const own = new SyncClient({ baseURL: server.origin, headers: { 'X-A': '1' } });
    const more = own.extend({ headers: { 'X-B': '2' } });
    own.get('/get');
    expect(JSON.stringify(more.get('/headers').json())).toMatch(/X-A.*X-B/);
    expect(more.stats.opened).toBe(1);
    more.close();
    expect(own.get('/get').status).toBe(200);
    own[Symbol.dispose]();
    expect(own.isClosed).toBe(true);
  });
});

describe('functions of the program', () => {
  test('hooks and middleware run in the calling thread, in order', () => {
    const calls: string[] = [];
    const own = new SyncClient({
      baseURL: server.origin,
      redirect: true,
      hooks: {
        request: [(request) => (calls.push('request'), request.with({ headers: { 'X-Hook': '1' } }))],
        response: [
          (response) => void calls.push(`response ${response.status} ${response.read().bytes.length > 0}`),
        ],
        redirect: [({ request }) => void calls.push(`redirect ${request.url.pathname}`)],
        error: [(error) => new Error('other', { cause: error })],
      },
      middleware: [
        (request, next) => {
          calls.push('outer');
          const response = next(request.with({ headers: { 'X-Layer': '1' } }));
          calls.push(`outer ${response.status}`);
          return response;
        },
        (request, next) => next(request),
      ],
    });
    expect(JSON.stringify(own.get('/redirect/1').json())).toMatch(/X-Hook.*X-Layer/);
    expect(calls).toEqual([
      'request',
      'outer',
      'outer 302',
      'response 302 false',
      'redirect /get',
      'request',
      'outer',
      'outer 200',
      'response 200 true',
    ]);
    expect(thrown(() => own.get('gopher://x/'))).toMatchObject({ message: 'other' });
    own.close();
  });

  test.each([
    ['hooks.request', { hooks: { request: [async () => {}] } }],
    ['hooks.response', { hooks: { response: [async () => {}] } }],
    [
      'middleware',
      { middleware: [async (request: Request, next: (request: Request) => unknown) => next(request)] },
    ],
    ['auth', { auth: async (request: Request) => request }],
    [
      'auth',
      {
        auth: {
          async *flow(request: Request) {
            yield request;
          },
        },
      },
    ],
    ['transport', { transport: new MockTransport(async () => new Response(200)) }],
  ])('%s that gives a promise is refused by name', (option, options) => {
    const own = new SyncClient(options as never);
    const error = thrown(() => own.get(`${server.origin}/get`));
    expect(error).toBeInstanceOf(UnsupportedOption);
    expect(error).toMatchObject({ option, backend: 'sync', code: 'ERR_UNSUPPORTED_OPTION' });
    own.close();
  });

  test('what a connection would have to call is refused by name', () => {
    expect(thrown(() => new SyncClient({ tls: { pfx: () => {} } as never }))).toMatchObject({
      option: 'tls.pfx',
      backend: 'sync',
    });
    expect(thrown(() => new SyncClient({ transport: new HTTPTransport() as never }))).toMatchObject({
      option: 'transport',
    });
    const later = { handle: async () => new SyncStreamResponse(200), close: async () => {} };
    expect(thrown(() => new SyncClient({ mounts: { 'all://': later as never } }))).toMatchObject({
      option: "mounts['all://']",
    });
    expect(thrown(() => new SyncClient({ transport: {} as never }))).toBeInstanceOf(InvalidArgument);
    expect(thrown(() => new SyncClient({ tls: { nope: 1 } as never }))).toBeInstanceOf(InvalidArgument);
  });

  test('trace, progress and interim responses are told', () => {
    const names: string[] = [];
    const progress: number[] = [];
    const interim: number[] = [];
    const own = new SyncClient({ trace: ({ name }) => void names.push(name) });
    own.post(`${server.origin}/echo`, {
      content: 'x'.repeat(1000),
      onUploadProgress: ({ transferred }) => void progress.push(transferred),
      onDownloadProgress: ({ transferred }) => void progress.push(transferred),
    });
    own.get(`${server.origin}/early-hints`, {
      onInformational: ({ status, headers }) => void interim.push(status, headers.has('x-hint') ? 1 : 0),
    });
    own.close();
    expect(names.slice(0, 3)).toEqual([
      'client.request.started',
      'pool.acquire.started',
      'connection.connect_tcp.started',
    ]);
    expect(names).toContain('http11.receive_response_body.complete');
    expect(progress[0]).toBe(1000);
    expect(progress.length).toBeGreaterThan(1);
    expect(interim).toEqual([103, 1]);
  });

  test('a listener that throws ends the request with its error', () => {
    const own = new Error('mine');
    const fail = (): never => {
      throw own;
    };
    expect(thrown(() => client.get('/get', { onDownloadProgress: fail }))).toBe(own);
    expect(client.get('/get').status).toBe(200);
  });

  test('mocks and own transports', () => {
    const mock = new SyncClient({
      transport: new MockTransport((request) => new Response(200, { content: request.content })),
    });
    expect(mock.post('http://a.test/', { content: ['a', 'b'] }).text).toBe('ab');
    const own: SyncTransport = {
      handleSync: () => new SyncStreamResponse(200, { body: ['x', 'y'] }),
      closeSync: () => {
        throw new Error('stuck');
      },
    };
    const failing = new SyncClient({ transport: own });
    expect(failing.get('http://a.test/').text).toBe('xy');
    expect(thrown(() => failing.close())).toBeInstanceOf(CloseError);
    expect(
      thrown(() =>
        new SyncClient({ transport: { handleSync: () => 1, closeSync() {} } as never }).get('http://a.test/'),
      ),
    ).toBeInstanceOf(InvalidArgument);
  });

  test('a jar can be shared', () => {
    const jar = new CookieJar();
    const own = new SyncClient({ cookies: jar, baseURL: server.origin });
    own.get('/cookies/set?b=2');
    expect(jar.get('b')).toBe('2');
    own.close();
  });
});

describe('failures', () => {
  test('are those of the client that waits: class, code, phase, cause, request and the line of the caller', () => {
    const request = client.buildRequest('GET', 'http://127.0.0.1:1/?token=secret');
    const error = thrown(() => client.send(request)) as ConnectError;
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: 'ERR_CONNECT', phase: 'connect', peer: '127.0.0.1:1' });
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
    expect(error.request).toBe(request);
    expect(error.message).toContain('token=[secure]');
    expect(error.stack).toContain('sync-client.test.ts');
    expect(thrown(() => client.get('/drop'))).toBeInstanceOf(RemoteProtocolError);
    expect(thrown(() => client.get('gopher://x/'))).toBeInstanceOf(UnsupportedProtocol);
  });

  test('limits of time', () => {
    expect(thrown(() => client.get('/delay/5000', { timeout: { read: 50 } }))).toBeInstanceOf(ReadTimeout);
    expect(thrown(() => client.get('/delay/5000', { timeout: { total: 50 } }))).toBeInstanceOf(TotalTimeout);
    const stalled = thrown(() => client.get('/stall-body', { timeout: { read: 50 } }));
    expect(isTimeout(stalled)).toBe(true);
    expect(stalled).toMatchObject({ phase: 'read' });
  });

  test('the total counts functions of the program too', () => {
    const own = new SyncClient({
      transport: new MockTransport(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
        return new Response(200);
      }),
    });
    expect(thrown(() => own.get('http://a.test/', { timeout: { total: 20 } }))).toBeInstanceOf(TotalTimeout);
  });

  test('signals: aborted before, or by a function on the way', () => {
    const reason = new Error('enough');
    const before = thrown(() => client.get('/get', { signal: AbortSignal.abort(reason) }));
    expect(before).toBeInstanceOf(AbortError);
    const controller = new AbortController();
    const error = thrown(() =>
      client.get('/bytes/1000000', {
        signal: controller.signal,
        onDownloadProgress: () => controller.abort(reason),
      }),
    );
    expect(error).toBeInstanceOf(AbortError);
    expect((error as AbortError).cause).toBe(reason);
    const streamed = new AbortController();
    const response = client.stream('GET', '/bytes/1000000', { signal: streamed.signal });
    streamed.abort(reason);
    expect(thrown(() => response.read())).toMatchObject({ code: 'ERR_ABORTED', cause: reason });
  });

  test('a server of the same thread is refused with the reason', async () => {
    const own = createServer(() => {});
    await new Promise<void>((resolve) => void own.listen(0, '127.0.0.1', resolve));
    const { port } = own.address() as { port: number };
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const error = thrown(() => client.get(`http://${host}:${port}/`));
      expect(error).toBeInstanceOf(InvalidArgument);
      expect((error as Error).message).toContain('runs in the thread that would wait');
    }
    expect(client.get('/get').status).toBe(200);
    await new Promise((resolve) => void own.close(resolve));
  });

  test('names are looked up by a function of the calling thread, which must not take its time', () => {
    const asked: string[] = [];
    const own = new SyncClient({
      socket: {
        lookup(hostname, _options, callback) {
          asked.push(hostname);
          if (hostname === 'late.test') setTimeout(callback, 0, null, []);
          else if (hostname === 'bad.test') throw new RangeError('bad');
          else callback(null, [{ address: '127.0.0.1', family: 4 }]);
        },
      },
    });
    expect(own.get(`http://a.test:${server.port}/get`).status).toBe(200);
    expect(asked).toEqual(['a.test']);
    const late = thrown(() => own.get(`http://late.test:${server.port}/get`)) as ConnectError;
    expect(late).toMatchObject({ name: 'ConnectError', code: 'ERR_DNS' });
    expect(late.cause).toBeInstanceOf(InvalidArgument);
    const bad = thrown(() => own.get(`http://bad.test:${server.port}/get`)) as ConnectError;
    expect(bad).toMatchObject({ code: 'ERR_DNS', cause: { name: 'RangeError', message: 'bad' } });
    own.close();
  });

  test('certificates are checked by a function of the calling thread', () => {
    const transport = new SyncHTTPTransport({ tls: { checkServerIdentity: () => undefined } });
    expect(transport.backend.wire).toBe('js');
    transport.closeSync();
    expect(thrown(() => new SyncClient({ transport }).get(server.origin))).toBeInstanceOf(ClientClosed);
  });
});

describe('one-shot functions', () => {
  const { get, head, options, del, post, put, patch, query } = oneShot;
  test.each(Object.entries({ get, head, options, del, post, put, patch, query }))('%s', (_name, call) => {
    expect(call(`${server.origin}/echo`).status).toBe(200);
  });

  test('request and stream', () => {
    expect(oneShot.request('GET', `${server.origin}/get`).status).toBe(200);
    let closed = 0;
    const transport: SyncTransport = {
      handleSync: () => new SyncStreamResponse(200, { body: ['x'] }),
      closeSync: () => void closed++,
    };
    const response = oneShot.stream('GET', 'http://a.test/', { transport });
    expect(closed).toBe(0);
    expect(response.read().text).toBe('x');
    expect(closed).toBe(1);
    expect(thrown(() => oneShot.get('http://127.0.0.1:1/'))).toBeInstanceOf(ConnectError);
    expect(thrown(() => oneShot.get('http://a.test/', 1 as never))).toBeInstanceOf(InvalidArgument);
  });
});
