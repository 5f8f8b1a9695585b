import { afterEach, describe, expect, test } from 'vitest';
import { connectProxy, SOCKS_SUCCESS, socksProxy } from '../../../../fixtures/proxy-scripts.ts';
import { reply } from '../../../../fixtures/reply-server.ts';
import {
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../../../fixtures/scripted-server.ts';
import { dialControl, routeTo, wireConfig } from '../../../../fixtures/wire-setup.ts';
import type { Connection, DialControl, ProxyRoute, TunnelNegotiation, WireError } from '../../contract.ts';
import { jsBackend } from '../engine.ts';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

function proxyAt(port: number, changes: Partial<ProxyRoute> = {}): ProxyRoute {
  return {
    scheme: 'http',
    hostname: '127.0.0.1',
    port,
    url: `http://127.0.0.1:${port}`,
    tls: {},
    isTunnel: true,
    target: 'a.test:80',
    fields: ['Host', 'a.test:80'],
    credentials: null,
    negotiate: null,
    ...changes,
  };
}

function connectTo(proxy: ProxyRoute, control: Partial<DialControl> = {}): Promise<Connection> {
  const route = routeTo(80, { hostname: 'a.test', proxy });
  return jsBackend.wire!.connect(route, wireConfig(), dialControl(control));
}

async function failureOf(work: Promise<Connection>): Promise<WireError> {
  const outcome = await work.then(
    (connection) => {
      connection.close('abort');
      return null;
    },
    (error: unknown) => error as WireError,
  );
  if (outcome === null) throw new Error('it did not fail');
  return outcome;
}

describe('CONNECT', () => {
  test('opens a tunnel and tells of it', async () => {
    const server = await serve(async (peer) => {
      await peer.readHead();
      await peer.send('HTTP/1.1 200 OK\r\n\r\n');
    });
    const connection = await connectTo(proxyAt(server.port));
    expect(server.requests.map(({ raw }) => raw)).toEqual([
      'CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n',
    ]);
    expect(connection.meta).toMatchObject({
      remotePort: server.port,
      proxy: { url: `http://127.0.0.1:${server.port}`, isTunnel: true, tls: null },
      timings: { tls: null, proxy: expect.any(Number) as number },
    });
    connection.close('abort');
  });

  test('without a tunnel nothing is said', async () => {
    const server = await serve((peer) => peer.closed);
    const connection = await connectTo(proxyAt(server.port, { isTunnel: false }));
    expect(connection.meta.timings.proxy).toBeNull();
    connection.close('abort');
    await server.untilOpen(0);
    expect(server.peers[0]?.bytesReceived ?? 0).toBe(0);
  });

  test('a refusal carries the reply', async () => {
    const server = await serve(
      connectProxy({ refuse: () => ({ bytes: reply(403, [['A', '1']], 'no'), after: 'keep' }) }),
    );
    const error = await failureOf(connectTo(proxyAt(server.port)));
    expect(error).toMatchObject({
      kind: 'proxy',
      phase: 'proxy',
      reply: { status: 403, reason: 'Forbidden' },
    });
    expect(Buffer.from(error.reply!.body).toString()).toBe('no');
    await server.untilOpen(0);
  });

  test('a negotiation goes on over the connection, or a new one, and is closed once', async () => {
    for (const after of ['keep', 'end'] as const) {
      const log: unknown[] = [];
      const negotiation: TunnelNegotiation = {
        next(answer) {
          log.push(answer?.status ?? 'start');
          return Promise.resolve(answer === null ? ['A', '1'] : answer.status === 407 ? ['A', '2'] : null);
        },
        close() {
          log.push('closed');
          return Promise.resolve();
        },
      };
      const server = await serve(
        connectProxy({
          port: 1,
          refuse: (head) => (head.get('a') === '1' ? { bytes: reply(407), after } : null),
        }),
      );
      const connection = await connectTo(proxyAt(server.port, { negotiate: () => negotiation }));
      expect(log).toEqual(['start', 407, 200, 'closed']);
      expect(server.connections).toBe(after === 'keep' ? 1 : 2);
      connection.close('abort');
    }
  });

  test('a negotiation that fails leaves nothing open', async () => {
    const server = await serve((peer) => peer.closed);
    const broken: TunnelNegotiation = {
      next: () => Promise.reject(new Error('broken')),
      close: () => Promise.resolve(),
    };
    const error = await failureOf(connectTo(proxyAt(server.port, { negotiate: () => broken })));
    expect(error).toMatchObject({ kind: 'internal', phase: 'proxy' });
    expect((error.cause as Error).message).toBe('broken');
    await server.untilOpen(0);
  });

  test.each([
    ['', 'closed', /closed the connection without answering/],
    ['HTTP/1.1 2', 'remote-protocol', /in the middle of the response head/],
    ['nonsense\r\n\r\n', 'remote-protocol', /./],
    ['HTTP/1.1 200 OK\r\n\r\nearly', 'remote-protocol', /before anything was asked for/],
  ])('%j', async (bytes, kind, message) => {
    const server = await serve(async (peer) => {
      await peer.readHead();
      if (bytes !== '') await peer.send(bytes);
      await peer.end();
    });
    const error = await failureOf(connectTo(proxyAt(server.port)));
    expect([error.kind, error.phase]).toEqual([kind, 'proxy']);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`proxy http://127.0.0.1:${server.port}: `);
    await server.untilOpen(0);
  });

  test('deadline and signal', async () => {
    const server = await serve((peer) => peer.closed);
    const late = await failureOf(connectTo(proxyAt(server.port), { deadline: performance.now() + 30 }));
    expect(late).toMatchObject({ kind: 'connect-timeout', phase: 'proxy' });
    const controller = new AbortController();
    const aborted = connectTo(proxyAt(server.port), { signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    await server.untilOpen(1);
    const reason = new Error('enough');
    controller.abort(reason);
    expect((await aborted) as Error).toMatchObject({ kind: 'internal', cause: reason });
    await server.untilOpen(0);
  });
});

describe('SOCKS5', () => {
  const socks = { scheme: 'socks5', fields: [] } as const;

  test('passes, and refuses what comes early', async () => {
    const asked: unknown[] = [];
    const server = await serve(
      socksProxy({ port: 1, onRequest: ({ host, port }) => void asked.push([host, port]) }),
    );
    const connection = await connectTo(proxyAt(server.port, socks));
    expect([asked, connection.meta.proxy?.isTunnel]).toEqual([[['a.test', 80]], true]);
    connection.close('abort');
    const early = await serve(
      socksProxy({ port: 1, reply: Buffer.concat([SOCKS_SUCCESS, Buffer.from('x')]) }),
    );
    expect(await failureOf(connectTo(proxyAt(early.port, socks)))).toMatchObject({ kind: 'remote-protocol' });
  });

  test('credentials', async () => {
    const server = await serve(socksProxy({ port: 1, credentials: ['u', 'p'] }));
    const credentials = { username: Buffer.from('u'), password: Buffer.from('p') };
    (await connectTo(proxyAt(server.port, { ...socks, credentials }))).close('abort');
    const wrong = { ...credentials, password: Buffer.from('q') };
    const error = await failureOf(connectTo(proxyAt(server.port, { ...socks, credentials: wrong })));
    expect([error.kind, error.message]).toEqual([
      'proxy',
      `proxy http://127.0.0.1:${server.port}: Invalid username/password`,
    ]);
  });
});
