import { reply } from '../../fixtures/reply-server.ts';
import type { TraceEvent } from '../../src/index.ts';
import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import type { ConformanceCase } from '../case.ts';
import { BARE, proxyCase } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';

const WIRE = ['wire-bytes'] as const;

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'PX-05',
    'a proxy gets plain http as the whole URL, without user information and fragment, and its fields behind Host',
    {
      layer: 'bytes',
      needs: WIRE,
      rfc: 'RFC 9112 §3.2.2',
      verdict: 'differs:Host stays first, as RFC 9112 §3.2 asks',
    },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const url = proxy.origin.replace('//', '//me:pw@');
      const client = t.client({
        headers: BARE,
        proxy: { url, headers: { 'X-Way': 'out', 'X-Own': 'proxy' } },
      });
      const response = await client.get('http://u:p@origin.test:8080/a%20b?c=d#e', {
        headers: { 'X-Own': 'request' },
      });
      t.assert.equal(response.text, 'ok');
      await client.get('http://origin.test');
      t.assert.deepEqual(
        proxy.requests.map(({ raw }) => raw),
        [
          'GET http://origin.test:8080/a%20b?c=d HTTP/1.1\r\nHost: origin.test:8080\r\n' +
            'Proxy-Authorization: Basic bWU6cHc=\r\nX-Way: out\r\nX-Own: request\r\nAuthorization: Basic dTpw\r\n\r\n',
          'GET http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\n' +
            'Proxy-Authorization: Basic bWU6cHc=\r\nX-Way: out\r\nX-Own: proxy\r\n\r\n',
        ],
      );
    },
  ),
  proxyCase(
    'PX-05.target',
    'a target set by hand, CONNECT and OPTIONS keep their form',
    { needs: WIRE },
    async (t) => {
      const proxy = await t.replies([PLAIN, PLAIN, reply(403)]);
      const client = t.client({ proxy: proxy.origin });
      await client.get('http://origin.test/x', { extensions: { target: '/by-hand' } });
      await client.options('http://origin.test/');
      await client.request('CONNECT', 'http://origin.test/');
      t.assert.deepEqual(
        proxy.requests.map(({ method, target }) => `${method} ${target}`),
        ['GET /by-hand', 'OPTIONS http://origin.test/', 'CONNECT origin.test:80'],
      );
    },
  ),
  proxyCase(
    'PX-05.connections',
    'each origin has connections of its own, which are kept; the response tells the proxy',
    { needs: ['pool'] },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const client = t.client({ proxy: proxy.origin.replace('//', '//u:SECRET@') });
      const connections: unknown[] = [];
      for (const url of ['http://a.test/', 'http://a.test/2', 'http://b.test/', 'http://a.test/3']) {
        const { connection } = await client.get(url);
        connections.push([connection?.reused, connection?.remotePort === proxy.port, connection?.tls]);
        t.assert.deepEqual(connection?.proxy, { url: proxy.origin, isTunnel: false, tls: null });
      }
      t.assert.deepEqual(connections, [
        [false, true, null],
        [true, true, null],
        [false, true, null],
        [true, true, null],
      ]);
      t.assert.equal(proxy.connections, 2);
    },
  ),
  proxyCase(
    'PX-05.body',
    'bodies, trailers, errors and redirects pass a proxy as they do without one',
    { needs: WIRE },
    async (t) => {
      const proxy = await t.replies([
        reply(302, [['Location', '/next']]),
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Last: 1\r\n\r\n',
        reply(502, [['Via', '1.1 proxy']], 'no way'),
        { bytes: '', after: 'end' },
      ]);
      const client = t.client({ proxy: proxy.origin, redirect: { keepMethod: true } });
      const posted = await client.post('http://origin.test/first', { content: 'again' });
      t.assert.deepEqual([posted.text, posted.url.href], ['ok', 'http://origin.test/next']);
      t.assert.equal((await client.get('http://origin.test/')).text, 'no way');
      await t.assert.rejects(client.post('http://origin.test/', { content: 'x' }), {
        name: 'RemoteProtocolError',
      });
      t.assert.deepEqual(
        proxy.exchanges.map(({ target, body }) => [target, body.text]),
        [
          ['http://origin.test/first', 'again'],
          ['http://origin.test/next', 'again'],
          ['http://origin.test/', ''],
          ['http://origin.test/', 'x'],
        ],
      );
    },
  ),
  proxyCase(
    'PX-05.stale',
    'a connection to the proxy that died while idle is replaced',
    { needs: ['pool'], verdict: 'fixed:D26' },
    async (t) => {
      const proxy = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(PLAIN);
        if (peer.index > 0) return;
        await peer.readHead();
        peer.reset();
      });
      const client = t.client({ proxy: proxy.origin });
      for (let round = 0; round < 2; round++)
        t.assert.equal((await client.get('http://origin.test/')).text, 'ok');
      t.assert.deepEqual(
        proxy.requests.map(({ connection }) => connection),
        [0, 0, 1],
      );
    },
  ),
  proxyCase(
    'PX-05.secrets',
    'credentials for the proxy show neither in traces nor in errors',
    { needs: ['trace'], verdict: 'fixed:D35' },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const { port } = await t.refusedPort();
      const events: TraceEvent[] = [];
      const client = t.client({ trace: (event) => void events.push(event) });
      const url = proxy.origin.replace('//', '//me:SECRET@');
      const auth = { url: proxy.origin, auth: ['me', 'SECRET'], headers: { 'X-Api-Key': 'SECRET' } } as const;
      const response = await client.get('http://origin.test/', { proxy: url });
      await client.get('http://origin.test/', { proxy: auth });
      const failed: unknown = await client
        .get('https://origin.test/', { proxy: `http://me:SECRET@127.0.0.1:${port}` })
        .catch((error: unknown) => error);
      t.assert.ok(failed instanceof t.tern.ConnectError);
      t.assert.match(
        (failed as Error).message,
        new RegExp(`proxy http://127\\.0\\.0\\.1:${port}: connection refused`),
      );
      const seen = [events, response.connection, String(failed), client.stats].map((item) =>
        JSON.stringify(item),
      );
      t.assert.doesNotMatch(seen.join('\n'), /SECRET|bWU6U0VDUkVU/);
      t.assert.match(seen[0]!, /"Proxy-Authorization","\[secure\]"/);
    },
  ),
  proxyCase(
    'PX-07',
    'an upgrade goes through a tunnel, which a proxy cannot spoil; ws and wss are no schemes of requests',
    {
      needs: ['upgrade'],
      verdict: 'differs:httpx sends plain ws to the proxy, where it fails',
      rfc: 'RFC 6455 §4.1',
    },
    async (t) => {
      const origin = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        t.assert.equal(head.target, '/chat');
        await peer.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
        await peer.send(await peer.read(5));
        await peer.end();
      });
      const proxy = await t.scripted(connectProxy());
      const client = t.client({ proxy: proxy.origin });
      const headers = { Connection: 'Upgrade', Upgrade: 'echo' };
      const response = await client.stream('GET', origin.url('/chat'), { headers });
      const duplex = response.upgrade();
      duplex.write('hello');
      let text = '';
      for await (const chunk of duplex) text += String(chunk);
      // Reading to the end does not close the other direction on every version of Node.
      duplex.destroy();
      t.assert.equal(text, 'hello');
      t.assert.equal(proxy.requests[0]?.target, `127.0.0.1:${origin.port}`);
      for (const url of ['ws://origin.test/', 'wss://origin.test/'])
        await t.assert.rejects(client.get(url), { name: 'UnsupportedProtocol' });
    },
  ),
];
