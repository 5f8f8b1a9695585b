import { reply } from '../../fixtures/reply-server.ts';
import type { Script } from '../../fixtures/scripted-server.ts';
import type { Timeout } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { lookup } from '../support/lookups.ts';
import { OK, PLAIN } from '../support/replies.ts';
import { expectRoom, failure, forever, one } from '../support/timeouts.ts';

/** A server that takes requests and does not answer. */
const deaf: Script = (peer) => peer.closed;

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TM-04',
    rows: ['TM-04', 'TM-10'],
    title: 'connect covers resolving the name, TCP and TLS',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'socket-options', 'timeouts', 'tls'],
    async run(t) {
      const timeout = { connect: 300 };
      const names = one(t, { socket: { lookup: lookup(null) }, timeout });
      t.assert.deepEqual(await failure(t, names.get('http://silent.test/')), [
        'ConnectTimeout',
        'ERR_CONNECT_TIMEOUT',
        'dns',
      ]);
      const hole = await t.blackHole();
      const client = one(t, { timeout });
      t.assert.deepEqual(await failure(t, client.get(hole.url)), [
        'ConnectTimeout',
        'ERR_CONNECT_TIMEOUT',
        hole.kind === 'backlog' ? 'connect' : 'tls',
      ]);
      await expectRoom(t, client);
      const silent = await t.scripted(deaf);
      t.assert.deepEqual(await failure(t, client.get(silent.url().replace('http:', 'https:'))), [
        'ConnectTimeout',
        'ERR_CONNECT_TIMEOUT',
        'tls',
      ]);
      await silent.untilOpen(0);
      await expectRoom(t, client);
    },
  },
  {
    id: 'TM-04.sum',
    rows: ['TM-04'],
    title: 'connect is one limit for its steps together, not one for each',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['socket-options', 'timeouts', 'tls'],
    async run(t) {
      // The name takes most of the time; what is left would do for TCP, but not for a handshake that hangs.
      const silent = await t.scripted(deaf);
      const client = one(t, { socket: { lookup: lookup(600) }, timeout: { connect: 900 } });
      const url = `https://localhost:${silent.port}/`;
      t.assert.deepEqual(await failure(t, client.get(url)), ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT', 'tls']);
      // A limit of zero is over before it begins, and none is never over.
      const server = await t.replies(PLAIN);
      t.assert.deepEqual(
        (await failure(t, client.get(server.url(), { timeout: { connect: 0 } })))[0],
        'ConnectTimeout',
      );
      const slow = one(t, { socket: { lookup: lookup(50) }, timeout: { connect: null, total: null } });
      t.assert.equal((await slow.get(`http://slow.test:${server.port}/`)).text, 'ok');
    },
  },
  {
    id: 'TM-05',
    rows: ['TM-05', 'TM-11'],
    title: 'read is the longest pause: in front of the response, in its head, in its body',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      for (const [sent, phase] of [
        ['', 'firstByte'],
        ['HTTP/1.1 200 OK\r\nServer', 'read'],
        [`${OK}Content-Length: 10\r\n\r\nhalf`, 'read'],
        [`${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`, 'read'],
      ] as const) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          if (sent !== '') await peer.send(sent);
          await peer.closed;
        });
        const client = one(t);
        const error = await failure(t, client.get(server.url(), { timeout: { read: 400 } }));
        t.assert.deepEqual(error, ['ReadTimeout', 'ERR_READ_TIMEOUT', phase]);
        await server.untilOpen(0);
        await expectRoom(t, client);
      }
    },
  },
  {
    id: 'TM-05.trickle',
    rows: ['TM-05', 'TM-09'],
    title: 'a slow trickle never meets read, wherever it trickles; total ends it',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const trickling = async (text: string, timeout: Partial<Timeout>): Promise<readonly unknown[]> => {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          for (const octet of text) {
            await peer.send(octet);
            await peer.wait(5);
          }
        });
        const client = one(t);
        const result = await failure(t, client.get(server.url(), { timeout }));
        await expectRoom(t, client);
        return result;
      };
      const head = `${OK}X-Long: ${'x'.repeat(200)}\r\nContent-Length: 1\r\n\r\n`;
      const body = `${OK}Transfer-Encoding: chunked\r\n\r\n30;${'x'.repeat(60)}`;
      // Together they take much longer than read, each pause much less.
      const read = 600;
      t.assert.deepEqual(await trickling(`${head}x`, { read }), ['no failure']);
      for (const endless of [`${OK}X-Long: ${'x'.repeat(500)}`, `${body}${'x'.repeat(500)}`]) {
        t.assert.deepEqual(await trickling(endless, { read, total: 1500 }), [
          'TotalTimeout',
          'ERR_TOTAL_TIMEOUT',
          'total',
        ]);
      }
    },
  },
  {
    id: 'TM-05.reader',
    rows: ['TM-05'],
    title: 'read does not count while the reader of a stream takes its time, and counts again after',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'pool'],
    async run(t) {
      for (const total of [null, 60_000]) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          await peer.send(`${OK}Content-Length: 4000000\r\n\r\n`);
          await peer.send(Buffer.alloc(3_000_000));
          await peer.closed;
        });
        const client = one(t);
        const response = await client.stream('GET', server.url(), { timeout: { read: 400, total } });
        await new Promise((resolve) => {
          setTimeout(resolve, 900);
        });
        let length = 0;
        const read = async (): Promise<void> => {
          for await (const piece of response) length += piece.length;
        };
        // All that the server has sent is there; only then its silence counts.
        t.assert.deepEqual(await failure(t, read()), ['ReadTimeout', 'ERR_READ_TIMEOUT', 'read']);
        t.assert.equal(length, 3_000_000);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'TM-06',
    rows: ['TM-06', 'TM-11'],
    title: 'write is the longest pause in which the server takes nothing',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      for (const content of [forever(), new Uint8Array(32 * 1024 * 1024)]) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          peer.pause();
          await peer.wait(10_000);
        });
        const client = one(t);
        const error = await failure(
          t,
          client.post(server.url(), { content, timeout: { write: 80, read: null } }),
        );
        t.assert.deepEqual(error, ['WriteTimeout', 'ERR_WRITE_TIMEOUT', 'write']);
        server.peers[0]!.resume();
        await server.untilOpen(0);
        await expectRoom(t, client);
      }
    },
  },
  {
    id: 'TM-06.source',
    rows: ['TM-06'],
    title: 'write does not count while the source of the body takes its time',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { body } = await peer.readRequest();
          await peer.send(reply(200, [], body.text));
        }
      });
      const content = (async function* () {
        for (const word of ['one ', 'two ', 'three']) {
          yield word;
          await new Promise((resolve) => {
            setTimeout(resolve, 600);
          });
        }
      })();
      const response = await one(t).post(server.url(), { content, timeout: { write: 400, read: 400 } });
      t.assert.equal(response.text, 'one two three');
    },
  },
  {
    id: 'TM-07',
    rows: ['TM-07', 'TM-11'],
    title: 'pool is the wait for a connection, all of it',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      let release!: () => void;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const server = await t.replies(async ({ target }) => {
        if (target === '/first') await released;
        return PLAIN;
      });
      const client = one(t);
      const first = client.get(server.url('/first'));
      const waiting = [40, 80].map((pool) => failure(t, client.get(server.url(), { timeout: { pool } })));
      const patient = client.get(server.url(), { timeout: { pool: null } });
      for (const error of await Promise.all(waiting))
        t.assert.deepEqual(error, ['PoolTimeout', 'ERR_POOL_TIMEOUT', 'pool']);
      t.assert.equal(client.stats.waiting, 1);
      release();
      t.assert.deepEqual([(await first).text, (await patient).text], ['ok', 'ok']);
      t.assert.deepEqual([server.connections, server.requests.length], [1, 2]);
    },
  },
  {
    id: 'TM-08',
    rows: ['TM-08'],
    title: 'pool 0 fails at once if no connection is free, and works if one is, or can be opened',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const client = one(t);
      const timeout = { pool: 0 };
      t.assert.equal((await client.get(server.url(), { timeout })).text, 'ok');
      t.assert.equal((await client.get(server.url(), { timeout })).text, 'ok');
      const other = await t.replies(PLAIN);
      t.assert.equal((await client.get(other.url(), { timeout })).text, 'ok');
      const held = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`${OK}Content-Length: 10\r\n\r\n`);
      });
      const stream = await client.stream('GET', held.url());
      t.assert.deepEqual(await failure(t, client.get(server.url(), { timeout })), [
        'PoolTimeout',
        'ERR_POOL_TIMEOUT',
        'pool',
      ]);
      await stream.cancel();
      await held.untilOpen(0);
      t.assert.equal((await client.get(server.url(), { timeout })).text, 'ok');
    },
  },
  {
    id: 'TM-09',
    rows: ['TM-09', 'TM-10'],
    title: 'first byte stands for read until the first octet of the response',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { target } = await peer.readHead();
          if (target === '/silent') continue;
          if (target === '/late') await peer.wait(200);
          await peer.send('HTTP/1.1 200 O');
          if (target === '/late') await peer.send('K\r\nContent-Length: 2\r\n\r\nok');
        }
      });
      const client = one(t);
      const get = (path: string, timeout: Partial<Timeout>): Promise<readonly unknown[]> =>
        failure(t, client.get(server.url(path), { timeout }));
      const firstByte = ['FirstByteTimeout', 'ERR_FIRST_BYTE_TIMEOUT', 'firstByte'];
      t.assert.deepEqual(await get('/silent', { firstByte: 60, read: 30_000 }), firstByte);
      // Longer than read, and it counts instead of it.
      t.assert.deepEqual(await get('/late', { firstByte: 30_000, read: 100 }), ['no failure']);
      t.assert.deepEqual(await get('/stalls', { firstByte: 30_000, read: 300 }), [
        'ReadTimeout',
        'ERR_READ_TIMEOUT',
        'read',
      ]);
      t.assert.deepEqual(await get('/silent', { firstByte: null, read: 60 }), [
        'ReadTimeout',
        'ERR_READ_TIMEOUT',
        'firstByte',
      ]);
      await expectRoom(t, client);
    },
  },
  {
    id: 'TM-11',
    rows: ['TM-11'],
    title: 'a connection on which a limit ran out is not used again',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        if (peer.index > 0) {
          await peer.readHead();
          await peer.send(reply(200, [], 'mine'));
          return;
        }
        await peer.readHead();
        await peer.wait(120);
        // Nobody waits for this any more; the next request must not get it.
        await peer.send(reply(200, [], 'not mine'));
      });
      const client = one(t);
      t.assert.deepEqual(
        (await failure(t, client.get(server.url(), { timeout: { read: 40 } })))[0],
        'ReadTimeout',
      );
      t.assert.equal((await client.get(server.url())).text, 'mine');
      t.assert.equal(server.connections, 2);
    },
  },
];
