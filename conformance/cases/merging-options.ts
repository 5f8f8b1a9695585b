import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Request, RequestOptions, Timeout, Transport } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** What reached the transport: requests, and the limits that came with them. */
interface Seen {
  readonly client: Client;
  readonly requests: Request[];
  readonly timeouts: Timeout[];
}

/** A client whose requests go nowhere. */
function seeing(t: CaseContext, options: ClientOptions = {}, status = 200): Seen {
  const requests: Request[] = [];
  const timeouts: Timeout[] = [];
  const transport: Transport = {
    handle(request, { timeout }) {
      requests.push(request);
      timeouts.push(timeout);
      const headers = { Location: '/next' };
      return Promise.resolve(new t.tern.StreamResponse(status, { request, headers }));
    },
    close: () => Promise.resolve(),
  };
  return { client: new t.tern.Client({ ...options, transport }), requests, timeouts };
}

function basic(credentials: string): string {
  return `Basic ${btoa(credentials)}`;
}

const NO_LIMIT: Timeout = {
  pool: null,
  connect: null,
  write: null,
  firstByte: null,
  read: null,
  total: null,
};

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MG-01',
    rows: ['MG-01'],
    title: 'a header of the request replaces all of its name and moves to the end',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({
        headers: [
          ['X-Multi', '1'],
          ['X-Stay', 's'],
          ['x-multi', '2'],
        ],
      });
      await client.get(server.url('/'), {
        headers: [
          ['X-MULTI', '3'],
          ['X-New', 'n'],
          ['X-MULTI', '4'],
          ['accept', 'text/plain'],
        ],
      });
      t.assert.deepEqual(server.exchanges[0]?.fields.slice(1), [
        ['Accept-Encoding', client.headers.get('accept-encoding')],
        ['Connection', 'keep-alive'],
        ['User-Agent', `ternhttp/${t.tern.VERSION}`],
        ['X-Stay', 's'],
        ['X-MULTI', '3'],
        ['X-New', 'n'],
        ['X-MULTI', '4'],
        ['accept', 'text/plain'],
      ]);
      t.assert.deepEqual(client.headers.getAll('x-multi'), ['1', '2']);
    },
  },
  {
    id: 'MG-03',
    rows: ['MG-03'],
    title: "cookies of a request add to the client's and are not kept",
    verdict: 'differs:cookies for one request are no deprecated way, so nothing warns',
    layer: 'model',
    async run(t) {
      const { client, requests } = seeing(t, { baseURL: 'http://h/', cookies: { a: '1', b: '2' } });
      await client.get('/', { cookies: { b: 'own', c: '3' } });
      await client.get('/');
      t.assert.deepEqual(
        requests.map(({ headers }) => headers.get('cookie')?.split('; ').toSorted()),
        [
          ['a=1', 'b=own', 'c=3'],
          ['a=1', 'b=2'],
        ],
      );
      t.assert.deepEqual([client.cookies.size, client.cookies.get('b')], [2, '2']);
    },
  },
  {
    id: 'MG-04',
    rows: ['MG-04'],
    title: 'timeout: the request wins, undefined inherits, null and missing phases',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, timeouts } = seeing(t, { timeout: { read: 1000, total: 60_000 } });
      const inherited = {
        pool: 5000,
        connect: 5000,
        write: 5000,
        firstByte: null,
        read: 1000,
        total: 60_000,
      };
      await client.get('http://h/');
      await client.get('http://h/', { ...({ timeout: undefined } as object) });
      await client.get('http://h/', { timeout: 7 });
      await client.get('http://h/', { timeout: { connect: 8, total: null } });
      await client.get('http://h/', { timeout: null });
      t.assert.deepEqual(timeouts, [
        inherited,
        inherited,
        { ...inherited, pool: 7, connect: 7, write: 7, read: 7 },
        { ...inherited, connect: 8, total: null },
        NO_LIMIT,
      ]);
    },
  },
  {
    id: 'MG-04.auth',
    rows: ['MG-04'],
    title: 'auth: the request wins, undefined inherits, null disables but user information still counts',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, requests } = seeing(t, { auth: ['client', 'c'] });
      await client.get('http://h/');
      await client.get('http://h/', { ...({ auth: undefined } as object) });
      await client.get('http://h/', { auth: ['request', 'r'] });
      await client.get('http://h/', { auth: null });
      await client.get('http://url:u@h/', { auth: null });
      await client.get('http://url:u@h/');
      t.assert.deepEqual(
        requests.map(({ headers }) => headers.get('authorization')),
        [basic('client:c'), basic('client:c'), basic('request:r'), null, basic('url:u'), basic('client:c')],
      );
    },
  },
  {
    id: 'MG-04.redirect',
    rows: ['MG-04'],
    title: 'redirect and raiseForStatus: the request wins, undefined inherits, null disables',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, requests } = seeing(t, { redirect: { max: 3 }, raiseForStatus: true }, 302);
      const hops = async (options?: RequestOptions): Promise<number> => {
        requests.length = 0;
        await client.request('GET', 'http://h/', options).catch((error: unknown) => {
          if (!(error instanceof t.tern.TooManyRedirects) && !(error instanceof t.tern.HTTPStatusError))
            throw error;
        });
        return requests.length;
      };
      t.assert.equal(await hops(), 4);
      t.assert.equal(await hops({ ...({ redirect: undefined } as object) }), 4);
      t.assert.equal(await hops({ redirect: false }), 1);
      t.assert.equal(await hops({ redirect: null }), 1);
      t.assert.equal(await hops({ redirect: { max: 1 } }), 2);
      await t.assert.rejects(client.get('http://h/', { redirect: null }), t.tern.HTTPStatusError);
      for (const raiseForStatus of [false, null])
        t.assert.equal((await client.get('http://h/', { redirect: null, raiseForStatus })).status, 302);
    },
  },
  {
    id: 'MG-04.redirect-true',
    rows: ['MG-04'],
    title: "redirect: true for a request means the client's policy where there is one",
    verdict: 'differs:httpx has no policy, only on and off',
    layer: 'model',
    async run(t) {
      const { client, requests } = seeing(t, { redirect: { max: 2 } }, 302);
      await t.assert.rejects(client.get('http://h/', { redirect: true }), t.tern.TooManyRedirects);
      t.assert.equal(requests.splice(0).length, 3);
      t.assert.equal((await client.get('http://h/', { redirect: { rewrite: () => null } })).status, 302);
      t.assert.equal(requests.splice(0).length, 1);
      await t.assert.rejects(
        client.get('http://h/', { redirect: { keepMethod: true } }),
        t.tern.TooManyRedirects,
      );
      t.assert.equal(requests.length, 3);
    },
  },
  {
    id: 'MG-05',
    rows: ['MG-05'],
    title: 'limits that a request carries win over every option; phases that it leaves out have none',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, timeouts } = seeing(t, { timeout: 11 });
      const extensions = { timeout: { read: 7 } };
      await client.send(client.buildRequest('GET', 'http://h/', { extensions }), { timeout: 9 });
      await client.get('http://h/', { timeout: 9, extensions });
      await client.get('http://h/', { extensions: { timeout: null } });
      t.assert.deepEqual(timeouts, [{ ...NO_LIMIT, read: 7 }, { ...NO_LIMIT, read: 7 }, NO_LIMIT]);
    },
  },
  {
    id: 'MG-06',
    rows: ['MG-06'],
    title: 'send() fills in the limits of the client, or those that it is given',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { client, timeouts, requests } = seeing(t, { timeout: 11, headers: { 'X-Client': '1' } });
      const request = new t.tern.Request('GET', 'http://h/');
      await client.send(request);
      await client.send(request, { timeout: { read: 9 } });
      const eleven = { pool: 11, connect: 11, write: 11, firstByte: null, read: 11, total: null };
      t.assert.deepEqual(timeouts, [eleven, { ...eleven, read: 9 }]);
      // The request is sent as it was made: only building puts the headers of the client in.
      t.assert.deepEqual(requests[0]?.headers.raw, [['Host', 'h']]);
    },
  },
  {
    id: 'MG-11.secrets',
    rows: ['MG-11'],
    title: 'auth, secret headers and secret params of the client go to the origin of its base alone',
    verdict: 'fixed:D45',
    layer: 'model',
    async run(t) {
      const options: ClientOptions = {
        baseURL: 'https://user:pw@api.test/v1',
        auth: ['client', 'secret'],
        headers: { 'X-API-Key': 'secret', 'X-Mine': 'secret', 'X-Plain': '1' },
        params: { api_key: 'secret', mine: 'secret', lang: 'en' },
        redact: { headers: ['x-mine'], query: ['Mine'] },
      };
      const { client, requests } = seeing(t, options);
      await client.get('users');
      await client.get('https://api.test:443/users');
      for (const { headers, url } of requests.splice(0)) {
        t.assert.equal(headers.get('authorization'), basic('client:secret'));
        t.assert.deepEqual([headers.get('x-api-key'), headers.get('x-mine')], ['secret', 'secret']);
        t.assert.equal(url.search, '?api_key=secret&mine=secret&lang=en');
      }
      const foreign = ['https://evil.test/', 'http://api.test/', 'https://api.test:8443/', '//evil.test/x'];
      for (const url of [...foreign, 'https://api.test.evil.test/', 'https://api.test@evil.test/']) {
        await client.get(url, { headers: { 'X-Own': '1' }, params: { own: 1 } });
      }
      t.assert.equal(requests.length, 6);
      for (const { headers, url } of requests.splice(0, 5)) {
        t.assert.equal(headers.get('authorization'), null);
        t.assert.deepEqual([headers.get('x-api-key'), headers.get('x-mine')], [null, null]);
        t.assert.deepEqual([headers.get('x-plain'), headers.get('x-own')], ['1', '1']);
        t.assert.equal(url.search, '?lang=en&own=1');
        t.assert.equal(url.username, '');
      }
      t.assert.equal(requests.pop()?.headers.get('authorization'), basic('api.test:'));
      // What a request brings itself goes where the request goes.
      await client.get('https://other.test/', {
        auth: ['own', 'x'],
        headers: { 'X-API-Key': 'own' },
        params: { api_key: 'own' },
      });
      t.assert.equal(requests[0]?.headers.get('authorization'), basic('own:x'));
      t.assert.equal(requests[0]?.headers.get('x-api-key'), 'own');
      t.assert.equal(requests[0]?.url.search, '?lang=en&api_key=own');
    },
  },
  {
    id: 'MG-11.scope',
    rows: ['MG-11'],
    title: "authScope: 'any', or no base URL, lets auth and secrets go to any URL",
    verdict: 'fixed:D45',
    layer: 'model',
    async run(t) {
      const secrets: ClientOptions = {
        auth: ['u', 'p'],
        headers: { 'X-API-Key': 'k' },
        params: { token: 't' },
      };
      for (const scope of [{ baseURL: 'https://api.test', authScope: 'any' }, {}] as const) {
        const { client, requests } = seeing(t, { ...secrets, ...scope });
        await client.get('https://other.test/');
        t.assert.equal(requests[0]?.headers.get('authorization'), basic('u:p'));
        t.assert.equal(requests[0]?.headers.get('x-api-key'), 'k');
        t.assert.equal(requests[0]?.url.search, '?token=t');
      }
      t.assert.throws(() => new t.tern.Client({ authScope: 'host' as 'any' }), {
        code: 'ERR_INVALID_ARGUMENT',
        message: /'authScope'/,
      });
    },
  },
];
