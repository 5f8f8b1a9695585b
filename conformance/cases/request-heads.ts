import { inspect } from 'node:util';
import type { ConformanceCase } from '../case.ts';
import { later } from '../support/contents.ts';
import { ILLEGAL } from '../support/refusals.ts';
import { bench } from '../support/request-bench.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-01',
    rows: ['RB-01'],
    title: 'any token is a method, and goes out in upper case',
    verdict: 'same',
    rfc: 'RFC 9110 §9.1',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      for (const method of ['get', 'Post', 'M-SEARCH', "x!#$%&'*+.^_`|~9"]) {
        const request = client.buildRequest(method, server.url('/'));
        t.assert.equal(request.method, method.toUpperCase());
        await client.send(request);
        const sent = server.requests.at(-1)!;
        t.assert.ok(sent.raw.startsWith(`${method.toUpperCase()} / HTTP/1.1\r\n`), sent.raw);
      }
      for (const method of ['', 'GET ', 'GE T', 'GET\r\nX: y', 'GÉT'])
        t.assert.throws(() => client.buildRequest(method, server.url('/')), ILLEGAL);
      t.assert.equal(server.requests.length, 4);
    },
  },
  {
    id: 'RB-02',
    rows: ['RB-02'],
    title: 'what is printed of a request has neither its password nor its secret fields',
    verdict: 'fixed:D35',
    layer: 'model',
    run(t) {
      const request = new t.tern.Request('GET', 'http://user:geheim@h/path?token=geheim&page=2', {
        headers: { Authorization: 'geheim', Cookie: 'geheim' },
      });
      t.assert.equal(inspect(request), '<Request GET http://[secure]@h/path?token=[secure]&page=2>');
      t.assert.equal(String(request), inspect(request));
      for (const shown of [
        inspect({ deep: request }, { depth: 9, showHidden: true }),
        JSON.stringify(request),
      ])
        t.assert.doesNotMatch(shown, /geheim/);
      t.assert.equal(request.url.password, 'geheim');
    },
  },
  {
    id: 'RB-18',
    rows: ['RB-18'],
    title: 'given fields keep their case and place; what is missing comes behind them, Host in front',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { client, send, server } = await bench(t);
      const headers = { 'x-b': '2', 'CONTENT-length': '7', 'X-a': '1', 'content-TYPE': 'a/b', 'x-C': '3' };
      const full = await send({ json: { a: 1 }, headers });
      t.assert.equal(
        full.raw,
        `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nx-b: 2\r\nCONTENT-length: 7\r\nX-a: 1\r\ncontent-TYPE: a/b\r\nx-C: 3\r\n\r\n`,
      );
      const named = await send({ json: { a: 1 }, headers: { 'X-A': '1', hOST: 'named' } });
      t.assert.equal(
        named.raw,
        'POST / HTTP/1.1\r\nhOST: named\r\nX-A: 1\r\nContent-Length: 7\r\nContent-Type: application/json\r\n\r\n',
      );
      const { raw } = (
        await client.send(
          new t.tern.Request('PUT', server.url('/x'), { form: { a: 1 }, headers: { z: '9' } }),
        )
      ).request.headers;
      t.assert.deepEqual(raw, [
        ['Host', `127.0.0.1:${server.port}`],
        ['z', '9'],
        ['Content-Length', '3'],
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ]);
    },
  },
  {
    id: 'RB-18.host',
    rows: ['RB-18'],
    title: 'a request names one host',
    verdict: 'differs:more than one Host is an error of the request; in httpx the server finds it',
    rfc: 'RFC 9112 §3.2',
    layer: 'model',
    run(t) {
      const headers: [string, string][] = [
        ['Host', 'a'],
        ['host', 'b'],
      ];
      t.assert.throws(() => new t.tern.Request('GET', 'http://h/', { headers }), ILLEGAL);
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => new t.tern.Response(200)),
      });
      t.assert.throws(() => client.buildRequest('GET', 'http://h/', { headers }), ILLEGAL);
    },
  },
  {
    id: 'RB-19',
    rows: ['RB-19'],
    title: 'a request that is made by hand has Host and the fields of its body, whatever the body is',
    verdict: 'differs:there is no request without Host; a stream is content like any other',
    layer: 'model',
    run(t) {
      const request = new t.tern.Request('POST', 'http://h:81/', { content: later('a') });
      t.assert.deepEqual(request.headers.raw, [
        ['Host', 'h:81'],
        ['Transfer-Encoding', 'chunked'],
      ]);
      const own = new t.tern.Request('POST', 'http://h/', {
        content: later('a'),
        headers: { 'Content-Length': '1' },
      });
      t.assert.deepEqual(own.headers.raw, [
        ['Host', 'h'],
        ['Content-Length', '1'],
      ]);
    },
  },
];
