import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { Replies, ReplyServer } from '../../fixtures/reply-server.ts';
import type { BodilessRequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** Answers `/r/<status>` with that status and a Location, and everything else with 200. */
const AT_PATH: Replies = ({ target }) => {
  const status = /^\/r\/(\d+)/.exec(target)?.[1];
  return status === undefined
    ? reply(200, [], 'end')
    : reply(Number(status), [['Location', '/end']], 'moved');
};

/** A server whose first request is redirected, and whose others are answered. */
function redirecting(t: CaseContext, status: number, location: string): Promise<ReplyServer> {
  return t.replies(({ index }) =>
    index === 0 ? reply(status, [['Location', location]], 'moved') : reply(200, [], 'end'),
  );
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RD-18',
    rows: ['RD-18', 'AU-08'],
    title: 'authentication wraps the whole chain: a challenge at its end starts again at the first URL',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) => {
        if (request.target === '/start') return reply(302, [['Location', '/guarded']]);
        return request.get('authorization') === 'Token 1' ? reply(200, [], 'in') : reply(401, [], 'who?');
      });
      let flows = 0;
      const response = await t.client({ redirect: true }).get(server.url('/start'), {
        auth: {
          *flow(request) {
            flows++;
            const challenge = yield request;
            if (challenge.status === 401) yield request.with({ headers: { Authorization: 'Token 1' } });
          },
        },
      });
      t.assert.deepEqual([response.text, flows], ['in', 1]);
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.get('authorization')]),
        [
          ['/start', undefined],
          ['/guarded', undefined],
          ['/start', 'Token 1'],
          ['/guarded', 'Token 1'],
        ],
      );
      t.assert.deepEqual(
        response.history.map(({ status }) => status),
        [302, 401, 302],
      );
    },
  },
  {
    id: 'RD-19',
    rows: ['RD-19', 'EX-14'],
    title: 'twenty hops are followed, one more is an error',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const client = t.client({ redirect: true });
      const response = await client.get(server.url('/redirect/20'));
      t.assert.deepEqual([response.status, response.history.length], [200, 20]);
      const before = server.requests.length;
      await t.assert.rejects(client.get(server.url('/redirect/21')), (error: unknown) => {
        t.assert.ok(error instanceof t.tern.TooManyRedirects);
        const { code, phase, request } = error as InstanceType<typeof t.tern.TooManyRedirects>;
        t.assert.deepEqual([code, phase], ['ERR_TOO_MANY_REDIRECTS', 'redirect']);
        t.assert.equal(request?.url.href, server.url('/get'));
        return true;
      });
      t.assert.equal(server.requests.length - before, 21);
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'RD-19.max',
    rows: ['RD-19'],
    title: 'redirect.max allows that many hops, none at all if it is 0',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      for (const max of [0, 1, 2, 25]) {
        const client = t.client({ redirect: { max } });
        const followed = await client.get(server.url(max === 0 ? '/get' : `/redirect/${max}`));
        t.assert.equal(followed.history.length, max);
        const before = server.requests.length;
        await t.assert.rejects(client.get(server.url(`/redirect/${max + 1}`)), t.tern.TooManyRedirects);
        t.assert.equal(server.requests.length - before, max + 1);
      }
      await t.assert.rejects(
        t.client({ redirect: { max: 3 } }).get(server.url('/loop')),
        t.tern.TooManyRedirects,
      );
    },
  },
  {
    id: 'RD-20',
    rows: ['RD-20'],
    title: 'rounds of authentication count against the limit of hops',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/a' ? reply(302, [['Location', '/b']]) : reply(target === '/b' ? 200 : 401),
      );
      const twice: BodilessRequestOptions = {
        auth: {
          *flow(request) {
            yield request.with({ url: server.url('/guarded') });
            yield request;
          },
        },
      };
      await t.assert.rejects(
        t.client({ redirect: { max: 1 } }).get(server.url('/a'), twice),
        t.tern.TooManyRedirects,
      );
      const response = await t.client({ redirect: { max: 2 } }).get(server.url('/a'), twice);
      t.assert.deepEqual(
        response.history.map(({ status }) => status),
        [401, 302],
      );
    },
  },
  {
    id: 'RD-20.no-redirect',
    rows: ['RD-20'],
    title: 'rounds of authentication alone never are too many redirects',
    verdict:
      'differs:without a redirect there is nothing to limit; httpx fails after a challenge when the limit is 0',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ index }) => reply(index < 2 ? 401 : 200));
      const response = await t.client({ redirect: { max: 0 } }).get(server.url('/a'), {
        auth: {
          *flow(request) {
            yield request;
            yield request;
            yield request;
          },
        },
      });
      t.assert.deepEqual([response.status, response.history.length], [200, 2]);
    },
  },
  {
    id: 'RD-22',
    rows: ['RD-22'],
    title: 'nextRequest follows a chain by hand, one request after the other',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ target }) => {
        if (target === '/a') return reply(303, [['Location', '/b']]);
        return target === '/b' ? reply(307, [['Location', '/c']]) : reply(200, [], 'end');
      });
      const client = t.client();
      let response = await client.post(server.url('/a'), { json: 1, headers: { 'X-Own': '1' } });
      const seen: [number, string | undefined][] = [];
      for (let next = response.nextRequest; next !== null; next = response.nextRequest) {
        seen.push([response.status, next.url.pathname]);
        t.assert.equal(next.headers.get('x-own'), '1');
        t.assert.equal(next.headers.get('content-type'), null);
        response = await client.send(next);
      }
      t.assert.deepEqual(seen, [
        [303, '/b'],
        [307, '/c'],
      ]);
      t.assert.deepEqual([response.text, response.nextRequest, response.history.length], ['end', null, 0]);
      t.assert.deepEqual(
        server.requests.map(({ method }) => method),
        ['POST', 'GET', 'GET'],
      );
    },
  },
  {
    id: 'RD-22.stream',
    rows: ['RD-22'],
    title: 'nextRequest is there on streamed responses too, and after they have been read',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await redirecting(t, 302, '/end');
      const response = await t.client().stream('GET', server.url('/start'));
      t.assert.equal(response.nextRequest?.url.pathname, '/end');
      t.assert.equal((await response.read()).nextRequest?.url.pathname, '/end');
      const final = await t.client().get(server.url());
      t.assert.equal(final.nextRequest, null);
    },
  },
  {
    id: 'RD-22.rewrite',
    rows: ['RD-22', 'RD-23'],
    title: 'redirect.rewrite may change the next request, or refuse it, and then it is there as nextRequest',
    verdict: 'differs:an option that httpx does not have',
    layer: 'live',
    async run(t) {
      const server = await t.replies(AT_PATH);
      const changed = await t
        .client({ redirect: { rewrite: (next) => next.with({ headers: { 'X-Hop': '1' } }) } })
        .get(server.url('/r/302'));
      t.assert.deepEqual([changed.status, server.requests.at(-1)?.get('x-hop')], [200, '1']);
      const seen: unknown[] = [];
      const client = t.client({
        redirect: {
          rewrite: async (next, response) => {
            seen.push([next.url.pathname, response.status]);
            return null;
          },
        },
      });
      const refused = await client.get(server.url('/r/307'));
      t.assert.deepEqual(seen, [['/end', 307]]);
      t.assert.deepEqual([refused.status, refused.text, refused.history.length], [307, 'moved', 0]);
      t.assert.equal(refused.nextRequest?.url.pathname, '/end');
      const wrong = t.client({ redirect: { rewrite: (() => 'no request') as never } });
      await t.assert.rejects(wrong.get(server.url('/r/302')), t.tern.InvalidArgument);
      t.assert.equal(wrong.stats.active, 0);
    },
  },
  {
    id: 'RD-23',
    rows: ['RD-23'],
    title: 'every way to send a request can follow redirects, or not, whatever the client does',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(AT_PATH);
      const url = server.url('/r/302');
      for (const [given, expected] of [
        [true, 200],
        [{ max: 1 }, 200],
        [false, 302],
        [null, 302],
      ] as const) {
        const client = t.client({ redirect: expected === 302 });
        t.assert.equal((await client.get(url, { redirect: given })).status, expected);
        t.assert.equal((await client.post(url, { redirect: given })).status, expected);
        t.assert.equal(
          (await client.send(client.buildRequest('GET', url), { redirect: given })).status,
          expected,
        );
        const streamed = await client.stream('GET', url, { redirect: given });
        t.assert.equal((await streamed.read()).status, expected);
        t.assert.equal((await t.tern.get(url, { redirect: given })).status, expected);
        t.assert.equal((await client.get(url)).status, expected === 302 ? 200 : 302);
      }
    },
  },
  {
    id: 'RD-23.options',
    rows: ['RD-23'],
    title: 'a policy that does not fit is refused before anything is sent',
    verdict: 'same',
    layer: 'model',
    run(t) {
      for (const redirect of [
        'follow',
        1,
        { max: -1 },
        { max: 1.5 },
        { max: '3' },
        { sensitiveHeaders: 'X-Own' },
        { sensitiveHeaders: ['a b'] },
        { keepMethod: 1 },
        { allowDowngrade: 'no' },
        { rewrite: true },
        { limit: 3 },
        { toString: 3 },
      ]) {
        t.assert.throws(
          () => new t.tern.Client({ redirect: redirect as never }),
          { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' },
          JSON.stringify(redirect),
        );
      }
    },
  },
  {
    id: 'RD-23.history',
    rows: ['RD-23', 'RD-19'],
    title: 'each response of the history has the history up to itself',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const response = await t.client({ redirect: true }).get(server.url('/redirect/3'));
      t.assert.deepEqual(
        response.history.map(({ url, history }) => [url.pathname, history.length]),
        [
          ['/redirect/3', 0],
          ['/redirect/2', 1],
          ['/redirect/1', 2],
        ],
      );
      t.assert.equal(response.history[2]?.history[1], response.history[1]);
      t.assert.deepEqual([response.url.pathname, response.request.url.pathname], ['/get', '/get']);
      t.assert.ok(response.history.every((entry) => entry instanceof t.tern.Response));
    },
  },
  {
    id: 'RD-24',
    rows: ['RD-24'],
    title: 'a cookie that a redirect sets is sent with the next hop, one that it deletes is not',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const client = t.client({ redirect: true });
      const set = await client.get(server.url('/cookies/set?a=1&b=2&_to=/cookies'));
      t.assert.deepEqual(set.json(), { header: 'a=1; b=2', cookies: { a: '1', b: '2' } });
      t.assert.equal(client.cookies.get('a'), '1');
      const gone = await client.get(server.url('/cookies/delete?a&_to=/cookies'));
      t.assert.deepEqual(gone.json(), { header: 'b=2', cookies: { b: '2' } });
    },
  },
  {
    id: 'RD-24.own-field',
    rows: ['RD-24', 'CK-23'],
    title: 'a Cookie field of the caller is for the first request; the next one gets what the jar has',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ index }) =>
        index === 0
          ? reply(302, [
              ['Set-Cookie', 'fromServer=1'],
              ['Location', '/end'],
            ])
          : reply(200),
      );
      await t.client({ redirect: true }).get(server.url(), { headers: { Cookie: 'own=1' } });
      t.assert.deepEqual(
        server.requests.map((request) => request.get('cookie')),
        ['own=1', 'fromServer=1'],
      );
      const bare = await redirecting(t, 302, '/end');
      await t.client({ redirect: true, cookies: null }).get(bare.url(), { headers: { Cookie: 'own=1' } });
      t.assert.deepEqual(
        bare.requests.map((request) => request.get('cookie')),
        ['own=1', undefined],
      );
    },
  },
  {
    id: 'RD-24.body',
    rows: ['RD-24', 'ST-12'],
    title: 'a chunked body of a redirect is read, so that the next hop goes over the same connection',
    verdict: 'same',
    layer: 'bytes',
    needs: ['pool'],
    async run(t) {
      const fields = [
        ['Location', '/end'],
        ['Transfer-Encoding', 'chunked'],
      ] as const;
      const server = await t.replies(({ index }) =>
        index === 0 ? reply(302, fields, chunked(['moved ', 'there'])) : reply(200),
      );
      const response = await t.client({ redirect: true }).get(server.url());
      t.assert.equal(response.history[0]?.text, 'moved there');
      t.assert.equal(server.connections, 1);
    },
  },
];
