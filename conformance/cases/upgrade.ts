import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, StreamResponse } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const UPGRADE = { Upgrade: 'echo', Connection: 'Upgrade' };
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n';
const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function single(t: CaseContext): Client {
  return t.client({ limits: { maxConnections: 1 } });
}

/** Text that has come, up to a length. */
async function take(duplex: Duplex, length: number): Promise<string> {
  let text = '';
  while (text.length < length) {
    const chunk = duplex.read() as Buffer | null;
    if (chunk === null) await once(duplex, 'readable');
    else text += chunk.toString('latin1');
  }
  return text;
}

/** Everything up to the end. Not by iterating: that would destroy the other direction, too. */
async function collect(duplex: Duplex): Promise<string> {
  let text = '';
  duplex.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await once(duplex, 'end');
  return text;
}

async function failure(duplex: Duplex): Promise<string> {
  const [error] = (await once(duplex, 'error')) as [Error];
  return error.name;
}

/** The connection is not used for anything else, and its room is free. */
async function expectRoom(t: CaseContext, client: Client): Promise<void> {
  const server = await t.replies(PLAIN);
  t.assert.equal((await client.get(server.url())).text, 'ok');
  t.assert.deepEqual([client.stats.connections, client.stats.active], [1, 0]);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H1-17.asked',
    rows: ['H1-17', 'XT-07'],
    title: 'a 101 that was asked for gives the connection; what came right behind it is the first data',
    verdict: 'same',
    rfc: 'RFC 9110 §7.8',
    layer: 'bytes',
    needs: ['upgrade', 'pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`HTTP/1.1 103 Early Hints\r\n\r\n${SWITCH}hello\x00\xff`);
        t.assert.equal((await peer.read(4)).toString('latin1'), 'ping');
        await peer.send('pong');
        await peer.end();
        t.assert.equal((await peer.readToEnd()).toString(), 'still here');
      });
      const client = single(t);
      const response = await client.stream('GET', server.url(), { headers: UPGRADE });
      t.assert.deepEqual([response.status, response.headers.get('upgrade')], [101, 'echo']);
      const duplex = response.upgrade();
      t.assert.equal(await take(duplex, 7), 'hello\x00\xff');
      duplex.write('ping');
      t.assert.equal(await collect(duplex), 'pong');
      // The server has ended; the other direction is still open.
      duplex.end('still here');
      await finished(duplex);
      await server.untilOpen(0);
      await expectRoom(t, client);
    },
  },
  {
    id: 'H1-17.refused',
    rows: ['H1-17'],
    title: 'a server that does not switch answers as usual',
    verdict: 'same',
    rfc: 'RFC 9110 §7.8',
    layer: 'bytes',
    needs: ['upgrade', 'pool'],
    async run(t) {
      const server = await t.replies(reply(426, [['Upgrade', 'other']], 'not this one'));
      const client = single(t);
      for (let i = 0; i < 2; i++) {
        const response = await client.stream('GET', server.url(), { headers: UPGRADE });
        t.assert.equal(response.status, 426);
        t.assert.throws(() => response.upgrade(), { name: 'InvalidArgument', message: /status 426/ });
        t.assert.equal((await response.read()).text, 'not this one');
      }
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'H1-17.content',
    rows: ['H1-17'],
    title: 'who reads a switched response finds no content, and keeps no connection',
    verdict: 'same',
    rfc: 'RFC 9110 §15.2',
    layer: 'live',
    needs: ['upgrade', 'pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`${SWITCH}not content`);
        await peer.closed;
      });
      const client = single(t);
      const whole = await client.get(server.url(), { headers: UPGRADE });
      t.assert.deepEqual([whole.status, whole.text], [101, '']);
      await server.untilOpen(0);
      const read = await client.stream('GET', server.url(), { headers: UPGRADE });
      t.assert.equal((await read.read()).bytes.length, 0);
      await server.untilOpen(0);
      const cancelled = await client.stream('GET', server.url(), { headers: UPGRADE });
      await cancelled.cancel();
      await server.untilOpen(0);
      t.assert.throws(() => cancelled.upgrade(), { name: 'StreamClosed' });
      await expectRoom(t, client);
    },
  },
  {
    id: 'XT-07',
    rows: ['XT-07'],
    title:
      'CONNECT that succeeds gives the connection, whatever its fields say; one that fails is a response',
    verdict: 'same',
    rfc: 'RFC 9110 §9.3.6',
    layer: 'bytes',
    needs: ['upgrade', 'pool', 'wire-bytes'],
    async run(t) {
      const targets: string[] = [];
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        targets.push(`${head.target} ${head.get('host')}`);
        if (head.get('x-refuse') !== undefined) {
          await peer.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
          return;
        }
        await peer.send('HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\nraw');
        const data = await peer.read(4);
        await peer.send(Uint8Array.from(data).toReversed());
        await peer.end();
      });
      const client = single(t);
      const extensions = { target: 'far.test:443' };
      const response = await client.stream('CONNECT', server.url(), { extensions });
      const duplex = response.upgrade();
      duplex.end('abcd');
      t.assert.equal(await collect(duplex), 'rawdcba');
      await server.untilOpen(0);
      const refused = await client.request('CONNECT', server.url(), { headers: { 'X-Refuse': '1' } });
      t.assert.deepEqual([refused.status, refused.text], [403, 'no']);
      const own = `127.0.0.1:${server.port}`;
      t.assert.deepEqual(targets, [`far.test:443 ${own}`, `${own} ${own}`]);
    },
  },
  {
    id: 'XT-07.info',
    rows: ['XT-07'],
    title: 'the stream is one of Node, and the response tells about the connection',
    verdict: 'differs:a duplex stream instead of read, write and start_tls; the response has the addresses',
    layer: 'live',
    needs: ['upgrade', 'pool', 'tls'],
    async run(t) {
      for (const isTLS of [false, true]) {
        const server = await t.httpServer(isTLS ? { tls: t.serverTLS } : {});
        const client = t.client({ tls: { ca: t.ca.certificate }, limits: { maxConnections: 1 } });
        const response: StreamResponse = await client.stream('GET', server.url('/'), { headers: UPGRADE });
        const { connection } = response;
        t.assert.deepEqual(
          [
            connection?.remoteAddress,
            connection?.remotePort,
            connection?.localAddress,
            connection?.tls === null,
          ],
          ['127.0.0.1', server.port, '127.0.0.1', !isTLS],
        );
        const duplex = response.upgrade();
        t.assert.throws(() => response.upgrade(), { name: 'StreamConsumed' });
        // As much as it takes to fill every buffer, both ways at once.
        const sent = t.random.bytes(3_000_000);
        const received: Buffer[] = [];
        duplex.on('data', (chunk: Buffer) => received.push(chunk));
        duplex.end(sent);
        await finished(duplex);
        t.assert.equal(Buffer.compare(Buffer.concat(received), sent), 0);
        await server.untilOpen(0);
        await expectRoom(t, client);
      }
    },
  },
  {
    id: 'XT-07.loss',
    rows: ['XT-07'],
    title:
      'a tunnel that is lost, given up, aborted or closed with its client: an error or an end, and no room taken',
    verdict: 'same',
    layer: 'live',
    needs: ['upgrade', 'pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(SWITCH);
        const word = (await peer.readSome()).toString();
        if (word === 'reset') peer.reset();
        await peer.closed;
      });
      const open = async (client: Client, signal?: AbortSignal): Promise<Duplex> => {
        const options = { headers: UPGRADE, timeout: { read: 400, total: 800 } };
        const response = await client.stream('GET', server.url(), {
          ...options,
          ...(signal === undefined ? {} : { signal }),
        });
        return response.upgrade();
      };
      const client = single(t);
      // No limit of time holds in a tunnel: that is for those who speak in it.
      const patient = await open(client);
      await new Promise((resolve) => {
        setTimeout(resolve, 1200);
      });
      t.assert.equal(patient.destroyed, false);
      patient.destroy();
      await server.untilOpen(0);

      const reset = await open(client);
      const lost = failure(reset);
      reset.write('reset');
      t.assert.equal(await lost, 'ReadError');

      const controller = new AbortController();
      const aborted = await open(client, controller.signal);
      const end = failure(aborted);
      controller.abort();
      t.assert.equal(await end, 'AbortError');
      await server.untilOpen(0);
      await expectRoom(t, client);

      const other = single(t);
      const closed = failure(await open(other));
      await other.close();
      t.assert.equal(await closed, 'ClientClosed');
    },
  },
];
