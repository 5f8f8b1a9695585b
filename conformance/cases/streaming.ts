import { gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { StreamResponse } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const TEXT = 'one\ntwé\n\nthree';

/** Everything that an iterator gives. */
async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

function joined(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString();
}

/** A promise, and the function that fulfils it. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** The ways to take the content of a response, by name. */
const READERS: Readonly<Record<string, (response: StreamResponse) => AsyncIterable<unknown>>> = {
  iterRaw: (response) => response.iterRaw(),
  iterBytes: (response) => response.iterBytes(),
  iterText: (response) => response.iterText(),
  iterLines: (response) => response.iterLines(),
  'for await': (response) => response,
};

/** Waits until the server has seen the client leave. */
async function untilGone(t: CaseContext, server: { untilOpen(count: number): Promise<void> }): Promise<void> {
  await server.untilOpen(0);
  t.assert.ok(true);
}

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
      await untilGone(t, server);
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
      await untilGone(t, server);
      const given = await t.tern.stream('GET', server.url());
      await given.cancel();
      await untilGone(t, server);
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
    id: 'ST-03',
    rows: ['ST-03'],
    title: 'iterRaw gives the octets of the wire; iterBytes, iterText, iterLines and read() the content',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const coded = gzipSync(TEXT);
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Encoding', 'gzip'],
            ['Transfer-Encoding', 'chunked'],
          ],
          chunked([coded.subarray(0, 12), coded.subarray(12)]),
        ),
      );
      const client = t.client();
      const open = (): Promise<StreamResponse> => client.stream('GET', server.url());
      const raw = await open();
      t.assert.deepEqual(Buffer.concat(await collect(raw.iterRaw())), coded);
      t.assert.equal(raw.bytesReceived, coded.length);
      t.assert.equal(joined(await collect((await open()).iterBytes())), TEXT);
      t.assert.equal(joined(await collect(await open())), TEXT);
      t.assert.equal((await collect((await open()).iterText())).join(''), TEXT);
      t.assert.deepEqual(await collect((await open()).iterLines()), ['one', 'twé', '', 'three']);
      const read = await (await open()).read();
      t.assert.equal(read.text, TEXT);
      t.assert.equal(read.bytesReceived, coded.length);
    },
  },
  {
    id: 'ST-03.web',
    rows: ['ST-03'],
    title: 'the content as a web stream, a Node stream, and written to a file',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(reply(200, [['Content-Encoding', 'gzip']], gzipSync(TEXT)));
      const client = t.client();
      const web = await client.stream('GET', server.url());
      t.assert.equal(await new Response(web.body as ConstructorParameters<typeof Response>[0]).text(), TEXT);
      const node = await client.stream('GET', server.url());
      t.assert.equal(joined(await collect(node.toNodeReadable() as AsyncIterable<Uint8Array>)), TEXT);
      const { readFileSync, readdirSync } = await import('node:fs');
      const folder = t.tempDir();
      const file = await client.stream('GET', server.url());
      t.assert.equal(await file.pipeTo(`${folder}/content`), Buffer.byteLength(TEXT));
      t.assert.equal(readFileSync(`${folder}/content`, 'utf8'), TEXT);
      t.assert.deepEqual(readdirSync(folder), ['content']);
    },
  },
  {
    id: 'ST-04',
    rows: ['ST-04'],
    title: 'a size holds for every piece but the last',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(
        reply(200, [['Transfer-Encoding', 'chunked']], chunked(['Hello, ', 'world!'])),
      );
      const client = t.client();
      const sizes: readonly (readonly [number, readonly string[]])[] = [
        [5, ['Hello', ', wor', 'ld!']],
        [7, ['Hello, ', 'world!']],
        [13, ['Hello, world!']],
        [20, ['Hello, world!']],
        [1, 'Hello, world!'.split('')],
      ];
      for (const [size, expected] of sizes) {
        for (const method of ['iterBytes', 'iterRaw'] as const) {
          const pieces = await collect((await client.stream('GET', server.url()))[method](size));
          t.assert.deepEqual(
            pieces.map((piece) => Buffer.from(piece).toString()),
            expected,
            `${method}(${size})`,
          );
        }
        const texts = await collect((await client.stream('GET', server.url())).iterText(size));
        t.assert.deepEqual(texts, expected, `iterText(${size})`);
      }
      const response = await client.stream('GET', server.url());
      t.assert.throws(() => response.iterBytes(0), t.tern.InvalidArgument);
      await response.cancel();
    },
  },
  {
    id: 'ST-04.flow',
    rows: ['ST-04'],
    title: 'without a size a piece is there as soon as the network has brought it, and never empty',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      for (const name of Object.keys(READERS)) {
        const rest = gate();
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n');
          await rest.passed;
          await peer.send('4\r\ntwo\n\r\n0\r\n\r\n');
        });
        const pieces: unknown[] = [];
        const response = await t.client().stream('GET', server.url());
        for await (const piece of READERS[name]!(response)) {
          t.assert.ok(piece instanceof Uint8Array || typeof piece === 'string');
          t.assert.notEqual((piece as { length: number }).length, 0, `an empty piece from ${name}`);
          pieces.push(piece);
          rest.open();
        }
        t.assert.ok(pieces.length >= 2, name);
      }
    },
  },
  {
    id: 'ST-05',
    rows: ['ST-05'],
    title: 'after read() the content can be iterated again from memory, the octets of the wire cannot',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(reply(200, [['Content-Encoding', 'gzip']], gzipSync(TEXT)));
      const response = await t.client().stream('GET', server.url());
      const read = await response.read();
      t.assert.equal(await response.read(), read);
      for (let round = 0; round < 2; round++) {
        t.assert.equal(joined(await collect(response.iterBytes())), TEXT);
        t.assert.equal((await collect(response.iterText())).join(''), TEXT);
        t.assert.deepEqual(await collect(response.iterLines()), ['one', 'twé', '', 'three']);
        t.assert.equal(joined(await collect(response)), TEXT);
      }
      t.assert.deepEqual(
        (await collect(response.iterBytes(4))).map((piece) => piece.length),
        [4, 4, 4, 3],
      );
      t.assert.throws(() => response.iterRaw(), { name: 'StreamConsumed', code: 'ERR_STREAM_CONSUMED' });
    },
  },
  {
    id: 'ST-06',
    rows: ['ST-06'],
    title: 'content that has been iterated cannot be taken a second time',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const client = t.client();
      for (const first of Object.keys(READERS)) {
        const response = await client.stream('GET', server.url());
        await collect(READERS[first]!(response));
        t.assert.equal(response.isClosed, true);
        for (const second of Object.keys(READERS)) {
          await t.assert.rejects(
            async () => collect(READERS[second]!(response)),
            { name: 'StreamConsumed', code: 'ERR_STREAM_CONSUMED' },
            `${second} after ${first}`,
          );
        }
        await t.assert.rejects(response.read(), t.tern.StreamConsumed, `read after ${first}`);
        // A program's mistake is not a failure of HTTP.
        await t.assert.rejects(response.read(), (error: unknown) => !(error instanceof t.tern.HTTPError));
      }
    },
  },
  {
    id: 'ST-06.partly',
    rows: ['ST-06'],
    title: 'nor can content of which a part has been taken',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [['Transfer-Encoding', 'chunked']], chunked(['one', 'two'])));
      const response = await t.client().stream('GET', server.url());
      const iterator = response.iterBytes(1);
      await iterator.next();
      t.assert.throws(() => response.iterBytes(), t.tern.StreamConsumed);
      await iterator.return();
      t.assert.equal(response.isClosed, true);
      t.assert.throws(() => response.iterBytes(), t.tern.StreamConsumed);
      await t.assert.rejects(response.read(), t.tern.StreamConsumed);
    },
  },
  {
    id: 'ST-07',
    rows: ['ST-07'],
    title: 'a response that was closed unread cannot be read',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const response = await t.client().stream('GET', server.url());
      await response.cancel();
      const closed = { name: 'StreamClosed', code: 'ERR_STREAM_CLOSED' };
      for (const [name, reader] of Object.entries(READERS))
        await t.assert.rejects(async () => collect(reader(response)), closed, name);
      await t.assert.rejects(response.read(), closed);
      t.assert.throws(() => response.body, closed);
      t.assert.throws(() => response.toNodeReadable(), closed);
    },
  },
  {
    id: 'ST-08',
    rows: ['ST-08'],
    title: 'a streamed response has no content accessors; after read() there is a response that has them',
    verdict: 'differs:the unread and the read response are two types, so that the mistake does not compile',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [['Content-Type', 'application/json']], '{"a":1}'));
      const response = await t.client().stream('GET', server.url());
      for (const name of ['text', 'json', 'bytes', 'content', 'arrayBuffer', 'blob', 'formData'])
        t.assert.equal(name in response, false, name);
      const read = await response.read();
      t.assert.deepEqual([read.text, read.json()], ['{"a":1}', { a: 1 }]);
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
        await untilGone(t, server);
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
        await untilGone(t, server);
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
        await untilGone(t, server);
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
        await untilGone(t, server);
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
  {
    id: 'ST-13',
    rows: ['ST-13'],
    title: 'an empty body gives no pieces, however it is framed',
    verdict: 'same',
    rfc: 'RFC 9112 §6.3',
    layer: 'bytes',
    async run(t) {
      const bodies: readonly (readonly [string, string, Buffer])[] = [
        ['length 0', 'GET', reply(200)],
        ['chunked', 'GET', reply(200, [['Transfer-Encoding', 'chunked']], chunked([]))],
        ['204', 'GET', reply(204)],
        ['304', 'GET', reply(304, [['Content-Length', '7']])],
        ['HEAD', 'HEAD', reply(200, [['Content-Length', '7']])],
        ['to the end', 'GET', Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')],
      ];
      for (const [name, method, bytes] of bodies) {
        const server = await t.replies(bytes);
        const client = t.client();
        for (const reader of Object.values(READERS)) {
          const response = await client.stream(method, server.url());
          t.assert.deepEqual(await collect(reader(response)), [], name);
          t.assert.equal(response.isClosed, true, name);
        }
        t.assert.equal((await client.request(method, server.url())).bytes.length, 0, name);
      }
    },
  },
];
