import { createReadStream, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { reply } from '../../fixtures/reply-server.ts';
import type { MultipartInit, RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { bytes } from '../support/contents.ts';
import { TYPE, receiver, refuses } from '../support/multipart.ts';

async function* later(...pieces: readonly string[]): AsyncGenerator<string> {
  for (const piece of pieces) {
    await new Promise(setImmediate);
    yield piece;
  }
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MP-13',
    rows: ['MP-13'],
    title: 'the length is known if that of every part is, else the body is chunked',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const path = `${t.tempDir()}/file.txt`;
      writeFileSync(path, 'from a file');
      const known: RequestOptions['multipart'] = {
        text: 'é',
        bytes: bytes('octets'),
        blob: new Blob(['blob']),
        file: createReadStream(path),
        declared: { content: later('fi', 've!'), length: 5 },
      };
      const sent = await send({ multipart: known, headers: TYPE });
      t.assert.deepEqual(
        [sent.body.framing, sent.get('content-length')],
        ['length', String(sent.body.raw.length)],
      );
      t.assert.ok(sent.body.text.includes('\r\n\r\nfive!\r\n--B--\r\n'));
      t.assert.ok(sent.body.text.includes('\r\n\r\nfrom a file\r\n'));
      const unknown = await send({ multipart: { text: 'é', stream: later('fi', 've!') }, headers: TYPE });
      t.assert.deepEqual([unknown.body.framing, unknown.get('transfer-encoding')], ['chunked', 'chunked']);
      t.assert.ok(unknown.body.text.endsWith('\r\n\r\nfive!\r\n--B--\r\n'));
    },
  },
  {
    id: 'MP-13.broken',
    rows: ['MP-13'],
    title: 'a part that does not have the length that it was announced with fails the request',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.closed;
      });
      for (const content of [later('four'), later('seven!!')])
        await t.assert.rejects(
          t.client().post(server.url(), { multipart: { n: { content, length: 5 } } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.LocalProtocolError, String(error));
            t.assert.match((error as Error).message, /part 'n' was announced with 5 bytes/);
            return true;
          },
        );
      refuses(t, { n: { content: bytes('four'), length: 5 } }, /length is 5, but the content has 4 bytes/);
      await server.untilOpen(0);
    },
  },
  {
    id: 'MP-14',
    rows: ['MP-14'],
    title: 'a file is sent from its start each time, also after a redirect that repeats the request',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/from' ? reply(307, [['Location', '/to']]) : reply(200),
      );
      const client = t.client({ redirect: true });
      const path = `${t.tempDir()}/file.txt`;
      writeFileSync(path, 'from the start');
      const handle = await open(path);
      t.defer(() => handle.close());
      await handle.read(Buffer.alloc(5), 0, 5, null);
      const multipart: MultipartInit = {
        handle,
        blob: new Blob(['a blob']),
        made: () => createReadStream(path, { start: 9 }),
      };
      const request = client.buildRequest('POST', server.url('/from'), { multipart, headers: TYPE });
      await client.send(request);
      await client.send(request);
      const [first, ...others] = server.exchanges.map(({ body }) => body.text);
      t.assert.equal(others.length, 3);
      for (const other of others) t.assert.equal(other, first);
      t.assert.match(first!, /from the start[^]*a blob[^]*start\r\n--B--/);
    },
  },
  {
    id: 'MP-14.once',
    rows: ['MP-14'],
    title: 'a body with a part that can be read once is sent once',
    verdict: 'differs:a stream of Node cannot be rewound; a function makes a new one each time',
    layer: 'bytes',
    async run(t) {
      const { server } = await receiver(t);
      const client = t.client();
      const request = client.buildRequest('POST', server.url(), { multipart: { a: '1', n: later('once') } });
      await client.send(request);
      await t.assert.rejects(client.send(request), (error: unknown) => {
        t.assert.ok(error instanceof t.tern.StreamConsumed, String(error));
        t.assert.match((error as Error).message, /part 'n'/);
        return true;
      });
      t.assert.equal(server.exchanges.length, 1);
    },
  },
  {
    id: 'MP-15',
    rows: ['MP-15'],
    title: 'parts may come from asynchronous sources, and those that are not reached are let go of',
    verdict: 'fixed:D29',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const sent = await send({
        multipart: {
          generator: later('a', 'b'),
          node: Readable.from([bytes('c')]),
          web: new Response('d').body!,
          made: async () => later('e'),
        },
        headers: TYPE,
      });
      const contents = Array.from(
        sent.body.text.matchAll(/octet-stream\r\n\r\n(.*?)\r\n--B/g),
        ([, content]) => content,
      );
      t.assert.deepEqual(contents, ['ab', 'c', 'd', 'e']);
      const failure = new Error('of the source');
      async function* failing(): AsyncGenerator<string> {
        yield 'x';
        throw failure;
      }
      const unreached = Readable.from([bytes('never')]);
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.closed;
      });
      await t.assert.rejects(
        t.client().post(server.url(), { multipart: { failing: failing(), unreached } }),
        (error: unknown) => error === failure,
      );
      await new Promise(setImmediate);
      t.assert.equal(unreached.destroyed, true);
      await server.untilOpen(0);
    },
  },
];
