import { reply } from '../../fixtures/reply-server.ts';
import type { AuthInit, Request } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { recorded } from '../support/mock-clients.ts';

const BASIC = 'Basic dXNlcjpwYXNzd29yZDEyMw==';

function authorizations(requests: readonly Request[]): (string | null)[] {
  return requests.map(({ headers }) => headers.get('authorization'));
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
