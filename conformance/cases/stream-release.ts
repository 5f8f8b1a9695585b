import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';
import { READERS, collect, joined } from '../support/readers.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'ST-01',
    rows: ['ST-01'],
    title: 'stream() returns with the head, before any octet of the body',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const body = gate();
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nX-Part: head\r\nContent-Length: 5\r\n\r\n');
        await body.passed;
        await peer.send('hello');
      });
      const response = await t.client().stream('GET', server.url());
      t.assert.ok(response instanceof t.tern.StreamResponse);
      t.assert.equal(response.status, 200);
      t.assert.equal(response.headers.get('x-part'), 'head');
      t.assert.equal(response.bytesReceived, 0);
      t.assert.equal(response.isClosed, false);
      body.open();
      t.assert.equal((await response.read()).text, 'hello');
    },
  },
  {
    id: 'ST-01.scope',
    rows: ['ST-01'],
    title: 'the end of the scope closes the response and lets go of the connection',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
      });
      const client = t.client();
      const response = await client.stream('GET', server.url());
      await server.untilOpen(1);
      await response[Symbol.asyncDispose]();
      t.assert.equal(response.isClosed, true);
      await server.untilOpen(0);
      t.assert.equal(client.stats.active, 0);
      await t.assert.rejects(response.read(), t.tern.StreamClosed);
      await response[Symbol.asyncDispose]();
    },
  },
  {
    id: 'ST-01.one-shot',
    rows: ['ST-01'],
    title: 'the one-shot stream() keeps its connection until the content has been taken, and no longer',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const body = gate();
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe');
        await body.passed;
        await peer.send('llo');
      });
      const response = await t.tern.stream('GET', server.url());
      body.open();
      t.assert.equal(joined(await collect(response)), 'hello');
      await server.untilOpen(0);
      const given = await t.tern.stream('GET', server.url());
      await given.cancel();
      await server.untilOpen(0);
    },
  },
  {
    id: 'ST-02',
    rows: ['ST-02'],
    title:
      'send() with stream: true leaves the response open for the caller to close, without it reads everything',
    verdict: 'same',
    layer: 'bytes',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ncontent');
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ncon');
      });
      const client = t.client();
      const request = client.buildRequest('GET', server.url());
      const read = await client.send(request);
      t.assert.ok(read instanceof t.tern.Response);
      t.assert.equal(read.text, 'content');
      t.assert.equal(client.stats.active, 0);
      const streamed = await client.send(request, { stream: true });
      t.assert.ok(streamed instanceof t.tern.StreamResponse);
      t.assert.equal(client.stats.active, 1);
      t.assert.equal(streamed.isClosed, false);
      await streamed.cancel();
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'ST-09',
    rows: ['ST-09', 'EX-09'],
    title: 'when the content breaks off, the response is closed before the error arrives',
    verdict: 'same',
    rfc: 'RFC 9112 §8',
    layer: 'bytes',
    async run(t) {
      for (const [name, reader] of Object.entries(READERS)) {
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab\nc');
          await peer.end();
        });
        const client = t.client();
        const response = await client.stream('GET', server.url());
        let state: unknown;
        await t.assert.rejects(async () => {
          try {
            await collect(reader(response));
          } catch (error) {
            state = [response.isClosed, client.stats.active];
            throw error;
          }
        }, t.tern.RemoteProtocolError);
        t.assert.deepEqual(state, [true, 0], name);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'ST-09.abort',
    rows: ['ST-09'],
    title: 'when the signal aborts in mid-content, the connection is dropped and the reader gets the error',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
      });
      const client = t.client();
      const reason = new Error('enough');
      for (const read of ['iterate', 'read']) {
        const controller = new AbortController();
        const response = await client.stream('GET', server.url(), { signal: controller.signal });
        const work = read === 'read' ? response.read() : collect(response);
        setImmediate(() => controller.abort(reason));
        await t.assert.rejects(work, { name: 'AbortError', code: 'ERR_ABORTED', cause: reason });
        t.assert.deepEqual([response.isClosed, client.stats.active], [true, 0], read);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'ST-09.consumer',
    rows: ['ST-09'],
    title: 'a consumer that throws closes the response',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab\nc');
      });
      for (const [name, reader] of Object.entries(READERS)) {
        const response = await t.client().stream('GET', server.url());
        const failure = new Error('of the consumer');
        await t.assert.rejects(
          async () => {
            for await (const piece of reader(response)) {
              t.assert.ok(piece !== null);
              throw failure;
            }
          },
          (error: unknown) => error === failure,
        );
        t.assert.equal(response.isClosed, true, name);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'ST-10',
    rows: ['ST-10'],
    title: 'content that has been taken to its end frees the connection for the next request',
    verdict: 'same',
    layer: 'bytes',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(
        reply(200, [['Transfer-Encoding', 'chunked']], chunked(['some ', 'content'])),
      );
      const client = t.client();
      for (const [name, reader] of Object.entries(READERS)) {
        const response = await client.stream('GET', server.url());
        await collect(reader(response));
        t.assert.deepEqual([response.isClosed, client.stats.active, client.stats.idle], [true, 0, 1], name);
      }
      const response = await client.stream('GET', server.url());
      await response.read();
      t.assert.deepEqual([response.isClosed, client.stats.active, client.stats.idle], [true, 0, 1]);
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'ST-11',
    rows: ['ST-11'],
    title: 'a response that is closed early takes its connection with it',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          await peer.readRequest();
          await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab\nc');
        }
      });
      const client = t.client();
      for (const [name, reader] of Object.entries(READERS)) {
        const before = server.connections;
        const response = await client.stream('GET', server.url());
        for await (const piece of reader(response)) {
          t.assert.ok(piece !== null);
          break;
        }
        t.assert.equal(response.isClosed, true, name);
        t.assert.equal(client.stats.connections, 0, name);
        await server.untilOpen(0);
        t.assert.equal(server.connections, before + 1, name);
      }
    },
  },
  {
    id: 'ST-12',
    rows: ['ST-12', 'AU-08'],
    title: 'the content of intermediate responses is read to its end before the next request goes out',
    verdict: 'same',
    layer: 'bytes',
    needs: ['pool'],
    async run(t) {
      const rest = gate();
      const log: string[] = [];
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        log.push('first');
        await peer.send(
          'HTTP/1.1 302 Found\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nmoved\r\n',
        );
        await rest.passed;
        log.push('rest');
        await peer.send('1\r\n!\r\n0\r\n\r\n');
        await peer.readRequest();
        log.push('second');
        await peer.send(reply(401, [], 'who?'));
        await peer.readRequest();
        await peer.send(reply(200, [], 'welcome'));
      });
      const client = t.client({ redirect: true });
      const answer = client.stream('GET', server.url('/a'), {
        auth: {
          *flow(request) {
            yield request;
            yield request.with({ url: server.url('/c') });
          },
        },
      });
      while (log.length === 0) await new Promise(setImmediate);
      for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
      rest.open();
      const response = await answer;
      t.assert.deepEqual(log, ['first', 'rest', 'second']);
      t.assert.deepEqual(
        response.history.map(({ status, text }) => [status, text]),
        [
          [302, 'moved!'],
          [401, 'who?'],
        ],
      );
      t.assert.equal(server.connections, 1);
      t.assert.equal((await response.read()).text, 'welcome');
    },
  },
];
