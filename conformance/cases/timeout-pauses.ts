import type { ConformanceCase } from '../case.ts';
import { OK, PLAIN } from '../support/replies.ts';
import { failure, one } from '../support/timeouts.ts';
import { gate, until } from '../support/waiting.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TM-05.body',
    rows: ['TM-05'],
    title: 'a body may take much longer than read, if its pauses do not',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`${OK}Content-Length: 100\r\n\r\n`);
        for (let i = 0; i < 100; i++) {
          await peer.send('x');
          await peer.wait(15);
        }
      });
      const client = one(t);
      const response = await client.get(server.url(), { timeout: { read: 1000 } });
      t.assert.equal(response.text, 'x'.repeat(100));
    },
  },
  {
    id: 'TM-05.full',
    rows: ['TM-05'],
    title: 'read counts again as soon as a slow reader has taken all there is, though nothing more has come',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'pool'],
    async run(t) {
      // Exactly as much as is read ahead, so that nothing lies in the system when the reader begins.
      const ahead = 262_144;
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`${OK}Content-Length: 4000000\r\n\r\n`);
        await peer.send(Buffer.alloc(ahead));
        await peer.closed;
      });
      const client = one(t);
      const response = await client.stream('GET', server.url(), { timeout: { read: 200 } });
      await until(() => response.bytesReceived === ahead);
      const read = async (): Promise<void> => {
        for await (const piece of response) t.assert.ok(piece.length > 0);
      };
      t.assert.deepEqual(await failure(t, read()), ['ReadTimeout', 'ERR_READ_TIMEOUT', 'read']);
      await server.untilOpen(0);
    },
  },
  {
    id: 'TM-07.connecting',
    rows: ['TM-07'],
    title: 'pool ends when connecting begins, which has a limit of its own',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'pool', 'socket-options'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/held') await passed;
        return PLAIN;
      });
      const client = one(t, {
        socket: {
          lookup: (_name, _options, done) =>
            setTimeout(done, 400, null, [{ address: '127.0.0.1', family: 4 }]),
        },
      });
      const held = client.get(server.url('/held'));
      await until(() => server.requests.length === 1);
      const slow = client.get(`http://named.test:${server.port}/`, { timeout: { pool: 200 } });
      await until(() => client.stats.waiting === 1);
      open();
      t.assert.deepEqual([(await held).text, (await slow).text], ['ok', 'ok']);
    },
  },
  {
    id: 'TM-09.interim',
    rows: ['TM-09'],
    title: 'an interim response that comes in pieces does not end the wait for the first octet',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['timeouts', 'informational', 'pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send('HTTP/1.1 103 Ear');
        await peer.wait(20);
        await peer.send('ly Hints\r\n\r\n');
        await peer.wait(1200);
        await peer.send(PLAIN);
      });
      const timeout = { firstByte: 30_000, read: 800 };
      t.assert.equal((await one(t).get(server.url(), { timeout })).text, 'ok');
    },
  },
];
