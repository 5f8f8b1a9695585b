import { gzipSync } from 'node:zlib';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Request, Transport, TransportContext } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

function clientOn(t: CaseContext, transport: Transport, options: ClientOptions = {}): Client {
  const client = new t.tern.Client({ ...options, transport });
  t.defer(() => client.close());
  return client;
}

/** A transport of one function. */
function transportOf(handle: Transport['handle'], close: Transport['close'] = async () => {}): Transport {
  return { handle, close };
}

async function* once(): AsyncGenerator<string> {
  yield 'some ';
  yield 'content';
}

function hang(): Promise<never> {
  return new Promise(() => {});
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-01',
    rows: ['TR-01'],
    title:
      'a transport is a function from a request to a response with an unread body, and a way to close it',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: unknown[] = [];
      const transport = transportOf(
        async (request, context) => {
          log.push([request instanceof t.tern.Request, request.method, request.url.href, context.delivery]);
          log.push([context.timeout.read, context.totalDeadline === null, context.signal === null]);
          return new t.tern.StreamResponse(200, { body: ['some ', 'content'], headers: { 'X-Own': '1' } });
        },
        async () => void log.push('closed'),
      );
      const client = new t.tern.Client({ transport, timeout: { read: 7 } });
      const response = await client.put('https://a.test/x');
      t.assert.deepEqual(
        [response.text, response.headers.get('x-own'), response.url.pathname],
        ['some content', '1', '/x'],
      );
      const { signal } = new AbortController();
      const streamed = await client.stream('GET', 'https://a.test/y', { signal, timeout: { total: 60_000 } });
      const pieces: string[] = [];
      for await (const text of streamed.iterText()) pieces.push(text);
      t.assert.deepEqual(pieces, ['some ', 'content']);
      await client.close();
      await client.close();
      t.assert.deepEqual(log, [
        [true, 'PUT', 'https://a.test/x', 'whole'],
        [7, true, true],
        [true, 'GET', 'https://a.test/y', 'stream'],
        [7, false, false],
        'closed',
      ]);
      t.assert.deepEqual([client.backend, client.stats.connections], [null, 0]);
    },
  },
  {
    id: 'TR-01.owner',
    rows: ['TR-01', 'ST-11'],
    title: 'the body belongs to the caller: closing it early tells its maker to stop',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      async function* endless(): AsyncGenerator<string> {
        try {
          for (;;) yield 'more ';
        } finally {
          log.push('stopped');
        }
      }
      for (const options of [{}, { timeout: { total: 60_000 }, signal: new AbortController().signal }]) {
        const client = clientOn(
          t,
          transportOf(async () => new t.tern.StreamResponse(200, { body: endless() })),
        );
        const response = await client.stream('GET', 'https://a.test/', options);
        for await (const text of response.iterText(3)) {
          t.assert.equal(text, 'mor');
          break;
        }
        const unread = await client.stream('GET', 'https://a.test/', options);
        const iterator = unread.iterBytes();
        await iterator.next();
        await unread.cancel();
        await iterator.return();
        t.assert.deepEqual(log.splice(0), ['stopped', 'stopped']);
      }
    },
  },
  {
    id: 'TR-01.wrong',
    rows: ['TR-01', 'EX-20'],
    title: 'a transport that gives something else than a response is told so',
    verdict: 'differs:httpx lets errors of the language escape',
    layer: 'model',
    async run(t) {
      for (const answer of [undefined, null, 'x', {}, new t.tern.Response(200)]) {
        const client = clientOn(
          t,
          transportOf(async () => answer as never),
        );
        await t.assert.rejects(client.get('https://a.test/'), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
      }
      const failure = new RangeError('of the transport');
      const throwing = clientOn(
        t,
        transportOf(() => {
          throw failure;
        }),
      );
      await t.assert.rejects(throwing.get('https://a.test/'), (error: unknown) => error === failure);
    },
  },
  {
    id: 'TR-01.limits',
    rows: ['TR-01', 'TM-09'],
    title: 'a transport that knows nothing of signals and deadlines is held to them, and so is its body',
    verdict: 'fixed:D23',
    layer: 'model',
    async run(t) {
      async function* stuck(): AsyncGenerator<string> {
        yield 'a';
        await hang();
      }
      const transports: readonly (readonly [string, Transport])[] = [
        ['head', transportOf(hang)],
        ['body', transportOf(async () => new t.tern.StreamResponse(200, { body: stuck() }))],
        ['handler', new t.tern.MockTransport(hang)],
        ['mock body', new t.tern.MockTransport(() => new t.tern.StreamResponse(200, { body: stuck() }))],
      ];
      for (const [name, transport] of transports) {
        const client = clientOn(t, transport);
        await t.assert.rejects(
          client.get('https://a.test/', { timeout: { total: 20 } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.TotalTimeout, `${name}: ${String(error)}`);
            const { code, request } = error as InstanceType<typeof t.tern.TotalTimeout>;
            t.assert.deepEqual([code, request?.url.href], ['ERR_TOTAL_TIMEOUT', 'https://a.test/']);
            return true;
          },
        );
        const controller = new AbortController();
        const work = client.get('https://a.test/', { signal: controller.signal });
        setImmediate(() => controller.abort('enough'));
        await t.assert.rejects(work, { name: 'AbortError', code: 'ERR_ABORTED', cause: 'enough' }, name);
        await t.assert.rejects(
          client.get('https://a.test/', { signal: AbortSignal.timeout(5) }),
          { name: 'AbortError', message: /the signal timed out/ },
          name,
        );
      }
    },
  },
  {
    id: 'TR-01.aborted',
    rows: ['TR-01', 'TM-09'],
    title: 'with a signal that has aborted nothing reaches the transport',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const transport = new t.tern.MockTransport(() => {
        log.push('handled');
        return new t.tern.Response(200);
      });
      const client = clientOn(t, transport, {
        hooks: { request: [(): void => void log.push('hook')] },
        auth: {
          *flow(request) {
            log.push('flow');
            yield request;
          },
        },
      });
      const options = { signal: AbortSignal.abort('no') };
      await t.assert.rejects(client.get('https://a.test/', options), { name: 'AbortError', cause: 'no' });
      await t.assert.rejects(client.get('https://a.test/', { ...options, auth: null }), t.tern.AbortError);
      await t.assert.rejects(client.stream('GET', 'https://a.test/', options), t.tern.AbortError);
      t.assert.deepEqual(log, []);
      // Limits of many days are no limits of no time.
      const response = await client.get('https://a.test/', { timeout: { total: 2 ** 40 } });
      t.assert.equal(response.status, 200);
    },
  },
  {
    id: 'TR-01.late',
    rows: ['TR-01', 'TM-09'],
    title: 'a response that comes after its time is closed',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const body = new ReadableStream<Uint8Array>({ cancel: () => void log.push('cancelled') });
      let answer!: () => void;
      const wanted = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const client = clientOn(
        t,
        transportOf(async () => {
          await wanted;
          return new t.tern.StreamResponse(200, { body: body as never });
        }),
      );
      await t.assert.rejects(client.get('https://a.test/', { timeout: { total: 10 } }), t.tern.TotalTimeout);
      answer();
      for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
      t.assert.deepEqual(log, ['cancelled']);
    },
  },
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
    id: 'TR-03',
    rows: ['TR-03'],
    title: 'MockTransport reads the body of the request and answers with what its handler returns',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const wait of [false, true]) {
        const transport = new t.tern.MockTransport((request) => {
          const response = new t.tern.Response(201, {
            json: { method: request.method, body: Buffer.from(request.content).toString() },
            headers: { 'X-Own': '1' },
          });
          return wait ? Promise.resolve(response) : response;
        });
        const response = await clientOn(t, transport).post('https://a.test/', { content: once() });
        t.assert.deepEqual(response.json(), { method: 'POST', body: 'some content' });
        t.assert.deepEqual([response.status, response.headers.get('x-own')], [201, '1']);
        t.assert.equal(response.request.url.href, 'https://a.test/');
      }
    },
  },
  {
    id: 'TR-03.errors',
    rows: ['TR-03'],
    title: 'what the handler throws is what the caller gets',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const failure = new RangeError('of the handler');
      for (const handler of [
        (): never => {
          throw failure;
        },
        (): Promise<never> => Promise.reject(failure),
      ]) {
        const client = clientOn(t, new t.tern.MockTransport(handler));
        await t.assert.rejects(client.get('https://a.test/'), (error: unknown) => error === failure);
        await t.assert.rejects(
          client.stream('GET', 'https://a.test/'),
          (error: unknown) => error === failure,
        );
      }
      const timeout = clientOn(
        t,
        new t.tern.MockTransport((request) => {
          throw new t.tern.ReadTimeout({ reason: 'simulated', request });
        }),
      );
      await t.assert.rejects(timeout.get('https://a.test/'), {
        name: 'ReadTimeout',
        code: 'ERR_READ_TIMEOUT',
      });
    },
  },
  {
    id: 'TR-03.again',
    rows: ['TR-03'],
    title: 'one answer may be given many times, whole or streamed, and keeps no trace of it',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const answer = new t.tern.Response(302, { text: 'moved', headers: { Location: '/x' } });
      const client = clientOn(t, new t.tern.MockTransport(() => answer));
      for (const path of ['/a', '/b']) {
        const response = await client.get(`https://a.test${path}`);
        t.assert.deepEqual([response.text, response.url.pathname], ['moved', path]);
        t.assert.equal(response.nextRequest?.url.href, 'https://a.test/x');
        t.assert.notEqual(response, answer);
      }
      const streamed = await client.stream('GET', 'https://a.test/c');
      t.assert.equal((await streamed.read()).text, 'moved');
      t.assert.throws(() => answer.request, t.tern.InvalidArgument);
      t.assert.equal(answer.nextRequest, null);
    },
  },
  {
    id: 'TR-03.stream',
    rows: ['TR-03'],
    title: 'a handler may answer with a stream, with codings and trailers',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const coded = gzipSync('one\ntwo\n');
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield coded.subarray(0, 5);
        yield coded.subarray(5);
      }
      const handler = (): InstanceType<typeof t.tern.StreamResponse> =>
        new t.tern.StreamResponse(200, {
          headers: { 'Content-Encoding': 'gzip' },
          body: pieces(),
          trailers: { 'X-Sum': '7' },
        });
      for (const options of [{}, { timeout: { total: 60_000 } }]) {
        const client = clientOn(t, new t.tern.MockTransport(handler));
        const response = await client.stream('GET', 'https://a.test/', options);
        const lines: string[] = [];
        for await (const line of response.iterLines()) lines.push(line);
        t.assert.deepEqual([lines, response.bytesReceived], [['one', 'two'], coded.length]);
        t.assert.equal(response.trailers.get('x-sum'), '7');
        const read = await client.get('https://a.test/', options);
        t.assert.deepEqual(
          [read.text, read.bytesReceived, read.trailers.get('x-sum')],
          ['one\ntwo\n', coded.length, '7'],
        );
      }
    },
  },
  {
    id: 'TR-03.wrong',
    rows: ['TR-03', 'EX-20'],
    title: 'a handler that is none, or returns no response, is told',
    verdict: 'differs:httpx lets errors of the language escape',
    layer: 'model',
    async run(t) {
      t.assert.throws(() => new t.tern.MockTransport('x' as never), t.tern.InvalidArgument);
      for (const answer of [undefined, 'x', new globalThis.Response('x')]) {
        const client = clientOn(t, new t.tern.MockTransport(() => answer as never));
        await t.assert.rejects(client.get('https://a.test/'), t.tern.InvalidArgument);
      }
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
