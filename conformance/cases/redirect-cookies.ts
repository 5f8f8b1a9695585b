import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { visit } from '../support/cookies.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CK-10.rounds',
    rows: ['CK-10'],
    title: 'the cookies of redirects and of rounds of authentication are kept too, and sent at once',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(401, [['Set-Cookie', 'round=1']]),
        reply(302, [
          ['Set-Cookie', 'hop=2'],
          ['Location', '/end'],
        ]),
        reply(500, [['Set-Cookie', 'last=3']]),
        reply(200),
      ]);
      const client = t.client({ redirect: true });
      await client.get(server.url('/'), {
        auth: {
          *flow(request) {
            const response = yield request;
            if (response.status === 401) yield client.buildRequest('GET', server.url('/in'));
          },
        },
      });
      await client.get(server.url('/after'));
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.get('cookie')]),
        [
          ['/', undefined],
          ['/in', 'round=1'],
          ['/end', 'round=1; hop=2'],
          ['/after', 'round=1; hop=2; last=3'],
        ],
      );
    },
  },
  {
    id: 'CK-10.login',
    rows: ['CK-10', 'CK-23'],
    title: 'logging in and out through redirects',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies((request) => {
        const { target, method } = request;
        const isIn = request.get('cookie') === 'session=valid';
        if (target === '/login' && method === 'POST')
          return reply(303, [
            ['Location', '/'],
            ['Set-Cookie', 'session=valid; Path=/; HttpOnly'],
          ]);
        if (target === '/logout')
          return reply(303, [
            ['Location', '/'],
            ['Set-Cookie', 'session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/'],
          ]);
        return reply(200, [], isIn ? 'in' : 'out');
      });
      const client = t.client({ redirect: true });
      const steps: readonly (readonly [string, string, string])[] = [
        ['GET', '/', 'out'],
        ['POST', '/login', 'in'],
        ['GET', '/', 'in'],
        ['POST', '/logout', 'out'],
        ['GET', '/', 'out'],
      ];
      for (const [method, path, text] of steps)
        t.assert.equal((await client.request(method, server.url(path))).text, text, `${method} ${path}`);
      t.assert.equal(client.cookies.size, 0);
    },
  },
  {
    id: 'CK-23',
    rows: ['CK-23'],
    title: 'on a redirect the Cookie field is made anew from the jar; one that was given is gone',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/end'
          ? reply(200)
          : reply(target === '/keep' ? 307 : 302, [
              ['Location', '/end'],
              ['Set-Cookie', 'hop=2'],
            ]),
      );
      const client = t.client({ redirect: true, baseURL: server.url(), cookies: { jar: '1' } });
      await client.get('/a', { headers: { Cookie: 'own=9' } });
      await client.post('/keep', { headers: { Cookie: 'own=9' }, content: 'x' });
      client.cookies.clear();
      await client.get('/end', { headers: { Cookie: 'own=9' } });
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.getAll('cookie').join(' | ')]),
        [
          ['/a', 'own=9'],
          ['/end', 'jar=1; hop=2'],
          ['/keep', 'own=9'],
          ['/end', 'jar=1; hop=2'],
          ['/end', 'own=9'],
        ],
      );
    },
  },
  {
    id: 'CK-23.next',
    rows: ['CK-23'],
    title: 'so it is in the request that a redirect asks for and that is not followed',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const pages = { 'http://a.test/': { location: 'http://b.test/', sets: ['hop=2'] } };
      const { client } = visit(t, pages, {
        redirect: false,
        baseURL: 'http://a.test/',
        cookies: { jar: '1' },
      });
      client.cookies.set('other', '3', { domain: 'b.test' });
      const { nextRequest } = await client.get('/', { headers: { Cookie: 'own=9' } });
      t.assert.equal(nextRequest?.headers.get('cookie'), 'other=3');
    },
  },
];
