import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { ResponseInit } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-01',
    rows: ['RS-01'],
    title: 'a response made by hand has the fields of its content',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { Response, StreamResponse } = t.tern;
      const made: readonly (readonly [ResponseInit, string, readonly string[]])[] = [
        [{}, '', []],
        [{ content: 'é' }, 'é', ['Content-Length: 2']],
        [{ content: Buffer.from('é') }, 'é', ['Content-Length: 2']],
        [{ text: 'é' }, 'é', ['Content-Length: 2', 'Content-Type: text/plain; charset=utf-8']],
        [{ html: '<b>' }, '<b>', ['Content-Length: 3', 'Content-Type: text/html; charset=utf-8']],
        [{ json: { a: [1] } }, '{"a":[1]}', ['Content-Length: 9', 'Content-Type: application/json']],
        [{ json: 0, headers: { 'content-type': 'a/b' } }, '0', ['content-type: a/b', 'Content-Length: 1']],
      ];
      for (const [init, text, fields] of made) {
        const response = new Response(200, init);
        t.assert.equal(response.text, text);
        t.assert.deepEqual(
          response.headers.raw.map(([name, value]) => `${name}: ${value}`),
          fields,
        );
      }
      const streamed = await new StreamResponse(200, { body: ['a', 'b'], headers: { A: '1' } }).read();
      t.assert.deepEqual([streamed.text, streamed.headers.raw], ['ab', [['A', '1']]]);
    },
  },
  {
    id: 'RS-01.refused',
    rows: ['RS-01'],
    title: 'what makes no response is refused',
    verdict: 'differs:httpx takes the first of several contents, and any status',
    layer: 'model',
    run(t) {
      const refused: readonly (readonly [unknown, unknown])[] = [
        [200, { text: 'a', json: 1 }],
        [200, { body: 'a' }],
        [200, { content: ['a'] }],
        [200, 'text'],
        [99, {}],
        [1000, {}],
        ['200', {}],
        [200, { statusText: 'OK\r\nX: y' }],
        [200, { httpVersion: 'HTTP/1.1' }],
        [200, { json: Number.NaN }],
      ];
      for (const [status, init] of refused)
        t.assert.throws(
          () => new t.tern.Response(status as number, init as ResponseInit),
          { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' },
          inspect([status, init]),
        );
      t.assert.throws(() => new t.tern.StreamResponse(200, { text: 'a' } as never), t.tern.InvalidArgument);
    },
  },
  {
    id: 'RS-01.mock',
    rows: ['RS-01'],
    title: 'what a mock gives is what a client returns, content codings undone',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { Client, MockTransport, Response } = t.tern;
      const coded = new Response(200, {
        content: gzipSync('decoded'),
        headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' },
      });
      const client = new Client({ transport: new MockTransport(() => coded) });
      for (let round = 0; round < 2; round++) {
        const response = await client.get('http://h/');
        t.assert.deepEqual([response.text, response.request.method], ['decoded', 'GET']);
        t.assert.equal(response.bytesReceived, coded.bytes.length);
      }
      // A response that a client has read, and so decoded, can be given again as it is.
      const read = await client.get('http://h/');
      const proxy = new Client({ transport: new MockTransport(() => read) });
      t.assert.equal((await proxy.get('http://other/')).text, 'decoded');
    },
  },
  {
    id: 'RS-02',
    rows: ['RS-02'],
    title: 'the reason phrase is that of the wire, be it empty; made by hand it is that of the status',
    verdict: 'same',
    rfc: 'RFC 9112 §4',
    layer: 'bytes',
    async run(t) {
      for (const [line, status, phrase] of [
        ['HTTP/1.1 200 OK', 200, 'OK'],
        ['HTTP/1.1 404 Nicht da', 404, 'Nicht da'],
        ['HTTP/1.1 200 ', 200, ''],
        ['HTTP/1.1 299 caf\xe9', 299, 'caf\xe9'],
        ['HTTP/1.1 299 ', 299, ''],
      ] as const) {
        const server = await t.replies(`${line}\r\nContent-Length: 0\r\n\r\n`);
        const response = await t.client().get(server.url());
        t.assert.deepEqual([response.status, response.statusText], [status, phrase]);
      }
      const { Response } = t.tern;
      t.assert.deepEqual(
        [new Response(404), new Response(299), new Response(404, { statusText: '' })].map(
          ({ statusText }) => statusText,
        ),
        ['Not Found', '', ''],
      );
    },
  },
  {
    id: 'RS-03',
    rows: ['RS-03'],
    title: 'the version is that of the wire, 1.1 if made by hand',
    verdict: 'differs:it is the number alone',
    layer: 'bytes',
    async run(t) {
      for (const version of ['1.0', '1.1']) {
        const server = await t.replies(`HTTP/${version} 200 OK\r\nContent-Length: 0\r\n\r\n`);
        t.assert.equal((await t.client().get(server.url())).httpVersion, version);
      }
      t.assert.equal(new t.tern.Response(200).httpVersion, '1.1');
      t.assert.equal(new t.tern.StreamResponse(200, { httpVersion: '2' }).httpVersion, '2');
    },
  },
];
