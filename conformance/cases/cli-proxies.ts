import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import type { ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { proxyCase } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';

const refuse = (): { bytes: string; after: 'keep' } => ({
  bytes: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n',
  after: 'keep',
});

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'CI-01.proxy',
    '--proxy goes through a proxy, whatever the environment says; a scheme may be left out',
    { needs: ['command', 'wire-bytes'] },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const { host } = new URL(proxy.origin);
      await withEnvironment({ http_proxy: 'http://other.invalid' }, async () => {
        const env = { http_proxy: 'http://other.invalid' };
        for (const value of [`http://me:pw@${host}`, `me:pw@${host}`]) {
          const argv = ['http://origin.test/x', '--proxy', value, '--backend', t.backend];
          const { exitCode, stdout } = await t.command(argv, { env });
          t.assert.equal(exitCode, 0);
          t.assert.match(stdout, /ok/);
        }
      });
      for (const request of proxy.requests) {
        t.assert.equal(request.target, 'http://origin.test/x');
        t.assert.equal(request.get('proxy-authorization'), 'Basic bWU6cHc=');
      }
      t.assert.equal(proxy.requests.length, 2);
    },
  ),
  proxyCase(
    'CI-01.proxy-environment',
    'proxies of the environment are used, unless --no-proxy is given',
    { needs: ['command'] },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const origin = await t.httpServer();
      const env = { http_proxy: proxy.origin };
      await withEnvironment(
        { http_proxy: proxy.origin, no_proxy: undefined, NO_PROXY: undefined },
        async () => {
          const argv = [origin.url('/get'), '--backend', t.backend];
          t.assert.equal((await t.command(argv, { env })).exitCode, 0);
          t.assert.deepEqual([proxy.connections, origin.requests.length], [1, 0]);
          t.assert.equal((await t.command([...argv, '--no-proxy'], { env })).exitCode, 0);
          t.assert.deepEqual([proxy.connections, origin.requests.length], [1, 1]);
        },
      );
    },
  ),
  proxyCase(
    'CI-01.proxy-refused',
    'a proxy that refuses is exit code 1 with its answer; what is no proxy is exit code 2',
    { needs: ['command'] },
    async (t) => {
      const proxy = await t.scripted(connectProxy({ refuse }));
      const run = (value: string): ReturnType<typeof t.command> =>
        t.command(['https://origin.test/', '--proxy', value, '--backend', t.backend]);
      const refused = await run(proxy.origin);
      t.assert.equal(refused.exitCode, 1);
      t.assert.match(refused.stderr, /^ProxyError: .*answered 403 Forbidden to CONNECT origin\.test:443/);
      const wrong = await run('socks4://me:SECRET@p.test');
      t.assert.equal(wrong.exitCode, 2);
      t.assert.match(wrong.stderr, /^InvalidArgument: 'proxy' has the unknown scheme/);
      t.assert.doesNotMatch(wrong.stderr, /SECRET/);
    },
  ),
];
