import { gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { StreamResponse } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';
import { READERS, collect, joined } from '../support/readers.ts';

const TEXT = 'one\ntwé\n\nthree';

export const cases: readonly ConformanceCase[] = [
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
    title: 'content before read() does not compile, and throws; after read() there is a response that has it',
    verdict: 'differs:the unread and the read response are two types, so that the mistake does not compile',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [['Content-Type', 'application/json']], '{"a":1}'));
      const response = await t.client().stream('GET', server.url());
      for (const name of ['text', 'json', 'bytes', 'arrayBuffer', 'blob', 'formData'])
        t.assert.throws(() => Reflect.get(response, name) as unknown, t.tern.ResponseNotRead, name);
      t.assert.equal('content' in response, false);
      const read = await response.read();
      t.assert.deepEqual([read.text, read.json()], ['{"a":1}', { a: 1 }]);
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
