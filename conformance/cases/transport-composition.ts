import { gzipSync } from 'node:zlib';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Request, TransportContext } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { clientOn, transportOf } from '../support/transports.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-02',
    rows: ['TR-02'],
    title: 'redirects, auth, cookies, decoding and merging happen above every transport',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const seen: Request[] = [];
      const transport = transportOf(async (request) => {
        seen.push(request);
        if (request.url.pathname === '/api/start')
          return new t.tern.StreamResponse(302, {
            headers: { Location: '/end', 'Set-Cookie': 'a=1; Path=/' },
            body: 'moved',
          });
        return new t.tern.StreamResponse(200, {
          headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain; charset=latin1' },
          body: gzipSync(Buffer.from([0xe4])),
        });
      });
      const client = clientOn(t, transport, {
        baseURL: 'https://a.test/api',
        params: { p: '1' },
        headers: { 'X-Own': '2' },
        auth: ['user', 'password123'],
        redirect: true,
      });
      const response = await client.get('start', { params: { q: '3' } });
      t.assert.deepEqual([response.text, response.history[0]?.text], ['ä', 'moved']);
      t.assert.deepEqual(
        seen.map(({ url, headers }) => [url.href, headers.get('x-own'), headers.get('cookie')]),
        [
          ['https://a.test/api/start?p=1&q=3', '2', null],
          ['https://a.test/end', '2', 'a=1'],
        ],
      );
      t.assert.equal(seen[0]?.headers.get('authorization'), 'Basic dXNlcjpwYXNzd29yZDEyMw==');
      t.assert.equal(client.cookies.get('a'), '1');
    },
  },
  {
    id: 'TR-02.raw',
    rows: ['TR-02'],
    title: 'a transport on its own does none of that',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const coded = gzipSync('content');
      const server = await t.replies(({ target }) =>
        target === '/'
          ? reply(302, [
              ['Location', '/x'],
              ['Set-Cookie', 'a=1'],
            ])
          : reply(200, [['Content-Encoding', 'gzip']], coded),
      );
      const transport = new t.tern.HTTPTransport();
      t.defer(() => transport.close());
      const off = { pool: null, connect: null, write: null, firstByte: null, read: null, total: null };
      const context: TransportContext = {
        timeout: off,
        totalDeadline: null,
        signal: null,
        tracer: null,
        delivery: 'stream',
        maxBytes: Infinity,
        onInformational: null,
        onUploadProgress: null,
        onDownloadProgress: null,
        onRetry: null,
      };
      const redirected = await transport.handle(
        new t.tern.Request('GET', server.url('/').replace('//', '//user:secret@')),
        context,
      );
      t.assert.deepEqual([redirected.status, redirected.history.length], [302, 0]);
      await redirected.read();
      const response = await transport.handle(new t.tern.Request('GET', server.url('/x')), context);
      const raw: Uint8Array[] = [];
      for await (const piece of response.iterRaw()) raw.push(piece);
      t.assert.deepEqual(Buffer.concat(raw), coded);
      t.assert.deepEqual(
        server.requests.map(({ target, fields }) => [target, fields.map(([name]) => name)]),
        [
          ['/', ['Host']],
          ['/x', ['Host']],
        ],
      );
    },
  },
  {
    id: 'TR-04',
    rows: ['TR-04'],
    title: 'a client with a transport of its own does not look at proxies of the environment',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
      const { port } = await t.refusedPort();
      for (const name of names) {
        const before = process.env[name];
        process.env[name] = `http://127.0.0.1:${port}`;
        t.defer(() => {
          if (before === undefined) delete process.env[name];
          else process.env[name] = before;
        });
      }
      const client = clientOn(t, new t.tern.MockTransport(() => new t.tern.Response(204)));
      for (const url of ['http://a.test/', 'https://a.test/'])
        t.assert.equal((await client.get(url)).status, 204);
    },
  },
  {
    id: 'TR-04.options',
    rows: ['TR-04'],
    title: 'options of the built-in transport beside a transport of its own are refused, not ignored',
    verdict: 'differs:httpx ignores them',
    layer: 'model',
    run(t) {
      const transport = new t.tern.MockTransport(() => new t.tern.Response(204));
      for (const options of [
        { limits: {} },
        { tls: {} },
        { trustEnv: false },
        { socket: {} },
        { backend: 'js' },
      ])
        t.assert.throws(
          () => new t.tern.Client({ transport, ...(options as ClientOptions) }),
          t.tern.InvalidArgument,
        );
    },
  },
  {
    id: 'TR-05.wrap',
    rows: ['TR-05'],
    title: 'a transport may wrap another one: to retry, to cache, to count',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ index }) => reply(index === 0 ? 503 : 200, [], `answer ${index}`));
      const inner = new t.tern.HTTPTransport();
      let count = 0;
      const transport = transportOf(
        async (request, context) => {
          for (;;) {
            count++;
            const response = await inner.handle(request, context);
            if (response.status !== 503) return response;
            await response.cancel();
          }
        },
        () => inner.close(),
      );
      const client = clientOn(t, transport);
      t.assert.equal((await client.get(server.url(), { timeout: { total: 10_000 } })).text, 'answer 1');
      const streamed = await client.stream('GET', server.url(), { signal: new AbortController().signal });
      t.assert.equal((await streamed.read()).text, 'answer 2');
      t.assert.deepEqual([count, inner.stats.active], [3, 0]);
      // One may read the response and return it all the same.
      const reading = clientOn(
        t,
        transportOf(async (request, context) => {
          const response = await inner.handle(request, context);
          await response.read();
          return response;
        }),
      );
      t.assert.equal((await reading.get(server.url(), { timeout: { total: 10_000 } })).text, 'answer 3');
    },
  },
  {
    id: 'TR-05.client',
    rows: ['TR-05'],
    title: 'a transport may hand requests to another client',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const inner = t.client({ redirect: true });
      const transport = transportOf((request) => inner.send(request, { stream: true, auth: null }));
      const response = await clientOn(t, transport).get(server.url('/redirect/2'));
      t.assert.deepEqual([response.status, response.url.pathname], [200, '/get']);
      t.assert.equal(inner.stats.active, 0);
    },
  },
  {
    id: 'TR-08',
    rows: ['TR-08'],
    title: 'one transport may serve several patterns and several clients; each client closes it once',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      let closed = 0;
      const seen: string[] = [];
      const transport = transportOf(
        async ({ url }) => {
          seen.push(url.host);
          return new t.tern.StreamResponse(204);
        },
        async () => void closed++,
      );
      const make = (): Client =>
        new t.tern.Client({ transport, mounts: { 'all://a.test': transport, 'all://b.test': transport } });
      const [one, two] = [make(), make()];
      for (const host of ['a.test', 'b.test', 'c.test']) await one.get(`https://${host}/`);
      await two.get('https://d.test/');
      t.assert.deepEqual(seen, ['a.test', 'b.test', 'c.test', 'd.test']);
      await one.close();
      t.assert.equal(closed, 1);
      await one.close();
      await two.close();
      t.assert.equal(closed, 2);
    },
  },
  {
    id: 'TR-08.network',
    rows: ['TR-08', 'CL-07'],
    title: 'clients that share the built-in transport share its connections',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const transport = new t.tern.HTTPTransport();
      const [one, two] = [new t.tern.Client({ transport }), new t.tern.Client({ transport })];
      t.defer(async () => {
        await one.close();
        await two.close();
      });
      await one.get(server.url());
      await two.get(server.url());
      t.assert.deepEqual([server.connections, transport.stats.reused], [1, 1]);
    },
  },
];
