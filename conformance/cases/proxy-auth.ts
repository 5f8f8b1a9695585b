import { createHash } from 'node:crypto';
import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { Auth, AuthResponse, ProxyOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { BARE, proxyCase, refusal } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';

const CHALLENGE = [['Proxy-Authenticate', 'Token realm="p", nonce="n1"']] as const;

/** A scheme that answers challenges as Digest does: what it sends depends on nonce, method and target. */
function tokenAuth(seen: AuthResponse[] = []): Auth {
  return {
    *flow(request, target) {
      const response = yield request;
      seen.push(response);
      if (response.status !== target?.status) return;
      const nonce = /nonce="(\w+)"/.exec(response.headers.get(target.challengeField) ?? '')?.[1];
      const answer = `Token ${nonce} ${request.method} ${request.extensions.target}`;
      seen.push(yield request.with({ headers: { [target.credentialsField]: answer } }));
    },
  };
}

/** A flow that knows of no proxies. */
function unaware(seen: AuthResponse[]): Auth {
  return {
    *flow(request) {
      const response = yield request;
      seen.push(response);
      if (response.status === 401) yield request.with({ headers: { Authorization: 'Token for-the-proxy' } });
    },
  };
}

function challenging(after: 'end' | 'keep', isFinal = false): ReturnType<typeof connectProxy> {
  return connectProxy({
    refuse: (head) =>
      head.get('proxy-authorization') === undefined || isFinal
        ? { bytes: reply(407, CHALLENGE, 'log in'), after }
        : null,
  });
}

const signing: ProxyOptions['auth'] = (request) =>
  request.with({ headers: { Authorization: `Signed ${request.method}`, 'X-Date': 'now' } });

// oxlint-disable-next-line typescript/require-await -- a stream is asynchronous by nature
async function* stream(): AsyncGenerator<string> {
  yield 'a stream';
}

const hash = (text: string): string => createHash('md5').update(text).digest('hex');

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'AU-12',
    'Basic is sent at once, from the URL or the option; the URL wins',
    { rows: ['AU-12', 'PX-04'], layer: 'bytes', needs: ['wire-bytes'] },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const { host } = new URL(proxy.origin);
      for (const [init, value] of [
        [`http://user:p%40ss%3A@${host}`, 'user:p@ss:'],
        [`http://us%20er@${host}`, 'us er:'],
        [`http://:pw@${host}`, ':pw'],
        [new URL(`http://user:pw@${host}`), 'user:pw'],
        [{ url: proxy.origin, auth: ['user', 'pä:ss'] }, 'user:pä:ss'],
        [{ url: `http://url:wins@${host}`, auth: ['option', 'loses'] }, 'url:wins'],
        [{ url: proxy.origin, auth: t.tern.basicAuth('flow', 'pw') }, 'flow:pw'],
        [{ url: proxy.origin, auth: null }, undefined],
      ] as const) {
        await t.client({ proxy: init }).get('http://origin.test/');
        const sent = proxy.requests.at(-1)?.get('proxy-authorization');
        t.assert.equal(sent, value && `Basic ${Buffer.from(value).toString('base64')}`);
        t.assert.equal(proxy.requests.at(-1)?.get('authorization'), undefined);
      }
    },
  ),
  proxyCase(
    'AU-12.field',
    'a field of the request goes before the credentials of the proxy',
    { needs: ['wire-bytes'] },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const client = t.client({ proxy: proxy.origin.replace('//', '//user:pw@') });
      await client.get('http://origin.test/', { headers: { 'Proxy-Authorization': 'Own x' } });
      t.assert.deepEqual(
        proxy.requests[0]?.getAll?.('proxy-authorization') ?? [proxy.requests[0]?.get('proxy-authorization')],
        ['Own x'],
      );
    },
  ),
  proxyCase(
    'AU-12.tunnel',
    'a flow answers the challenge of a proxy that asks it for a tunnel, on the same connection if that is kept',
    {
      rows: ['AU-12'],
      layer: 'bytes',
      needs: ['tls', 'wire-bytes'],
      verdict: 'fixed:D47',
      rfc: 'RFC 9110 §11.7',
    },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const target = `localhost:${origin.port}`;
      for (const after of ['keep', 'end'] as const) {
        const proxy = await t.scripted(challenging(after));
        const seen: AuthResponse[] = [];
        const client = t.client({
          headers: BARE,
          tls: { ca: t.ca.certificate },
          proxy: { url: proxy.origin, auth: tokenAuth(seen), headers: { 'X-Way': 'out' } },
        });
        const response = await client.get(`https://${target}/path`);
        t.assert.equal(response.text, 'ok');
        const head = `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nAccept: */*\r\nX-Way: out\r\n`;
        t.assert.deepEqual(
          proxy.requests.map(({ raw }) => raw),
          [`${head}\r\n`, `${head}Proxy-Authorization: Token n1 CONNECT ${target}\r\n\r\n`],
        );
        t.assert.equal(proxy.connections, after === 'keep' ? 1 : 2);
        t.assert.deepEqual(
          seen.map(({ status }) => status),
          [407, 200],
        );
        t.assert.equal(origin.requests.at(-1)?.raw, `GET /path HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
        t.assert.deepEqual(response.history.length, 0);
      }
    },
  ),
  proxyCase(
    'AU-12.refused',
    'what the flow accepts in the end is the refusal that is told',
    { rows: ['AU-12', 'PX-08', 'EX-10'], verdict: 'fixed:D47', needs: ['pool'] },
    async (t) => {
      const proxy = await t.scripted(challenging('keep', true));
      const client = t.client({
        proxy: { url: proxy.origin, auth: tokenAuth() },
        limits: { maxConnections: 1 },
      });
      const { kind, error } = await refusal(t, client.get('https://origin.test/'));
      t.assert.deepEqual(kind, ['ProxyError', 'ERR_PROXY', 'proxy']);
      t.assert.equal((error as InstanceType<typeof t.tern.ProxyError>).response?.status, 407);
      t.assert.equal(proxy.requests.length, 2);
      await proxy.untilOpen(0);
    },
  ),
  proxyCase(
    'AU-12.forward',
    'a flow answers the challenge to a request that the proxy reads; the body is sent again',
    { needs: ['wire-bytes', 'pool'], verdict: 'fixed:D47', rfc: 'RFC 9110 §11.7' },
    async (t) => {
      const proxy = await t.replies((request) =>
        request.get('proxy-authorization') === undefined
          ? reply(407, CHALLENGE, 'log in')
          : reply(200, [['Proxy-Authentication-Info', 'nextnonce="n2"']], 'done'),
      );
      const seen: AuthResponse[] = [];
      const client = t.client({
        headers: BARE,
        auth: ['me', 'pw'],
        proxy: { url: proxy.origin, auth: tokenAuth(seen), headers: { 'X-Way': 'out' } },
      });
      const response = await client.post('http://origin.test/x?y', { content: 'body' });
      t.assert.deepEqual([response.status, response.text, response.history.length], [200, 'done', 0]);
      const [head, tail] = [
        'POST http://origin.test/x?y HTTP/1.1\r\nHost: origin.test\r\n',
        'X-Way: out\r\nContent-Length: 4\r\nAuthorization: Basic bWU6cHc=\r\n\r\n',
      ];
      t.assert.deepEqual(
        proxy.requests.map(({ raw }) => raw),
        [head + tail, `${head}Proxy-Authorization: Token n1 POST http://origin.test/x?y\r\n${tail}`],
      );
      t.assert.deepEqual(
        proxy.exchanges.map(({ body }) => body.text),
        ['body', 'body'],
      );
      t.assert.equal(proxy.connections, 1);
      t.assert.equal(seen[1]?.headers.get('proxy-authentication-info'), 'nextnonce="n2"');
      t.assert.equal(response.request.headers.has('proxy-authorization'), false);
      t.assert.deepEqual(
        [seen[0]?.request.url.origin, seen[0]?.request.headers.has('authorization')],
        [proxy.origin, false],
      );
    },
  ),
  proxyCase(
    'AU-12.digest',
    'Digest answers a proxy as it answers an origin: for CONNECT, and for requests that the proxy reads',
    { rows: ['AU-12'], needs: ['tls', 'wire-bytes'], verdict: 'fixed:D47', rfc: 'RFC 7616 §3.8' },
    async (t) => {
      const challenge = [
        ['Proxy-Authenticate', 'Digest realm="p", nonce="n", qop="auth", algorithm=MD5'],
      ] as const;
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const tunnel = await t.scripted(
        connectProxy({
          refuse: (head) =>
            head.get('proxy-authorization') === undefined
              ? { bytes: reply(407, challenge), after: 'keep' }
              : null,
        }),
      );
      const forward = await t.replies((request) =>
        request.get('proxy-authorization') === undefined ? reply(407, challenge) : PLAIN,
      );
      const auth = new t.tern.DigestAuth('me', 'pw');
      const client = t.client({ tls: { ca: t.ca.certificate } });
      const target = `localhost:${origin.port}`;
      for (let round = 0; round < 2; round++) {
        await client.get(`https://${target}/x`, { proxy: { url: tunnel.origin, auth } });
        await client.get('http://origin.test/y?z', { proxy: { url: forward.origin, auth } });
      }
      for (const [request, method, uri] of [
        [tunnel.requests[1], 'CONNECT', target],
        [forward.requests[1], 'GET', 'http://origin.test/y?z'],
      ] as const) {
        const sent = request?.get('proxy-authorization') ?? '';
        const part = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(sent)?.[1] ?? '';
        t.assert.equal(part('uri'), uri);
        const middle = `n:${part('nc')}:${part('cnonce')}:auth`;
        t.assert.equal(part('response'), hash(`${hash('me:p:pw')}:${middle}:${hash(`${method}:${uri}`)}`));
      }
      // What is known of the realm is used at once.
      t.assert.deepEqual(
        forward.requests.map((request) => request.get('proxy-authorization') !== undefined),
        [false, true, true],
      );
      t.assert.deepEqual(
        tunnel.requests.map((request) => request.get('proxy-authorization') !== undefined),
        [false, true, true],
      );
    },
  ),
  proxyCase(
    'AU-12.origin',
    'a challenge of the origin is not for the flow of the proxy, nor the other way round',
    { needs: ['wire-bytes'], verdict: 'fixed:D47' },
    async (t) => {
      const proxy = await t.replies(
        reply(401, [['WWW-Authenticate', 'Token nonce="evil"']], 'origin says no'),
      );
      const seen: AuthResponse[] = [];
      const client = t.client({ proxy: { url: proxy.origin, auth: unaware(seen) } });
      const response = await client.get('http://origin.test/');
      t.assert.deepEqual([response.status, proxy.requests.length], [401, 1]);
      t.assert.deepEqual(
        seen.map(({ status, headers }) => [status, headers.has('www-authenticate')]),
        [[200, false]],
      );
      const strict = await t.replies(reply(407, CHALLENGE));
      const asked = t.client({ proxy: strict.origin, auth: tokenAuth() });
      t.assert.equal((await asked.get('http://origin.test/')).status, 407);
      t.assert.equal(strict.requests.length, 1);
    },
  ),
  proxyCase(
    'AU-12.function',
    'a function, a flow that needs bodies, and one that fails',
    { needs: ['pool'], verdict: 'fixed:D47' },
    async (t) => {
      const origin = await t.replies(PLAIN);
      const open = await t.scripted(connectProxy({ port: origin.port }));
      const forward = await t.replies(PLAIN);
      await t.client({ proxy: { url: open.origin, auth: signing, tunnel: true } }).get('http://origin.test/');
      await t.client({ proxy: { url: forward.origin, auth: signing } }).get('http://origin.test/');
      for (const [request, method] of [
        [open.requests[0], 'CONNECT'],
        [forward.requests[0], 'GET'],
      ] as const)
        t.assert.deepEqual(
          [request?.get('proxy-authorization'), request?.get('x-date')],
          [`Signed ${method}`, 'now'],
        );

      const challenge = await t.replies((request) =>
        request.get('proxy-authorization') === undefined ? reply(407, [], 'n1') : PLAIN,
      );
      const bodies: Auth = {
        needsRequestBody: true,
        needsResponseBody: true,
        *flow(request) {
          const response = yield request;
          const { text } = response as { text: string };
          yield request.with({
            headers: { Authorization: `Body ${text} ${Buffer.from(request.content).toString()}` },
          });
        },
      };
      const client = t.client({ proxy: { url: challenge.origin, auth: bodies } });
      t.assert.equal((await client.post('http://origin.test/', { content: stream() })).text, 'ok');
      t.assert.deepEqual(
        challenge.exchanges.map((one) => [one.get('proxy-authorization'), one.body.text]),
        [
          [undefined, 'a stream'],
          ['Body n1 a stream', 'a stream'],
        ],
      );

      const failing: Auth = {
        *flow(request) {
          yield request;
          throw new Error('the flow broke');
        },
      };
      const refusing = await t.scripted(challenging('keep'));
      for (const [url, tunnel] of [
        [challenge.origin, false],
        [refusing.origin, true],
      ] as const) {
        const broken = t.client({ proxy: { url, auth: failing, tunnel }, limits: { maxConnections: 1 } });
        const error: unknown = await broken.get('http://origin.test/').catch((reason: unknown) => reason);
        t.assert.match(`${String(error)} ${String((error as Error).cause)}`, /the flow broke/);
        t.assert.deepEqual([broken.stats.active, broken.stats.connecting], [0, 0]);
      }
      const empty: Auth = { *flow() {} };
      await t.assert.rejects(
        t.client({ proxy: { url: forward.origin, auth: empty } }).get('http://origin.test/'),
        { name: 'InvalidArgument' },
      );
      await t.assert.rejects(
        t.client({ proxy: { url: forward.origin, auth: empty } }).get('https://origin.test/'),
        { name: 'InvalidArgument' },
      );
    },
  ),
  proxyCase(
    'PX-04',
    'credentials are taken out of the URL, and show nowhere',
    { needs: ['trace'], rows: ['PX-04'], verdict: 'fixed:D35' },
    async (t) => {
      const { inspect } = await import('node:util');
      const proxy = await t.replies(PLAIN);
      const url = proxy.origin.replace('//', '//me:SECRET@');
      const client = t.client({ proxy: { url, headers: { 'Proxy-Authorization': 'Own SECRET' } } });
      const response = await client.get('http://origin.test/');
      const shown = [client, response, response.request, response.connection].map((item) =>
        inspect(item, { depth: 9 }),
      );
      t.assert.doesNotMatch(shown.join('\n'), /SECRET|bWU6/);
      t.assert.equal(response.connection?.proxy?.url, proxy.origin);
    },
  ),
];
