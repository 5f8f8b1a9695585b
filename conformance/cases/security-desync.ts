import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { reply } from '../../fixtures/reply-server.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const EVIL = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
const OK = 'HTTP/1.1 200 OK\r\n';

/** Messages about whose end two parties may disagree, each with a whole response behind it. */
const AMBIGUOUS: readonly string[] = [
  `${OK}Content-Length: 2\r\n\r\nok${EVIL}`,
  `${OK}Content-Length: 2, 2\r\n\r\nok${EVIL}`,
  `${OK}Content-Length: 2\r\nContent-Length: 38\r\n\r\nok${EVIL}`,
  `${OK}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding : chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding\r\n: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding:\r\n chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: \u000bchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Content-Length: 0x2\r\n\r\nok${EVIL}`,
  `${OK}Content-Length: +2\r\n\r\nok${EVIL}`,
  `${OK}Content-Length: 2 \r\n 0\r\n\r\nok${EVIL}`,
  `${OK}Content\u0000-Length: 2\r\n\r\nok${EVIL}`,
  `${OK}X: a\rContent-Length: 0\r\nContent-Length: 2\r\n\r\nok${EVIL}`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n0002\r\nok\r\n0\r\n\r\n${EVIL}`,
  `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 9\r\n\r\n${EVIL}`,
  `HTTP/1.1 204 No Content\r\nContent-Length: 38\r\n\r\n${EVIL}`,
  `HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n${EVIL}`,
  `HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\n\r\n${OK}Content-Length: 2\r\n\r\nok${EVIL}`,
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n${EVIL}`,
];

/** A server of TLS, and a way to it on which everything that it sends after so many octets is damaged. */
async function damaged(t: CaseContext, port: number): Promise<{ readonly port: number; spoil(): void }> {
  let isSpoilt = false;
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    client.pipe(server);
    server.on('data', (chunk: Buffer) => client.write(isSpoilt ? chunk.map((octet) => octet ^ 0x55) : chunk));
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  t.defer(() => {
    for (const socket of sockets) socket.destroy();
    relay.close();
  });
  return { port: (relay.address() as AddressInfo).port, spoil: () => void (isSpoilt = true) };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-12.desync',
    rows: ['H1-12', 'H1-13', 'H1-14', 'H1-18'],
    title: 'whatever a response says about its end, what comes behind it answers no other request',
    verdict: 'differs:a connection on which more came than was asked for is not used again',
    rfc: 'RFC 9112 §9.3, §11.2',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['pool'],
    async run(t) {
      for (const bytes of AMBIGUOUS) {
        const server = await t.replies(({ target }) =>
          target === '/first' ? { bytes, after: 'keep' } : reply(200, [], 'honest'),
        );
        const client = t.client({ limits: { maxConnections: 1 }, timeout: { read: 300 } });
        const shown = JSON.stringify(bytes);
        try {
          const { text } = await client.get(server.url('/first'));
          t.assert.ok(!text.startsWith('evil'), shown);
        } catch (error) {
          t.assert.ok(t.tern.isTernError(error), shown);
        }
        // What comes later than the next request is sent cannot be told from its answer by anybody.
        await server.untilOpen(0);
        for (let turn = 0; turn < 2; turn++)
          t.assert.equal((await client.get(server.url('/next'))).text, 'honest', shown);
        await client.close();
      }
    },
  },
  {
    id: 'TL-09.broken',
    rows: ['TL-09'],
    title: 'TLS that is damaged after the handshake is a broken connection: what was sent is not sent again',
    verdict: 'same',
    rfc: 'RFC 8446 §5.2',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const server = await t.httpServer({ tls: t.serverTLS });
      const way = await damaged(t, server.port);
      const client = t.client({
        tls: { ca: t.ca.certificate },
        retry: { attempts: 3, backoff: { baseMs: 1 } },
      });
      const url = `https://127.0.0.1:${way.port}/echo`;
      // The server has the request when it answers, and only its answer is damaged.
      const response = client.post(url, {
        content: async function* () {
          yield Buffer.from('one');
          way.spoil();
          yield Buffer.from('two');
        },
      });
      await t.assert.rejects(response, (error: Error) => {
        t.assert.ok(
          error instanceof t.tern.ReadError || error instanceof t.tern.RemoteProtocolError,
          error.name,
        );
        t.assert.doesNotMatch(error.message, /\n|deps\/openssl/);
        return true;
      });
      t.assert.ok(server.requests.length <= 1, `${server.requests.length} requests`);
    },
  },
  {
    id: 'RD-14.proxy',
    rows: ['RD-14', 'RD-17', 'RD-18', 'PX-04'],
    title:
      'through a proxy, too: its credentials go to it alone and always, those of an origin to that origin',
    verdict: 'fixed:D20',
    rfc: 'RFC 9110 §11.7.1',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['proxy', 'wire-bytes'],
    async run(t) {
      const origin = 'http://a.test';
      for (const [to, isSame] of [
        ['http://a.test/end', true],
        ['http://A.TEST:80/end', true],
        ['//a.test/end', true],
        ['http://a.test:8080/end', false],
        ['http://b.test/end', false],
        ['http://sub.a.test/end', false],
        ['http://a.test.evil.test/end', false],
        ['http://a.test@evil.test/end', false],
        ['http://evil.test\\@a.test/end', false],
        ['http://u:p@evil.test/end', false],
      ] as const) {
        const proxy = await t.replies(({ index }) =>
          index === 0 ? reply(307, [['Location', to]]) : reply(200, [], 'there'),
        );
        const cookies = new t.tern.CookieJar();
        cookies.set('c', 'secret', { domain: 'a.test', path: '/' });
        const client = t.client({
          baseURL: origin,
          redirect: true,
          cookies,
          auth: ['user', 'pass'],
          headers: { 'X-Api-Key': 'secret' },
          proxy: proxy.origin.replace('//', '//way:word@'),
        });
        t.assert.equal((await client.get('/start')).text, 'there', to);
        const [first, second] = proxy.requests;
        t.assert.equal(first?.get('authorization'), 'Basic dXNlcjpwYXNz', to);
        t.assert.equal(first?.get('proxy-authorization'), second?.get('proxy-authorization'), to);
        t.assert.equal(second?.get('proxy-authorization'), 'Basic d2F5OndvcmQ=', to);
        t.assert.equal(second?.get('x-api-key'), isSame ? 'secret' : undefined, to);
        // What a Location says about credentials does not override those that the program gave.
        const own = isSame ? 'Basic dXNlcjpwYXNz' : undefined;
        t.assert.equal(second?.get('authorization'), own, to);
        const isOfDomain =
          new URL(second!.target).hostname.endsWith('a.test') && !second!.target.includes('evil');
        t.assert.equal(second?.get('cookie'), isOfDomain ? 'c=secret' : undefined, to);
        await client.close();
      }
    },
  },
];
