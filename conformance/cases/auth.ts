import { reply } from '../../fixtures/reply-server.ts';
import type { Replies, ReplyServer } from '../../fixtures/reply-server.ts';
import type { Auth, AuthInit, AuthResponse, Client, ClientOptions, Request } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const BASIC = 'Basic dXNlcjpwYXNzd29yZDEyMw==';

/** A client without a network, and what reaches the end of it. */
function recorded(
  t: CaseContext,
  options: ClientOptions = {},
  status: (index: number) => number = () => 200,
): { readonly client: Client; readonly requests: readonly Request[] } {
  const requests: Request[] = [];
  const transport = new t.tern.MockTransport(
    (request) => new t.tern.Response(status(requests.push(request) - 1)),
  );
  const client = new t.tern.Client({ ...options, transport });
  t.defer(() => client.close());
  return { client, requests };
}

function authorizations(requests: readonly Request[]): (string | null)[] {
  return requests.map(({ headers }) => headers.get('authorization'));
}

async function* once(): AsyncGenerator<string> {
  yield 'some ';
  yield 'content';
}

/** A flow that notes what happens to it. */
function watched(log: string[], flow: (request: Request) => Generator<Request, void, AuthResponse>): Auth {
  return {
    *flow(request) {
      try {
        yield* flow(request);
        log.push('returned');
      } finally {
        log.push('closed');
      }
    },
  };
}

/** A server that challenges until the token is right. */
function guarded(
  t: CaseContext,
  token = 'Token 1',
  more: readonly (readonly [string, string])[] = [],
): Promise<ReplyServer> {
  const answer: Replies = (request) =>
    request.get('authorization') === token
      ? reply(200, [], 'in')
      : reply(401, [['X-Nonce', '1'], ...more], 'who?');
  return t.replies(answer);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'AU-01',
    rows: ['AU-01', 'AU-02', 'AU-10'],
    title: 'auth is a pair, an object with a flow, a function, or null',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const forms: readonly (readonly [AuthInit | null, string | undefined])[] = [
        [['user', 'password123'], BASIC],
        [t.tern.basicAuth('user', 'password123'), BASIC],
        [t.tern.bearerAuth('abc.def_~+/='), 'Bearer abc.def_~+/='],
        [t.tern.bearerAuth(() => 'fresh'), 'Bearer fresh'],
        [t.tern.bearerAuth(async () => 'awaited'), 'Bearer awaited'],
        [(request): Request => request.with({ headers: { Authorization: 'signed' } }), 'signed'],
        [async (request): Promise<Request> => request.with({ headers: { Authorization: 'later' } }), 'later'],
        [
          {
            *flow(request) {
              yield request.with({ headers: { Authorization: 'flow' } });
            },
          },
          'flow',
        ],
        [null, undefined],
      ];
      for (const [auth, expected] of forms) {
        await t.client({ auth }).get(server.url());
        t.assert.equal(server.requests.at(-1)?.get('authorization'), expected);
        await t.client().get(server.url(), { auth });
        t.assert.equal(server.requests.at(-1)?.get('authorization'), expected);
      }
    },
  },
  {
    id: 'AU-01.wrong',
    rows: ['AU-01', 'EX-20'],
    title: 'anything else is refused before anything is sent',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, requests } = recorded(t);
      for (const auth of [
        'user:password',
        7,
        true,
        {},
        [],
        ['user'],
        ['user', 1],
        ['a', 'b', 'c'],
        { flow: 1 },
      ]) {
        const wrong = auth as never;
        t.assert.throws(
          () => new t.tern.Client({ auth: wrong }),
          t.tern.InvalidArgument,
          JSON.stringify(auth),
        );
        await t.assert.rejects(client.get('https://a.test/', { auth: wrong }), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
        t.assert.throws(() => {
          client.auth = wrong;
        }, t.tern.InvalidArgument);
      }
      t.assert.deepEqual(requests, []);
    },
  },
  {
    id: 'AU-01.origin',
    rows: ['AU-01'],
    title: 'auth of the client goes to the origin of its base URL only',
    verdict: 'fixed:D45',
    layer: 'model',
    async run(t) {
      const auth = ['user', 'password123'] as const;
      const urls = [
        '/x',
        'https://a.test/y',
        'https://A.test:443/z',
        'http://a.test/',
        'https://b.test/',
        '//b.test/',
      ];
      const bound = recorded(t, { baseURL: 'https://a.test/api', auth });
      for (const url of urls) await bound.client.get(url);
      t.assert.deepEqual(authorizations(bound.requests), [BASIC, BASIC, BASIC, null, null, null]);
      // What a request asks for itself is meant.
      await bound.client.get('https://b.test/', { auth: ['user', 'password123'] });
      t.assert.equal(bound.requests.at(-1)?.headers.get('authorization'), BASIC);
      const anywhere = recorded(t, { baseURL: 'https://a.test/api', auth, authScope: 'any' });
      for (const url of urls) await anywhere.client.get(url);
      t.assert.deepEqual(
        authorizations(anywhere.requests),
        urls.map(() => BASIC),
      );
      const baseless = recorded(t, { auth });
      await baseless.client.get('https://b.test/');
      t.assert.deepEqual(authorizations(baseless.requests), [BASIC]);
    },
  },
  {
    id: 'AU-02',
    rows: ['AU-02'],
    title: 'Basic encodes UTF-8, or the octets that are given',
    verdict: 'same',
    rfc: 'RFC 7617 §2',
    layer: 'model',
    async run(t) {
      const pairs: readonly (readonly [Uint8Array | string, Uint8Array | string, string])[] = [
        ['user', 'password123', BASIC],
        ['üser', 'p☃', 'Basic w7xzZXI6cOKYgw=='],
        ['', '', 'Basic Og=='],
        ['user', 'a:b:c', 'Basic dXNlcjphOmI6Yw=='],
        [Buffer.from('user'), Buffer.from('password123'), BASIC],
        [Uint8Array.of(0xfc), 'x', 'Basic /Dp4'],
      ];
      for (const [username, password, expected] of pairs) {
        const { client, requests } = recorded(t);
        await client.get('https://a.test/', { auth: t.tern.basicAuth(username, password) });
        await client.get('https://a.test/', { auth: [username, password] });
        t.assert.deepEqual(authorizations(requests), [expected, expected]);
      }
    },
  },
  {
    id: 'AU-02.colon',
    rows: ['AU-02'],
    title: 'a user name with a colon is refused, and so are control characters',
    verdict: 'fixed:D46',
    rfc: 'RFC 7617 §2',
    layer: 'model',
    async run(t) {
      for (const [username, password] of [
        ['us:er', 'x'],
        [':', 'x'],
        ['us\ner', 'x'],
        ['user', 'x\0'],
        ['user', '\x7f'],
      ] as const) {
        t.assert.throws(() => t.tern.basicAuth(username, password), t.tern.InvalidArgument);
        t.assert.throws(() => new t.tern.Client({ auth: [username, password] }), t.tern.InvalidArgument);
      }
      t.assert.throws(() => t.tern.basicAuth(Buffer.from('a:b'), ''), t.tern.InvalidArgument);
      const { client, requests } = recorded(t);
      await t.assert.rejects(client.get('https://us%3Aer:x@a.test/'), t.tern.InvalidArgument);
      t.assert.deepEqual(requests, []);
    },
  },
  {
    id: 'AU-02.bearer',
    rows: ['AU-02'],
    title: 'a bearer token is visible ASCII, asked for anew for each request',
    verdict: 'differs:httpx has no bearer auth',
    rfc: 'RFC 6750 §2.1',
    layer: 'model',
    async run(t) {
      for (const token of ['', 'a b', 'a\r\nX: y', 'tökén', 7 as never]) {
        t.assert.throws(() => t.tern.bearerAuth(token), t.tern.InvalidArgument);
        const { client } = recorded(t, { auth: t.tern.bearerAuth(() => token) });
        await t.assert.rejects(client.get('https://a.test/'), t.tern.InvalidArgument);
      }
      let count = 0;
      const { client, requests } = recorded(t, { auth: t.tern.bearerAuth(async () => `t${++count}`) });
      await client.get('https://a.test/');
      await client.get('https://a.test/');
      t.assert.deepEqual(authorizations(requests), ['Bearer t1', 'Bearer t2']);
    },
  },
  {
    id: 'AU-03',
    rows: ['AU-03'],
    title:
      'userinfo of the URL is Basic, wins over an Authorization field, and shows nowhere else on the wire',
    verdict: 'same',
    rfc: 'RFC 9110 §4.2.4',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const at = `127.0.0.1:${server.port}`;
      for (const [userinfo, expected] of [
        ['user:password123', BASIC],
        ['u%40x:p%3Aw', 'Basic dUB4OnA6dw=='],
        ['user', 'Basic dXNlcjo='],
        [':token', 'Basic OnRva2Vu'],
        ['%C3%BCser:p%E2%98%83', 'Basic w7xzZXI6cOKYgw=='],
      ] as const) {
        for (const headers of [{}, { Authorization: 'other' }]) {
          const response = await client.get(`http://${userinfo}@${at}/path?q`, { headers });
          const seen = server.requests.at(-1);
          t.assert.deepEqual(seen?.getAll('authorization'), [expected]);
          t.assert.deepEqual([seen?.target, seen?.getAll('host')], ['/path?q', [at]]);
          t.assert.equal(response.url.href, new URL(`http://${userinfo}@${at}/path?q`).href);
        }
      }
      t.assert.doesNotMatch(server.received.join(''), /@|password123/);
    },
  },
  {
    id: 'AU-03.precedence',
    rows: ['AU-03', 'AU-04'],
    title: 'auth that applies wins over userinfo; where none applies userinfo does',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const url = 'https://user:password123@a.test/';
      const own = recorded(t);
      await own.client.get(url, { auth: t.tern.bearerAuth('own') });
      t.assert.deepEqual(authorizations(own.requests), ['Bearer own']);
      const whole = recorded(t, { auth: t.tern.bearerAuth('client') });
      await whole.client.get(url);
      await whole.client.get(url, { auth: null });
      t.assert.deepEqual(authorizations(whole.requests), ['Bearer client', BASIC]);
      const bound = recorded(t, { baseURL: 'https://b.test', auth: t.tern.bearerAuth('client') });
      await bound.client.get(url);
      t.assert.deepEqual(authorizations(bound.requests), [BASIC]);
      const inBase = recorded(t, { baseURL: 'https://user:password123@a.test/api' });
      await inBase.client.get('x');
      await inBase.client.get('https://c.test/');
      t.assert.deepEqual(authorizations(inBase.requests), [BASIC, null]);
    },
  },
  {
    id: 'AU-04',
    rows: ['AU-04'],
    title: 'auth: null switches the auth of the client off for one request',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, requests } = recorded(t, { auth: ['user', 'password123'] });
      await client.get('https://a.test/');
      await client.get('https://a.test/', { auth: null });
      await client.send(client.buildRequest('GET', 'https://a.test/'), { auth: null });
      await (await client.stream('GET', 'https://a.test/', { auth: null })).cancel();
      await client.get('https://a.test/', { auth: null, headers: { Authorization: 'own' } });
      await client.get('https://a.test/');
      client.auth = null;
      await client.get('https://a.test/');
      t.assert.deepEqual(authorizations(requests), [BASIC, null, null, null, 'own', BASIC, null]);
    },
  },
  {
    id: 'AU-05',
    rows: ['AU-05'],
    title: 'a flow yields requests and receives their responses; when it returns, the last one is the result',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await guarded(t);
      const log: string[] = [];
      const client = t.client({
        auth: watched(log, function* (request) {
          const first = yield request;
          log.push(`got ${first.status}`);
          if (first.status !== 401) return;
          const token = `Token ${first.headers.get('x-nonce')}`;
          const second = yield request.with({ headers: { Authorization: token } });
          log.push(`got ${second.status}`);
        }),
      });
      const response = await client.get(server.url());
      t.assert.equal(response.text, 'in');
      t.assert.deepEqual(log, ['got 401', 'got 200', 'returned', 'closed']);
      t.assert.deepEqual(
        response.history.map(({ status, text, history }) => [status, text, history.length]),
        [[401, 'who?', 0]],
      );
      t.assert.equal(response.request.headers.get('authorization'), 'Token 1');
    },
  },
  {
    id: 'AU-05.nothing',
    rows: ['AU-05'],
    title: 'a flow that yields nothing, or no request, is a mistake that is told',
    verdict: 'differs:httpx lets errors of the language escape',
    layer: 'model',
    async run(t) {
      const wrong: readonly unknown[] = [
        { *flow() {} },
        {
          *flow() {
            yield 'no request';
          },
        },
        {
          *flow(request: Request) {
            yield request;
            yield undefined;
          },
        },
        { flow: () => undefined },
        { flow: () => [] },
        { flow: async () => {} },
        () => undefined,
        async () => 'no request',
      ];
      for (const auth of wrong) {
        const { client } = recorded(t);
        await t.assert.rejects(client.get('https://a.test/', { auth: auth as never }), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
      }
    },
  },
  {
    id: 'AU-06',
    rows: ['AU-06'],
    title: 'a flow can ask for the request body, which then can be sent several times',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await guarded(t);
      const seen: string[] = [];
      const flow: Auth['flow'] = function* (request) {
        if (seen.length === 0) seen.push(Buffer.from(request.content).toString());
        yield request;
        yield request.with({ headers: { Authorization: 'Token 1' } });
      };
      const response = await t
        .client()
        .post(server.url(), { content: once(), auth: { needsRequestBody: true, flow } });
      t.assert.equal(response.text, 'in');
      t.assert.deepEqual(seen, ['some content']);
      t.assert.deepEqual(
        server.exchanges.map(({ body }) => body.text),
        ['some content', 'some content'],
      );
      const unread: Auth = {
        *flow(request) {
          yield request.with({ headers: { 'X-Length': String(request.content.length) } });
        },
      };
      await t.assert.rejects(
        t.client().post(server.url(), { content: once(), auth: unread }),
        t.tern.RequestNotRead,
      );
    },
  },
  {
    id: 'AU-06.response',
    rows: ['AU-06'],
    title: 'a flow can ask for the content of responses, otherwise it gets them unread',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await guarded(t);
      for (const needsResponseBody of [true, false]) {
        const seen: unknown[] = [];
        const auth: Auth = {
          needsResponseBody,
          *flow(request) {
            const first = yield request;
            seen.push('text' in first ? first.text : first instanceof t.tern.StreamResponse);
            yield request.with({ headers: { Authorization: 'Token 1' } });
          },
        };
        const response = await t.client().stream('GET', server.url(), { auth });
        t.assert.deepEqual(seen, [needsResponseBody ? 'who?' : true]);
        t.assert.ok(response instanceof t.tern.StreamResponse);
        t.assert.equal((await response.read()).text, 'in');
      }
    },
  },
  {
    id: 'AU-07',
    rows: ['AU-07'],
    title: 'a flow that waits for something is an async generator; nothing else is different',
    verdict: 'differs:one kind of flow serves for waiting and not waiting',
    layer: 'live',
    async run(t) {
      const server = await guarded(t);
      const { origin } = server;
      const client = t.client();
      const auth: Auth = {
        async *flow(request) {
          const first = yield request;
          if (first.status !== 401) return;
          // A token from another place, over the same connections.
          const other = await client.get(`${origin}/token`, { headers: { Authorization: 'Token 1' } });
          yield request.with({ headers: { Authorization: other.isSuccess ? 'Token 1' : 'none' } });
        },
      };
      const responses = await Promise.all([1, 2, 3].map(() => client.get(server.url('/x'), { auth })));
      t.assert.deepEqual(
        responses.map(({ text, history }) => [text, history.length]),
        [1, 2, 3].map(() => ['in', 1]),
      );
    },
  },
  {
    id: 'AU-08',
    rows: ['AU-08', 'EH-03'],
    title:
      'every request of a flow follows redirects and meets the hooks; what comes between is read history',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) => {
        if (request.target === '/moved') return reply(302, [['Location', '/guarded']], 'moved');
        return request.get('authorization') === undefined ? reply(401, [], 'who?') : reply(200, [], 'in');
      });
      const log: string[] = [];
      const client = t.client({
        redirect: true,
        hooks: {
          request: [({ url, headers }) => void log.push(`> ${url.pathname} ${headers.get('authorization')}`)],
          response: [({ status }) => void log.push(`< ${status}`)],
        },
        auth: {
          *flow(request) {
            const first = yield request;
            log.push(`flow ${first.status}`);
            yield request.with({ headers: { Authorization: 'x' } });
          },
        },
      });
      const response = await client.get(server.url('/moved'));
      t.assert.deepEqual(log, [
        '> /moved null',
        '< 302',
        '> /guarded null',
        '< 401',
        'flow 401',
        '> /moved x',
        '< 302',
        '> /guarded x',
        '< 200',
      ]);
      t.assert.deepEqual(
        response.history.map(({ status, text }) => [status, text]),
        [
          [302, 'moved'],
          [401, 'who?'],
          [302, 'moved'],
        ],
      );
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'AU-08.cookies',
    rows: ['AU-08'],
    title: 'cookies of a challenge are kept',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await guarded(t, 'Token 1', [['Set-Cookie', 'a=1']]);
      const client = t.client({
        auth: {
          *flow(request) {
            yield request;
            yield request.with({ headers: { Authorization: 'Token 1' } });
          },
        },
      });
      await client.get(server.url());
      t.assert.equal(client.cookies.get('a'), '1');
    },
  },
  {
    id: 'AU-09',
    rows: ['AU-09'],
    title: 'an error in a flow closes response and flow, and is what the caller gets',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const failure = new Error('of the flow');
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nabc');
      });
      const client = t.client();
      const log: string[] = [];
      const failing = watched(log, function* (request) {
        yield request;
        throw failure;
      });
      for (const work of [
        (): Promise<unknown> => client.get(server.url(), { auth: failing }),
        (): Promise<unknown> => client.stream('GET', server.url(), { auth: failing }),
      ]) {
        await t.assert.rejects(work, (error: unknown) => error === failure);
        t.assert.deepEqual([log.splice(0), client.stats.active], [['closed'], 0]);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'AU-09.request',
    rows: ['AU-09'],
    title: 'a flow whose request fails is closed, and so is one whose next step is no request',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const log: string[] = [];
      const { url } = await t.refusedPort();
      const client = t.client();
      const simple = watched(log, function* (request) {
        yield request;
        log.push('went on');
      });
      await t.assert.rejects(client.get(url, { auth: simple }), t.tern.ConnectError);
      t.assert.deepEqual(log.splice(0), ['closed']);
      const server = await t.replies(reply(401, [], 'who?'));
      const wrong = watched(log, function* (request) {
        yield request;
        yield null as never;
      });
      await t.assert.rejects(client.get(server.url(), { auth: wrong }), t.tern.InvalidArgument);
      t.assert.deepEqual([log.splice(0), client.stats.active], [['closed'], 0]);
      const before = watched(log, function* () {
        if (log.length === 0) throw new RangeError('at once');
        yield null as never;
      });
      await t.assert.rejects(client.get(server.url(), { auth: before }), RangeError);
      t.assert.deepEqual(log, ['closed']);
    },
  },
  {
    id: 'AU-09.cut',
    rows: ['AU-09', 'ST-12'],
    title: 'a challenge whose content breaks off is an error, not a reason to go on',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nabc');
        await peer.end();
      });
      const log: string[] = [];
      const twice = watched(log, function* (request) {
        yield request;
        yield request;
      });
      const client = t.client();
      await t.assert.rejects(client.get(server.url(), { auth: twice }), t.tern.RemoteProtocolError);
      t.assert.deepEqual([log, client.stats.active], [['closed'], 0]);
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'AU-09.limits',
    rows: ['AU-09', 'AU-07', 'TM-09'],
    title: 'a flow that waits for ever is held to the signal and the total timeout',
    verdict: 'fixed:D23',
    layer: 'model',
    async run(t) {
      const { client, requests } = recorded(t);
      const hanging: Auth = {
        async *flow(request) {
          await new Promise(() => {});
          yield request;
        },
      };
      await t.assert.rejects(client.get('https://a.test/', { auth: hanging, timeout: { total: 20 } }), {
        name: 'TotalTimeout',
        code: 'ERR_TOTAL_TIMEOUT',
      });
      const controller = new AbortController();
      const work = client.get('https://a.test/', { auth: hanging, signal: controller.signal });
      setImmediate(() => controller.abort('enough'));
      await t.assert.rejects(work, { name: 'AbortError', cause: 'enough' });
      t.assert.deepEqual(requests, []);
    },
  },
  {
    id: 'AU-10',
    rows: ['AU-10'],
    title: 'a function is called once for each request, and what it returns is sent',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      let calls = 0;
      const client = t.client({
        redirect: true,
        auth: (request) => {
          calls++;
          return request.with({ headers: { 'X-Signed': `${request.method} ${request.url.pathname}` } });
        },
      });
      const response = await client.get(server.url('/redirect/2'));
      t.assert.deepEqual([response.status, calls], [200, 1]);
      t.assert.deepEqual(
        server.requests.map(({ fields }) => fields.find(([name]) => name === 'X-Signed')?.[1]),
        ['GET /redirect/2', 'GET /redirect/2', 'GET /redirect/2'],
      );
      await client.get(server.url('/get'));
      t.assert.equal(calls, 2);
      const failure = new Error('of the function');
      await t.assert.rejects(
        client.get(server.url('/get'), {
          auth: () => {
            throw failure;
          },
        }),
        (error: unknown) => error === failure,
      );
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'AU-10.server',
    rows: ['AU-10', 'AU-02', 'AU-03'],
    title: 'a real server accepts Basic from a pair, from userinfo and from a function',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const client = t.client();
      const path = '/basic-auth/%C3%BCser/p%E2%98%83';
      const header = 'Basic w7xzZXI6cOKYgw==';
      t.assert.equal((await client.get(server.url(path))).status, 401);
      t.assert.equal((await client.get(server.url(path), { auth: ['üser', 'p☃'] })).status, 200);
      const url = server.url(path).replace('//', '//%C3%BCser:p%E2%98%83@');
      t.assert.equal((await client.get(url)).status, 200);
      const signed = (request: Request): Request => request.with({ headers: { Authorization: header } });
      t.assert.equal((await client.get(server.url(path), { auth: signed })).status, 200);
    },
  },
];
