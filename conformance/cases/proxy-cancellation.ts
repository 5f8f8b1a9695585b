import { setImmediate as turn } from 'node:timers/promises';
import { connectProxy, socksProxy } from '../../fixtures/proxy-scripts.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { Auth, ProxyInit, TraceEvent, TraceName } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { proxyCase } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';
import { one } from '../support/timeouts.ts';

/** Steps of a request through a tunnel, as they come. */
const STEPS: Readonly<Record<'http' | 'https' | 'socks', readonly TraceName[]>> = {
  http: [
    'connection.connect_tcp.started',
    'connection.connect_tcp.complete',
    'proxy.connect.started',
    'proxy.connect.complete',
    'proxy.start_tls.started',
    'proxy.start_tls.complete',
    'http11.send_request_headers.started',
    'http11.receive_response_headers.started',
    'http11.receive_response_headers.complete',
  ],
  https: [
    'connection.start_tls.started',
    'connection.start_tls.complete',
    'proxy.connect.started',
    'proxy.connect.complete',
    'proxy.start_tls.started',
    'proxy.start_tls.complete',
    'http11.send_request_headers.started',
    'http11.receive_response_headers.complete',
  ],
  socks: [
    'connection.connect_tcp.complete',
    'socks.setup_socks5_connection.started',
    'socks.setup_socks5_connection.complete',
    'socks.start_tls.started',
    'socks.start_tls.complete',
    'http11.receive_response_headers.complete',
  ],
};

interface World {
  readonly proxy: ProxyInit;
  readonly url: string;
  readonly servers: readonly { untilOpen(count: number): Promise<void> }[];
}

async function world(t: CaseContext, kind: keyof typeof STEPS): Promise<World> {
  const origin = await t.replies(PLAIN, { tls: t.serverTLS });
  const script = kind === 'socks' ? socksProxy() : connectProxy();
  const server = await t.scripted(kind === 'https' ? { tls: t.serverTLS } : {}, script);
  const url = kind === 'socks' ? `socks5://127.0.0.1:${server.port}` : `${kind}://localhost:${server.port}`;
  const proxy = kind === 'https' ? { url, tls: { ca: t.ca.certificate } } : url;
  return { proxy, url: `https://localhost:${origin.port}/`, servers: [server, origin] };
}

/** One request that is aborted at a step, then one that has to succeed on the only connection that there may be. */
async function abortAt(
  t: CaseContext,
  { proxy, url, servers }: World,
  step: TraceName,
  delay: boolean,
): Promise<void> {
  const client = one(t, { proxy, tls: { ca: t.ca.certificate } });
  const controller = new AbortController();
  const why = new Error(`stop at ${step}`);
  const trace = ({ name }: TraceEvent): void => {
    if (name !== step) return;
    if (delay) setImmediate(() => controller.abort(why));
    else controller.abort(why);
  };
  const outcome: unknown = await client.get(url, { signal: controller.signal, extensions: { trace } }).then(
    () => 'finished',
    (error: unknown) => error,
  );
  // A turn of the loop later all may have been over.
  if (!delay || outcome !== 'finished') {
    t.assert.ok(outcome instanceof t.tern.AbortError, `${step}: ${String(outcome)}`);
    t.assert.equal((outcome as Error).cause, why);
    // If nothing had been sent yet, the tunnel is as good as new.
    for (const server of servers) await server.untilOpen(client.stats.connections);
    // Caller and attempt are told in one moment, each through its own promises, and the caller's are fewer on every
    // engine: 'connecting' is still 1 here unless the servers took a turn to see their end, which an engine that
    // connects on another thread need not wait for, because a server may not have seen the beginning yet.
    await turn();
  }
  t.assert.deepEqual([client.stats.connecting, client.stats.waiting, client.stats.active], [0, 0, 0], step);
  t.assert.equal((await client.get(url)).text, 'ok', step);
  await client.close();
  for (const server of servers) await server.untilOpen(0);
}

function matrix(kind: keyof typeof STEPS): ConformanceCase {
  return proxyCase(
    `PX-06.abort-${kind}`,
    `a request through ${kind === 'https' ? 'an' : 'a'} ${kind} proxy that is aborted at any step leaves nothing, and the next one works`,
    {
      rows: [kind === 'socks' ? 'PX-14' : 'PX-06', 'PX-06', 'TM-09'],
      needs: ['tls', 'pool', 'trace'],
      verdict: 'fixed:D28',
    },
    async (t) => {
      const around = await world(t, kind);
      for (const step of STEPS[kind]) {
        await abortAt(t, around, step, false);
        await abortAt(t, around, step, true);
      }
    },
  );
}

const hanging: Auth = {
  // oxlint-disable-next-line require-yield -- it never gets so far
  async *flow() {
    await new Promise(() => {});
  },
};

export const cases: readonly ConformanceCase[] = [
  matrix('http'),
  matrix('https'),
  matrix('socks'),
  proxyCase(
    'PX-06.silent',
    'a request that waits for a proxy which says nothing, or half of it, can be aborted; the limits hold',
    { rows: ['PX-06', 'PX-14', 'TM-12', 'TM-09'], needs: ['pool', 'timeouts'], verdict: 'fixed:D28' },
    async (t) => {
      const parts = [
        '',
        'HTTP/1.1 20',
        'HTTP/1.1 407 No\r\nContent-Length: 9\r\n\r\nhalf',
        'HTTP/1.1 100 Continue\r\n\r\n',
      ];
      for (const part of parts) {
        const proxy = await t.scripted(async (peer) => {
          await peer.readHead();
          if (part !== '') await peer.send(part);
        });
        const client = one(t, { proxy: proxy.origin });
        for (const [options, name] of [
          [{ signal: AbortSignal.timeout(60) }, 'AbortError'],
          [{ timeout: { total: 60 } }, 'TotalTimeout'],
        ] as const) {
          await t.assert.rejects(client.get('https://origin.test/', options), { name });
          await proxy.untilOpen(0);
          t.assert.deepEqual([client.stats.connecting, client.stats.connections], [0, 0]);
        }
      }
      const mute = await t.scripted((peer) => peer.closed);
      const client = one(t, { proxy: `socks5://127.0.0.1:${mute.port}` });
      await t.assert.rejects(client.get('http://origin.test/', { signal: AbortSignal.timeout(60) }), {
        name: 'AbortError',
      });
      await mute.untilOpen(0);
    },
  ),
  proxyCase(
    'AU-12.hangs',
    'a flow for a proxy that hangs does not outlive the limits of its request',
    { rows: ['AU-12', 'TM-12'], needs: ['pool', 'timeouts'], verdict: 'fixed:D23' },
    async (t) => {
      const proxy = await t.replies(reply(407));
      for (const [tunnel, options, name] of [
        [true, { timeout: { connect: 60 } }, 'ConnectTimeout'],
        [true, { timeout: { total: 60 } }, 'TotalTimeout'],
        [true, { signal: AbortSignal.timeout(60) }, 'AbortError'],
        [false, { timeout: { total: 60 } }, 'TotalTimeout'],
        [false, { signal: AbortSignal.timeout(60) }, 'AbortError'],
      ] as const) {
        const client = one(t, { proxy: { url: proxy.origin, auth: hanging, tunnel } });
        await t.assert.rejects(client.get('http://origin.test/', options), { name });
        await proxy.untilOpen(0);
        t.assert.deepEqual([client.stats.connecting, client.stats.active], [0, 0]);
      }
    },
  ),
  proxyCase(
    'PX-06.close',
    'closing the client ends a dialogue that is under way',
    { rows: ['PX-06'], needs: ['pool'] },
    async (t) => {
      const proxy = await t.scripted((peer) => peer.closed);
      for (const url of [proxy.origin, `socks5://127.0.0.1:${proxy.port}`]) {
        const client = t.client({ proxy: url });
        const request = client.get('https://origin.test/');
        await proxy.untilOpen(1);
        const refused = t.assert.rejects(request, { name: 'ClientClosed' });
        await client.close();
        await refused;
        await proxy.untilOpen(0);
      }
    },
  ),
];
