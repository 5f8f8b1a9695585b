import { FRAME, frame, PREFACE, SETTING, settingsFrame } from '../../fixtures/http2-frames.ts';
import { HTTP2Peer } from '../../fixtures/http2-peer.ts';
import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { frameServer, http2Client, secureClient } from '../support/http2.ts';
import { counts } from '../support/pool.ts';
import { gate, until } from '../support/waiting.ts';

/** What a client offers by ALPN to a server that takes the first thing it knows; and what they agreed upon. */
async function offered(t: CaseContext, options: object): Promise<readonly unknown[]> {
  let offer: readonly string[] = [];
  const server = await t.httpServer({
    tls: {
      ...t.serverTLS,
      ALPNCallback: ({ protocols }: { protocols: string[] }) => {
        offer = protocols;
        return protocols.includes('http/1.1') ? 'http/1.1' : undefined;
      },
    },
  });
  const response = await t.client({ tls: { ca: t.ca.certificate }, ...options }).get(server.url('/get'));
  return [offer, response.httpVersion, response.connection?.protocol, response.connection?.streamId];
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H2-01',
    rows: ['H2-01'],
    title:
      'HTTP/2 is off unless asked for; then h2 is offered first, and HTTP/1.1 is spoken to who does not take it',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §3.2, RFC 7301 §3.2',
    layer: 'live',
    needs: ['http2', 'tls'],
    async run(t) {
      const plain = ['1.1', 'http/1.1', null];
      t.assert.deepEqual(await offered(t, {}), [['http/1.1'], ...plain]);
      t.assert.deepEqual(await offered(t, { http2: false }), [['http/1.1'], ...plain]);
      t.assert.deepEqual(await offered(t, { http2: true }), [['h2', 'http/1.1'], ...plain]);
      t.assert.deepEqual(await offered(t, { http2: { maxConcurrentStreams: 5 } }), [
        ['h2', 'http/1.1'],
        ...plain,
      ]);
    },
  },
  {
    id: 'H2-01.agreed',
    rows: ['H2-01', 'H2-10'],
    title: 'a server that takes h2 gets it, and the response says so',
    verdict: 'same',
    rfc: 'RFC 9113 §3.2',
    layer: 'live',
    needs: ['http2', 'tls'],
    async run(t) {
      const server = await t.http2Server({ tls: t.serverTLS, allowHTTP1: true });
      const client = secureClient(t);
      const response = await client.get(server.url('/path?q'));
      t.assert.deepEqual([response.status, response.httpVersion], [200, '2']);
      const { protocol, tls, streamId, reused } = response.connection!;
      t.assert.deepEqual([protocol, tls?.alpn, streamId, reused], ['h2', 'h2', 1, false]);
      const [seen] = server.requests;
      t.assert.deepEqual(
        [seen?.headers[':scheme'], seen?.headers[':authority'], seen?.path],
        ['https', `127.0.0.1:${server.port}`, '/path?q'],
      );
      t.assert.equal((await t.client({ tls: { ca: t.ca.certificate } }).get(server.url())).text, 'HTTP/1.1');
    },
  },
  {
    id: 'H2-01.prior',
    rows: ['H2-01'],
    title:
      'without HTTP/1.1, HTTP/2 is spoken without asking: without TLS, on a socket, and to TLS without ALPN',
    verdict: 'same',
    rfc: 'RFC 9113 §3.3',
    layer: 'live',
    needs: ['http2', 'tls', 'uds'],
    async run(t) {
      const server = await t.http2Server();
      const response = await http2Client(t).get(server.url('/'));
      t.assert.deepEqual([response.httpVersion, response.connection?.protocol], ['2', 'h2']);
      t.assert.equal(server.requests[0]?.headers[':scheme'], 'http');
      const socketPath = `${t.tempDir()}/h2.sock`;
      const local = await t.http2Server({ socketPath });
      const client = http2Client(t, { socket: { path: socketPath } });
      t.assert.equal((await client.get(local.url('/'))).httpVersion, '2');
      const silent = await t.scripted({ tls: t.serverTLS }, async (peer) => {
        t.assert.equal(peer.tls?.alpnProtocol, undefined);
        t.assert.equal((await peer.read(24)).toString('latin1', 0, 14), 'PRI * HTTP/2.0');
        await peer.send(frame(FRAME.settings, 0, 0));
        // A head of one octet: the indexed field ':status: 200' (RFC 7541, appendix A).
        await peer.send(frame(FRAME.headers, 0x5, 1, '\x88'));
      });
      const secure = secureClient(t, { http1: false });
      t.assert.equal((await secure.get(silent.url('/'))).status, 200);
    },
  },
  {
    id: 'H2-01.proxy',
    rows: ['H2-01', 'PX-06'],
    title: 'HTTP/2 passes proxies in tunnels, without TLS as well, and through TLS to the proxy',
    verdict: 'same',
    rfc: 'RFC 9113 §3.2, §3.3',
    layer: 'live',
    needs: ['http2', 'proxy', 'tls'],
    async run(t) {
      const plain = await t.http2Server();
      const secure = await t.http2Server({ tls: t.serverTLS });
      const proxy = await t.scripted(connectProxy());
      const secureProxy = await t.scripted({ tls: t.serverTLS }, connectProxy());
      for (const { origin } of [proxy, secureProxy]) {
        const tls = origin.startsWith('https:') ? { tls: { ca: t.ca.certificate } } : {};
        const options = { proxy: { url: origin, ...tls } };
        const agreed = await secureClient(t, options).get(secure.url('/'));
        t.assert.deepEqual([agreed.httpVersion, agreed.connection?.proxy?.isTunnel], ['2', true]);
        const unasked = await http2Client(t, options).get(plain.url('/'));
        t.assert.deepEqual([unasked.httpVersion, unasked.connection?.proxy?.isTunnel], ['2', true]);
        t.assert.equal(plain.requests.at(-1)?.headers[':authority'], `127.0.0.1:${plain.port}`);
      }
    },
  },
  {
    id: 'H2-01.first',
    rows: ['H2-01', 'PX-06'],
    title:
      'a server of HTTP/2 without TLS may speak first, together with the answer of the proxy; with HTTP/1.1 none may',
    verdict: 'same',
    rfc: 'RFC 9113 §3.4',
    layer: 'bytes',
    needs: ['http2', 'proxy'],
    async run(t) {
      const settings = settingsFrame([[SETTING.maxConcurrentStreams, 7]]);
      const early = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), settings]);
      const eager = await t.scripted(async (connection) => {
        await connection.readHead();
        await connection.send(early);
        await connection.read(PREFACE.length);
        await new HTTP2Peer(connection).serve();
      });
      const client = http2Client(t, { proxy: eager.origin });
      t.assert.equal((await client.get('http://origin.test/')).text, 'ok');
      // What comes octet by octet may come after the request has gone out.
      const hasty = await t.scripted(async (connection) => {
        await connection.readHead();
        await connection.send(early);
        await connection.readToEnd();
      });
      const wary = t.client({ proxy: { url: hasty.origin, tunnel: true } });
      await t.assert.rejects(wary.get('http://origin.test/'), { name: 'RemoteProtocolError' });
    },
  },
  {
    id: 'H2-01.cleartext',
    rows: ['H2-01'],
    title: 'without TLS there is nothing to ask with: HTTP/1.1 is spoken as long as it may be',
    verdict: 'same',
    rfc: 'RFC 9113 §3.1',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const server = await t.httpServer();
      const response = await t.client({ http2: true }).get(server.url('/headers'));
      t.assert.equal(response.httpVersion, '1.1');
      const names = response.json<[string, string][]>().map(([name]) => name);
      t.assert.ok(!names.includes('Upgrade') && !names.includes('HTTP2-Settings'), names.join());
    },
  },
  {
    id: 'H2-01.options',
    rows: ['H2-01'],
    title: 'settings that make no sense are refused by name',
    verdict: 'differs:settings are options',
    layer: 'model',
    needs: ['http2'],
    run(t) {
      const refused: readonly (readonly [object, RegExp])[] = [
        [{ http1: false }, /'http1: false' leaves no protocol/],
        [{ http1: false, http2: false }, /'http1: false' leaves no protocol/],
        [{ http1: 'yes' }, /'http1' must be true or false/],
        [{ http2: 'yes' }, /'http2' must be true, false or an object/],
        [{ http2: { push: true } }, /'http2\.push' does not exist; there are maxConcurrentStreams, /],
        [
          { http2: { maxConcurrentStreams: 0 } },
          /'http2\.maxConcurrentStreams' must be a whole number from 1 /,
        ],
        [{ http2: { maxFrameSize: 1024 } }, /'http2\.maxFrameSize' must be a whole number from 16384 /],
        [{ http2: { streamWindow: 2 ** 31 } }, /'http2\.streamWindow' must be a whole number from 1 /],
        [
          { http2: { keepAlivePing: { intervalMs: 0 } } },
          /'http2\.keepAlivePing\.intervalMs' must be millis/,
        ],
        [{ http2: { keepAlivePing: { every: 1 } } }, /'http2\.keepAlivePing\.every' does not exist/],
      ];
      for (const [options, message] of refused) {
        t.assert.throws(() => t.client(options), { name: 'InvalidArgument', message });
      }
    },
  },
  {
    id: 'H2-12',
    rows: ['H2-12', 'H2-05'],
    title: 'requests that come while a connection is opened wait for it and share it',
    verdict: 'same',
    rfc: 'RFC 9113 §9.1',
    layer: 'live',
    needs: ['http2', 'tls', 'pool'],
    async run(t) {
      const server = await t.http2Server({ tls: t.serverTLS });
      const client = secureClient(t);
      const all = Array.from({ length: 20 }, (_, index) => client.get(server.url(`/${index}`)));
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 1, 19]);
      for (const [index, response] of (await Promise.all(all)).entries())
        t.assert.equal(response.json<{ path: string }>().path, `/${index}`);
      t.assert.deepEqual([server.connections, client.stats.opened, client.stats.reused], [1, 1, 19]);
      t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
    },
  },
  {
    id: 'H2-12.http1',
    rows: ['H2-12'],
    title:
      'if it turns out to speak HTTP/1.1, those that waited get connections of their own, and so do later ones',
    verdict: 'same',
    rfc: 'RFC 9113 §3.2',
    layer: 'live',
    needs: ['http2', 'tls', 'pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.replies(
        async () => {
          await passed;
          return 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
        },
        { tls: t.serverTLS },
      );
      const client = secureClient(t, { limits: { maxConnections: 4 } });
      const all = Array.from({ length: 6 }, () => client.get(server.url('/')));
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 1, 5]);
      await until(() => server.requests.length === 4);
      t.assert.deepEqual(counts(client.stats), [4, 4, 0, 0, 2]);
      open();
      for (const response of await Promise.all(all)) t.assert.equal(response.httpVersion, '1.1');
      t.assert.deepEqual([server.connections, client.stats.opened], [4, 4]);
    },
  },
  {
    id: 'H2-12.failed',
    rows: ['H2-12'],
    title: 'a failed attempt fails the request for which it was made; those that waited try for themselves',
    verdict: 'same',
    layer: 'live',
    needs: ['http2', 'pool', 'socket-options'],
    async run(t) {
      const server = await t.http2Server();
      let lookups = 0;
      const client = http2Client(t, {
        socket: {
          lookup: (_name, _options, answer) => {
            if (lookups++ === 0) answer(new Error('no such name'), []);
            else answer(null, [{ address: '127.0.0.1', family: 4 }]);
          },
        },
      });
      const url = `http://named.test:${server.port}/`;
      const [first, second, third] = await Promise.allSettled([
        client.get(url),
        client.get(url),
        client.get(url),
      ]);
      t.assert.equal(first.status === 'rejected' && (first.reason as Error).name, 'ConnectError');
      t.assert.deepEqual([second.status, third.status], ['fulfilled', 'fulfilled']);
    },
  },
  {
    id: 'H2-12.given-up',
    rows: ['H2-12', 'PL-10'],
    title:
      'who opened the connection may give up: it goes to the next; the limit for connecting holds for each',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['http2', 'pool', 'timeouts', 'tls'],
    async run(t) {
      // The handshake hangs until the gate is open.
      const { passed, open } = gate();
      const server = await t.http2Server({
        tls: {
          ...t.serverTLS,
          SNICallback: (_name, answer) => {
            void passed.then(() => answer(null));
          },
        },
      });
      const client = secureClient(t, { limits: { maxConnections: 1 } });
      const url = `https://localhost:${server.port}/`;
      const controller = new AbortController();
      const first = client.get(url, { signal: controller.signal });
      const second = client.get(url);
      const hasty = client.get(url, { timeout: { connect: 30 } });
      await until(() => server.connections === 1);
      controller.abort();
      await t.assert.rejects(first, { name: 'AbortError' });
      await t.assert.rejects(hasty, { name: 'ConnectTimeout', phase: 'connect' });
      open();
      t.assert.equal((await second).httpVersion, '2');
      t.assert.deepEqual([server.connections, client.stats.opened], [1, 1]);
    },
  },
  {
    id: 'H2-01.other',
    rows: ['H2-01'],
    title: 'a server that answers HTTP/1.1 to HTTP/2 breaks the protocol',
    verdict: 'same',
    rfc: 'RFC 9113 §3.4',
    layer: 'bytes',
    needs: ['http2'],
    splits: ['whole', 'random'],
    async run(t) {
      const server = await frameServer(t, async (_peer, connection) => {
        await connection.read(24);
        await connection.send('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
      });
      await t.assert.rejects(http2Client(t).get(server.url('/')), {
        name: 'RemoteProtocolError',
        code: 'ERR_REMOTE_PROTOCOL',
      });
    },
  },
];
