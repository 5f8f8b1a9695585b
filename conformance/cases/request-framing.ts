import { Readable } from 'node:stream';
import type { RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { bytes, later } from '../support/contents.ts';
import { ILLEGAL } from '../support/refusals.ts';
import { bench, wire } from '../support/request-bench.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-03',
    rows: ['RB-03'],
    title: 'without a body its length is told for methods that are expected to have one',
    verdict: 'same',
    rfc: 'RFC 9110 §8.6',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CUSTOM'])
        t.assert.deepEqual(wire(await send({}, method)), ['', ''], method);
      for (const method of ['POST', 'PUT', 'PATCH', 'QUERY'])
        t.assert.deepEqual(wire(await send({}, method)), ['Content-Length: 0', ''], method);
      for (const options of [{ content: null }, { json: null }, { form: null }, { multipart: null }] as const)
        t.assert.deepEqual(wire(await send(options)), ['Content-Length: 0', '']);
    },
  },
  {
    id: 'RB-06',
    rows: ['RB-06'],
    title: 'what comes in pieces is chunked; if the length is given, it is not',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { send } = await bench(t);
      const sources: readonly (() => RequestOptions['content'])[] = [
        () => ['Hello, ', bytes('world!')],
        () => ['Hello, ', bytes('world!')].values(),
        () => later('Hello, ', bytes('world!')),
        () => () => later('Hello, ', 'world!'),
        () => Readable.from(['Hello, ', 'world!']),
        () => new Response('Hello, world!').body!,
      ];
      for (const [index, source] of sources.entries()) {
        const chunked = await send({ content: source()! });
        t.assert.equal(wire(chunked)[0], 'Transfer-Encoding: chunked', String(index));
        t.assert.equal(chunked.body.text, 'Hello, world!');
        const sized = await send({ content: source()!, headers: { 'content-length': '13' } });
        t.assert.deepEqual(wire(sized), ['content-length: 13', 'Hello, world!'], String(index));
      }
      const exact = await send({ content: ['Hello, ', '', 'world!'] });
      t.assert.equal(exact.body.raw.toString(), '7\r\nHello, \r\n6\r\nworld!\r\n0\r\n\r\n');
      const empty = await send({ content: later() });
      t.assert.deepEqual(wire(empty), ['Transfer-Encoding: chunked', '0\r\n\r\n']);
    },
  },
  {
    id: 'RB-07',
    rows: ['RB-07'],
    title: 'a given Transfer-Encoding frames content of known length too, and no length goes beside it',
    verdict: 'fixed:D31',
    rfc: 'RFC 9112 §6.2',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { client, send, server } = await bench(t);
      const headers = { 'transfer-encoding': 'chunked' };
      for (const content of ['abc', bytes('abc'), ['abc']])
        t.assert.deepEqual(wire(await send({ content, headers })), [
          'transfer-encoding: chunked',
          '3\r\nabc\r\n0\r\n\r\n',
        ]);
      const { length } = server.requests;
      for (const contradiction of [
        { 'Transfer-Encoding': 'chunked', 'Content-Length': '3' },
        { 'Transfer-Encoding': 'gzip' },
        { 'Transfer-Encoding': 'chunked, gzip' },
        { 'Content-Length': ['3', '4'] },
        { 'Content-Length': 'three' },
        { 'Content-Length': '-3' },
        { 'Content-Length': '3, 3' },
      ]) {
        await t.assert.rejects(
          client.post(server.url(), { content: 'abc', headers: contradiction }),
          ILLEGAL,
          JSON.stringify(contradiction),
        );
      }
      t.assert.equal(server.requests.length, length);
    },
  },
  {
    id: 'RB-08',
    rows: ['RB-08'],
    title: 'content that is in memory and of another length than declared is not sent at all',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const { client, server } = await bench(t);
      const declared: readonly (readonly [string | null, string, RegExp])[] = [
        ['ab', '5', /too little data for declared Content-Length: 2 of 5/],
        ['abcdefgh', '5', /too much data for declared Content-Length: 8 instead of 5/],
        [null, '5', /too little data for declared Content-Length: 0 of 5/],
        ['ab', '0', /too much data/],
      ];
      for (const [content, length, message] of declared)
        await t.assert.rejects(
          client.post(server.url(), { content, headers: { 'Content-Length': length } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.LocalProtocolError);
            const { code, request, message: text } = error as InstanceType<typeof t.tern.LocalProtocolError>;
            t.assert.deepEqual([code, request?.method], ['ERR_LOCAL_PROTOCOL', 'POST']);
            t.assert.match(text, message);
            return true;
          },
        );
      t.assert.equal(server.requests.length, 0);
    },
  },
  {
    id: 'RB-08.streamed',
    rows: ['RB-08'],
    title:
      'a source that gives less or more than declared fails the request, and never with more octets than declared',
    verdict: 'same',
    rfc: 'RFC 9112 §6.2',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.closed;
      });
      for (const [pieces, message] of [
        [['ab'], /too little data for declared Content-Length: 2 of 5/],
        [['abcd', 'efgh'], /too much data for declared Content-Length: more than 5/],
        [['abcdefgh'], /too much data/],
      ] as const) {
        const client = t.client();
        await t.assert.rejects(
          client.post(server.url(), { content: later(...pieces), headers: { 'Content-Length': '5' } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.LocalProtocolError, String(error));
            t.assert.match((error as Error).message, message);
            return true;
          },
        );
      }
      await server.untilOpen(0);
      for (const received of server.received) {
        const body = received.subarray(received.indexOf('\r\n\r\n') + 4);
        t.assert.ok(body.length < 5, 'what is short of the declared length cannot be taken for a request');
      }
    },
  },
];
