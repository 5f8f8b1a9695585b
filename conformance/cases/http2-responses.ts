import { FRAME, frame } from '../../fixtures/http2-frames.ts';
import type { TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { answeringOnce, frameServer, http2Client } from '../support/http2.ts';
import { counts } from '../support/pool.ts';
import { until } from '../support/waiting.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H2-10',
    rows: ['H2-10', 'RS-03'],
    title: 'a response has version 2, the number of its stream, and no reason phrase, as HTTP/2 has none',
    verdict: 'differs:the phrase is empty, as received; httpx fills in that of the status',
    rfc: 'RFC 9113 §8.3.2',
    layer: 'bytes',
    needs: ['http2', 'informational'],
    async run(t) {
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        for (;;) {
          const stream = await peer.request();
          await peer.head(stream, 103, [['link', '</a.css>; rel=preload']]);
          await peer.head(stream, 404, [
            ['x-b', '2'],
            ['x-a', '1'],
            ['x-b', '3'],
          ]);
          await peer.data(stream, 'none', true);
        }
      });
      const client = http2Client(t);
      const interim: unknown[] = [];
      const response = await client.get(server.url('/'), {
        onInformational: ({ status, statusText, headers }) =>
          interim.push([status, statusText, headers.get('link')]),
      });
      t.assert.deepEqual(interim, [[103, '', '</a.css>; rel=preload']]);
      t.assert.deepEqual([response.status, response.statusText, response.httpVersion], [404, '', '2']);
      t.assert.deepEqual(response.headers.raw, [
        ['x-b', '2'],
        ['x-a', '1'],
        ['x-b', '3'],
      ]);
      t.assert.throws(() => response.raiseForStatus(), /404 Not Found/);
      const second = await client.get(server.url('/'));
      t.assert.deepEqual(
        [response.connection?.streamId, second.connection?.streamId, second.connection?.reused],
        [1, 3, true],
      );
    },
  },
  {
    id: 'H2-11',
    rows: ['H2-11', 'H1-11'],
    title: 'trailers are kept, those of an empty body too',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §8.1',
    layer: 'live',
    needs: ['http2', 'trailers'],
    async run(t) {
      const server = await t.http2Server({}, ({ stream, path }) => {
        stream.respond({ ':status': 200 }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': '42', 'x-more': ['a', 'b'] }));
        stream.end(path === '/empty' ? '' : 'body');
      });
      const client = http2Client(t);
      for (const path of ['/', '/empty']) {
        const response = await client.get(server.url(path));
        t.assert.deepEqual(response.trailers.raw, [
          ['x-checksum', '42'],
          ['x-more', 'a'],
          ['x-more', 'b'],
        ]);
        t.assert.equal(response.text, path === '/' ? 'body' : '');
      }
    },
  },
  {
    id: 'H2-11.ping',
    rows: ['H2-11', 'H2-06'],
    title: 'a silent connection is asked for a sign of life, if so set, and given up if there is none',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §6.7',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      let pings = 0;
      const server = await frameServer(t, async (peer, connection) => {
        await peer.start();
        await peer.respond(await peer.request());
        const stream = await peer.request();
        if (connection.index > 0) return peer.respond(stream);
        // Alive, but slow; then silent.
        for (; pings < 3; pings++) {
          const { payload } = await peer.next();
          await peer.send(frame(FRAME.ping, 1, 0, payload));
        }
        await peer.respond(stream);
        await peer.request();
        await connection.closed;
      });
      const client = http2Client(t, {
        timeout: null,
        http2: { keepAlivePing: { intervalMs: 20, timeoutMs: 200 } },
      });
      await client.get(server.url('/'));
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
      t.assert.equal(pings, 3);
      await t.assert.rejects(client.post(server.url('/'), { content: 'x' }), {
        name: 'ReadError',
        message: /no answer to a PING within 200 ms/,
      });
      await client.get(server.url('/'));
      t.assert.equal(server.connections, 2);
    },
  },
  {
    id: 'H2-11.silent',
    rows: ['H2-11'],
    title: 'without that setting a connection that works is not asked',
    verdict: 'same',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const types: number[] = [];
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        for (let count = 0; count < 5; count++) await peer.respond(await peer.request());
        types.push(...peer.frames.map(({ type }) => type));
        await peer.serve();
      });
      const client = http2Client(t);
      for (let count = 0; count < 5; count++) await client.get(server.url('/'));
      await until(() => types.length > 0);
      t.assert.ok(!types.includes(FRAME.ping), types.join());
    },
  },
  {
    id: 'H2-08',
    rows: ['H2-08', 'ST-05'],
    title: 'a reader that takes its time holds the server back, within a bound, and no other stream',
    verdict: 'same',
    rfc: 'RFC 9113 §5.2',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      let written = 0;
      const total = 16_777_216;
      const server = await t.http2Server({}, async ({ stream, path }) => {
        stream.respond({ ':status': 200 });
        if (path === '/small') {
          stream.end('small');
          return;
        }
        const piece = Buffer.alloc(65_536, 'x');
        let goOn: (() => void) | undefined;
        stream.on('drain', () => goOn?.());
        stream.on('close', () => goOn?.());
        for (; written < total && !stream.destroyed; written += piece.length) {
          if (!stream.write(piece))
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
        }
        stream.end();
      });
      const client = http2Client(t, { http2: { streamWindow: 200_000 } });
      const response = await client.stream('GET', server.url('/large'));
      const reader = response.iterBytes()[Symbol.asyncIterator]();
      let received = (await reader.next()).value!.length;
      for (let count = 0; count < 30; count++)
        t.assert.equal((await client.get(server.url('/small'))).text, 'small');
      // What may be in memory: our credit of 256 KiB, the window, buffers of Node on both sides.
      t.assert.ok(written < 1_500_000, `${written} octets were written ahead`);
      for (let next = await reader.next(); next.done !== true; next = await reader.next())
        received += next.value.length;
      t.assert.deepEqual([received, server.connections], [total, 1]);
    },
  },
  {
    id: 'H2-08.upload',
    rows: ['H2-08', 'TM-05'],
    title: 'an upload stops when the window of the server is full: progress ends, and writing has a limit',
    verdict: 'same',
    rfc: 'RFC 9113 §6.9',
    layer: 'live',
    needs: ['http2', 'pool', 'timeouts'],
    async run(t) {
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        const { streamId } = await peer.until(FRAME.headers);
        await peer.until(FRAME.reset, streamId);
        await peer.serve();
      });
      const client = http2Client(t);
      let pulled = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          pulled += 16_384;
          yield new Uint8Array(16_384);
        }
      }
      let sent = 0;
      await t.assert.rejects(
        client.post(server.url('/'), {
          content: endless(),
          timeout: { write: 100 },
          onUploadProgress: ({ transferred }) => {
            sent = transferred;
          },
        }),
        { name: 'WriteTimeout', phase: 'write' },
      );
      t.assert.ok(sent <= 65_535 && pulled <= 65_535 + 4 * 16_384, `${sent} sent, ${pulled} pulled`);
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
    },
  },
  {
    id: 'H2-07.read',
    rows: ['H2-07', 'H2-08'],
    title: 'a response that has come whole can be read after the connection has gone',
    verdict: 'same',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await answeringOnce(t, async (peer, stream, connection) => {
        await peer.head(stream, 200);
        for (let count = 0; count < 50; count++) await peer.data(stream, 'x'.repeat(10_000), count === 49);
        await connection.end();
      });
      const client = http2Client(t);
      const response = await client.stream('GET', server.url('/'));
      await until(() => server.open === 0);
      t.assert.equal((await response.read()).bytes.length, 500_000);
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
    },
  },
  {
    id: 'H2-10.trace',
    rows: ['H2-10', 'XT-02'],
    title: 'events of the wire are called http2, begin with the preface, and carry the same',
    verdict: 'same',
    layer: 'live',
    needs: ['http2', 'trace'],
    async run(t) {
      const server = await t.http2Server();
      const events: TraceEvent[] = [];
      const client = http2Client(t, { trace: (event) => events.push(event) });
      await client.post(server.url('/'), { content: 'x' });
      const names = events.map(({ name }) => name).filter((name) => !name.startsWith('client.'));
      t.assert.deepEqual(names, [
        'pool.acquire.started',
        'connection.connect_tcp.started',
        'connection.connect_tcp.complete',
        'http2.send_connection_init.started',
        'http2.send_connection_init.complete',
        'pool.acquire.complete',
        'http2.send_request_headers.started',
        'http2.send_request_headers.complete',
        'http2.send_request_body.started',
        'http2.send_request_body.complete',
        'http2.receive_response_headers.started',
        'http2.receive_response_headers.complete',
        'http2.receive_response_body.started',
        'http2.receive_response_body.complete',
        'http2.response_closed.started',
        'http2.response_closed.complete',
      ]);
      const info = (name: string): TraceEvent['info'] => events.find((event) => event.name === name)!.info;
      const { version, status } = info('http2.receive_response_headers.complete');
      t.assert.deepEqual([version, status], ['2', 200]);
      t.assert.deepEqual(info('http2.send_request_body.complete'), { bytes: 1 });
      events.length = 0;
      await client.get(server.url('/'));
      t.assert.equal(info('pool.acquire.complete')['reused'], true);
      t.assert.ok(!events.some(({ name }) => name.startsWith('http11.') || name === 'connection.close'));
    },
  },
];
