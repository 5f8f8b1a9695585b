import { reply } from '../../fixtures/reply-server.ts';
import type { Request } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { mocked } from '../support/mock-clients.ts';

function doNothing(): void {}

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
        t.assert.equal(response instanceof t.tern.Response && response.text, 'why');
        return true;
      });
      const unread = t.client({ hooks: { response: [(response): void => void response.raiseForStatus()] } });
      await t.assert.rejects(unread.get(server.url()), t.tern.HTTPStatusError);
      t.assert.equal(unread.stats.active, 0);
    },
  },
];
