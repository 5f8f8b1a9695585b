import { setImmediate as turn } from 'node:timers/promises';
import type { AppOptions, Client, ClientOptions, FetchHandler } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';

/** A client whose requests go to a fetch-style app. */
function clientOf(t: CaseContext, app: FetchHandler, options?: AppOptions, more: ClientOptions = {}): Client {
  const transport = new t.tern.HandlerTransport(app, options);
  const client = new t.tern.Client({ baseURL: 'http://app.test', ...more, transport });
  t.defer(() => client.close());
  return client;
}

/** A stream that gives these chunks, and then goes on as `end` says. */
function streamOf(chunks: readonly string[], end?: () => Promise<void> | void): ReadableStream<Uint8Array> {
  const left = chunks.map((chunk) => Buffer.from(chunk));
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = left.shift();
        if (chunk !== undefined) controller.enqueue(new Uint8Array(chunk));
        else {
          await end?.();
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-06',
    rows: ['TR-06'],
    title: 'an app gets method, URL, fields and body, and its status, fields and body come back as they are',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const client = clientOf(t, async (request) => {
        const { method, url, headers } = request;
        const body = await request.text();
        const cookies = [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
        ] as [string, string][];
        return Response.json(
          { method, url, own: headers.get('x-own'), host: headers.get('host'), body },
          { status: 201, statusText: 'Made Here', headers: [...cookies, ['X-Answer', 'é']] },
        );
      });
      const response = await client.post('https://app.test:8443/a%20b/é?q=1&r=%C3%A9#f', {
        headers: { 'X-Own': 'mine' },
        content: 'hello ☃',
      });
      t.assert.deepEqual(
        [response.status, response.statusText, response.httpVersion],
        [201, 'Made Here', '1.1'],
      );
      t.assert.deepEqual(response.json(), {
        method: 'POST',
        url: 'https://app.test:8443/a%20b/%C3%A9?q=1&r=%C3%A9',
        own: 'mine',
        host: 'app.test:8443',
        body: 'hello ☃',
      });
      // Those of the app, and none that a server would add.
      t.assert.deepEqual(response.headers.raw, [
        ['content-type', 'application/json'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-answer', 'é'],
      ]);
      t.assert.equal(client.cookies.size, 2);
      t.assert.equal((await clientOf(t, () => new Response(null)).get('/')).statusText, 'OK');
      const bare = await clientOf(t, () => new Response(null, { status: 204 })).get('/');
      t.assert.deepEqual([bare.status, bare.bytes.length, bare.headers.size], [204, 0, 0]);
    },
  },
  {
    id: 'TR-06.head',
    rows: ['TR-06'],
    title: 'a response to HEAD has no body, whatever the app gives',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      let isCancelled = false;
      const client = clientOf(t, () => {
        const body = new ReadableStream<Uint8Array>({
          cancel() {
            isCancelled = true;
          },
        });
        return new Response(body, { headers: { 'Content-Length': '5' } });
      });
      const response = await client.head('/');
      t.assert.deepEqual([response.bytes.length, response.headers.get('content-length')], [0, '5']);
      t.assert.equal(isCancelled, true);
    },
  },
  {
    id: 'TR-06.stream',
    rows: ['TR-06'],
    title: 'bodies stream both ways, and the response is there when its head is',
    verdict: 'differs:httpx reads both bodies into memory first',
    layer: 'model',
    async run(t) {
      const client = clientOf(t, ({ body }) => new Response(body));
      const log: string[] = [];
      const first = gate();
      const content = (async function* (): AsyncGenerator<string> {
        yield 'one';
        await first.passed;
        yield 'two';
      })();
      const response = await client.stream('POST', '/', { content });
      t.assert.equal(response.status, 200);
      for await (const chunk of response) {
        log.push(Buffer.from(chunk).toString());
        first.open();
      }
      t.assert.deepEqual(log, ['one', 'two']);
      const large = Buffer.alloc(3_000_000, 'abc');
      const echoed = await client.post('/', { content: large });
      t.assert.equal(Buffer.compare(echoed.bytes, large), 0);
    },
  },
  {
    id: 'TR-06.pressure',
    rows: ['TR-06'],
    title: 'an app makes no more of its body than the client takes',
    verdict: 'differs:httpx reads the body into memory first',
    layer: 'model',
    async run(t) {
      let made = 0;
      const client = clientOf(t, () => {
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            made++;
            controller.enqueue(new Uint8Array(65_536));
          },
        });
        return new Response(body);
      });
      const response = await client.stream('GET', '/');
      let last = -1;
      for (let quiet = 0; quiet < 20; quiet = made === last ? quiet + 1 : 0) {
        last = made;
        await turn();
      }
      t.assert.ok(made < 64, `${made} pieces`);
      await response.cancel();
    },
  },
  {
    id: 'TR-06.errors',
    rows: ['TR-06'],
    title: 'what the app throws is the error of the request, before the response and in its body',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const failure = new RangeError('out of order');
      const throwing: FetchHandler = () => {
        throw failure;
      };
      for (const app of [throwing, () => Promise.reject(failure)]) {
        for (const content of ['text', streamOf(['a', 'b']) as never])
          await t.assert.rejects(
            clientOf(t, app).post('/', { content }),
            (error: unknown) => error === failure,
          );
      }
      const broken: FetchHandler = () =>
        new Response(
          streamOf(['some'], () => {
            throw failure;
          }),
        );
      await t.assert.rejects(clientOf(t, broken).get('/'), (error: unknown) => error === failure);
      const response = await clientOf(t, broken).stream('GET', '/');
      t.assert.equal(response.status, 200);
      await t.assert.rejects(response.read(), (error: unknown) => error === failure);
    },
  },
  {
    id: 'TR-06.server-error',
    rows: ['TR-06'],
    title: 'with raiseAppErrors off it is a response 500, or a body that breaks off',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const failure = new RangeError('out of order');
      const options = { raiseAppErrors: false };
      const response = await clientOf(t, () => Promise.reject(failure), options).get('/');
      t.assert.deepEqual([response.status, response.text], [500, '']);
      const app: FetchHandler = () =>
        new Response(
          streamOf(['some'], () => {
            throw failure;
          }),
        );
      await t.assert.rejects(clientOf(t, app, options).get('/'), { name: 'RemoteProtocolError' });
    },
  },
  {
    id: 'TR-06.abort',
    rows: ['TR-06'],
    title: 'the signal of the request is aborted when the client gives up, and its body is cancelled',
    verdict: 'differs:httpx tells an app after the response only',
    layer: 'model',
    async run(t) {
      const seen: string[] = [];
      const called = gate();
      let noticed = gate();
      const client = clientOf(t, async (request) => {
        const { signal } = request;
        if (request.url.endsWith('/body')) {
          signal.addEventListener('abort', () => seen.push('signal'));
          return new Response(
            new ReadableStream<Uint8Array>({
              start(controller) {
                controller.enqueue(new Uint8Array(3));
              },
              cancel() {
                seen.push('cancel');
                noticed.open();
              },
            }),
          );
        }
        called.open();
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        seen.push((signal.reason as Error).name);
        noticed.open();
        throw signal.reason;
      });
      const controller = new AbortController();
      const request = client.get('/', { signal: controller.signal, timeout: null });
      await called.passed;
      controller.abort();
      await t.assert.rejects(request, { name: 'AbortError', code: 'ERR_ABORTED' });
      await noticed.passed;
      noticed = gate();
      await t.assert.rejects(client.get('/', { timeout: { read: 10 } }), t.tern.ReadTimeout);
      await noticed.passed;
      t.assert.deepEqual(seen.splice(0), ['AbortError', 'AbortError']);
      noticed = gate();
      const response = await client.stream('GET', '/body');
      await response.cancel();
      await noticed.passed;
      t.assert.deepEqual(seen, ['signal', 'cancel']);
      // A request that has been answered is not aborted.
      const calm = clientOf(t, ({ signal }) => {
        signal.addEventListener('abort', () => seen.push('late'));
        return new Response('done');
      });
      await calm.get('/');
      await turn();
      t.assert.deepEqual(seen, ['signal', 'cancel']);
    },
  },
  {
    id: 'TR-06.client',
    rows: ['TR-06', 'TR-02'],
    title: 'redirects, cookies, auth, decoding and time limits are those of the client',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { gzipSync } = await import('node:zlib');
      const app: FetchHandler = ({ url, headers }) => {
        const { pathname } = new URL(url);
        if (pathname === '/start')
          return new Response(null, { status: 302, headers: { Location: '/end', 'Set-Cookie': 'a=1' } });
        if (headers.get('authorization') === null) return new Response('who?', { status: 401 });
        const body = gzipSync(`${pathname} ${headers.get('cookie')} ${headers.get('authorization')}`);
        return new Response(new Uint8Array(body), { headers: { 'Content-Encoding': 'gzip' } });
      };
      const client = clientOf(t, app, {}, { redirect: true, auth: ['user', 'password123'] });
      const response = await client.get('/start');
      t.assert.equal(response.text, '/end a=1 Basic dXNlcjpwYXNzd29yZDEyMw==');
      t.assert.equal(response.history.length, 1);
    },
  },
  {
    id: 'TR-06.inexpressible',
    rows: ['TR-06'],
    title: 'what a Request of the platform cannot say, and what is no Response of it, is refused',
    verdict: 'differs:httpx has no such form of an app',
    layer: 'model',
    async run(t) {
      const client = clientOf(t, () => new Response('fine'));
      const refused = { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' };
      await t.assert.rejects(client.request('GET', '/', { content: 'body' }), refused);
      await t.assert.rejects(client.request('OPTIONS', '/', { extensions: { target: '*' } }), refused);
      await t.assert.rejects(client.request('TRACE', '/'), refused);
      for (const value of [undefined, 'text', { status: 200 }, new t.tern.Response(200)])
        await t.assert.rejects(clientOf(t, () => value as never).get('/'), refused);
      await t.assert.rejects(client.get('ftp://app.test/'), t.tern.UnsupportedProtocol);
      t.assert.throws(() => new t.tern.HandlerTransport('app' as never), refused);
      for (const options of [
        { raise: true },
        { raiseAppErrors: 1 },
        { remoteAddress: 'home' },
        { remotePort: -1 },
      ])
        t.assert.throws(() => new t.tern.HandlerTransport(() => new Response(), options as never), refused);
      await client.close();
      await t.assert.rejects(client.get('/'), t.tern.ClientClosed);
    },
  },
];
