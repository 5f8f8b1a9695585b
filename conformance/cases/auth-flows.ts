import { reply } from '../../fixtures/reply-server.ts';
import type { Replies, ReplyServer } from '../../fixtures/reply-server.ts';
import type { Auth, AuthResponse, Request } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { recorded } from '../support/mock-clients.ts';

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
            seen.push(first instanceof t.tern.Response ? first.text : first instanceof t.tern.StreamResponse);
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
];
