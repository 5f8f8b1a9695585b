import { connectProxy, type Refusal } from '../../fixtures/proxy-scripts.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { proxyCase, refusal } from '../support/proxies.ts';

const KIND = ['ProxyError', 'ERR_PROXY', 'proxy'];

function refusing(
  bytes: string | Uint8Array,
  after: Refusal['after'] = 'keep',
): ReturnType<typeof connectProxy> {
  return connectProxy({ refuse: () => ({ bytes, after }) });
}

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'PX-08',
    'a refused tunnel is a ProxyError that carries the response: status, fields, content',
    { rows: ['PX-08', 'EX-10'], layer: 'bytes', verdict: 'fixed:D47', rfc: 'RFC 9110 §9.3.6' },
    async (t) => {
      const fields = [
        ['Proxy-Authenticate', 'Basic realm="p"'],
        ['X-Odd', '1'],
        ['X-Odd', '2'],
      ] as const;
      const proxy = await t.scripted(refusing(reply(407, fields, 'who are you?')));
      const client = t.client({ proxy: proxy.origin.replace('//', '//me:SECRET@') });
      const { kind, message, error } = await refusal(t, client.get('https://origin.test/?token=SECRET'));
      t.assert.deepEqual(kind, KIND);
      t.assert.equal(
        message,
        `GET https://origin.test/?token=[secure]: the proxy ${proxy.origin} answered 407 Proxy Authentication Required to CONNECT origin.test:443 [phase proxy, peer 127.0.0.1:${proxy.port}]`,
      );
      t.assert.ok(error instanceof t.tern.ProxyError && error instanceof t.tern.TransportError);
      const { response, request } = error as InstanceType<typeof t.tern.ProxyError>;
      t.assert.deepEqual(
        [response?.status, response?.statusText, response?.text],
        [407, 'Proxy Authentication Required', 'who are you?'],
      );
      t.assert.deepEqual(response?.headers.getAll('x-odd'), ['1', '2']);
      t.assert.equal(request?.url.hostname, 'origin.test');
      t.assert.equal(proxy.requests.length, 1);
    },
  ),
  proxyCase(
    'PX-08.bodies',
    'the content of a refusal may be of any framing, cut, or without end: what is there is kept up to 64 KiB',
    { verdict: 'fixed:D47' },
    async (t) => {
      const long = 'x'.repeat(100_000);
      for (const [bytes, after, length] of [
        ['HTTP/1.1 403 Forbidden\r\n\r\nuntil the end', 'end', 13],
        ['HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', 'keep', 3],
        ['HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nhalf', 'end', 4],
        ['HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n', 'keep', 0],
        [`HTTP/1.1 403 No\r\nContent-Length: 200000\r\n\r\n${long}`, 'hang', 65_536],
        ['HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n', 'keep', 0],
        ['HTTP/1.1 302 Found\r\nLocation: http://login.test/\r\nContent-Length: 0\r\n\r\n', 'keep', 0],
      ] as const) {
        const proxy = await t.scripted(refusing(bytes, after));
        const client = t.client({ proxy: proxy.origin, redirect: true });
        const { kind, error } = await refusal(t, client.get('https://origin.test/'));
        t.assert.deepEqual(kind, KIND, bytes.slice(0, 60));
        const { response } = error as InstanceType<typeof t.tern.ProxyError>;
        t.assert.deepEqual([response?.bytes.length, response?.status], [length, Number(bytes.slice(9, 12))]);
        await proxy.untilOpen(0);
      }
    },
  ),
  proxyCase(
    'PX-08.slow',
    'a refusal whose content never ends is still told as one when the time is up',
    { verdict: 'fixed:D47', needs: ['timeouts'] },
    async (t) => {
      const proxy = await t.scripted(refusing('HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nhalf', 'hang'));
      const client = t.client({ proxy: proxy.origin, timeout: { connect: 100 } });
      const { kind, error } = await refusal(t, client.get('https://origin.test/'));
      t.assert.deepEqual(kind, KIND);
      t.assert.equal((error as InstanceType<typeof t.tern.ProxyError>).response?.text, 'half');
    },
  ),
  proxyCase(
    'EX-10',
    'a 407 to a request that the proxy reads is a response, not an error',
    { needs: ['wire-bytes'] },
    async (t) => {
      const proxy = await t.replies(reply(407, [['Proxy-Authenticate', 'Basic realm="p"']], 'who?'));
      const response = await t.client({ proxy: proxy.origin }).get('http://origin.test/');
      t.assert.deepEqual([response.status, response.text], [407, 'who?']);
      await t.assert.rejects(
        t.client({ proxy: proxy.origin, raiseForStatus: true }).get('http://origin.test/'),
        { name: 'HTTPStatusError', status: 407 },
      );
    },
  ),
  proxyCase(
    'EX-11',
    'a proxy that cannot be reached, closes or talks nonsense is no refusal, and is named',
    { rows: ['EX-11'], needs: ['pool'] },
    async (t) => {
      const { port } = await t.refusedPort();
      const closing = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.end();
      });
      const resetting = await t.scripted(async (peer) => {
        await peer.readHead();
        peer.reset();
      });
      const cut = await t.scripted(refusing('HTTP/1.1 200 O', 'end'));
      const nonsense = await t.scripted(refusing('SSH-2.0-OpenSSH\r\n', 'hang'));
      for (const [origin, kind] of [
        [`http://127.0.0.1:${port}`, ['ConnectError', 'ERR_CONNECT', 'connect']],
        ['http://proxy.invalid', ['ConnectError', 'ERR_DNS', 'dns']],
        [closing.origin, ['RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'proxy']],
        [resetting.origin, ['ReadError', 'ERR_READ', 'proxy']],
        [cut.origin, ['RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'proxy']],
        [nonsense.origin, ['RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'proxy']],
      ] as const) {
        const client = t.client({
          proxy: origin.replace('//', '//me:SECRET@'),
          limits: { maxConnections: 1 },
        });
        const found = await refusal(t, client.get('https://origin.test/'));
        t.assert.deepEqual(found.kind, kind, found.message);
        t.assert.ok(found.message.includes(`proxy ${origin}`), found.message);
        t.assert.doesNotMatch(found.message, /SECRET/);
        t.assert.deepEqual([client.stats.connections, client.stats.connecting], [0, 0]);
      }
    },
  ),
];
