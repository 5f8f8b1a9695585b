import type { BodilessRequestOptions, Client, ClientOptions, HTTPError } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { failureOf, rootCause, summary } from '../support/failures.ts';
import type { Expected } from '../support/failures.ts';
import { OK } from '../support/replies.ts';
import { EVENTS } from '../support/socket-events.ts';
import { until } from '../support/waiting.ts';

async function failsWith(
  t: CaseContext,
  client: Client,
  url: string,
  [name, code, phase]: readonly [string, string, string],
  options?: BodilessRequestOptions,
): Promise<HTTPError> {
  const error = await failureOf(t, client.get(url, options));
  t.assert.deepEqual(summary(error), [name, code, phase], error.message);
  t.assert.equal(error.request?.url.href, new URL(url).href);
  return error;
}

/** A client whose names resolve as given. */
function resolving(
  t: CaseContext,
  answer: Error | { address: string; family: number }[],
  options: ClientOptions = {},
): Client {
  return t.client({
    ...options,
    socket: {
      lookup: (_hostname, _options, callback) =>
        setImmediate(() => (answer instanceof Error ? callback(answer, []) : callback(null, answer))),
    },
  });
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EX-01',
    rows: ['EX-01'],
    title: 'refused, unreachable, impossible port: ConnectError that names the peer',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url, port } = await t.refusedPort();
      const refused = await failsWith(t, t.client(), url, ['ConnectError', 'ERR_CONNECT', 'connect']);
      t.assert.match(refused.message, /ECONNREFUSED/);
      t.assert.equal(refused.peer, `127.0.0.1:${port}`);
      t.assert.ok(refused instanceof t.tern.NetworkError && refused instanceof t.tern.TransportError);
      await failsWith(t, t.client(), 'http://127.0.0.1:0/', ['ConnectError', 'ERR_CONNECT', 'connect']);
      await failsWith(t, t.client(), 'http://255.255.255.255/', ['ConnectError', 'ERR_CONNECT', 'connect']);
    },
  },
  {
    id: 'EX-01.dns',
    rows: ['EX-01', 'EX-18'],
    title: 'a name that does not resolve: ConnectError of the phase dns',
    verdict: 'same',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const cause = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), { code: 'ENOTFOUND' });
      const client = resolving(t, cause);
      const error = await failsWith(t, client, 'http://nowhere.test/', ['ConnectError', 'ERR_DNS', 'dns']);
      t.assert.match(error.message, /nowhere\.test/);
      t.assert.equal(rootCause(error), cause);
      await failsWith(t, resolving(t, []), 'http://nowhere.test/', ['ConnectError', 'ERR_DNS', 'dns']);
    },
  },
  {
    id: 'EX-01.tls',
    rows: ['EX-01'],
    title:
      'a certificate that is not trusted or for another name, and a peer that speaks no TLS: ConnectError of the phase tls',
    verdict: 'same',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const server = await t.httpServer({ tls: t.serverTLS });
      const failing = ['ConnectError', 'ERR_TLS', 'tls'] as const;
      await failsWith(t, t.client(), server.url('/get'), failing);
      const trusting: ClientOptions = { tls: { ca: t.ca.certificate } };
      t.assert.equal((await t.client(trusting).get(server.url('/get'))).status, 200);
      const elsewhere = resolving(t, [{ address: '127.0.0.1', family: 4 }], trusting);
      await failsWith(t, elsewhere, `https://other.test:${server.port}/get`, failing);
      const plain = await t.scripted(async (peer) => {
        await peer.readSome();
        await peer.send('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        await peer.end();
      });
      await failsWith(t, t.client(), plain.url().replace('http:', 'https:'), failing);
      const old = await t.httpServer({ tls: { ...t.serverTLS, maxVersion: 'TLSv1.2' } });
      const modern = t.client({ tls: { ca: t.ca.certificate, minVersion: 'TLSv1.3' } });
      await failsWith(t, modern, old.url('/get'), failing);
    },
  },
  {
    id: 'EX-02',
    rows: ['EX-02'],
    title: 'connecting takes too long: ConnectTimeout, in TCP and in the TLS handshake',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts'],
    async run(t) {
      const hole = await t.blackHole();
      const options = { timeout: { connect: 50 } };
      const error = await failureOf(t, t.client().get(hole.url, options));
      t.assert.deepEqual([error.name, error.code], ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT']);
      t.assert.ok(error instanceof t.tern.TimeoutException);
      const silent = await t.scripted(() => {});
      const url = silent.url().replace('http:', 'https:');
      const handshake = await failureOf(t, t.client().get(url, options));
      t.assert.deepEqual([handshake.name, handshake.code], ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT']);
      await silent.untilOpen(0);
    },
  },
  {
    id: 'EX-03',
    rows: ['EX-03', 'EX-04', 'EX-06', 'EX-09', 'EX-13'],
    title: 'thirty things that happen on a socket, with class, code and phase of the failure',
    verdict: 'same',
    rfc: 'RFC 9112',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['timeouts', 'wire-bytes'],
    async run(t) {
      for (const { event, script, method = 'GET', options, isLarge, ...expected } of EVENTS) {
        const server = await t.scripted(isLarge === true ? { split: 'whole' } : {}, script);
        const client = t.client();
        const error = await failureOf(t, client.request(method, server.url(), options));
        for (const [key, values] of Object.entries(expected)) {
          const found = error[key as keyof Expected];
          t.assert.ok(
            values.split('|').includes(found),
            `${event}: ${found}, not ${values}: ${error.message}`,
          );
        }
        t.assert.equal(error.request?.url.href, server.url(), event);
        if (error.phase !== 'decode') t.assert.equal(error.peer, `127.0.0.1:${server.port}`, event);
        for (const peer of server.peers) peer.resume();
        await server.untilOpen(0);
        t.assert.equal(client.stats.active, 0, event);
      }
    },
  },
  {
    id: 'EX-03.stream',
    rows: ['EX-03', 'EX-06', 'EX-09', 'EX-13'],
    title: 'the same failures in the content of a streamed response',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['timeouts', 'wire-bytes'],
    async run(t) {
      for (const { event, script, options, ...expected } of EVENTS) {
        if (expected.phase !== 'read' && expected.phase !== 'decode') continue;
        const server = await t.scripted(script);
        const client = t.client();
        const response = await client.stream('GET', server.url(), options);
        const read = async (): Promise<void> => {
          for await (const piece of response) void piece;
        };
        const error = await failureOf(t, read());
        t.assert.deepEqual(summary(error), summary(expected), `${event}: ${error.message}`);
        t.assert.equal(error.request, response.request, event);
        t.assert.equal(client.stats.active, 0, event);
      }
    },
  },
  {
    id: 'EX-05',
    rows: ['EX-05'],
    title: 'no connection in time: PoolTimeout',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send(`${OK}Content-Length: 10\r\n\r\nab`);
      });
      const client = t.client({ limits: { maxConnections: 1 } });
      const held = await client.stream('GET', server.url());
      for (const pool of [0, 30]) {
        const error = await failsWith(
          t,
          client,
          server.url('/second'),
          ['PoolTimeout', 'ERR_POOL_TIMEOUT', 'pool'],
          {
            timeout: { pool },
          },
        );
        t.assert.ok(error instanceof t.tern.TimeoutException);
      }
      t.assert.equal(client.stats.waiting, 0);
      await held.cancel();
    },
  },
  {
    id: 'EX-06',
    rows: ['EX-06'],
    title: 'a response that comes although the peer takes no more data is a response',
    verdict: 'same',
    rfc: 'RFC 9112 §9.5',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(
          'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig',
        );
        await peer.end();
      });
      const client = t.client();
      const response = await client.post(server.url(), { content: new Uint8Array(8 * 1024 * 1024) });
      t.assert.deepEqual([response.status, response.text], [413, 'big']);
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'EX-03.rest',
    rows: ['EX-03'],
    title: 'what has come of content that breaks off is not given out after the failure',
    verdict: 'differs:httpx gives out what it has read before',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send(`${OK}Content-Length: 10\r\n\r\nsome`);
        await peer.end();
      });
      const client = t.client();
      const response = await client.stream('GET', server.url());
      await until(() => client.stats.active === 0);
      let length = 0;
      const read = async (): Promise<void> => {
        for await (const piece of response) length += piece.length;
      };
      const error = await failureOf(t, read());
      t.assert.deepEqual([error.name, length], ['RemoteProtocolError', 0]);
    },
  },
];
