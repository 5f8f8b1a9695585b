import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ClientClosed } from '../errors/client-closed.ts';
import { CloseError } from '../errors/close-error.ts';
import { HTTPStatusError } from '../errors/http-status-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { CookieJar } from '../models/cookie-jar.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import { Client } from './client.ts';
import type { ClientOptions } from './options.ts';

/** Tells which requests came, how, and how often it was closed. */
class Recorder implements Transport {
  readonly requests: Request[] = [];
  readonly contexts: TransportContext[] = [];
  closed = 0;
  readonly #answer: (request: Request) => Response;

  constructor(answer: (request: Request) => Response = () => new Response(200)) {
    this.#answer = answer;
  }

  handle(request: Request, context: TransportContext): Promise<StreamResponse> {
    this.requests.push(request);
    this.contexts.push(context);
    return Promise.resolve(StreamResponse.fromResponse(this.#answer(request), request));
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

describe('construction', () => {
  test.each([
    [{ timeouts: 5 }, "'timeouts'"],
    [{ baseUrl: 'http://h' }, "here it is 'baseURL'"],
    [{ timeout: -1 }, "'timeout'"],
    [{ limits: { maxConnections: 0 } }, "'limits.maxConnections'"],
    [{ redirect: 'follow' }, "'redirect'"],
    [{ cookies: { a: '1' } }, 'it belongs to no host'],
    [{ signal: true }, "'signal'"],
    [{ params: 5 }, 'Params'],
    [{ headers: 'x' }, 'Headers'],
    [{ mounts: { nonsense: null } }, "'nonsense'"],
    [null, 'options of a client'],
    ['http://h', 'options of a client'],
  ])('%j is refused', (options, message) => {
    expect(() => new Client(options as never)).toThrow(InvalidArgument);
    expect(() => new Client(options as never)).toThrow(message);
  });

  test('the options are copied', () => {
    const transport = new Recorder();
    const options: { -readonly [K in keyof ClientOptions]: ClientOptions[K] } = {
      transport,
      raiseForStatus: true,
    };
    const client = new Client(options);
    options.raiseForStatus = false;
    const changed = new Recorder(() => new Response(500));
    options.transport = changed;
    return expect(client.extend().get('http://h/')).resolves.toMatchObject({ status: 200 });
  });

  test('shows no secret when inspected', () => {
    const client = new Client({
      baseURL: 'http://user:hidden@h/',
      auth: ['user', 'hidden'],
      headers: { Authorization: 'hidden' },
      params: { token: 'hidden' },
      cookies: { sid: 'hidden' },
    });
    expect(inspect(client, { depth: 9, showHidden: true, getters: false })).not.toContain('hidden');
    expect(inspect([client.headers, client.params, client.cookies, client.auth], { depth: 9 })).not.toContain(
      'hidden',
    );
  });
});

describe('wrong calls', () => {
  const client = new Client({ transport: new Recorder(), baseURL: 'http://h/' });

  test.each([
    ['get', null],
    ['get', 'x'],
    ['post', { body: 'x' }],
    ['delete', { timout: 1 }],
  ] as const)('%s with %j', async (method, options) => {
    await expect(client[method]('/', options as never)).rejects.toThrow(InvalidArgument);
    await expect(client.stream('GET', '/', options as never)).rejects.toThrow(InvalidArgument);
  });

  test('send takes a Request and its own options', async () => {
    const request = client.buildRequest('GET', '/');
    await expect(client.send('http://h/' as never)).rejects.toThrow('buildRequest');
    await expect(client.send(undefined as never)).rejects.toThrow(InvalidArgument);
    await expect(client.send(request, { json: {} } as never)).rejects.toThrow(
      "'json' is not an option of send()",
    );
    await expect(client.send(request, null as never)).rejects.toThrow(InvalidArgument);
    expect(() => client.buildRequest('GET', '/', { timeout: 1 } as never)).toThrow('buildRequest()');
  });

  test('what a failed build leaves of a body is let go', async () => {
    let isCancelled = false;
    const content = new ReadableStream({ cancel: () => void (isCancelled = true) });
    await client.close();
    await expect(client.post('/', { content })).rejects.toThrow(ClientClosed);
    expect(isCancelled).toBe(true);
  });
});

describe('methods', () => {
  test('each sends its own', async () => {
    const transport = new Recorder();
    const client = new Client({ transport });
    await client.get('http://h/');
    await client.head('http://h/');
    await client.options('http://h/');
    await client.delete('http://h/');
    await client.post('http://h/');
    await client.put('http://h/');
    await client.patch('http://h/');
    await client.query('http://h/');
    await client.request('propfind', 'http://h/');
    expect(transport.requests.map(({ method }) => method)).toEqual([
      'GET',
      'HEAD',
      'OPTIONS',
      'DELETE',
      'POST',
      'PUT',
      'PATCH',
      'QUERY',
      'PROPFIND',
    ]);
    expect(transport.contexts.every(({ delivery }) => delivery === 'whole')).toBe(true);
  });

  test('stream and send give what they promise', async () => {
    const transport = new Recorder(() => new Response(201, { text: 'x' }));
    const client = new Client({ transport });
    const request = new Request('GET', 'http://h/');
    expect(await client.send(request)).toBeInstanceOf(Response);
    expect(await client.send(request, { stream: false })).toBeInstanceOf(Response);
    expect(await client.send(request, { stream: true })).toBeInstanceOf(StreamResponse);
    await using response = await client.stream('GET', 'http://h/');
    expect(response).toBeInstanceOf(StreamResponse);
    expect(transport.contexts.map(({ delivery }) => delivery)).toEqual([
      'whole',
      'whole',
      'stream',
      'stream',
    ]);
  });

  test('raiseForStatus counts for every way to send, and the streamed content comes along', async () => {
    const client = new Client({
      transport: new Recorder(() => new Response(500, { text: 'why' })),
      raiseForStatus: true,
    });
    const request = client.buildRequest('GET', 'http://h/');
    for (const attempt of [
      () => client.get('http://h/'),
      () => client.stream('GET', 'http://h/'),
      () => client.send(request),
      () => client.send(request, { stream: true }),
    ]) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(HTTPStatusError);
      expect(((error as HTTPStatusError).response as Response).text).toBe('why');
    }
    expect((await client.get('http://h/', { raiseForStatus: false })).status).toBe(500);
  });
});

describe('extend', () => {
  test('inherits the present state, not the options of the start', async () => {
    const transport = new Recorder();
    const parent = new Client({
      transport,
      headers: { 'X-A': '1' },
      params: { a: 1 },
      timeout: 5,
      auth: ['a', 'a'],
    });
    parent.headers.set('X-B', '2');
    parent.params = { b: 2 };
    parent.timeout = { read: 7 };
    parent.auth = ['b', 'b'];
    parent.baseURL = 'http://later.test/x';
    const child = parent.extend({});
    expect(child.headers.raw).toEqual(parent.headers.raw);
    expect(child.params.toString()).toBe('b=2');
    expect(child.timeout).toEqual(parent.timeout);
    expect(child.auth).toBe(parent.auth);
    expect(child.baseURL?.href).toBe('http://later.test/x/');
    expect(child.cookies).toBe(parent.cookies);
    await child.get('y');
    expect(transport.requests[0]?.url.href).toBe('http://later.test/x/y?b=2');
  });

  test('does not change the parent, nor see its later changes', () => {
    const parent = new Client({ headers: { 'X-A': '1' }, params: { a: 1 } });
    const child = parent.extend({ headers: { 'X-A': '2' }, params: { a: 2, b: 3 }, timeout: { read: 1 } });
    child.headers.set('X-C', '3');
    expect(parent.headers.get('x-a')).toBe('1');
    expect(parent.headers.has('x-c')).toBe(false);
    expect([parent.params.toString(), child.params.toString()]).toEqual(['a=1', 'a=2&b=3']);
    expect([parent.timeout.read, child.timeout.read, child.timeout.pool]).toEqual([5000, 1, 5000]);
    parent.headers.set('X-Later', '1');
    expect(child.headers.has('x-later')).toBe(false);
  });

  test('headers removed by null stay removed, also by another extension', () => {
    const parent = new Client({ headers: { 'User-Agent': null, 'X-A': '1' } });
    const child = parent.extend({ headers: { Accept: null } });
    const grandchild = child.extend({ headers: { 'X-A': null, 'X-B': '1' } });
    expect([...grandchild.headers.keys()]).toEqual(['accept-encoding', 'connection', 'x-b']);
  });

  test('hooks and middleware of the parent come first', async () => {
    const order: string[] = [];
    const layer =
      (name: string): NonNullable<ClientOptions['middleware']>[number] =>
      async (request, next) => {
        order.push(`${name} in`);
        const response = await next(request);
        order.push(`${name} out`);
        return response;
      };
    const parent = new Client({
      transport: new Recorder(),
      hooks: {
        request: [() => void order.push('parent request')],
        response: [() => void order.push('parent response')],
      },
      middleware: [layer('parent')],
    });
    const child = parent.extend({
      hooks: {
        request: [() => void order.push('child request')],
        response: [() => void order.push('child response')],
      },
      middleware: [layer('child')],
    });
    await child.get('http://h/');
    expect(order).toEqual([
      'parent request',
      'child request',
      'parent in',
      'child in',
      'child out',
      'parent out',
      'parent response',
      'child response',
    ]);
    order.length = 0;
    await parent.get('http://h/');
    expect(order).toEqual(['parent request', 'parent in', 'parent out', 'parent response']);
    expect(() => parent.extend({ middleware: layer('x') as never })).toThrow("'middleware'");
    expect(() => parent.extend({ hooks: { x: [] } as never })).toThrow("'hooks.x'");
  });

  test('undefined inherits, null switches off', async () => {
    const parent = new Client({
      transport: new Recorder(() => new Response(302, { headers: { Location: '/' } })),
      redirect: { max: 2 },
      baseURL: 'http://h/',
      auth: ['u', 'p'],
      cookies: { a: '1' },
    });
    const undefinedOnes = { redirect: undefined, baseURL: undefined, auth: undefined, timeout: undefined };
    const child = parent.extend(undefinedOnes);
    await expect(child.get('/')).rejects.toThrow('redirects (2)');
    const bare = parent.extend({ redirect: null, baseURL: null, auth: null, timeout: null, cookies: null });
    expect([bare.auth, bare.baseURL, bare.timeout.read, bare.cookies.size]).toEqual([null, null, null, 0]);
    expect((await bare.get('http://h/')).status).toBe(302);
  });

  test('shares the cookies unless it is given some', () => {
    const jar = new CookieJar();
    const parent = new Client({ baseURL: 'http://h/', cookies: { a: '1' } });
    expect(parent.extend({ cookies: jar }).cookies).toBe(jar);
    const own = parent.extend({ cookies: { b: '2' }, baseURL: 'http://o/' });
    expect([...own.cookies].map(({ name, domain }) => `${name} ${domain}`)).toEqual(['b o']);
    expect([...parent.cookies].map(({ name }) => name)).toEqual(['a']);
  });

  test('a parent that keeps no cookies has children that keep none, until it is given a jar', async () => {
    const transport = new Recorder(() => new Response(200, { headers: { 'Set-Cookie': 'a=1' } }));
    const parent = new Client({ transport, cookies: null });
    const child = parent.extend();
    await child.get('http://h/');
    expect(child.cookies.size).toBe(0);
    parent.cookies = new CookieJar();
    const later = parent.extend();
    await later.get('http://h/');
    expect([later.cookies.size, parent.cookies.size]).toEqual([1, 1]);
    parent.cookies = null;
    await parent.get('http://h/');
    expect(parent.cookies.size).toBe(0);
  });

  test('auth and secrets are bound to the base URL that the child has', async () => {
    const transport = new Recorder();
    const parent = new Client({
      transport,
      baseURL: 'http://one.test',
      auth: ['u', 'p'],
      headers: { 'X-API-Key': 'k' },
    });
    const child = parent.extend({ baseURL: 'http://two.test' });
    await child.get('/');
    await child.get('http://one.test/');
    expect(
      transport.requests.map(({ headers }) => [headers.has('authorization'), headers.has('x-api-key')]),
    ).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('uses the same transport, unless an option needs another', async () => {
    const parent = new Client();
    const same = parent.extend({
      headers: { a: '1' },
      timeout: 1,
      redirect: true,
      redact: { headers: ['x'] },
    });
    expect(same.backend).toBe(parent.backend);
    const other = parent.extend({ limits: { maxConnections: 1 } });
    expect(other.backend).not.toBe(parent.backend);
    await same.close();
    await other.close();
    expect([same.isClosed, other.isClosed, parent.isClosed]).toEqual([true, true, false]);
    await parent.close();
  });

  test('options of the built-in transport go when another transport comes', async () => {
    const transport = new Recorder();
    const parent = new Client({ limits: { maxConnections: 1 }, backend: 'js', tls: {} });
    await using child = parent.extend({ transport });
    await child.get('http://h/');
    expect(transport.requests).toHaveLength(1);
    expect(() => child.extend({ limits: {} })).toThrow(InvalidArgument);
    await parent.close();
  });
});

describe('closing', () => {
  test('a child closes what is its own, mounts included', async () => {
    const [main, mounted, more, own] = [new Recorder(), new Recorder(), new Recorder(), new Recorder()];
    const parent = new Client({ transport: main, mounts: { 'http://a': mounted } });
    const child = parent.extend({ mounts: { 'http://b': more } });
    const grandchild = child.extend({ transport: own });
    await grandchild.get('http://a/');
    await grandchild.get('http://b/');
    await grandchild.close();
    expect([main, mounted, more, own].map(({ closed }) => closed)).toEqual([0, 0, 0, 1]);
    await child.close();
    expect([main, mounted, more, own].map(({ closed }) => closed)).toEqual([0, 0, 1, 1]);
    await parent.close();
    await parent.close();
    expect([main, mounted, more, own].map(({ closed }) => closed)).toEqual([1, 1, 1, 1]);
  });

  test('twice gives the same promise, also if it fails', async () => {
    const failing: Transport = {
      handle: () => Promise.reject(new Error('unused')),
      close: () => Promise.reject(new Error('stuck')),
    };
    const client = new Client({ transport: failing });
    const first = client.close();
    expect(client.close()).toBe(first);
    expect(client.isClosed).toBe(true);
    await expect(first).rejects.toThrow(CloseError);
    await expect(client[Symbol.asyncDispose]()).rejects.toThrow('1 of 1 transports could not be closed');
  });

  test('after it nothing is sent, but requests can still be built', async () => {
    const transport = new Recorder();
    const client = new Client({ transport });
    await client.close();
    expect(client.buildRequest('GET', 'http://h/').method).toBe('GET');
    await expect(client.get('http://h/')).rejects.toThrow(ClientClosed);
    await expect(client.extend().stream('GET', 'http://h/')).resolves.toBeInstanceOf(StreamResponse);
    expect(transport.requests).toHaveLength(1);
  });

  test('a child cannot send through a built-in transport that its parent has closed', async () => {
    const parent = new Client();
    const child = parent.extend();
    await parent.close();
    await expect(child.get('http://127.0.0.1:1/')).rejects.toThrow(ClientClosed);
  });

  test('a request that a mock answers after that still gets its answer', async () => {
    let answer: (response: Response) => void = () => {};
    const client = new Client({
      transport: new MockTransport(
        () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      ),
    });
    const pending = client.get('http://h/');
    await new Promise(setImmediate);
    await client.close();
    answer(new Response(204));
    expect((await pending).status).toBe(204);
  });
});

test('stats and backend are empty for a transport that has none', () => {
  const client = new Client({ transport: new Recorder() });
  expect(client.backend).toBeNull();
  expect(client.stats).toEqual({
    connections: 0,
    active: 0,
    idle: 0,
    connecting: 0,
    waiting: 0,
    opened: 0,
    reused: 0,
    waited: 0,
    exchanges: 0,
  });
});

test('the error of a request has its caller on the stack', async () => {
  const client = new Client();
  async function caller(): Promise<unknown> {
    return await client.get('http://127.0.0.1:1/');
  }
  const error: unknown = await caller().catch((reason: unknown) => reason);
  expect((error as Error).stack).toContain('caller');
  await client.close();
});
