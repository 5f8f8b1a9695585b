import { ERROR, FRAME, SETTING, settingsFrame } from '../../fixtures/http2-frames.ts';
import type { ConformanceCase } from '../case.ts';
import { answeringOnce, frameServer, http2Client } from '../support/http2.ts';
import { counts, outcomeOf } from '../support/pool.ts';
import { gate, until } from '../support/waiting.ts';

/** A body that cannot be had again. */
async function* oneShot(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('once');
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H2-05',
    rows: ['H2-05'],
    title:
      'one stream until the settings of the server are there, then as many as it allows, the rest in order',
    verdict: 'same',
    rfc: 'RFC 9113 §5.1.2',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const { passed: mayStart, open: start } = gate();
      const { passed: mayAnswer, open: answer } = gate();
      const streams: number[] = [];
      const server = await frameServer(t, async (peer, connection) => {
        // The preface is read, and the settings come late.
        await connection.read(24);
        let first = await peer.next();
        while (first.type !== FRAME.headers) first = await peer.next();
        streams.push(first.streamId);
        await mayStart;
        await peer.send(settingsFrame([[SETTING.maxConcurrentStreams, 3]]));
        for (let count = 0; count < 2; count++) streams.push((await peer.until(FRAME.headers)).streamId);
        await mayAnswer;
        for (const stream of streams.slice(0, 3)) await peer.respond(stream);
        await peer.serve();
      });
      const client = http2Client(t);
      const all = Array.from({ length: 6 }, () => client.get(server.url('/')));
      await until(() => streams.length === 1);
      t.assert.deepEqual([...counts(client.stats), client.stats.exchanges], [1, 1, 0, 0, 5, 1]);
      start();
      await until(() => streams.length === 3);
      t.assert.deepEqual([...counts(client.stats), client.stats.exchanges], [1, 1, 0, 0, 3, 3]);
      answer();
      await Promise.all(all);
      t.assert.deepEqual([streams, server.connections], [[1, 3, 5], 1]);
      t.assert.deepEqual([...counts(client.stats), client.stats.exchanges], [1, 0, 1, 0, 0, 0]);
    },
  },
  {
    id: 'H2-05.limit',
    rows: ['H2-05'],
    title: 'our own limit holds where the server allows more; a limit that is raised later is used',
    verdict: 'same',
    rfc: 'RFC 9113 §6.5.2',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.http2Server({ settings: { maxConcurrentStreams: 50 } }, async ({ stream }) => {
        await passed;
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
      const client = http2Client(t, { http2: { maxConcurrentStreams: 4 } });
      const all = Array.from({ length: 9 }, () => client.get(server.url('/')));
      await until(() => server.requests.length === 4);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      t.assert.deepEqual([server.requests.length, client.stats.exchanges, client.stats.waiting], [4, 4, 5]);
      open();
      await Promise.all(all);
      t.assert.equal(server.connections, 1);
      const raised = await t.http2Server(
        { settings: { maxConcurrentStreams: 1 } },
        async ({ stream, path }) => {
          if (path === '/held') await until(() => raised.requests.length === 3);
          stream.respond({ ':status': 200 });
          stream.end('ok');
        },
      );
      const other = http2Client(t);
      await other.get(raised.url('/'));
      const held = [other.get(raised.url('/held')), other.get(raised.url('/held'))];
      await until(() => raised.requests.length === 2);
      t.assert.deepEqual([other.stats.exchanges, other.stats.waiting], [1, 1]);
      raised.sessions[0]!.settings({ maxConcurrentStreams: 2 });
      await Promise.all(held);
      t.assert.equal(raised.connections, 1);
    },
  },
  {
    id: 'H2-05.timeout',
    rows: ['H2-05', 'TM-07'],
    title: 'waiting for a stream is waiting for the pool: it has a limit, a maximum, and can be given up',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['http2', 'pool', 'timeouts'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.http2Server(
        { settings: { maxConcurrentStreams: 1 } },
        async ({ stream, path }) => {
          if (path === '/held') await passed;
          stream.respond({ ':status': 200 });
          stream.end('ok');
        },
      );
      const client = http2Client(t, { limits: { maxWaiters: 2 } });
      await client.get(server.url('/'));
      const held = client.get(server.url('/held'));
      await until(() => server.requests.length === 2);
      await t.assert.rejects(client.get(server.url('/'), { timeout: { pool: 20 } }), {
        name: 'PoolTimeout',
        phase: 'pool',
      });
      await t.assert.rejects(client.get(server.url('/'), { timeout: { pool: 0 } }), { name: 'PoolTimeout' });
      const controller = new AbortController();
      const queued = client.get(server.url('/'), { signal: controller.signal });
      const patient = client.get(server.url('/'), { timeout: null });
      await t.assert.rejects(client.get(server.url('/')), { name: 'PoolTimeout', message: /maxWaiters/ });
      controller.abort();
      await t.assert.rejects(queued, { name: 'AbortError' });
      t.assert.deepEqual(counts(client.stats), [1, 1, 0, 0, 1]);
      open();
      t.assert.deepEqual([(await held).text, (await patient).text], ['ok', 'ok']);
      t.assert.equal(server.requests.length, 3);
    },
  },
  {
    id: 'H2-05.fair',
    rows: ['H2-05', 'PL-02'],
    title: 'a connection with room for streams does not starve another origin that waits for a connection',
    verdict: 'same',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const { passed, open } = gate();
      const busy = await t.http2Server({}, async ({ stream, path }) => {
        if (path === '/held') await passed;
        stream.respond({ ':status': 200 });
        stream.end('busy');
      });
      const other = await t.http2Server();
      const client = http2Client(t, { limits: { maxConnections: 1 } });
      await client.get(busy.url('/'));
      const held = client.get(busy.url('/held'));
      await until(() => busy.requests.length === 2);
      const order: string[] = [];
      const elsewhere = client.get(other.url('/')).then(() => order.push('other'));
      const late = client.get(busy.url('/late')).then(() => order.push('late'));
      t.assert.equal(client.stats.waiting, 2);
      open();
      await Promise.all([held, elsewhere, late]);
      t.assert.deepEqual([order, busy.connections, other.connections], [['other', 'late'], 2, 1]);
    },
  },
  {
    id: 'H2-06',
    rows: ['H2-06', 'EX-01'],
    title: 'a stream that the server resets fails alone, also when it says NO_ERROR, or CANCEL, too early',
    verdict: 'same',
    rfc: 'RFC 9113 §5.4.2, §8.1',
    layer: 'bytes',
    needs: ['http2', 'pool'],
    async run(t) {
      for (const [code, text] of [
        [ERROR.none, /reset before the response was complete/],
        [ERROR.protocol, /PROTOCOL_ERROR/],
        [ERROR.internal, /INTERNAL_ERROR/],
        [ERROR.cancel, /CANCEL/],
        [0xabcd, /0xabcd/],
      ] as const) {
        for (const hasHead of [false, true]) {
          const server = await answeringOnce(t, async (peer, stream) => {
            if (hasHead) {
              await peer.head(stream, 200);
              await peer.data(stream, 'part');
            }
            await peer.reset(stream, code);
          });
          const client = http2Client(t);
          await t.assert.rejects(client.get(server.url('/')), {
            name: 'RemoteProtocolError',
            code: 'ERR_REMOTE_PROTOCOL',
            phase: hasHead ? 'read' : 'firstByte',
            message: text,
          });
          t.assert.equal((await client.get(server.url('/'))).text, 'ok');
          t.assert.equal(server.connections, 1);
          await client.close();
        }
      }
    },
  },
  {
    id: 'H2-06.refused',
    rows: ['H2-06', 'H2-07'],
    title: 'a refused stream was not processed: the request is sent again, whatever its method, once',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §8.7',
    layer: 'bytes',
    needs: ['http2', 'pool', 'trace'],
    async run(t) {
      const server = await answeringOnce(t, (peer, stream) => peer.reset(stream, ERROR.refusedStream));
      const events: string[] = [];
      const response = await http2Client(t).post(server.url('/'), {
        content: 'body',
        extensions: { trace: ({ name }) => events.push(name) },
      });
      t.assert.equal(response.text, 'ok');
      t.assert.equal(events.filter((name) => name === 'connection.retry').length, 1);
      const never = await frameServer(t, async (peer) => {
        await peer.start();
        for (;;) await peer.reset(await peer.request(), ERROR.refusedStream);
      });
      await t.assert.rejects(http2Client(t).get(never.url('/')), { name: 'RemoteProtocolError' });
      const again = await answeringOnce(t, (peer, stream) => peer.reset(stream, ERROR.refusedStream));
      const content = oneShot();
      await t.assert.rejects(http2Client(t).post(again.url('/'), { content }), {
        name: 'RemoteProtocolError',
      });
    },
  },
  {
    id: 'H2-07',
    rows: ['H2-07'],
    title:
      'after GOAWAY streams up to the last one are finished, later ones go to a new connection, and so do new ones',
    verdict: 'same',
    rfc: 'RFC 9113 §6.8',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await frameServer(t, async (peer, connection) => {
        await peer.start();
        if (connection.index > 0) return peer.serve();
        await peer.respond(await peer.request());
        const [first, second, third] = [await peer.request(), await peer.request(), await peer.request()];
        await peer.goaway(second, ERROR.none);
        t.assert.equal(third, second + 2);
        await passed;
        await peer.respond(first, 'first');
        await peer.respond(second, 'second');
        // The client closes once it is drained.
        await connection.closed;
      });
      const client = http2Client(t);
      await client.get(server.url('/'));
      const all = Array.from({ length: 3 }, () => client.post(server.url('/'), { content: 'x' }));
      t.assert.equal((await all[2]!).text, 'ok');
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
      t.assert.deepEqual([server.connections, client.stats.connections], [2, 2]);
      open();
      t.assert.deepEqual([(await all[0]!).text, (await all[1]!).text], ['first', 'second']);
      await until(() => client.stats.connections === 1);
      t.assert.equal((await all[0]!).connection?.id, (await all[1]!).connection?.id);
      t.assert.notEqual((await all[0]!).connection?.id, (await all[2]!).connection?.id);
    },
  },
  {
    id: 'H2-07.error',
    rows: ['H2-07'],
    title: 'GOAWAY for an error fails what was taken, by its name; what was not is sent again',
    verdict: 'same',
    rfc: 'RFC 9113 §6.8, §8.7',
    layer: 'bytes',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await frameServer(t, async (peer, connection) => {
        await peer.start();
        if (connection.index > 0) return peer.serve();
        await peer.respond(await peer.request());
        const first = await peer.request();
        await peer.request();
        await peer.goaway(first, ERROR.enhanceYourCalm);
        await connection.closed;
      });
      const client = http2Client(t);
      await client.get(server.url('/'));
      const [first, second] = await Promise.allSettled([
        client.get(server.url('/')),
        client.post(server.url('/'), { content: 'x' }),
      ]);
      t.assert.equal(first.status === 'rejected' && (first.reason as Error).name, 'RemoteProtocolError');
      t.assert.match(String(first.status === 'rejected' && first.reason), /GOAWAY with ENHANCE_YOUR_CALM/);
      t.assert.equal(second.status === 'fulfilled' && second.value.text, 'ok');
    },
  },
  {
    id: 'H2-07.again',
    rows: ['H2-07'],
    title: 'a request that meets one GOAWAY after another is sent again each time, but not for ever',
    verdict: 'same',
    rfc: 'RFC 9113 §6.8, §8.7',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const patient = await frameServer(t, async (peer, connection) => {
        await peer.start();
        if (connection.index === 3) return peer.serve();
        await peer.request();
        await peer.goaway(0, ERROR.none);
        await connection.closed;
      });
      const client = http2Client(t);
      t.assert.equal((await client.post(patient.url('/'), { content: 'x' })).text, 'ok');
      t.assert.equal(patient.connections, 4);
      const never = await frameServer(t, async (peer, connection) => {
        await peer.start();
        await peer.request();
        await peer.goaway(0, ERROR.none);
        await connection.closed;
      });
      t.assert.equal(await outcomeOf(client.get(never.url('/'))), 'RemoteProtocolError');
      t.assert.equal(never.connections, 6);
    },
  },
  {
    id: 'H2-07.idle',
    rows: ['H2-07', 'PL-05'],
    title: 'an idle connection that the server ends is forgotten; one that ends under a request is replaced',
    verdict: 'same',
    rfc: 'RFC 9113 §6.8',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      for (const farewell of ['goaway', 'end'] as const) {
        const server = await frameServer(t, async (peer, connection) => {
          await peer.start();
          await peer.respond(await peer.request());
          if (connection.index > 0) return peer.serve();
          if (farewell === 'goaway') await peer.goaway(1, ERROR.none);
          else await connection.end();
          await connection.closed;
        });
        const client = http2Client(t);
        await client.get(server.url('/'));
        await until(() => client.stats.connections === 0);
        await client.get(server.url('/'));
        t.assert.equal(server.connections, 2);
      }
      const server = await frameServer(t, async (peer, connection) => {
        await peer.start();
        await peer.respond(await peer.request());
        if (connection.index > 0) return peer.serve();
        await peer.request();
        connection.destroy();
      });
      const client = http2Client(t);
      await client.get(server.url('/'));
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
      t.assert.equal(server.connections, 2);
    },
  },
  {
    id: 'H2-07.lost',
    rows: ['H2-07', 'H1-03'],
    title: 'a connection that is lost fails everything on it, and nothing that had an effect is sent again',
    verdict: 'same',
    layer: 'bytes',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await frameServer(t, async (peer, connection) => {
        await peer.start();
        await peer.respond(await peer.request());
        const streams = [await peer.request(), await peer.request()];
        await peer.head(streams[0]!, 200);
        await peer.data(streams[0]!, 'part');
        await connection.end();
      });
      const client = http2Client(t);
      await client.get(server.url('/'));
      const outcomes = await Promise.all([
        outcomeOf(client.get(server.url('/'))),
        outcomeOf(client.post(server.url('/'), { content: 'x' })),
      ]);
      t.assert.deepEqual(outcomes, ['RemoteProtocolError', 'RemoteProtocolError']);
      t.assert.deepEqual([server.connections, client.stats.connections], [1, 0]);
    },
  },
  {
    id: 'H2-07.end',
    rows: ['H2-07'],
    title:
      'a response is whole when its stream has ended, and not when all octets are there that it announced',
    verdict: 'same',
    rfc: 'RFC 9113 §8.1',
    layer: 'bytes',
    needs: ['http2', 'pool'],
    async run(t) {
      for (const farewell of ['end', 'reset'] as const) {
        const server = await frameServer(t, async (peer, connection) => {
          await peer.start();
          const stream = await peer.request();
          await peer.head(stream, 200, [['content-length', '3']]);
          await peer.data(stream, 'all');
          if (farewell === 'end') await connection.end();
          else connection.reset();
        });
        const client = http2Client(t);
        const outcome = await outcomeOf(client.get(server.url('/')));
        t.assert.ok(['ReadError', 'RemoteProtocolError'].includes(outcome), `${farewell}: ${outcome}`);
        t.assert.equal(client.stats.connections, 0);
      }
    },
  },
];
