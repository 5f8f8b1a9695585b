import { join } from 'node:path';
import { connectProxy } from '../../fixtures/proxy-scripts.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { ProxyOptions, TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { loopback } from '../support/lookups.ts';
import { BARE, proxyCase, refusal } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';

const TLS = ['tls'] as const;

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'PX-06',
    'https goes through a tunnel: CONNECT with credentials and fields for the proxy, TLS inside, and nothing of them to the origin',
    { layer: 'bytes', needs: ['tls', 'wire-bytes'], rfc: 'RFC 9110 §9.3.6' },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const proxy = await t.scripted(connectProxy());
      const url = proxy.origin.replace('//', '//me:pw@');
      const client = t.client({
        headers: { ...BARE, 'Proxy-Authorization': 'Basic aGFuZA==' },
        auth: ['user', 'pass'],
        tls: { ca: t.ca.certificate },
        proxy: { url, headers: { 'X-Way': 'out' } },
      });
      const response = await client.get(`https://localhost:${origin.port}/path?query#fragment`);
      t.assert.equal(response.text, 'ok');
      t.assert.equal(
        proxy.requests[0]?.raw,
        `CONNECT localhost:${origin.port} HTTP/1.1\r\nHost: localhost:${origin.port}\r\nAccept: */*\r\nProxy-Authorization: Basic bWU6cHc=\r\nX-Way: out\r\n\r\n`,
      );
      t.assert.equal(
        origin.requests[0]?.raw,
        `GET /path?query HTTP/1.1\r\nHost: localhost:${origin.port}\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n`,
      );
      t.assert.equal(proxy.requests.length, 1);
    },
  ),
  proxyCase(
    'PX-06.connection',
    'a tunnel is kept like any connection, and told of in the response',
    { needs: ['tls', 'pool', 'trace'] },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const proxy = await t.scripted(connectProxy());
      const events: TraceEvent[] = [];
      const client = t.client({
        proxy: proxy.origin,
        tls: { ca: t.ca.certificate },
        trace: (event) => void events.push(event),
      });
      const url = `https://localhost:${origin.port}/`;
      const { connection, timings } = await client.get(url);
      t.assert.deepEqual(connection?.proxy, { url: proxy.origin, isTunnel: true, tls: null });
      t.assert.deepEqual(
        [connection?.remotePort, connection?.tls?.servername, connection?.tls?.authorized],
        [proxy.port, 'localhost', true],
      );
      t.assert.ok(timings!.proxy! >= 0 && timings!.tls! > 0);
      const again = await client.get(url);
      t.assert.deepEqual(
        [again.connection?.reused, again.connection?.id, again.timings?.proxy],
        [true, connection?.id, null],
      );
      t.assert.deepEqual([proxy.connections, origin.connections], [1, 1]);
      const names = events.map(({ name }) => name).filter((name) => /^(?:connection|proxy)/.test(name));
      t.assert.deepEqual(names, [
        'connection.connect_tcp.started',
        'connection.connect_tcp.complete',
        'proxy.connect.started',
        'proxy.connect.complete',
        'proxy.start_tls.started',
        'proxy.start_tls.complete',
      ]);
      const { info } = events.find(({ name }) => name === 'proxy.connect.complete')!;
      t.assert.deepEqual(
        [info['proxy'], info['target'], info['status']],
        [proxy.origin, `localhost:${origin.port}`, 200],
      );
    },
  ),
  proxyCase(
    'PX-06.replies',
    'any 2xx opens a tunnel, whatever its fields say; interim responses come before it',
    { layer: 'bytes', needs: TLS, rfc: 'RFC 9110 §9.3.6' },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      for (const established of [
        'HTTP/1.0 200 Connection established\r\nProxy-agent: old\r\n\r\n',
        'HTTP/1.1 204 No Content\r\n\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
      ]) {
        const proxy = await t.scripted(connectProxy({ established }));
        const client = t.client({ proxy: proxy.origin, tls: { ca: t.ca.certificate } });
        t.assert.equal((await client.get(`https://localhost:${origin.port}/`)).text, 'ok', established);
      }
    },
  ),
  proxyCase(
    'PX-06.plain',
    'with tunnel: true plain http goes through a tunnel too',
    { layer: 'bytes', needs: ['wire-bytes'], verdict: 'differs:httpx has no such option' },
    async (t) => {
      const origin = await t.replies(PLAIN);
      const proxy = await t.scripted(connectProxy({ port: origin.port }));
      const client = t.client({ proxy: { url: proxy.origin, tunnel: true }, headers: BARE });
      t.assert.equal((await client.get('http://origin.test/x')).text, 'ok');
      t.assert.equal((await client.get('http://[2001:db8::1]/')).text, 'ok');
      t.assert.deepEqual(
        proxy.requests.map(({ target }) => target),
        ['origin.test:80', '[2001:db8::1]:80'],
      );
      t.assert.equal(origin.requests[0]?.raw, 'GET /x HTTP/1.1\r\nHost: origin.test\r\n\r\n');
    },
  ),
  proxyCase(
    'PX-06.early',
    'octets in a tunnel before anything was asked for are not taken for an answer',
    { needs: ['wire-bytes'], verdict: 'differs:httpx takes them for the start of a response' },
    async (t) => {
      const origin = await t.replies(PLAIN);
      const proxy = await t.scripted(
        connectProxy({ established: `HTTP/1.1 200 OK\r\n\r\n${reply(200, [], 'smuggled').toString()}` }),
      );
      const client = t.client({ proxy: { url: proxy.origin, tunnel: true } });
      await t.assert.rejects(client.get(origin.url()), { name: 'RemoteProtocolError', phase: 'proxy' });
      t.assert.equal(origin.requests.length, 0);
    },
  ),
  proxyCase(
    'PX-06.tls',
    'the certificate of the origin is checked behind the proxy, against its own name',
    { needs: TLS },
    async (t) => {
      const origin = await t.httpServer({ tls: t.serverTLS });
      const proxy = await t.scripted(connectProxy({ port: origin.port }));
      const client = t.client({ proxy: proxy.origin, tls: { ca: t.ca.certificate } });
      await t.assert.rejects(client.get('https://other.test/'), {
        name: 'ConnectError',
        code: 'ERR_TLS',
        phase: 'tls',
      });
      await t.assert.rejects(t.client({ proxy: proxy.origin }).get(`https://localhost:${origin.port}/`), {
        name: 'ConnectError',
        code: 'ERR_TLS',
      });
      t.assert.equal(origin.requests.length, 0);
      const named = { extensions: { sniHostname: 'localhost' } };
      const { status, connection } = await client.get('https://other.test/get', named);
      t.assert.equal(status, 200);
      t.assert.equal(connection?.tls?.servername, 'localhost');
    },
  ),
  proxyCase(
    'PX-09',
    'an https proxy is spoken to over TLS, with TLS to the origin inside',
    { needs: TLS },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const proxy = await t.scripted({ tls: t.serverTLS }, connectProxy());
      const own: ProxyOptions = {
        url: `https://me:pw@localhost:${proxy.port}`,
        tls: { ca: t.ca.certificate },
      };
      const client = t.client({ proxy: own, tls: { ca: t.ca.certificate } });
      const { text, connection } = await client.get(`https://127.0.0.1:${origin.port}/`);
      t.assert.equal(text, 'ok');
      t.assert.deepEqual(
        [connection?.proxy?.url, connection?.proxy?.tls?.servername, connection?.tls?.servername],
        [`https://localhost:${proxy.port}`, 'localhost', null],
      );
      t.assert.equal(proxy.requests[0]?.get('proxy-authorization'), 'Basic bWU6cHc=');
      t.assert.equal((await client.get(`https://127.0.0.1:${origin.port}/`)).connection?.reused, true);
      // Plain http goes to it in the whole, and over TLS.
      const forward = await t.replies(reply(200, [], 'forwarded'), { tls: t.serverTLS });
      const plain = await client.get('http://origin.test/', {
        proxy: { ...own, url: `https://localhost:${forward.port}` },
      });
      t.assert.deepEqual(
        [plain.text, plain.connection?.tls, plain.connection?.proxy?.tls?.protocol],
        ['forwarded', null, 'TLSv1.3'],
      );
      t.assert.equal(forward.requests[0]?.target, 'http://origin.test/');
    },
  ),
  proxyCase(
    'PX-09.own',
    'TLS options for origins do not count for the proxy, nor the other way round',
    { needs: TLS },
    async (t) => {
      const proxy = await t.scripted(
        { tls: { ...t.serverTLS, requestCert: true, rejectUnauthorized: false } },
        connectProxy(),
      );
      const origin = await t.httpServer({ tls: t.serverTLS });
      const url = `https://localhost:${proxy.port}`;
      const target = `https://localhost:${origin.port}/get`;
      const unknown = `https://localhost:${origin.port}`;
      const lax = t.client({ proxy: unknown, tls: { rejectUnauthorized: false } });
      const found = await refusal(t, lax.get('https://origin.test/'));
      t.assert.deepEqual(found.kind, ['ConnectError', 'ERR_TLS', 'tls']);
      t.assert.ok(found.message.includes(`proxy ${unknown}: `), found.message);
      const strict = t.client({ proxy: { url, tls: { rejectUnauthorized: false } } });
      await t.assert.rejects(strict.get(target), { name: 'ConnectError', code: 'ERR_TLS' });
      t.assert.equal(proxy.requests.length, 1);
      const issued = t.ca.issue({ commonName: 'me', usage: 'client' });
      const tls = { ca: t.ca.certificate, cert: issued.certificate, key: issued.key };
      const mutual = t.client({ proxy: { url, tls: { ca: t.ca.certificate } }, tls });
      t.assert.equal((await mutual.get(target)).status, 200);
      t.assert.equal(proxy.peers.at(-1)?.tls?.clientCommonName, undefined);
    },
  ),
  proxyCase(
    'PX-10',
    'the local address, the family and the lookup hold for the connection to the proxy',
    { needs: ['socket-options', 'tls'], verdict: 'fixed:D39' },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const proxy = await t.scripted(connectProxy());
      const asked: string[] = [];
      const client = t.client({
        proxy: `http://proxy.test:${proxy.port}`,
        tls: { ca: t.ca.certificate },
        socket: {
          localAddress: '127.0.0.3',
          lookup(hostname, options, done) {
            asked.push(hostname);
            loopback(hostname, options, done);
          },
        },
      });
      const { connection } = await client.get(`https://localhost:${origin.port}/`);
      t.assert.deepEqual(asked, ['proxy.test']);
      t.assert.equal(connection?.localAddress, '127.0.0.3');
      t.assert.equal(proxy.peers[0]?.remoteAddress, '127.0.0.3');
    },
  ),
  proxyCase(
    'PX-10.addresses',
    'several addresses of a proxy are tried as those of an origin are',
    { needs: ['socket-options'], verdict: 'fixed:D39' },
    async (t) => {
      const proxy = await t.replies(PLAIN);
      const addresses = [
        { address: '127.0.0.9', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ];
      const client = t.client({
        proxy: `http://proxy.test:${proxy.port}`,
        socket: { lookup: (_hostname, _options, done) => setImmediate(done, null, addresses) },
      });
      const { connection } = await client.get('http://origin.test/');
      t.assert.equal(connection?.remoteAddress, '127.0.0.1');
    },
  ),
  proxyCase(
    'PX-10.uds',
    'a proxy can listen on a Unix domain socket',
    { needs: ['uds', 'tls'], verdict: 'fixed:D39' },
    async (t) => {
      const socketPath = join(t.tempDir(), 'proxy');
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const proxy = await t.scripted({ socketPath }, connectProxy());
      const client = t.client({
        proxy: 'http://me:pw@proxy.test',
        socket: { path: socketPath },
        tls: { ca: t.ca.certificate },
      });
      const { text, connection } = await client.get(`https://localhost:${origin.port}/`);
      t.assert.deepEqual(
        [text, connection?.remoteAddress, connection?.proxy?.url],
        ['ok', socketPath, 'http://proxy.test:80'],
      );
      t.assert.equal(proxy.requests[0]?.get('proxy-authorization'), 'Basic bWU6cHc=');
    },
  ),
];
