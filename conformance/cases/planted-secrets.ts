import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { connectProxy, socksProxy } from '../../fixtures/proxy-scripts.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Response } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { SecretWatch } from '../support/secret-watch.ts';

/** A way to a server that has secrets of its own. */
interface Way {
  readonly name: string;
  readonly isTLS: boolean;
  readonly options: (t: CaseContext, watch: SecretWatch) => Promise<ClientOptions>;
}

const WAYS: readonly Way[] = [
  { name: 'plain', isTLS: false, options: async () => ({}) },
  {
    name: 'TLS with a certificate of the client',
    isTLS: true,
    options: async (t, watch) => {
      const passphrase = watch.plant('passphrase');
      const { certificate, encryptedKey } = t.ca.issue({ commonName: 'me', usage: 'client', passphrase });
      return { tls: { ca: t.ca.certificate, cert: certificate, key: encryptedKey!, passphrase } };
    },
  },
  {
    name: 'a proxy that reads requests, with credentials in its URL',
    isTLS: false,
    options: async (t, watch) => {
      const proxy = await t.replies((request) =>
        answer(request.target.replace(/^http:\/\/[^/]+/, ''), watch),
      );
      return {
        proxy: proxy.origin.replace('//', `//${watch.plant('proxyuser')}:${watch.plant('proxyurl')}@`),
      };
    },
  },
  {
    name: 'a tunnel, with credentials and fields as options',
    isTLS: true,
    options: async (t, watch) => {
      const proxy = await t.scripted(connectProxy());
      const headers = { 'X-Api-Key': watch.plant('proxyfield') };
      const auth: [string, string] = [watch.plant('proxyname'), watch.plant('proxyoption')];
      return { proxy: { url: proxy.origin, auth, headers }, tls: { ca: t.ca.certificate } };
    },
  },
  {
    name: 'SOCKS with credentials',
    isTLS: false,
    options: async (t, watch) => {
      const credentials = [watch.plant('socksname'), watch.plant('socksword')] as const;
      const proxy = await t.scripted({ split: 'whole' }, socksProxy({ credentials }));
      return { proxy: `socks5h://${credentials.join(':')}@127.0.0.1:${proxy.port}` };
    },
  },
];

/** What a server says that has secrets in every place where a response can have some. */
function answer(target: string, watch: SecretWatch): Uint8Array {
  const fields: [string, string][] = [
    ['Set-Cookie', `sid=${watch.plant('setcookie')}; Path=/`],
    ['X-Auth-Token', watch.plant('responsefield')],
    ['Link', `</next?access_token=${watch.plant('link')}>; rel="next"`],
    ['Content-Location', `/here?sig=${watch.plant('contentlocation')}`],
  ];
  if (target.startsWith('/redirect'))
    return reply(
      307,
      [...fields, ['Location', `/end?token=${watch.plant('location')}#${watch.plant('fragment')}`]],
      'moved',
    );
  if (target.startsWith('/busy')) return reply(503, fields, watch.plant('busy'));
  if (target.startsWith('/teapot')) return reply(418, fields, watch.plant('teapot'));
  if (target.startsWith('/gzip'))
    return reply(200, [...fields, ['Content-Encoding', 'gzip']], gzipSync(watch.plant('coded')));
  return reply(200, fields, JSON.stringify({ secret: watch.plant('content') }));
}

/** The options of a request that has secrets in every place where a request can have some. */
function planted(watch: SecretWatch): object {
  return {
    params: { api_key: watch.plant('param'), page: '2' },
    headers: {
      'Proxy-Authorization': `Bearer ${watch.plant('proxyauthorization')}`,
      'X-Api-Key': watch.plant('field'),
      'X-Internal': watch.plant('ownfield'),
      Referer: `https://user:${watch.plant('referer')}@ref.test/`,
    },
    cookies: { own: watch.plant('cookie') },
  };
}

function lookAt(watch: SecretWatch, client: Client, response: Response): void {
  watch.look('response', response);
  watch.look('response.request', response.request);
  watch.look('response.history', response.history);
  watch.print('response.headers', response.headers);
  watch.print('response.cookies', response.cookies);
  watch.print('response.links', response.trailers);
  watch.look('response.connection', response.connection);
  watch.look('response.timings', response.timings);
  watch.look('response.retries', response.retries);
  watch.look('client', client);
  watch.print('client.headers', client.headers);
  watch.print('client.params', client.params);
  watch.print('client.cookies', client.cookies);
  watch.look('client.auth', client.auth);
  watch.look('client.stats', client.stats);
  watch.look('client.backend', client.backend);
  watch.look('client.metrics', client.metrics);
  watch.look('client.metrics.snapshot()', client.metrics?.snapshot());
  watch.look('client.metrics as a text', client.metrics?.toPrometheus());
}

async function travel(t: CaseContext, way: Way): Promise<void> {
  const watch = new SecretWatch(t);
  const server = way.isTLS
    ? await t.replies(({ target }) => answer(target, watch), { tls: t.serverTLS })
    : await t.replies(({ target }) => answer(target, watch));
  const own = await way.options(t, watch);
  const client = t.client({
    ...own,
    ...watch.listening(),
    baseURL: server.url('/').replace('//', `//user:${watch.plant('baseurl')}@`),
    headers: { Authorization: `Bearer ${watch.plant('clientfield')}`, 'X-Vault-Token': watch.plant('vault') },
    params: { token: watch.plant('clientparam'), ticket: watch.plant('ownparam') },
    cookies: { jar: watch.plant('jar') },
    redirect: true,
    redact: { headers: ['X-Internal'], query: ['ticket'] },
    retry: { attempts: 2, backoff: { baseMs: 0 } },
  });
  watch.look('a new client', client);
  const transport = new t.tern.HTTPTransport(own);
  watch.look('a transport', transport);
  await transport.close();
  const auths = {
    'userinfo of the base URL': undefined,
    pair: ['user', watch.plant('pair')] as const,
    bearer: t.tern.bearerAuth(async () => watch.plant('bearer')),
    callable: (request: { with(init: object): never }) =>
      request.with({ headers: { Authorization: `Custom ${watch.plant('callable')}` } }),
    digest: t.tern.digestAuth(watch.plant('digestname'), watch.plant('digestword')),
  };
  for (const [name, auth] of Object.entries(auths)) {
    watch.look(`auth ${name}`, typeof auth === 'object' && !Array.isArray(auth) ? auth : name);
    for (const target of ['/ok', '/redirect', '/gzip', '/busy']) {
      const options = {
        ...planted(watch),
        content: watch.plant('body'),
        ...(auth === undefined ? {} : { auth }),
      };
      const url = server.url(target).replace('//', `//${watch.plant('urlname')}:${watch.plant('url')}@`);
      const method = target === '/busy' ? 'PUT' : 'POST';
      const response = await client.request(method, url, options as object);
      lookAt(watch, client, response);
      const streamed = await client.stream(method, url, options as object);
      watch.look('streamed response', streamed);
      await streamed.read();
      watch.look('streamed response that was read', streamed);
    }
    const failure = await watch.failure('status', () =>
      client.post('/teapot', { ...planted(watch), raiseForStatus: true }),
    );
    t.assert.equal(failure.name, 'HTTPStatusError');
  }
  watch.look('an extended client', client.extend({ headers: { Cookie: watch.plant('extended') } }));
  t.assert.ok(server.requests.length > 0 || own.proxy !== undefined);
  watch.expectNothing(10_000);
}

export const cases: readonly ConformanceCase[] = [
  ...WAYS.map((way, index): ConformanceCase => ({
    id: `LG-02.planted-${index + 1}`,
    rows: ['LG-02'],
    title: `no planted secret shows in any of ten thousand texts: ${way.name}`,
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'tls', 'proxy'],
    async run(t) {
      await travel(t, way);
    },
  })),
  {
    id: 'LG-02.planted-environment',
    rows: ['LG-02'],
    title: 'secrets of the environment and of a netrc file do not show either',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'proxy'],
    async run(t) {
      const watch = new SecretWatch(t);
      const proxy = await t.replies(reply(200, [], 'ok'));
      const file = join(t.tempDir(), 'netrc');
      writeFileSync(
        file,
        `machine origin.test login ${watch.plant('login')} password ${watch.plant('netrc')}\n`,
      );
      const url = proxy.origin.replace('//', `//me:${watch.plant('environment')}@`);
      await withEnvironment({ http_proxy: url, no_proxy: undefined, NO_PROXY: undefined }, async () => {
        const client = t.client({ trustEnv: true, ...watch.listening(), auth: t.tern.netrcAuth(file) });
        const response = await client.get('http://origin.test/');
        t.assert.match(String(proxy.requests[0]?.get('authorization')), /^Basic /);
        t.assert.match(String(proxy.requests[0]?.get('proxy-authorization')), /^Basic /);
        lookAt(watch, client, response);
        watch.look('netrc', t.tern.netrcAuth(file));
      });
      await withEnvironment({ http_proxy: `gopher://me:${watch.plant('wrong')}@p.test` }, async () => {
        await watch.failure('a variable that is no proxy', () => t.client({ trustEnv: true }));
      });
      watch.expectNothing(200);
    },
  },
];
