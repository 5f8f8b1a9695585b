import { reply } from '../../fixtures/reply-server.ts';
import type { ClientOptions, Request } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** Where a redirect from a URL leads. */
interface Change {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Whether secrets may go along. */
  readonly isTrusted: boolean;
}

const CHANGES: readonly Change[] = [
  { name: 'other path', from: 'https://a.test/x', to: '/y', isTrusted: true },
  { name: 'default port written', from: 'https://a.test/x', to: 'https://A.test:443/y', isTrusted: true },
  { name: 'default port left out', from: 'http://a.test:80/x', to: 'HTTP://a.TEST/y', isTrusted: true },
  { name: 'http to https', from: 'http://a.test/x', to: 'https://a.test/y', isTrusted: true },
  {
    name: 'http to https on other ports',
    from: 'http://a.test:81/x',
    to: 'https://a.test/y',
    isTrusted: false,
  },
  { name: 'http to https elsewhere', from: 'http://a.test/x', to: 'https://b.test/y', isTrusted: false },
  { name: 'https to http', from: 'https://a.test/x', to: 'http://a.test/y', isTrusted: false },
  { name: 'other host', from: 'https://a.test/x', to: 'https://b.test/y', isTrusted: false },
  { name: 'subdomain', from: 'https://a.test/x', to: 'https://sub.a.test/y', isTrusted: false },
  { name: 'parent domain', from: 'https://sub.a.test/x', to: 'https://a.test/y', isTrusted: false },
  { name: 'other port', from: 'https://a.test/x', to: 'https://a.test:8443/y', isTrusted: false },
  { name: 'same name in the path', from: 'https://a.test/x', to: 'https://b.test/a.test', isTrusted: false },
];

/** Fields of a request, and whether they always stay within an origin. */
const FIELDS: readonly (readonly [name: string, isSecret: boolean])[] = [
  ['Authorization', true],
  ['Proxy-Authorization', true],
  ['X-Api-Key', true],
  ['Private-Token', true],
  ['X-Own', false],
  ['X-Listed', false],
  ['Referer', false],
  ['Accept', false],
];

/** The requests of a redirect without a network: the one before and the one after. */
async function follow(
  t: CaseContext,
  { from, to }: { readonly from: string; readonly to: string },
  headers: Record<string, string>,
  options: ClientOptions = {},
): Promise<{ readonly first: Request; readonly second: Request }> {
  const requests: Request[] = [];
  const transport = new t.tern.MockTransport((request) =>
    requests.push(request) === 1
      ? new t.tern.Response(307, { headers: { Location: to } })
      : new t.tern.Response(200),
  );
  const client = new t.tern.Client({ redirect: true, ...options, transport });
  t.defer(() => client.close());
  await client.get(from, { headers });
  const [first, second] = requests;
  return { first: first!, second: second! };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RD-14',
    rows: ['RD-14', 'RD-15', 'RD-16'],
    title: 'which fields follow a redirect to which place',
    verdict: 'fixed:D20',
    rfc: 'RFC 9110 §15.4',
    layer: 'model',
    async run(t) {
      const headers = Object.fromEntries(FIELDS.map(([name]) => [name, `value of ${name}`]));
      const redirect = { sensitiveHeaders: ['x-LISTED'] };
      for (const change of CHANGES) {
        const { first, second } = await follow(t, change, headers, { redirect });
        t.assert.equal(second.url.href, new URL(change.to, change.from).href, change.name);
        for (const [name, isSecret] of FIELDS) {
          const isKept = change.isTrusted || (!isSecret && name !== 'X-Listed');
          t.assert.equal(first.headers.get(name), `value of ${name}`);
          t.assert.equal(
            second.headers.get(name),
            isKept ? `value of ${name}` : null,
            `${name}: ${change.name}`,
          );
        }
        t.assert.deepEqual(second.headers.getAll('host'), [new URL(second.url.href).host], change.name);
      }
    },
  },
  {
    id: 'RD-14.unlisted',
    rows: ['RD-14'],
    title: 'a field of the program follows everywhere until it is listed',
    verdict: 'fixed:D20',
    layer: 'model',
    async run(t) {
      const change = { from: 'https://a.test/', to: 'https://b.test/' };
      const open = await follow(t, change, { 'X-Listed': 'secret' });
      t.assert.equal(open.second.headers.get('x-listed'), 'secret');
      const listed = await follow(
        t,
        change,
        { 'X-Listed': 'secret' },
        { redirect: { sensitiveHeaders: ['X-Listed'] } },
      );
      t.assert.equal(listed.second.headers.get('x-listed'), null);
      // What the client hides in its logs it does not give to strangers.
      const hidden = await follow(t, change, { 'X-Listed': 'secret' }, { redact: { headers: ['X-Listed'] } });
      t.assert.equal(hidden.second.headers.get('x-listed'), null);
      const shown = await follow(t, change, { Authorization: 'secret' }, { redact: null });
      t.assert.equal(shown.second.headers.get('authorization'), null);
    },
  },
  {
    id: 'RD-14.defaults',
    rows: ['RD-14', 'MG-11'],
    title: 'secrets of the client stay at the base origin over redirects too',
    verdict: 'fixed:D45',
    layer: 'model',
    async run(t) {
      const { first, second } = await follow(
        t,
        { from: '/x', to: 'https://b.test/' },
        {},
        {
          baseURL: 'https://a.test',
          headers: { 'X-Api-Key': 'secret', 'X-Own': 'open' },
          auth: ['user', 'secret'],
        },
      );
      t.assert.deepEqual(
        ['x-api-key', 'x-own', 'authorization'].map((name) => first.headers.get(name)),
        ['secret', 'open', 'Basic dXNlcjpzZWNyZXQ='],
      );
      t.assert.deepEqual(
        ['x-api-key', 'x-own', 'authorization'].map((name) => second.headers.get(name)),
        [null, 'open', null],
      );
    },
  },
  {
    id: 'RD-14.wire',
    rows: ['RD-14'],
    title: 'on the wire of another origin there is no secret, and Host names that origin',
    verdict: 'fixed:D20',
    layer: 'live',
    async run(t) {
      const target = await t.replies(reply(200, [], 'there'));
      const start = await t.replies(
        reply(308, [
          ['Location', target.url('/end')],
          ['Set-Cookie', 'a=secret; Path=/'],
        ]),
      );
      const client = t.client({ redirect: true });
      const response = await client.post(start.url('/start'), {
        content: 'body',
        headers: {
          Authorization: 'secret',
          Cookie: 'b=secret',
          'Proxy-Authorization': 'secret',
          Host: 'secret',
        },
      });
      t.assert.equal(response.text, 'there');
      t.assert.equal(start.requests[0]?.get('host'), 'secret');
      const [second] = target.exchanges;
      t.assert.deepEqual([second?.method, second?.body.text], ['POST', 'body']);
      t.assert.deepEqual(second?.getAll('host'), [`127.0.0.1:${target.port}`]);
      // Cookies belong to hosts and not to ports (RFC 6265 §8.5), so the one that was set comes along.
      t.assert.equal(second?.get('cookie'), 'a=secret');
      t.assert.equal(second?.get('authorization'), undefined);
      t.assert.equal(second?.get('proxy-authorization'), undefined);
    },
  },
  {
    id: 'RD-14.cookies',
    rows: ['RD-14', 'RD-24'],
    title: 'the Cookie field is made anew for every hop',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.8',
    layer: 'model',
    async run(t) {
      for (const { from, to, name } of CHANGES) {
        const cookies = new t.tern.CookieJar();
        cookies.set('a', '1', { domain: 'a.test', path: '/' });
        cookies.set('b', '2', { domain: 'b.test', path: '/' });
        const { second } = await follow(t, { from, to }, { Cookie: 'own=3' }, { cookies });
        const { hostname } = second.url;
        const expected = hostname === 'b.test' ? 'b=2' : hostname.endsWith('a.test') ? 'a=1' : null;
        t.assert.equal(second.headers.get('cookie'), expected, name);
      }
    },
  },
  {
    id: 'RD-14.downgrade',
    rows: ['RD-14'],
    title: 'redirect.allowDowngrade: false refuses to go from https to http',
    verdict: 'fixed:D20',
    layer: 'model',
    async run(t) {
      const change = { from: 'https://a.test/', to: 'http://a.test/' };
      const { second } = await follow(t, change, {});
      t.assert.equal(second.url.href, 'http://a.test/');
      await t.assert.rejects(follow(t, change, {}, { redirect: { allowDowngrade: false } }), {
        name: 'RemoteProtocolError',
        phase: 'redirect',
      });
      for (const to of ['https://b.test/', '/x'])
        await follow(t, { from: 'https://a.test/', to }, {}, { redirect: { allowDowngrade: false } });
      await follow(
        t,
        { from: 'http://a.test/', to: 'http://b.test/' },
        {},
        { redirect: { allowDowngrade: false } },
      );
    },
  },
  {
    id: 'RD-14.extensions',
    rows: ['RD-14', 'RD-22'],
    title: 'a target and a server name of the first request are not used for another place',
    verdict:
      'differs:httpx hands all extensions on, so that another host would be asked under the wrong name',
    layer: 'model',
    async run(t) {
      const extensions = { target: '/raw', sniHostname: 'inner.test', timeout: { total: 60_000 } };
      const responses = [
        new t.tern.Response(302, { headers: { Location: '/same' } }),
        new t.tern.Response(302, { headers: { Location: 'https://b.test/' } }),
        new t.tern.Response(200),
      ];
      const seen: unknown[] = [];
      const transport = new t.tern.MockTransport((request) => {
        seen.push(request.extensions);
        return responses.shift()!;
      });
      const client = new t.tern.Client({ redirect: true, transport });
      t.defer(() => client.close());
      await client.get('https://a.test/', { extensions });
      const { target: _target, ...second } = extensions;
      t.assert.deepEqual(seen, [extensions, second, { timeout: { total: 60_000 } }]);
    },
  },
  {
    id: 'RD-15',
    rows: ['RD-15'],
    title: 'from http on port 80 to https on port 443 of the same host Authorization goes along',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const [from, to, isKept] of [
        ['http://a.test/', 'https://a.test/', true],
        ['http://A.test:80/', 'https://a.TEST:443/', true],
        ['http://a.test/', 'https://a.test:8443/', false],
        ['http://a.test:8080/', 'https://a.test/', false],
        ['http://a.test:443/', 'https://a.test/', false],
        ['http://a.test/', 'https://www.a.test/', false],
        ['https://a.test/', 'http://a.test/', false],
      ] as const) {
        const { second } = await follow(t, { from, to }, { Authorization: 'x' });
        t.assert.equal(second.headers.get('authorization'), isKept ? 'x' : null, `${from} ${to}`);
      }
    },
  },
  {
    id: 'RD-15.custom-host',
    rows: ['RD-15', 'RD-16'],
    title: 'a Host field of the caller is kept on the same origin only',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const host = { Host: 'virtual.test' };
      for (const [from, to, expected] of [
        ['https://a.test/', '/x', 'virtual.test'],
        ['https://a.test/', 'https://A.TEST:443/x', 'virtual.test'],
        ['https://a.test/', 'https://b.test/', 'b.test'],
        ['https://a.test/', 'https://a.test:444/', 'a.test:444'],
        ['https://a.test/', 'http://a.test/', 'a.test'],
      ] as const) {
        const { second } = await follow(t, { from, to }, host);
        t.assert.deepEqual(second.headers.getAll('host'), [expected], to);
        t.assert.equal(second.headers.raw[0]?.[0].toLowerCase(), 'host');
      }
    },
  },
  {
    id: 'RD-16',
    rows: ['RD-16'],
    title: 'on the same origin nothing is taken away, and names keep their order and case',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ index }) =>
        index === 0 ? reply(307, [['Location', '/end']]) : reply(200),
      );
      const headers = {
        Host: 'Virtual.test',
        'X-oWn': '1',
        AUTHORIZATION: 'secret',
        'proxy-authorization': 'secret',
        'X-Api-Key': 'secret',
      };
      await t.client({ redirect: { sensitiveHeaders: ['X-Own'] } }).get(server.url('/start'), { headers });
      const [first, second] = server.requests;
      t.assert.deepEqual(second?.fields, first?.fields);
      t.assert.equal(second?.fields.find(([name]) => name === 'AUTHORIZATION')?.[1], 'secret');
    },
  },
  {
    id: 'RD-16.chain',
    rows: ['RD-16', 'RD-14'],
    title: 'what was dropped on the way to another origin does not come back on the way home',
    verdict: 'same',
    rfc: 'Fetch standard, HTTP-redirect fetch',
    layer: 'model',
    async run(t) {
      const locations = ['https://b.test/', 'https://a.test/home'];
      const seen: (string | null)[] = [];
      const transport = new t.tern.MockTransport((request) => {
        seen.push(request.headers.get('authorization'));
        const location = locations.shift();
        return location === undefined
          ? new t.tern.Response(200)
          : new t.tern.Response(302, { headers: { Location: location } });
      });
      const client = new t.tern.Client({ redirect: true, transport });
      t.defer(() => client.close());
      await client.get('https://a.test/', { auth: ['u', 'p'] });
      t.assert.deepEqual(seen, ['Basic dTpw', null, null]);
    },
  },
];
