import { SOCKS_SUCCESS, socksProxy, type SOCKSRequest } from '../../fixtures/proxy-scripts.ts';
import type { TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { proxyCase, refusal } from '../support/proxies.ts';
import { PLAIN } from '../support/replies.ts';
import { expectRoom, one } from '../support/timeouts.ts';

const RFC = 'RFC 1928 §4';

const refused = (code: number): Uint8Array => Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);

export const cases: readonly ConformanceCase[] = [
  proxyCase(
    'PX-14',
    'socks5 and socks5h leave names to the proxy, and send addresses as what they are',
    { layer: 'bytes', rfc: RFC },
    async (t) => {
      const origin = await t.replies(PLAIN);
      const asked: SOCKSRequest[] = [];
      const proxy = await t.scripted(
        socksProxy({ port: origin.port, onRequest: (request) => void asked.push(request) }),
      );
      const looked: string[] = [];
      for (const scheme of ['socks5', 'socks5h']) {
        const client = t.client({
          proxy: `${scheme}://127.0.0.1:${proxy.port}`,
          socket: {
            lookup(hostname, _options, done) {
              looked.push(hostname);
              done(new Error('not here'), []);
            },
          },
        });
        for (const url of [
          'http://origin.test/',
          'http://münchen.test:8080/',
          'http://192.0.2.7/',
          'http://[2001:db8::a:1]:81/',
          'http://[::1]/',
        ])
          t.assert.equal((await client.get(url)).text, 'ok');
      }
      t.assert.deepEqual(looked, []);
      const expected = [
        [3, 'origin.test', 80],
        [3, 'xn--mnchen-3ya.test', 8080],
        [1, 'c0000207', 80],
        [4, '20010db80000000000000000000a0001', 81],
        [4, '00000000000000000000000000000001', 80],
      ];
      t.assert.deepEqual(
        asked.map(({ addressType, host, port }) => [addressType, host, port]),
        [...expected, ...expected],
      );
      t.assert.deepEqual(asked[0]!.greeting, Buffer.from([5, 1, 0]));
      t.assert.equal(origin.requests[0]?.target, '/');
    },
  ),
  proxyCase(
    'PX-14.bytes',
    'the handshake, octet for octet, with user name and password',
    { layer: 'bytes', needs: ['wire-bytes'], rfc: 'RFC 1929 §2' },
    async (t) => {
      const origin = await t.replies(PLAIN);
      const proxy = await t.scripted(socksProxy({ port: origin.port, credentials: ['ü', 'p@ss'] }));
      for (const init of [
        `socks5://%C3%BC:p%40ss@127.0.0.1:${proxy.port}`,
        { url: `socks5h://127.0.0.1:${proxy.port}`, auth: ['ü', Buffer.from('p@ss')] },
      ] as const) {
        const { text, connection } = await t.client({ proxy: init }).get('http://a.test/');
        t.assert.equal(text, 'ok');
        t.assert.match(connection!.proxy!.url, /^socks5h?:\/\/127\.0\.0\.1:\d+$/);
      }
      const head = Buffer.concat([
        Buffer.from([5, 1, 2]),
        Buffer.from([1, 2, 0xc3, 0xbc, 4]),
        Buffer.from('p@ss'),
        Buffer.from([5, 1, 0, 3, 6]),
        Buffer.from('a.test'),
        Buffer.from([0, 80]),
        Buffer.from('GET / HTTP/1.1\r\n'),
      ]);
      for (const received of proxy.received) t.assert.deepEqual(received.subarray(0, head.length), head);
    },
  ),
  proxyCase(
    'PX-14.tls',
    'https goes through SOCKS with TLS inside; the tunnel is kept; traces tell of it',
    { needs: ['tls', 'pool', 'trace'] },
    async (t) => {
      const origin = await t.replies(PLAIN, { tls: t.serverTLS });
      const proxy = await t.scripted(socksProxy());
      const events: TraceEvent[] = [];
      const client = t.client({
        proxy: `socks5://127.0.0.1:${proxy.port}`,
        tls: { ca: t.ca.certificate },
        trace: (event) => void events.push(event),
      });
      for (const reused of [false, true]) {
        const { connection } = await client.get(`https://localhost:${origin.port}/`);
        t.assert.deepEqual(
          [connection?.reused, connection?.tls?.servername, connection?.proxy?.isTunnel],
          [reused, 'localhost', true],
        );
      }
      t.assert.deepEqual(
        events.map(({ name }) => name).filter((name) => name.startsWith('socks')),
        [
          'socks.setup_socks5_connection.started',
          'socks.setup_socks5_connection.complete',
          'socks.start_tls.started',
          'socks.start_tls.complete',
        ],
      );
    },
  ),
  proxyCase(
    'PX-14.errors',
    'a refusal of any step is a ProxyError with the words of the standard',
    { rows: ['PX-14', 'EX-10'], layer: 'bytes', rfc: 'RFC 1928 §6' },
    async (t) => {
      for (const [options, auth, reason] of [
        [
          { method: 255 },
          '',
          'Requested NO AUTHENTICATION REQUIRED from proxy server, but got NO ACCEPTABLE METHODS.',
        ],
        [
          { method: 255 },
          'u:p@',
          'Requested USERNAME/PASSWORD from proxy server, but got NO ACCEPTABLE METHODS.',
        ],
        [
          { method: 0 },
          'u:p@',
          'Requested USERNAME/PASSWORD from proxy server, but got NO AUTHENTICATION REQUIRED.',
        ],
        [{ credentials: ['u', 'other'] }, 'u:SECRET@', 'Invalid username/password'],
        [{ reply: refused(1) }, '', 'Proxy Server could not connect: General SOCKS server failure.'],
        [{ reply: refused(2) }, '', 'Proxy Server could not connect: Connection not allowed by ruleset.'],
        [{ reply: refused(4) }, '', 'Proxy Server could not connect: Host unreachable.'],
        [{ reply: refused(5) }, '', 'Proxy Server could not connect: Connection refused.'],
        [{ reply: refused(99) }, '', 'Proxy Server could not connect: reply 99.'],
      ] as const) {
        const proxy = await t.scripted(socksProxy(options));
        const client = t.client({ proxy: `socks5://${auth}127.0.0.1:${proxy.port}` });
        const found = await refusal(t, client.get('http://origin.test/'));
        t.assert.deepEqual(found.kind, ['ProxyError', 'ERR_PROXY', 'proxy']);
        t.assert.equal(
          found.message,
          `GET http://origin.test/: proxy socks5://127.0.0.1:${proxy.port}: ${reason} [phase proxy, peer 127.0.0.1:${proxy.port}]`,
        );
        t.assert.equal((found.error as InstanceType<typeof t.tern.ProxyError>).response, undefined);
        await proxy.untilOpen(0);
      }
    },
  ),
  proxyCase(
    'PX-14.nonsense',
    'what is not SOCKS5, or breaks off, is an error of protocol',
    { rows: ['PX-14', 'EX-11'], layer: 'bytes' },
    async (t) => {
      for (const bytes of [
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        '\x04\x5b',
        '\x05',
        '\x05\x00\x05\x00\x00\x09',
        '\x05\x00\x05\x00\x00\x01\x00\x00',
      ]) {
        const proxy = await t.scripted(async (peer) => {
          await peer.read(3);
          await peer.send(bytes);
          await peer.end();
        });
        const found = await refusal(
          t,
          t.client({ proxy: `socks5://127.0.0.1:${proxy.port}` }).get('http://origin.test/'),
        );
        t.assert.deepEqual(
          found.kind,
          ['RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'proxy'],
          JSON.stringify(bytes),
        );
      }
      const proxy = await t.scripted(socksProxy());
      const long = `http://${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}/`;
      const found = await refusal(t, t.client({ proxy: `socks5://127.0.0.1:${proxy.port}` }).get(long));
      t.assert.deepEqual(found.kind, ['ProxyError', 'ERR_PROXY', 'proxy']);
      t.assert.match(found.message, /A host name of 264 octets is too long for SOCKS5/);
    },
  ),
  proxyCase(
    'PX-14.reply',
    'the bound address of a reply may be of any type',
    { layer: 'bytes' },
    async (t) => {
      const origin = await t.replies(PLAIN);
      for (const address of [
        [1, 1, 2, 3, 4],
        [3, 2, 97, 98],
        [3, 0],
        [4, ...Array.from({ length: 16 }, () => 7)],
      ]) {
        const reply = Uint8Array.of(5, 0, 0, ...address, 0x12, 0x34);
        const proxy = await t.scripted(socksProxy({ port: origin.port, reply }));
        t.assert.equal(
          (await t.client({ proxy: `socks5://127.0.0.1:${proxy.port}` }).get('http://a.test/')).text,
          'ok',
        );
      }
    },
  ),
  proxyCase(
    'PX-14.early',
    'octets behind the reply of the proxy are not taken for an answer to a request that has not been sent',
    { verdict: 'differs:httpx takes them for the start of a response' },
    async (t) => {
      const proxy = await t.scripted(async (peer) => {
        await peer.read(3);
        await peer.send(Uint8Array.of(5, 0));
        await peer.readUntil('\0\x50');
        await peer.send(Buffer.concat([SOCKS_SUCCESS, Buffer.from(PLAIN)]));
      });
      const client = t.client({ proxy: `socks5://127.0.0.1:${proxy.port}` });
      await t.assert.rejects(client.get('http://origin.test/'), {
        name: 'RemoteProtocolError',
        phase: 'proxy',
      });
    },
  ),
  proxyCase(
    'TM-12',
    'the limit for connecting covers the dialogue with a proxy, of either kind',
    { rows: ['TM-12', 'TM-04'], needs: ['timeouts', 'pool'], verdict: 'fixed:D23' },
    async (t) => {
      const http = await t.scripted((peer) => peer.closed);
      const half = await t.scripted(async (peer) => {
        await peer.read(3);
        await peer.send(Uint8Array.of(5));
      });
      const later = await t.scripted(async (peer) => {
        await peer.read(3);
        await peer.send(Uint8Array.of(5, 0));
      });
      for (const [proxy, phase] of [
        [http.origin, 'proxy'],
        [`https://127.0.0.1:${http.port}`, 'tls'],
        [`socks5://me:SECRET@127.0.0.1:${http.port}`, 'proxy'],
        [`socks5://127.0.0.1:${half.port}`, 'proxy'],
        [`socks5://127.0.0.1:${later.port}`, 'proxy'],
      ] as const) {
        const client = one(t, { proxy, timeout: { connect: 60 } });
        const found = await refusal(t, client.get('https://origin.test/'));
        t.assert.deepEqual(found.kind, ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT', phase]);
        t.assert.match(
          found.message,
          /: proxy \S+: no connection within 60 ms \[phase \w+, peer 127\.0\.0\.1:\d+\]$/,
        );
        t.assert.doesNotMatch(found.message, /SECRET/);
        for (const server of [http, half, later]) await server.untilOpen(0);
        const direct = client.extend({ proxy: null });
        await expectRoom(t, direct);
        await direct.close();
      }
    },
  ),
];
