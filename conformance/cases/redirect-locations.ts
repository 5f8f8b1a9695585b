import { reply } from '../../fixtures/reply-server.ts';
import type { ReplyServer } from '../../fixtures/reply-server.ts';
import type { BodilessRequestOptions, ClientOptions, Request, Response } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A server whose first request is redirected, and whose others are answered. */
function redirecting(t: CaseContext, status: number, location: string): Promise<ReplyServer> {
  return t.replies(({ index }) =>
    index === 0 ? reply(status, [['Location', location]], 'moved') : reply(200, [], 'end'),
  );
}

interface Recording {
  readonly requests: readonly Request[];
  readonly get: (url: string, options?: BodilessRequestOptions) => Promise<Response>;
}

/** A client without a network; `locations[i]` is where the request number `i` is redirected. */
function recorded(
  t: CaseContext,
  locations: readonly string[],
  options: ClientOptions & { readonly status?: number } = {},
): Recording {
  const { status = 302, ...rest } = options;
  const requests: Request[] = [];
  const transport = new t.tern.MockTransport((request) => {
    const location = locations[requests.push(request) - 1];
    return location === undefined
      ? new t.tern.Response(200)
      : new t.tern.Response(status, { headers: { Location: location } });
  });
  const client = new t.tern.Client({ redirect: true, ...rest, transport });
  t.defer(() => client.close());
  return { requests, get: (url, given) => client.get(url, given) };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RD-10',
    rows: ['RD-10'],
    title: 'absolute, network-path, path, relative and query-only Locations, with odd characters',
    verdict: 'same',
    rfc: 'RFC 9110 §10.2.2',
    layer: 'live',
    async run(t) {
      let wanted = '';
      const server = await t.replies(({ target }) =>
        target === '/a/b'
          ? reply(302, [['Location', Buffer.from(wanted, 'utf8').toString('latin1')]])
          : reply(200),
      );
      const forms: readonly (readonly [string, string])[] = [
        [server.url('/abs?x#f'), '/abs?x'],
        [`//127.0.0.1:${server.port}/net`, '/net'],
        [`//127.0.0.1:${server.port}`, '/'],
        ['/path', '/path'],
        ['relative', '/a/relative'],
        ['./c/../d', '/a/d'],
        ['../../up', '/up'],
        ['?query', '/a/b?query'],
        ['n x', '/a/n%20x'],
        ['/ü?ü', '/%C3%BC?%C3%BC'],
        ['/%C3%bc', '/%C3%bc'],
        [`HTTP://127.0.0.1:${server.port}/case`, '/case'],
        ['http:same-scheme', '/a/same-scheme'],
      ];
      const client = t.client({ redirect: true });
      for (const [location, expected] of forms) {
        wanted = location;
        const response = await client.get(server.url('/a/b'));
        t.assert.equal(response.status, 200, location);
        t.assert.equal(server.requests.at(-1)?.target, expected, location);
      }
    },
  },
  {
    id: 'RD-10.hostless',
    rows: ['RD-10'],
    title: 'an absolute Location without a host means the host of the request',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const [location, expected] of [
        ['https://:443/x', 'https://example.org/x'],
        ['https:///x', 'https://example.org/x'],
        ['http://:8080/x', 'http://example.org:8080/x'],
        ['https://', 'https://example.org/'],
      ] as const) {
        const { requests, get } = recorded(t, [location]);
        await get('https://example.org/a');
        t.assert.equal(requests[1]?.url.href, expected);
      }
      const { requests, get } = recorded(t, ['http://:81/x']);
      await get('http://[::1]:80/a');
      t.assert.equal(requests[1]?.url.href, 'http://[::1]:81/x');
    },
  },
  {
    id: 'RD-10.repeated',
    rows: ['RD-10', 'RD-11'],
    title: 'a Location that is repeated counts once; two different ones are an error',
    verdict: 'differs:two Locations that contradict each other are refused, httpx joins them with a comma',
    rfc: 'RFC 9110 §5.3',
    layer: 'live',
    async run(t) {
      const twice = await t.replies(({ index }) =>
        index === 0
          ? reply(302, [
              ['Location', '/end'],
              ['Location', '/end'],
            ])
          : reply(200),
      );
      await t.client({ redirect: true }).get(twice.url());
      t.assert.equal(twice.requests[1]?.target, '/end');
      const different = await t.replies(
        reply(302, [
          ['Location', '/a'],
          ['Location', '/b'],
        ]),
      );
      await t.assert.rejects(t.client({ redirect: true }).get(different.url()), {
        name: 'RemoteProtocolError',
        phase: 'redirect',
      });
    },
  },
  {
    id: 'RD-11',
    rows: ['RD-11'],
    title: 'a Location that is not a URL is an error of the server when it is to be followed',
    verdict: 'fixed:D21',
    layer: 'live',
    async run(t) {
      for (const location of [
        'https://[bad',
        'http://h:99999/',
        'http://a b/',
        'http://:x/',
        'http://%zz/',
      ]) {
        const server = await t.replies(reply(302, [['Location', location]], 'moved'));
        const client = t.client({ redirect: true });
        await t.assert.rejects(client.get(server.url('/start')), (error: unknown) => {
          t.assert.ok(error instanceof t.tern.RemoteProtocolError, `${location}: ${String(error)}`);
          const { code, phase, request, message } = error as InstanceType<typeof t.tern.RemoteProtocolError>;
          t.assert.deepEqual([code, phase], ['ERR_REMOTE_PROTOCOL', 'redirect']);
          t.assert.equal(request?.url.href, server.url('/start'));
          t.assert.match(message, /invalid URL in location header/i);
          return true;
        });
        t.assert.deepEqual([server.requests.length, client.stats.active], [1, 0]);
      }
    },
  },
  {
    id: 'RD-11.untouched',
    rows: ['RD-11'],
    title: 'a Location that is not a URL does no harm as long as nobody follows it',
    verdict: 'fixed:D21',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(302, [['Location', 'https://[bad']], 'moved'));
      const response = await t.client().get(server.url());
      t.assert.deepEqual([response.status, response.text], [302, 'moved']);
      t.assert.equal(response.headers.get('location'), 'https://[bad');
      t.assert.equal(response.hasRedirectLocation, true);
      t.assert.throws(() => response.nextRequest, { name: 'RemoteProtocolError', phase: 'redirect' });
    },
  },
  {
    id: 'RD-11.secret',
    rows: ['RD-11', 'RD-19'],
    title: 'errors about redirects do not tell the secrets of a URL',
    verdict: 'fixed:D35',
    layer: 'model',
    async run(t) {
      const bad = recorded(t, ['https://user:hidden@[bad/?token=hidden']);
      await t.assert.rejects(
        bad.get('https://a.test/'),
        (error: unknown) => !String(error).includes('hidden'),
      );
      const loop = recorded(t, ['/?token=hidden', '/?token=hidden'], { redirect: { max: 1 } });
      await t.assert.rejects(
        loop.get('https://a.test/?token=hidden'),
        (error: unknown) => !String(error).includes('hidden'),
      );
    },
  },
  {
    id: 'RD-12',
    rows: ['RD-12'],
    title: 'an empty Location means the same URL again',
    verdict: 'same',
    rfc: 'RFC 3986 §4.4',
    layer: 'live',
    async run(t) {
      const server = await redirecting(t, 302, '');
      const response = await t.client({ redirect: true }).get(server.url('/a?b'));
      t.assert.deepEqual(
        server.requests.map(({ target }) => target),
        ['/a?b', '/a?b'],
      );
      t.assert.equal(response.status, 200);
    },
  },
  {
    id: 'RD-13',
    rows: ['RD-13'],
    title: 'the fragment is carried over unless Location has one of its own',
    verdict: 'same',
    rfc: 'RFC 9110 §10.2.2',
    layer: 'model',
    async run(t) {
      for (const [url, location, expected] of [
        ['https://a.test/x#old', '/y', 'https://a.test/y#old'],
        ['https://a.test/x#old', '/y#new', 'https://a.test/y#new'],
        ['https://a.test/x#old', '/y#', 'https://a.test/y#'],
        ['https://a.test/x#old', '#new', 'https://a.test/x#new'],
        ['https://a.test/x#old', 'https://b.test/?q', 'https://b.test/?q#old'],
        ['https://a.test/x', '/y', 'https://a.test/y'],
        ['https://a.test/x#o%20ld', '', 'https://a.test/x#o%20ld'],
      ] as const) {
        const { requests, get } = recorded(t, [location]);
        const response = await get(url);
        t.assert.equal(response.url.href, expected);
        t.assert.equal(requests[1]?.url.hash, new URL(expected).hash);
      }
      const chain = recorded(t, ['/b', '/c', '/d#end', '/e']);
      t.assert.equal((await chain.get('https://a.test/a#start')).url.href, 'https://a.test/e#end');
      t.assert.deepEqual(
        chain.requests.map(({ url }) => url.hash),
        ['#start', '#start', '#start', '#end', '#end'],
      );
    },
  },
  {
    id: 'RD-13.wire',
    rows: ['RD-13'],
    title: 'a fragment is never sent',
    verdict: 'same',
    rfc: 'RFC 9112 §3.2.1',
    layer: 'live',
    async run(t) {
      const server = await redirecting(t, 302, '/end?q#new');
      await t.client({ redirect: true }).get(server.url('/start#old'));
      t.assert.deepEqual(
        server.requests.map(({ target }) => target),
        ['/start', '/end?q'],
      );
      t.assert.doesNotMatch(server.received.join(''), /#|old|new/);
    },
  },
  {
    id: 'RD-17',
    rows: ['RD-17'],
    title: 'userinfo in a Location stays in the URL and does not become Authorization',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) =>
        request.index === 0
          ? reply(302, [['Location', `http://user:secret@${request.get('host')}/end`]])
          : reply(200),
      );
      const response = await t.client({ redirect: true }).get(server.url());
      t.assert.deepEqual([response.url.username, response.url.password], ['user', 'secret']);
      const second = server.requests[1];
      t.assert.equal(second?.get('authorization'), undefined);
      t.assert.deepEqual([second?.target, second?.get('host')], ['/end', `127.0.0.1:${server.port}`]);
    },
  },
  {
    id: 'RD-21',
    rows: ['RD-21', 'EX-12'],
    title: 'a redirect to another scheme is UnsupportedProtocol',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      for (const location of [
        'ftp://a.test/x',
        'mailto:a@a.test',
        'data:,x',
        'about:blank',
        'custom://a.test/',
      ]) {
        const server = await t.replies(reply(302, [['Location', location]]));
        const client = t.client({ redirect: true });
        await t.assert.rejects(client.get(server.url()), (error: unknown) => {
          t.assert.ok(error instanceof t.tern.UnsupportedProtocol, `${location}: ${String(error)}`);
          const { code, request } = error as InstanceType<typeof t.tern.UnsupportedProtocol>;
          t.assert.deepEqual([code, request?.url.href], ['ERR_UNSUPPORTED_PROTOCOL', location]);
          return true;
        });
        t.assert.equal(client.stats.active, 0);
      }
    },
  },
];
