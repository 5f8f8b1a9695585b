import { join } from 'node:path';
import type { ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { firstHop, proxyCase, stoppable } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';

/** No variable of these is set, however the suite was started. */
const NONE = {
  http_proxy: undefined,
  HTTP_PROXY: undefined,
  https_proxy: undefined,
  HTTPS_PROXY: undefined,
  all_proxy: undefined,
  ALL_PROXY: undefined,
  no_proxy: undefined,
  NO_PROXY: undefined,
  REQUEST_METHOD: undefined,
} as const;

type Row = readonly [env: Readonly<Record<string, string>>, url: string, hop: string];

/** Cases on Windows would see one variable where there are two names. */
const isCaseBlind = process.platform === 'win32';

function environmentCase(
  id: string,
  title: string,
  options: Parameters<typeof proxyCase>[2],
  list: readonly Row[],
): ConformanceCase {
  return proxyCase(id, title, { needs: ['trace'], ...options }, async (t) => {
    for (const [env, url, hop] of list) {
      await withEnvironment({ ...NONE, ...env }, async () => {
        t.assert.equal(await firstHop(stoppable(t, { trustEnv: true }), url), hop, JSON.stringify(env));
      });
    }
  });
}

const [HTTP, HTTPS] = ['http://a.test/', 'https://a.test/'];

export const cases: readonly ConformanceCase[] = [
  environmentCase(
    'PX-11',
    'HTTP_PROXY, HTTPS_PROXY and ALL_PROXY in either case; the one for the scheme goes before ALL_PROXY',
    {},
    [
      [{ http_proxy: 'http://p.test' }, HTTP, 'p.test'],
      [{ HTTP_PROXY: 'http://p.test' }, HTTP, 'p.test'],
      [{ http_proxy: 'http://p.test' }, HTTPS, 'a.test'],
      [{ https_proxy: 'http://p.test' }, HTTPS, 'p.test'],
      [{ HTTPS_PROXY: 'http://p.test' }, HTTPS, 'p.test'],
      [{ HTTPS_PROXY: 'http://p.test' }, HTTP, 'a.test'],
      [{ all_proxy: 'socks5://p.test' }, HTTP, 'p.test'],
      [{ ALL_PROXY: 'socks5://p.test' }, HTTPS, 'p.test'],
      [{ ALL_PROXY: 'http://all.test', https_proxy: 'http://p.test' }, HTTPS, 'p.test'],
      [{ ALL_PROXY: 'http://all.test', https_proxy: 'http://p.test' }, HTTP, 'all.test'],
      [{ http_proxy: '' }, HTTP, 'a.test'],
      [{ http_proxy: '', all_proxy: 'http://all.test' }, HTTP, 'all.test'],
      [{ http_proxy: '  http://p.test ' }, HTTP, 'p.test'],
      ...(isCaseBlind
        ? []
        : ([
            [{ Http_Proxy: 'http://p.test' }, HTTP, 'p.test'],
            [{ http_proxy: 'http://low.test', HTTP_PROXY: 'http://up.test' }, HTTP, 'low.test'],
            [{ http_proxy: '', HTTP_PROXY: 'http://up.test' }, HTTP, 'a.test'],
          ] satisfies Row[])),
    ],
  ),
  environmentCase('PX-12', 'under CGI only the name in lower case counts for http', {}, [
    [{ REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil.test' }, HTTP, isCaseBlind ? 'evil.test' : 'a.test'],
    [{ REQUEST_METHOD: 'GET', http_proxy: 'http://p.test' }, HTTP, 'p.test'],
    [{ REQUEST_METHOD: 'GET', HTTPS_PROXY: 'http://p.test' }, HTTPS, 'p.test'],
    [{ REQUEST_METHOD: '', HTTP_PROXY: 'http://evil.test' }, HTTP, isCaseBlind ? 'evil.test' : 'a.test'],
  ]),
  environmentCase('PX-13', 'a value without a scheme is an http proxy', {}, [
    [{ http_proxy: 'p.test' }, HTTP, 'p.test'],
    [{ https_proxy: '10.0.0.1:3128' }, HTTPS, '10.0.0.1:3128'],
    [{ all_proxy: 'me:pw@10.0.0.1' }, HTTPS, '10.0.0.1:80'],
  ]),
  environmentCase('PX-20', 'other variables are not looked at', {}, [
    [
      {
        TRAVIS_APT_PROXY: 'http://p.test',
        ftp_proxy: 'ftp://p.test',
        ws_proxy: 'nonsense',
        PROXY: 'x',
        npm_config_proxy: 'http://p.test',
      },
      HTTP,
      'a.test',
    ],
  ]),
  proxyCase(
    'PX-11.used',
    'a proxy of the environment is used like any other, credentials too; variables are read when the client is made',
    { needs: ['wire-bytes'] },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      await withEnvironment({ ...NONE, http_proxy: proxy.origin.replace('//', '//me:pw@') }, async () => {
        const early = t.client({ trustEnv: true });
        await withEnvironment({ http_proxy: 'http://other.invalid' }, async () => {
          t.assert.equal((await early.get('http://a.test/')).text, 'ok');
        });
        t.assert.equal(proxy.requests[0]?.get('proxy-authorization'), 'Basic bWU6cHc=');
        // A request may still choose for itself.
        const direct = await t.replies(PLAIN);
        t.assert.equal((await early.get(direct.url(), { proxy: null })).connection?.proxy, null);
      });
    },
  ),
  proxyCase(
    'PX-11.wrong',
    'a variable that names no proxy is an error that names it, without its secrets',
    { layer: 'model', verdict: 'differs:httpx names the value alone' },
    async (t) => {
      for (const [name, value] of [
        ['HTTP_PROXY', 'gopher://me:SECRET@p.test'],
        ['ALL_PROXY', 'http://me:SECRET@:3128'],
      ] as const) {
        await withEnvironment({ ...NONE, [name]: value }, async () => {
          t.assert.throws(
            () => t.client({ trustEnv: true }),
            (error: Error) => {
              t.assert.equal(error.name, 'InvalidArgument');
              t.assert.ok(error.message.includes(`'${name}'`), error.message);
              return !error.message.includes('SECRET');
            },
          );
        });
      }
    },
  ),
  proxyCase(
    'PX-21',
    'the environment counts for proxies only where trustEnv is true',
    { needs: ['trace'], verdict: 'differs:proxies of the environment are used on request' },
    async (t) => {
      await withEnvironment(
        { ...NONE, http_proxy: 'http://p.test', https_proxy: 'gopher://p.test' },
        async () => {
          t.assert.equal(await firstHop(stoppable(t), HTTP), 'a.test');
          t.assert.equal(await firstHop(stoppable(t, { trustEnv: false }), HTTP), 'a.test');
          t.assert.equal(await firstHop(stoppable(t, { trustEnv: true, proxy: null }), HTTP), 'a.test');
          t.assert.throws(() => t.client({ trustEnv: true }), { name: 'InvalidArgument' });
        },
      );
    },
  ),
  proxyCase(
    'PX-21.transport',
    'a transport of its own, a mount, and a Unix domain socket are not touched by the environment',
    {
      rows: ['PX-21', 'MT-10'],
      needs: ['trace', 'uds'],
      verdict: 'differs:what a program says goes before the environment, however general it is',
    },
    async (t) => {
      await withEnvironment({ ...NONE, http_proxy: 'http://p.test' }, async () => {
        const { Client, HTTPTransport, MockTransport, Response } = t.tern;
        const own = new Client({
          transport: new HTTPTransport({
            socket: { lookup: (_h, _o, done) => setImmediate(done, new Error('no'), []) },
          }),
        });
        t.defer(() => own.close());
        t.assert.equal(await firstHop(own, HTTP), 'a.test');
        const mounted = stoppable(t, {
          trustEnv: true,
          mounts: { 'all://': new MockTransport(() => new Response(204)), 'http://direct.test': null },
        });
        t.assert.equal((await mounted.get(HTTP)).status, 204);
        t.assert.equal(await firstHop(mounted, 'http://direct.test/'), 'direct.test');
        const socketPath = join(t.tempDir(), 'socket');
        const server = await t.replies(PLAIN, { socketPath });
        const local = t.client({ trustEnv: true, socket: { path: socketPath } });
        t.assert.equal((await local.get(HTTP)).connection?.proxy, null);
        t.assert.equal(server.requests[0]?.target, '/');
      });
    },
  ),
];
