import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Hooks, Logger, Request, TraceEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A client without a network. */
function mocked(
  t: CaseContext,
  options: ClientOptions = {},
  answer: (request: Request) => InstanceType<CaseContext['tern']['Response']> = () =>
    new t.tern.Response(200),
): Client {
  const client = new t.tern.Client({ ...options, transport: new t.tern.MockTransport(answer) });
  t.defer(() => client.close());
  return client;
}

/** The places where a hook can fail while requests are on their way. */
const PLACES = ['request', 'response', 'redirect'] as const;

function doNothing(): void {}

function hang(): Promise<never> {
  return new Promise(() => {});
}

function failingAt(kind: (typeof PLACES)[number], failure: unknown): Partial<Hooks> {
  return {
    [kind]: [
      () => {
        throw failure;
      },
    ],
  };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EH-01',
    rows: ['EH-01'],
    title:
      'the request hook runs after auth and before sending, the response hook with the head and before the body',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      let sendBody!: () => void;
      const wanted = new Promise<void>((resolve) => {
        sendBody = resolve;
      });
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nX-Head: 1\r\nContent-Length: 4\r\n\r\n');
        await wanted;
        await peer.send('body');
      });
      const log: unknown[] = [];
      const client = t.client({
        auth: ['user', 'password123'],
        hooks: {
          request: [({ headers }) => void log.push(server.requests.length, headers.get('authorization'))],
          response: [
            (response) => {
              log.push(response instanceof t.tern.StreamResponse, response.headers.get('x-head'));
              log.push(response.bytesReceived, response.request.headers.get('authorization'));
              sendBody();
            },
          ],
        },
      });
      const response = await client.get(server.url());
      const basic = 'Basic dXNlcjpwYXNzd29yZDEyMw==';
      t.assert.deepEqual(log, [0, basic, true, '1', 0, basic]);
      t.assert.equal(response.text, 'body');
    },
  },
  {
    id: 'EH-01.stream',
    rows: ['EH-01', 'EH-02'],
    title: 'every way to send a request runs the hooks',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const hooks = {
        request: [({ method }: Request): void => void log.push(method)],
        response: [({ status }: { readonly status: number }): void => void log.push(String(status))],
      };
      const client = mocked(t, { hooks });
      await client.post('https://a.test/');
      await (await client.stream('PUT', 'https://a.test/')).cancel();
      await client.send(client.buildRequest('DELETE', 'https://a.test/'));
      await (await client.send(client.buildRequest('PURGE', 'https://a.test/'), { stream: true })).read();
      const transport = new t.tern.MockTransport(() => new t.tern.Response(204));
      await t.tern.request('QUERY', 'https://a.test/', { hooks, transport });
      t.assert.deepEqual(log, ['POST', '200', 'PUT', '200', 'DELETE', '200', 'PURGE', '200', 'QUERY', '204']);
    },
  },
  {
    id: 'EH-02',
    rows: ['EH-02'],
    title: 'hooks are lists; they run in order, and each is awaited',
    verdict: 'differs:hooks that wait and hooks that do not go into one list',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const later = (name: string) => async (): Promise<void> => {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        log.push(name);
      };
      const now = (name: string) => (): void => void log.push(name);
      const client = mocked(
        t,
        {
          redirect: true,
          hooks: {
            request: [later('q1'), now('q2'), later('q3')],
            response: [later('s1'), now('s2')],
            redirect: [later('r1'), now('r2')],
          },
        },
        ({ url }) =>
          url.pathname === '/'
            ? new t.tern.Response(302, { headers: { Location: '/x' } })
            : new t.tern.Response(200),
      );
      await client.get('https://a.test/');
      t.assert.deepEqual(log, ['q1', 'q2', 'q3', 's1', 's2', 'r1', 'r2', 'q1', 'q2', 'q3', 's1', 's2']);
    },
  },
  {
    id: 'EH-02.options',
    rows: ['EH-02'],
    title: 'what is not a list of functions, or a kind that does not exist, is refused',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const hook = doNothing;
      for (const hooks of [
        { request: hook },
        { response: [hook, 'x'] },
        { requests: [hook] },
        { error: [null] },
        { toString: [hook] },
      ]) {
        t.assert.throws(() => new t.tern.Client({ hooks: hooks as never }), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
      }
      const list = [hook];
      const client = new t.tern.Client({ hooks: { request: list, response: undefined as never } });
      t.defer(() => client.close());
    },
  },
  {
    id: 'EH-03',
    rows: ['EH-03'],
    title: 'each hop and each round of authentication runs the hooks',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const log: string[] = [];
      const client = t.client({
        redirect: true,
        hooks: {
          request: [({ url }) => void log.push(`> ${url.pathname}`)],
          response: [
            ({ url, status, history }) => void log.push(`< ${url.pathname} ${status} ${history.length}`),
          ],
          redirect: [
            ({ request, response }) => void log.push(`${response.url.pathname} to ${request.url.pathname}`),
          ],
        },
      });
      await client.get(server.url('/redirect/2'));
      t.assert.deepEqual(log, [
        '> /redirect/2',
        '< /redirect/2 302 0',
        '/redirect/2 to /redirect/1',
        '> /redirect/1',
        '< /redirect/1 302 1',
        '/redirect/1 to /get',
        '> /get',
        '< /get 200 2',
      ]);
      log.length = 0;
      await t.assert.rejects(
        client.get(server.url('/redirect/2'), { redirect: { max: 1 } }),
        t.tern.TooManyRedirects,
      );
      // A redirect that is one too many is not about to be followed.
      t.assert.equal(log.filter((line) => line.includes(' to ')).length, 1);
    },
  },
  {
    id: 'EH-04',
    rows: ['EH-04'],
    title: 'a request hook returns another request to send; the next hook gets that one',
    verdict: 'differs:requests cannot be changed, so a hook returns another one',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({
        hooks: {
          request: [
            (request) => request.with({ headers: { 'X-One': '1' }, content: 'new' }),
            async (request) =>
              request.with({ headers: { 'X-Two': `${request.headers.get('x-one')}2` }, method: 'PUT' }),
            () => {},
          ],
        },
      });
      const response = await client.post(server.url(), { content: 'old' });
      const [seen] = server.exchanges;
      t.assert.deepEqual(
        [
          seen?.method,
          seen?.get('x-one'),
          seen?.get('x-two'),
          seen?.body.text,
          seen?.getAll('content-length'),
        ],
        ['PUT', '1', '12', 'new', ['3']],
      );
      t.assert.equal(response.request.headers.get('x-two'), '12');
      t.assert.throws(() => response.request.headers.set('X-Three', '3'), t.tern.InvalidArgument);
    },
  },
  {
    id: 'EH-04.response',
    rows: ['EH-04'],
    title: 'a response hook may change the fields of the response and its encoding',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [['Content-Type', 'text/plain']], Buffer.from([0xe4])));
      const client = t.client({
        hooks: {
          response: [
            (response) => {
              response.headers.set('Content-Type', 'text/plain; charset=latin1');
            },
          ],
        },
      });
      t.assert.equal((await client.get(server.url())).text, 'ä');
    },
  },
  {
    id: 'EH-04.redirect',
    rows: ['EH-04', 'RD-14'],
    title: 'what a hook adds to one hop does not go to the next by itself',
    verdict:
      'differs:requests are not changed in place, so what a hook adds for one origin cannot leak to another',
    layer: 'model',
    async run(t) {
      const seen: (string | null)[] = [];
      const client = mocked(
        t,
        {
          redirect: true,
          hooks: {
            request: [
              (request) =>
                request.url.hostname === 'a.test'
                  ? request.with({ headers: { 'X-Signed': 'secret' } })
                  : undefined,
            ],
          },
        },
        (request) => {
          seen.push(request.headers.get('x-signed'));
          return seen.length === 1
            ? new t.tern.Response(302, { headers: { Location: 'https://b.test/' } })
            : new t.tern.Response(200);
        },
      );
      await client.get('https://a.test/');
      t.assert.deepEqual(seen, ['secret', null]);
    },
  },
  {
    id: 'EH-04.wrong',
    rows: ['EH-04', 'EX-20'],
    title: 'a request hook that returns something else is a mistake that is told',
    verdict: 'differs:httpx takes nothing that a hook returns',
    layer: 'model',
    async run(t) {
      const log: unknown[] = [];
      for (const value of [1, 'x', {}, true]) {
        const client = mocked(t, {
          hooks: { request: [(() => value) as never, (): void => void log.push(1)] },
        });
        await t.assert.rejects(client.get('https://a.test/'), t.tern.InvalidArgument);
      }
      t.assert.deepEqual(log, []);
    },
  },
  {
    id: 'EH-05',
    rows: ['EH-05'],
    title: 'what a hook throws is what the caller gets, and the response is closed before that',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const failure = new Error('of the hook');
      for (const kind of PLACES) {
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 10\r\n\r\nabc');
        });
        const client = t.client({ redirect: true, hooks: failingAt(kind, failure) });
        for (const work of [
          (): Promise<unknown> => client.get(server.url()),
          (): Promise<unknown> => client.stream('GET', server.url()),
          (): Promise<unknown> => client.send(client.buildRequest('GET', server.url()), { stream: true }),
        ]) {
          await t.assert.rejects(work, (error: unknown) => error === failure, kind);
          t.assert.deepEqual([client.stats.active, client.stats.connections], [0, 0], kind);
          await server.untilOpen(0);
        }
        t.assert.equal(server.requests.length, kind === 'request' ? 0 : 3, kind);
      }
    },
  },
  {
    id: 'EH-05.order',
    rows: ['EH-05', 'EH-02'],
    title: 'after a hook that throws no other of its kind runs',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const failure = new Error('of the hook');
      for (const kind of ['request', 'response'] as const) {
        const log: string[] = [];
        const note = (): void => void log.push('ran');
        const client = t.client({
          hooks: {
            [kind]: [
              note,
              async () => {
                throw failure;
              },
              note,
            ],
          },
        });
        await t.assert.rejects(client.get(server.url()), (error: unknown) => error === failure);
        t.assert.deepEqual([log, client.stats.active], [['ran'], 0], kind);
      }
    },
  },
  {
    id: 'EH-05.body',
    rows: ['EH-05', 'ST-09'],
    title: 'a body that has not been opened when a hook throws is let go',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const replaced of [false, true]) {
        const log: string[] = [];
        const content = new ReadableStream<Uint8Array>({
          cancel: (reason: unknown) => void log.push(String(reason)),
        });
        const client = mocked(t, {
          hooks: {
            request: [
              (request) => (replaced ? request.with({ content: content as never }) : undefined),
              () => {
                throw new RangeError('of the hook');
              },
            ],
          },
        });
        await t.assert.rejects(
          client.post('https://a.test/', replaced ? {} : { content: content as never }),
          RangeError,
        );
        t.assert.deepEqual(log, ['RangeError: of the hook']);
      }
    },
  },
  {
    id: 'EH-06',
    rows: ['EH-06'],
    title: 'a response hook that wants the content reads it; the caller still gets it',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/moved' ? reply(302, [['Location', '/end']], 'moved') : reply(200, [], 'content'),
      );
      const log: string[] = [];
      const client = t.client({
        redirect: true,
        hooks: { response: [async (response): Promise<void> => void log.push((await response.read()).text)] },
      });
      const response = await client.get(server.url('/moved'));
      t.assert.deepEqual([response.text, response.history[0]?.text], ['content', 'moved']);
      const streamed = await client.stream('GET', server.url('/end'));
      let text = '';
      for await (const piece of streamed.iterText()) text += piece;
      t.assert.equal(text, 'content');
      t.assert.deepEqual(log, ['moved', 'content', 'content']);
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'EH-06.status',
    rows: ['EH-06', 'EX-15'],
    title: 'a response hook can raise for status, with the content read first',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(500, [], 'why'));
      const client = t.client({
        hooks: {
          response: [async (response): Promise<void> => void (await response.read()).raiseForStatus()],
        },
      });
      await t.assert.rejects(client.get(server.url()), (error: unknown) => {
        t.assert.ok(error instanceof t.tern.HTTPStatusError);
        const { response } = error as InstanceType<typeof t.tern.HTTPStatusError>;
        t.assert.equal('text' in response && response.text, 'why');
        return true;
      });
      const unread = t.client({ hooks: { response: [(response): void => void response.raiseForStatus()] } });
      await t.assert.rejects(unread.get(server.url()), t.tern.HTTPStatusError);
      t.assert.equal(unread.stats.active, 0);
    },
  },
  {
    id: 'EH-07',
    rows: ['EH-07'],
    title: 'error hooks see every failure once, in order, and may put another error in its place',
    verdict: 'fixed:D42',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const server = await t.replies(reply(500, [], 'why'));
      const log: unknown[] = [];
      const other = new Error('other');
      const last = new Error('last');
      const client = t.client({
        raiseForStatus: true,
        hooks: {
          error: [
            async (error): Promise<Error> => {
              log.push((error as Error).name);
              return other;
            },
            (error): void => void log.push(error === other),
            () => {
              throw last;
            },
            (error): void => void log.push(error === last),
          ],
        },
      });
      const failing: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['ConnectError', (): Promise<unknown> => client.get(url)],
        ['ConnectError', (): Promise<unknown> => client.stream('GET', url)],
        ['ConnectError', (): Promise<unknown> => client.send(client.buildRequest('GET', url))],
        ['HTTPStatusError', (): Promise<unknown> => client.get(server.url())],
        ['HTTPStatusError', (): Promise<unknown> => client.stream('GET', server.url())],
        ['InvalidURL', (): Promise<unknown> => client.get('http://[')],
        ['InvalidArgument', (): Promise<unknown> => client.get(server.url(), { wrong: 1 } as never)],
      ];
      for (const [name, work] of failing) {
        await t.assert.rejects(work, (error: unknown) => error === last, name);
        t.assert.deepEqual(log.splice(0), [name, true, true]);
      }
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'EH-07.content',
    rows: ['EH-07'],
    title: 'the error hook sees a failure in the middle of the content of get()',
    verdict: 'fixed:D42',
    layer: 'bytes',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
        await peer.end();
      });
      const seen: unknown[] = [];
      const client = t.client({ hooks: { error: [(error): void => void seen.push(error)] } });
      await t.assert.rejects(
        client.get(server.url()),
        (error: unknown) => seen.length === 1 && seen[0] === error,
      );
    },
  },
  {
    id: 'EH-07.retry',
    rows: ['EH-07', 'PL-05'],
    title:
      'the retry hook runs before a request is repeated, which waits for it; what it throws ends the request',
    verdict: 'fixed:D42',
    rfc: 'RFC 9112 §9.3.1',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      // A connection that is closed just when it is used again.
      const stale = (): ReturnType<CaseContext['scripted']> =>
        t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send(reply(200, [], 'one'));
          await peer.readRequest();
          if (peer.index === 0) peer.reset();
          else await peer.send(reply(200, [], 'again'));
        });
      const log: unknown[] = [];
      const client = t.client({
        hooks: {
          retry: [
            async ({ request, reason, attempt }): Promise<void> => {
              await new Promise((resolve) => {
                setImmediate(resolve);
              });
              log.push(request.url.pathname, attempt, reason.length > 0, server.connections);
            },
          ],
        },
      });
      const server = await stale();
      await client.get(server.url('/a'));
      t.assert.equal((await client.get(server.url('/b'))).text, 'one');
      t.assert.deepEqual(log, ['/b', 2, true, 1]);
      const failure = new Error('of the hook');
      const other = await stale();
      const refusing = t.client({
        hooks: {
          retry: [
            () => {
              throw failure;
            },
          ],
        },
      });
      await refusing.get(other.url());
      await t.assert.rejects(refusing.get(other.url()), (error: unknown) => error === failure);
      t.assert.deepEqual([other.connections, refusing.stats.active], [1, 0]);
    },
  },
  {
    id: 'EH-07.limits',
    rows: ['EH-07', 'TM-09'],
    title: 'hooks that wait for ever are held to the signal and the total timeout',
    verdict: 'fixed:D23',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 10\r\n\r\nabc');
      });
      for (const kind of PLACES) {
        const client = t.client({ redirect: true, hooks: { [kind]: [hang] } });
        await t.assert.rejects(
          client.get(server.url(), { timeout: { total: 40 } }),
          { name: 'TotalTimeout', code: 'ERR_TOTAL_TIMEOUT' },
          kind,
        );
        const controller = new AbortController();
        const work = client.get(server.url(), { signal: controller.signal });
        setTimeout(() => controller.abort('enough'), 20);
        await t.assert.rejects(work, { name: 'AbortError', cause: 'enough' }, kind);
        t.assert.equal(client.stats.active, 0, kind);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'EH-07.trace',
    rows: ['EH-07'],
    title: 'trace and logger see the same request under one number, and no secrets',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(({ target }) =>
        target.startsWith('/start')
          ? reply(302, [['Location', '/end?token=hidden2']])
          : reply(200, [], 'end'),
      );
      const events: TraceEvent[] = [];
      const lines: string[] = [];
      const logger: Logger = { info: (line) => lines.push(line), debug: (line) => lines.push(line) };
      const client = t.client({ redirect: true, logger, trace: (event) => events.push(event) });
      const url = server.url('/start?token=hidden1').replace('//', '//user:hidden3@');
      await client.get(url, { headers: { 'X-Api-Key': 'hidden4', Cookie: 'a=hidden5' } });
      await t.assert.rejects(client.get(url, { redirect: { max: 0 } }), t.tern.TooManyRedirects);
      const own = events.filter(({ name }) => name.startsWith('client.'));
      t.assert.deepEqual(
        own.map(({ name }) => name),
        [
          'client.request.started',
          'client.redirect',
          'client.request.complete',
          'client.request.started',
          'client.request.failed',
        ],
      );
      const [started, redirect, complete] = own;
      t.assert.equal(new Set(own.slice(0, 3).map(({ requestId }) => requestId)).size, 1);
      t.assert.notEqual(own[3]?.requestId, started?.requestId);
      t.assert.deepEqual([started?.info['method'], redirect?.info['status']], ['GET', 302]);
      t.assert.deepEqual([complete?.info['status'], complete?.info['hops']], [200, 2]);
      t.assert.ok(lines.filter((line) => line.startsWith('HTTP Request: GET ')).length >= 3);
      t.assert.ok(
        lines.includes(
          `HTTP Request: GET http://[secure]@127.0.0.1:${server.port}/end?token=[secure] "HTTP/1.1 200 OK"`,
        ),
        lines.join('\n'),
      );
      t.assert.doesNotMatch(
        lines.filter((line) => !/\] (?:http11|pool|connection)\./.test(line)).join('\n'),
        /hidden/,
      );
      const clientEvents = own
        .map(({ info }) => `${(info['error'] as Error | undefined)?.message}${JSON.stringify(info)}`)
        .join('\n');
      t.assert.doesNotMatch(clientEvents, /hidden/);
    },
  },
  {
    id: 'EH-07.wire-trace',
    rows: ['EH-07', 'LG-02'],
    title: 'nor are there secrets in what is told about the wire',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(({ target }) =>
        target.startsWith('/start')
          ? reply(302, [
              ['Location', '/end?token=hidden2'],
              ['Set-Cookie', 'a=hidden6'],
            ])
          : reply(200, [['X-Api-Key', 'hidden7']], 'end'),
      );
      const lines: string[] = [];
      const events: TraceEvent[] = [];
      const client = t.client({
        redirect: true,
        logger: { info: () => {}, debug: (line) => lines.push(line) },
        trace: (event) => events.push(event),
      });
      const url = server.url('/start?token=hidden1').replace('//', '//user:hidden3@');
      await client.get(url, { headers: { 'X-Api-Key': 'hidden4', Cookie: 'a=hidden5' } });
      t.assert.ok(lines.length > 10);
      t.assert.doesNotMatch(lines.join('\n'), /hidden/);
      t.assert.doesNotMatch(JSON.stringify(events), /hidden/);
    },
  },
];
