import type { ProxyInit, ProxyOptions } from '../../src/index.ts';
import { reply } from '../../fixtures/reply-server.ts';
import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import type { ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { firstHop, nowhere, proxyCase, stoppable } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'PX-01',
    'proxies are http, https, socks5 and socks5h, with a port of their own',
    { needs: ['trace'] },
    async (t) => {
      for (const [proxy, hop] of [
        ['http://10.0.0.1', '10.0.0.1:80'],
        ['https://10.0.0.1', '10.0.0.1:443'],
        ['socks5://10.0.0.1', '10.0.0.1:1080'],
        ['socks5h://10.0.0.1/', '10.0.0.1:1080'],
        ['HTTP://10.0.0.1:443', '10.0.0.1:443'],
        ['https://10.0.0.1:80/ignored', '10.0.0.1:80'],
        ['http://[2001:db8::1]:3128', '2001:db8::1:3128'],
        ['socks5://Proxy.Test:9', 'proxy.test'],
        ['socks5://pröxy.test', 'xn--prxy-6qa.test'],
      ] as const) {
        for (const init of [proxy, { url: proxy }, { url: new URL(proxy) }] satisfies ProxyInit[])
          t.assert.equal(await firstHop(stoppable(t, { proxy: init }), 'http://origin.test/'), hop, proxy);
      }
    },
  ),
  proxyCase(
    'PX-01.refused',
    'what is no proxy is refused when the client is made, by name and without its secrets',
    { layer: 'model' },
    (t) => {
      for (const [proxy, message] of [
        ['ftp://me:SECRET@p.test', /'proxy' has the unknown scheme 'ftp:\/\/': 'ftp:\/\/\[secure\]@p\.test'/],
        ['p.test:3128', /'proxy' has no scheme: 'p\.test:3128'; write 'http:\/\/p\.test:3128'/],
        ['', /'proxy' needs the URL of a proxy/],
        ['http://', /'proxy' is not the URL of a proxy/],
        ['http://p.test:99999', /'proxy' is not the URL of a proxy/],
        [7, /'proxy' must be a URL, an object with a url, or null, not/],
        [{}, /'proxy' needs the URL of a proxy/],
        [
          { url: 'http://p.test', verify: false },
          /'proxy\.verify' does not exist; there are url, auth, headers/,
        ],
        [{ url: 'http://p.test', tls: {} }, /'proxy\.tls' would do nothing/],
        [{ url: 'https://p.test', tls: { verify: false } }, /'proxy\.tls\.verify' does not exist/],
        [{ url: 'socks5://p.test', headers: {} }, /'proxy\.headers' would do nothing/],
        [{ url: 'socks5://p.test', tunnel: true }, /'proxy\.tunnel' would do nothing/],
        [{ url: 'socks5://p.test', auth: t.tern.bearerAuth('x') }, /'proxy\.auth' must be a pair/],
        [{ url: `socks5://${'u'.repeat(256)}:p@p.test` }, /user name for 'proxy' has 256 octets/],
        [{ url: 'http://p.test', bypass: 'a b' }, null],
        [
          { url: 'http://p.test', bypass: ['10.0.0.0/33'] },
          /'proxy\.bypass' has the entry '10\.0\.0\.0\/33'/,
        ],
        [{ url: 'http://a%3Ab:c@p.test' }, /must not contain a colon/],
      ] as const) {
        const make = (): unknown => t.client({ proxy: proxy as ProxyInit });
        if (message === null) make();
        else {
          t.assert.throws(make, (error: Error) => {
            t.assert.equal(error.name, 'InvalidArgument');
            t.assert.match(error.message, message);
            t.assert.doesNotMatch(error.message, /SECRET/);
            return true;
          });
        }
      }
    },
  ),
  proxyCase(
    'PX-02',
    'one proxy takes everything, whatever the environment says',
    { needs: ['trace'] },
    async (t) => {
      const names = { http_proxy: 'http://other.test', no_proxy: '*', all_proxy: 'http://other.test' };
      await withEnvironment(names, async () => {
        for (const options of [{}, { trustEnv: true }]) {
          const client = stoppable(t, { proxy: 'http://proxy.test', ...options });
          for (const url of ['http://a.test/', 'https://a.test/', 'http://127.0.0.1/', 'https://[::1]:8443/'])
            t.assert.equal(await firstHop(client, url), 'proxy.test');
        }
      });
    },
  ),
  proxyCase(
    'PX-02.mounts',
    'a transport that is mounted has its own proxy, and null takes a pattern out of the proxy',
    { rows: ['PX-02', 'MT-09', 'MT-10'], needs: ['trace'] },
    async (t) => {
      const { HTTPTransport } = t.tern;
      const silent = { socket: { lookup: nowhere } };
      const client = stoppable(t, {
        proxy: 'http://proxy.test',
        mounts: {
          'all://inside.test': null,
          'all://10.0.0.0/8': null,
          'all://special.test': new HTTPTransport({ ...silent, proxy: 'socks5://special-proxy.test' }),
          'all://bare.test': new HTTPTransport(silent),
        },
      });
      for (const [url, hop] of [
        ['http://other.test/', 'proxy.test'],
        ['http://inside.test/', 'inside.test'],
        ['https://inside.test/', 'inside.test'],
        ['http://10.1.2.3/', '10.1.2.3:80'],
        ['http://11.1.2.3/', 'proxy.test'],
        ['http://special.test/', 'special-proxy.test'],
        ['http://bare.test/', 'bare.test'],
      ] as const)
        t.assert.equal(await firstHop(client, url), hop, url);
      // What the request says goes before.
      t.assert.equal(await firstHop(client, 'http://inside.test/', { proxy: 'http://own.test' }), 'own.test');
    },
  ),
  proxyCase(
    'PX-02.bypass',
    'a proxy can name the hosts that do without it',
    { verdict: 'differs:httpx has mounts for that', needs: ['trace'] },
    async (t) => {
      const proxy: ProxyOptions = { url: 'http://proxy.test', bypass: 'inside.test, 10.0.0.0/8' };
      const client = stoppable(t, { proxy });
      for (const [url, hop] of [
        ['http://other.test/', 'proxy.test'],
        ['https://a.inside.test/', 'a.inside.test'],
        ['http://10.1.2.3:81/', '10.1.2.3:81'],
      ] as const) {
        t.assert.equal(await firstHop(client, url), hop, url);
        t.assert.equal(await firstHop(stoppable(t), url, { proxy }), hop, url);
      }
    },
  ),
  proxyCase(
    'PX-03',
    'a request can name its proxy, or go without',
    { rows: ['PX-03'], verdict: 'fixed:D43', needs: ['trace', 'wire-bytes'] },
    async (t) => {
      const client = stoppable(t, { proxy: 'http://proxy.test' });
      const url = 'http://origin.test/';
      t.assert.equal(await firstHop(client, url), 'proxy.test');
      t.assert.equal(await firstHop(client, url, { proxy: 'http://own.test' }), 'own.test');
      t.assert.equal(await firstHop(client, url, { proxy: null }), 'origin.test');
      t.assert.equal(await firstHop(client, url, { proxy: undefined }), 'proxy.test');
      t.assert.equal(await firstHop(stoppable(t), url, { proxy: { url: 'https://own.test' } }), 'own.test');
      await t.assert.rejects(client.get(url, { proxy: 'gopher://p.test' }), { name: 'InvalidArgument' });
      // It holds for all hops of the call, and for send() too.
      const first = await t.replies([reply(302, [['Location', 'http://next.test/']]), PLAIN, PLAIN]);
      const direct = t.client({ redirect: true });
      const response = await direct.get('http://start.test/', { proxy: first.origin });
      t.assert.deepEqual(
        first.requests.map(({ target }) => target),
        ['http://start.test/', 'http://next.test/'],
      );
      t.assert.equal(response.connection?.proxy?.url, first.origin);
      await direct.send(direct.buildRequest('GET', 'http://sent.test/'), { proxy: first.origin });
      t.assert.equal(first.requests[2]?.target, 'http://sent.test/');
    },
  ),
  proxyCase(
    'PX-03.pool',
    'connections are shared only between requests that take the same way',
    { verdict: 'fixed:D43', needs: ['pool'] },
    async (t) => {
      const origin = await t.replies(PLAIN);
      const tunnel = await t.scripted(connectProxy());
      const forward = await t.replies(PLAIN);
      const client = t.client();
      const url = origin.url();
      const get = async (proxy: ProxyInit | null): Promise<readonly unknown[]> => {
        const { connection } = await client.get(url, { proxy });
        return [
          connection?.reused,
          connection?.proxy?.url,
          connection?.proxy?.isTunnel,
          connection?.remotePort,
        ];
      };
      const through = { url: tunnel.origin, tunnel: true };
      for (const reused of [false, true]) {
        t.assert.deepEqual(await get(null), [reused, undefined, undefined, origin.port]);
        t.assert.deepEqual(await get(forward.origin), [reused, forward.origin, false, forward.port]);
        t.assert.deepEqual(await get(through), [reused, tunnel.origin, true, tunnel.port]);
      }
      // Other credentials are another way.
      t.assert.deepEqual((await get(forward.origin.replace('//', '//u:p@')))[0], false);
      t.assert.deepEqual((await get(forward.origin.replace('//', '//u:p@')))[0], true);
      t.assert.deepEqual((await get({ ...through }))[0], false);
      t.assert.deepEqual([origin.connections, forward.connections, tunnel.connections], [3, 2, 2]);
    },
  ),
  proxyCase(
    'PX-03.extend',
    'a client that extends another has its proxy, or one of its own',
    { verdict: 'fixed:D43', needs: ['trace'] },
    async (t) => {
      const client = stoppable(t, { proxy: 'http://proxy.test' });
      const url = 'http://origin.test/';
      for (const [options, hop] of [
        [{}, 'proxy.test'],
        [{ headers: { a: '1' } }, 'proxy.test'],
        [{ proxy: 'http://own.test' }, 'own.test'],
        [{ proxy: null }, 'origin.test'],
      ] as const) {
        const extended = client.extend(options);
        t.defer(() => extended.close());
        t.assert.equal(await firstHop(extended, url), hop);
      }
    },
  ),
  proxyCase(
    'PX-22',
    'SOCKS4 and PAC files are refused with a word about them; settings of the system are not read',
    { layer: 'model', verdict: 'differs:httpx reads the settings of macOS and Windows' },
    async (t) => {
      for (const [url, message] of [
        ['socks4://me:SECRET@p.test', /unknown scheme 'socks4:.*SOCKS4 is not supported/],
        ['socks4a://p.test', /unknown scheme 'socks4a:.*SOCKS4 is not supported/],
        ['pac+https://p.test/x', /unknown scheme 'pac\+https:.*PAC files are not supported/],
        ['http://p.test/proxy.pac', /names a PAC file/],
        ['http://wpad/wpad.dat', /names a PAC file/],
      ] as const) {
        const isClear = ({ name, message: text }: Error): boolean =>
          name === 'InvalidArgument' && message.test(text) && !text.includes('SECRET');
        t.assert.throws(() => t.client({ proxy: url }), isClear);
        await withEnvironment({ ALL_PROXY: url, all_proxy: undefined }, async () => {
          t.assert.throws(
            () => t.client({ trustEnv: true }),
            (error: Error) => isClear(error) && /'ALL_PROXY'/.test(error.message),
          );
          t.client();
        });
      }
    },
  ),
];
