import { connectProxy, socksProxy } from '../../fixtures/proxy-scripts.ts';
import type { Client, ClientOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { type Echo, echoOf } from '../support/http2.ts';
import { proxyCase } from '../support/proxies.ts';

const EXPECT = { Expect: '100-continue' };

/** Clients that reach servers of TLS through a tunnel of either kind. */
async function throughTunnels(t: CaseContext, options: ClientOptions): Promise<readonly Client[]> {
  const tunnel = await t.scripted(connectProxy());
  const socks = await t.scripted({ split: 'whole' }, socksProxy());
  const proxies = [tunnel.origin, `socks5://127.0.0.1:${socks.port}`, `socks5h://127.0.0.1:${socks.port}`];
  return proxies.map((proxy) => t.client({ proxy, tls: { ca: t.ca.certificate }, ...options }));
}

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'PX-06.expect',
    'Expect: 100-continue holds the body back in a tunnel, CONNECT or SOCKS, as it does without one',
    { rows: ['PX-06', 'PX-14', 'RB-25'], needs: ['tls', 'expect-continue'], verdict: 'fixed:D22' },
    async (t) => {
      const early: number[] = [];
      const server = await t.scripted({ tls: t.serverTLS }, async (peer) => {
        for (;;) {
          const before = peer.bytesReceived;
          const head = await peer.readHead();
          for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
          early.push(peer.bytesReceived - before - head.raw.length);
          if (head.target === '/no') {
            await peer.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
            await peer.closed;
            return;
          }
          await peer.send('HTTP/1.1 100 Continue\r\n\r\n');
          const { text } = await peer.readBody(head);
          await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
        }
      });
      for (const client of await throughTunnels(t, {})) {
        const url = `https://localhost:${server.port}`;
        const taken = await client.post(`${url}/yes`, { content: 'the body', headers: EXPECT });
        t.assert.deepEqual([taken.status, taken.text], [200, 'the body']);
        let isRead = false;
        const content = async function* content(): AsyncGenerator<string> {
          isRead = true;
          yield 'x';
        };
        const refused = await client.post(`${url}/no`, { content: content(), headers: EXPECT });
        t.assert.deepEqual([refused.status, isRead], [417, false]);
        t.assert.equal(client.stats.active, 0);
      }
      t.assert.deepEqual(new Set(early), new Set([0]));
    },
  ),
  proxyCase(
    'H2-01.tunnels',
    'HTTP/2 goes through tunnels of either kind: agreed upon or not, many streams, uploads that wait to be wanted',
    { rows: ['H2-01', 'PX-06', 'PX-14', 'H2-09'], needs: ['tls', 'http2', 'expect-continue'] },
    async (t) => {
      const server = await t.http2Server({ tls: t.serverTLS });
      for (const options of [{ http2: true }, { http1: false, http2: true }]) {
        for (const client of await throughTunnels(t, options)) {
          const url = `https://localhost:${server.port}/`;
          const content = 'x'.repeat(200_000);
          const first = await client.post(url, { content, headers: EXPECT });
          t.assert.deepEqual([first.httpVersion, first.connection?.proxy?.isTunnel], ['2', true]);
          t.assert.equal(echoOf(first).content.length, content.length);
          const all = await Promise.all(Array.from({ length: 8 }, (_, n) => client.get(`${url}${n}`)));
          t.assert.deepEqual(
            all.map((response): Echo['path'] => echoOf(response).path),
            all.map((_, n) => `/${n}`),
          );
          t.assert.equal(client.stats.opened, 1);
        }
      }
    },
  ),
];
