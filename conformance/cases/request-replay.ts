import { Readable } from 'node:stream';
import type { Request, RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { bytes, later } from '../support/contents.ts';
import { bench } from '../support/request-bench.ts';

const CONSUMED = { name: 'StreamConsumed', code: 'ERR_STREAM_CONSUMED' };

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-20',
    rows: ['RB-20', 'RB-21'],
    title: 'read() takes a stream into memory, so that its octets are there and can be sent again',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      const request = client.buildRequest('POST', server.url('/'), { content: later('Hello, ', 'world!') });
      t.assert.throws(() => request.content, { name: 'RequestNotRead', code: 'ERR_REQUEST_NOT_READ' });
      const [content, again] = await Promise.all([request.read(), request.read()]);
      t.assert.equal(Buffer.from(content).toString(), 'Hello, world!');
      t.assert.equal(again, content);
      t.assert.equal(request.content, content);
      for (let round = 0; round < 2; round++) await client.send(request);
      t.assert.deepEqual(
        server.exchanges.map(({ body }) => [body.framing, body.text]),
        [
          ['chunked', 'Hello, world!'],
          ['chunked', 'Hello, world!'],
        ],
      );
    },
  },
  {
    id: 'RB-21',
    rows: ['RB-21'],
    title: 'content that is in memory is there at once; a request without a body has none of it',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { Request } = t.tern;
      t.assert.equal(new Request('GET', 'http://h/').content.length, 0);
      t.assert.equal(Buffer.from(new Request('POST', 'http://h/', { content: 'é' }).content).toString(), 'é');
      t.assert.equal(
        Buffer.from(new Request('POST', 'http://h/', { form: { a: 1 } }).content).toString(),
        'a=1',
      );
      for (const content of [later('a'), ['a'], Readable.from(['a']), () => 'a', new Blob(['a'])])
        t.assert.throws(
          () => new Request('POST', 'http://h/', { content }).content,
          (error: unknown) =>
            error instanceof t.tern.RequestNotRead &&
            !(error instanceof t.tern.HTTPError) &&
            error.message.includes("'await request.read()'"),
        );
    },
  },
  {
    id: 'RB-22',
    rows: ['RB-22'],
    title: 'a source that can be read once cannot be sent twice, and nothing is sent then',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      const sources: readonly (() => RequestOptions['content'])[] = [
        () => later('once'),
        () => ['once'].values(),
        () => Readable.from(['once']),
        () => new Response('once').body!,
      ];
      for (const [index, source] of sources.entries()) {
        const request = client.buildRequest('POST', server.url('/'), { content: source()! });
        await client.send(request);
        await t.assert.rejects(client.send(request), CONSUMED, String(index));
        await t.assert.rejects(request.read(), CONSUMED);
      }
      // A stream that has been used up is known before anything is sent, in a request of its own too.
      const streams = [Readable.from(['once']), new Response('once').body!];
      for (const content of streams) {
        await client.post(server.url('/'), { content });
        const { length } = server.requests;
        await t.assert.rejects(client.post(server.url('/'), { content }), CONSUMED);
        t.assert.equal(server.requests.length, length);
      }
      t.assert.ok(server.exchanges.every(({ body }) => body.text === 'once'));
    },
  },
  {
    id: 'RB-23',
    rows: ['RB-23'],
    title: 'what is in memory, or can be made anew, is sent the same every time',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      let made = 0;
      const bodies: readonly RequestOptions[] = [
        { content: 'text' },
        { content: bytes('bytes') },
        { content: new Blob(['blob']) },
        { content: ['a', 'list'] },
        { content: () => later(`made ${++made}`) },
        { json: { a: 1 } },
        { form: { a: 1 } },
        { multipart: { a: '1', file: bytes('x') } },
        { multipart: { file: new Blob(['blob']) } },
      ];
      for (const options of bodies) {
        const request: Request = client.buildRequest('POST', server.url('/'), options);
        t.assert.equal(request.body?.replayable, true);
        const { length } = server.exchanges;
        for (let round = 0; round < 2; round++) await client.send(request);
        const [first, second] = server.exchanges
          .slice(length)
          .map(({ raw, body }) => [raw, body.raw.toString()]);
        if (made === 0 || !first![1]!.includes('made')) t.assert.deepEqual(first, second);
        else
          t.assert.deepEqual(
            [first![1], second![1]],
            ['6\r\nmade 1\r\n0\r\n\r\n', '6\r\nmade 2\r\n0\r\n\r\n'],
          );
      }
    },
  },
];
