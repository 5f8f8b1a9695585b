import { createReadStream, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { bytes, later } from '../support/contents.ts';
import { INVALID, wrong } from '../support/refusals.ts';
import { bench, wire } from '../support/request-bench.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-04',
    rows: ['RB-04'],
    title: 'text goes out as UTF-8, with its length and without a type',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      t.assert.deepEqual(wire(await send({ content: 'ü' })), ['Content-Length: 2', '\xc3\xbc']);
      t.assert.deepEqual(wire(await send({ content: '' })), ['Content-Length: 0', '']);
      // A half of a surrogate pair has no octets.
      t.assert.deepEqual(wire(await send({ content: 'a\ud83d' })), ['Content-Length: 4', 'a\xef\xbf\xbd']);
      t.assert.deepEqual(wire(await send({ content: 'x' }, 'GET')), ['Content-Length: 1', 'x']);
    },
  },
  {
    id: 'RB-05',
    rows: ['RB-05'],
    title: 'octets go out as they are, whatever holds them; none on a GET is no body',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const octets = Uint8Array.of(0, 255, 13, 10);
      const same = '\0\xff\r\n';
      const holders: readonly RequestOptions['content'][] = [
        octets,
        Buffer.from(octets),
        new Uint8Array([9, 0, 255, 13, 10, 9]).subarray(1, 5),
        octets.buffer,
        new DataView(octets.buffer),
        new Blob([octets]),
      ];
      for (const content of holders)
        t.assert.deepEqual(wire(await send({ content: content! })), ['Content-Length: 4', same]);
      t.assert.deepEqual(wire(await send({ content: new Uint8Array(0) }, 'GET')), ['', '']);
      t.assert.deepEqual(wire(await send({ content: new Uint8Array(0) })), ['Content-Length: 0', '']);
      const large = Buffer.alloc(200_000, 'x');
      const sent = await send({ content: large });
      t.assert.deepEqual([sent.body.framing, sent.body.bytes.equals(large)], ['length', true]);
    },
  },
  {
    id: 'RB-05.blob',
    rows: ['RB-05'],
    title: 'a Blob brings its type, unless there is another one',
    verdict: 'differs:a Blob knows its type, as in fetch; httpx has nothing like it',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const content = new Blob(['{}'], { type: 'application/x-own' });
      t.assert.deepEqual(wire(await send({ content })), [
        'Content-Length: 2|Content-Type: application/x-own',
        '{}',
      ]);
      t.assert.deepEqual(wire(await send({ content, headers: { 'content-type': 'a/b' } })), [
        'content-type: a/b|Content-Length: 2',
        '{}',
      ]);
    },
  },
  {
    id: 'RB-06.characters',
    rows: ['RB-06'],
    title: 'a character that is split over two pieces of text stays whole',
    verdict: 'differs:text pieces are taken; in httpx pieces are octets',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const sent = await send({ content: later('a\ud83d', '\ude00b', '\ud83d', bytes('c')) });
      t.assert.equal(sent.body.text, 'a😀b\ufffdc');
      await t.assert.rejects(send({ content: wrong([1, 2]) }), INVALID);
    },
  },
  {
    id: 'RB-09',
    rows: ['RB-09'],
    title: 'a file goes out with its length, as a stream or a handle',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const path = `${t.tempDir()}/file.bin`;
      const content = Buffer.alloc(150_000, 'abcdefghij');
      writeFileSync(path, content);
      const handle = await open(path);
      t.defer(() => handle.close());
      for (const source of [() => createReadStream(path), () => handle]) {
        const sent = await send({ content: source() });
        t.assert.equal(wire(sent)[0], 'Content-Length: 150000');
        t.assert.ok(sent.body.bytes.equals(content));
      }
      const unknown = await send({ content: Readable.from([content]) });
      t.assert.deepEqual([unknown.body.framing, unknown.body.bytes.equals(content)], ['chunked', true]);
    },
  },
  {
    id: 'RB-09.offset',
    rows: ['RB-09'],
    title: 'the length of a file is that of what is left of it',
    verdict: 'fixed:D31',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const path = `${t.tempDir()}/file.txt`;
      writeFileSync(path, '0123456789');
      const sent = async (content: RequestOptions['content']): Promise<readonly [string, string]> =>
        wire(await send({ content: content! }));
      t.assert.deepEqual(await sent(createReadStream(path, { start: 4 })), ['Content-Length: 6', '456789']);
      t.assert.deepEqual(await sent(createReadStream(path, { start: 2, end: 5 })), [
        'Content-Length: 4',
        '2345',
      ]);
      const begun = createReadStream(path);
      await new Promise((resolve) => {
        begun.once('readable', () => resolve(undefined));
      });
      t.assert.equal(String(begun.read(3)), '012');
      t.assert.deepEqual(await sent(begun), ['Content-Length: 7', '3456789']);
      // A handle stands for the file and not for a place in it.
      const handle = await open(path);
      t.defer(() => handle.close());
      await handle.read(Buffer.alloc(3), 0, 3, null);
      t.assert.deepEqual(await sent(handle), ['Content-Length: 10', '0123456789']);
    },
  },
  {
    id: 'RB-10',
    rows: ['RB-10'],
    title: 'an object as content is refused, with advice',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const refused: readonly (readonly [unknown, RegExp])[] = [
        [{ a: 1 }, /json or form/],
        [new Map([['a', '1']]), /json or form/],
        [new URLSearchParams('a=1'), /as form/],
        [new FormData(), /as multipart/],
        [5, /content/],
        [true, /content/],
        [Promise.resolve('x'), /await/],
      ];
      for (const [content, message] of refused)
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { content: wrong(content) }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            t.assert.match((error as Error).message, message);
            return true;
          },
        );
    },
  },
  {
    id: 'RB-16',
    rows: ['RB-16'],
    title: 'null is no body; false, 0, an empty text and an empty list are sent',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      t.assert.deepEqual(wire(await send({ json: null })), ['Content-Length: 0', '']);
      t.assert.deepEqual(wire(await send({ json: undefined })), ['Content-Length: 0', '']);
      for (const [json, text] of [
        [false, 'false'],
        [0, '0'],
        ['', '""'],
        [[], '[]'],
        [{}, '{}'],
      ] as const)
        t.assert.deepEqual(wire(await send({ json })), [
          `Content-Length: ${text.length}|Content-Type: application/json`,
          text,
        ]);
      t.assert.equal((await send({ content: 'null' })).body.text, 'null');
    },
  },
  {
    id: 'RB-17',
    rows: ['RB-17'],
    title: 'a request has one body: two are refused by name, wherever they are given',
    verdict: 'fixed:D30',
    layer: 'model',
    async run(t) {
      const bodies: Readonly<Record<string, unknown>> = {
        content: 'a',
        json: false,
        form: {},
        multipart: [],
      };
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => new t.tern.Response(200)),
      });
      const request = new t.tern.Request('POST', 'http://h/');
      const names = Object.keys(bodies);
      for (const first of names)
        for (const second of names) {
          if (first === second) continue;
          const options = wrong<RequestOptions>({ [first]: bodies[first], [second]: bodies[second] });
          const refused = (error: unknown): boolean => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            for (const name of [first, second]) t.assert.ok((error as Error).message.includes(name));
            return true;
          };
          await t.assert.rejects(client.post('http://h/', options), refused);
          t.assert.throws(() => client.buildRequest('POST', 'http://h/', options), refused);
          t.assert.throws(() => new t.tern.Request('POST', 'http://h/', wrong(options)), refused);
          t.assert.throws(() => request.with(wrong(options)), refused);
        }
      // What is not there does not count.
      const one = wrong<RequestOptions>({ json: { a: 1 }, form: null, content: undefined });
      t.assert.equal((await client.post('http://h/', one)).request.headers.get('content-length'), '7');
    },
  },
  {
    id: 'RB-24',
    rows: ['RB-24'],
    title: 'get, head, options and delete take no body; request() gives any method one',
    verdict: 'differs:the options of the helpers are checked by the compiler; what it lets through is sent',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      // @ts-expect-error -- a GET has no body
      const get = (): unknown => client.get(server.url('/'), { content: 'x' });
      // @ts-expect-error -- a DELETE has no body
      const remove = (): unknown => client.delete(server.url('/'), { json: {} });
      // @ts-expect-error -- nor has the one-shot form
      const oneShot = (): unknown => t.tern.get(server.url('/'), { form: {} });
      t.assert.equal([get, remove, oneShot].length, 3);
      await client.request('DELETE', server.url('/'), { content: 'gone' });
      await client.request('GET', server.url('/'), { json: 1 });
      t.assert.deepEqual(
        server.exchanges.map(({ method, body }) => [method, body.text]),
        [
          ['DELETE', 'gone'],
          ['GET', '1'],
        ],
      );
    },
  },
];
