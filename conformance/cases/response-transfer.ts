import { gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-06',
    rows: ['RS-06'],
    title: 'the time that it took is known at the end of the body',
    verdict: 'differs:it is timings.total, in milliseconds, and null until then; there are the steps besides',
    layer: 'bytes',
    async run(t) {
      let finish!: () => void;
      const rest = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na');
        await rest;
        await peer.send('b');
      });
      const streamed = await t.client().stream('GET', server.url());
      t.assert.equal(streamed.timings?.total, null);
      t.assert.equal(streamed.timings?.download, null);
      t.assert.ok(streamed.timings!.firstByte! >= 0);
      finish();
      const { timings } = await streamed.read();
      t.assert.ok(timings!.total! >= timings!.download! && timings!.download! >= 0);
      t.assert.deepEqual(streamed.timings, timings);
      for (const step of ['queued', 'connect', 'sent', 'firstByte'] as const)
        t.assert.ok(timings![step]! >= 0 && timings![step]! <= timings!.total!, step);
      t.assert.equal(new t.tern.Response(200).timings, null);
    },
  },
  {
    id: 'RS-06.cancelled',
    rows: ['RS-06'],
    title: 'a response that is given up never took its time',
    verdict: 'differs:httpx counts up to the closing',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.replies({
        bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab',
        after: 'keep',
      });
      const response = await t.client().stream('GET', server.url());
      await response.cancel();
      t.assert.equal(response.timings?.total, null);
    },
  },
  {
    id: 'RS-18',
    rows: ['RS-18'],
    title: 'bytesReceived counts the octets of the body as they came, before codings are undone',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const coded = gzipSync('x'.repeat(5000));
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Encoding', 'gzip'],
            ['Transfer-Encoding', 'chunked'],
          ],
          chunked([coded.subarray(0, 9), coded.subarray(9)]),
        ),
      );
      const client = t.client();
      const response = await client.get(server.url());
      t.assert.deepEqual([response.bytes.length, response.bytesReceived], [5000, coded.length]);
      const streamed = await client.stream('GET', server.url());
      let last = -1;
      for await (const piece of streamed.iterRaw(1)) {
        t.assert.equal(piece.length, 1);
        t.assert.ok(streamed.bytesReceived >= last);
        last = streamed.bytesReceived;
      }
      t.assert.equal(last, coded.length);
      const plain = await client.get((await t.replies(reply(200, [], 'abc'))).url());
      t.assert.equal(plain.bytesReceived, 3);
    },
  },
  {
    id: 'RS-19',
    rows: ['RS-19'],
    title: 'after a full read the response is closed and its octets cannot be taken again',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const client = t.client();
      const response = await client.stream('GET', server.url());
      t.assert.equal(response.isClosed, false);
      const reading = response.read();
      t.assert.equal(response.read(), reading);
      await reading;
      t.assert.equal(response.isClosed, true);
      t.assert.throws(() => response.iterRaw(), t.tern.StreamConsumed);
      await response.cancel();
      t.assert.equal((await response.read()).text, 'content');
    },
  },
  {
    id: 'RS-20',
    rows: ['RS-20'],
    title: 'what httpx has as extensions has names of its own: version, reason, connection, upgrade',
    verdict: 'differs:there is no untyped dictionary',
    layer: 'bytes',
    needs: ['upgrade'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 101 Go on\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst');
        await peer.readUntil('ping');
        await peer.send(' pong');
        await peer.end();
      });
      const client = t.client();
      const response = await client.stream('GET', server.url(), {
        headers: { Connection: 'upgrade', Upgrade: 'echo' },
      });
      t.assert.deepEqual([response.httpVersion, response.statusText], ['1.1', 'Go on']);
      const { connection } = response;
      t.assert.deepEqual(
        [connection?.protocol, connection?.reused, connection?.remotePort, connection?.tls],
        ['http/1.1', false, server.port, null],
      );
      const duplex = response.upgrade();
      duplex.end('ping');
      let text = '';
      for await (const chunk of duplex) text += String(chunk);
      t.assert.equal(text, 'first pong');
      t.assert.throws(() => response.upgrade(), t.tern.StreamConsumed);
      await server.untilOpen(0);
    },
  },
  {
    id: 'RS-20.cancelled',
    rows: ['RS-20'],
    title: 'an upgraded connection ends with its response, without an error that nobody expects',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['upgrade'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 101 Go on\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n');
        await peer.closed;
      });
      const response = await t.client().stream('GET', server.url(), {
        headers: { Connection: 'upgrade', Upgrade: 'echo' },
      });
      const duplex = response.upgrade();
      const errors: unknown[] = [];
      duplex.on('error', (error) => errors.push(error));
      await response[Symbol.asyncDispose]();
      await server.untilOpen(0);
      t.assert.deepEqual([duplex.destroyed, errors, response.isClosed], [true, [], true]);
    },
  },
];
