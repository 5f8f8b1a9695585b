import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'HD-01',
    rows: ['HD-01'],
    title: 'order, case and repetitions are kept on the wire, both ways; names are looked up without case',
    verdict: 'same',
    rfc: 'RFC 9110 §5.1',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(
        reply(200, [
          ['X-ONE', '1'],
          ['x-two', '2'],
          ['X-One', '3'],
        ]),
      );
      const response = await t.client().get(server.url('/'), {
        headers: [
          ['X-ONE', '1'],
          ['x-two', '2'],
          ['X-One', '3'],
        ],
      });
      const lines = [
        ['X-ONE', '1'],
        ['x-two', '2'],
        ['X-One', '3'],
      ];
      t.assert.deepEqual(server.exchanges[0]?.fields.slice(-3), lines);
      t.assert.deepEqual(response.headers.raw, [...lines, ['Content-Length', '0']]);
      t.assert.equal(response.headers.get('x-oNe'), '1, 3');
      t.assert.equal(response.request.headers.get('X-TWO'), '2');
    },
  },
  {
    id: 'HD-04',
    rows: ['HD-04'],
    title: 'text is Latin-1 whichever way it comes in; beyond U+00FF it is refused, bytes are the way out',
    verdict: 'fixed:D34',
    rfc: 'RFC 9110 §5.5',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const { Headers } = t.tern;
      const server = await t.replies(reply(200));
      const headers = new Headers({ 'X-Latin': 'caf\u00e9' });
      headers.set('X-Set', '\u00ff');
      headers.set('X-Bytes', new TextEncoder().encode('caf\u00e9 \u2603'));
      await t.client().get(server.url('/'), { headers });
      t.assert.ok(
        server.received[0]
          ?.toString('latin1')
          .includes('X-Latin: caf\u00e9\r\nX-Set: \u00ff\r\nX-Bytes: caf\u00c3\u00a9 \u00e2\u0098\u0083\r\n'),
      );
      for (const value of ['\u2603', '\u0100', '\u{1f600}']) {
        const expected = { code: 'ERR_LOCAL_PROTOCOL', phase: 'build', message: /U\+\w{4}.*'X-A'/ };
        t.assert.throws(() => new Headers({ 'X-A': value }), expected);
        t.assert.throws(() => headers.set('X-A', value), expected);
        t.assert.throws(() => headers.append('X-A', value), expected);
      }
    },
  },
  {
    id: 'HD-05',
    rows: ['HD-05'],
    title: 'octets that come in are read as Latin-1, each field by itself',
    verdict: 'differs:no guess by the octets of all headers together (D34)',
    rfc: 'RFC 9110 §5.5',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(
        'HTTP/1.1 200 OK\r\nX-Latin: \u00e9\r\nX-UTF8: \u00c3\u00a9\r\nContent-Length: 0\r\n\r\n',
      );
      const { headers } = await t.client().get(server.url('/'));
      t.assert.equal(headers.get('x-latin'), '\u00e9');
      t.assert.equal(headers.get('x-utf8'), '\u00c3\u00a9');
      t.assert.equal(Buffer.from(headers.get('x-utf8') ?? '', 'latin1').toString(), '\u00e9');
    },
  },
  {
    id: 'HD-16',
    rows: ['HD-16'],
    title: 'line breaks, control characters and illegal names never get into headers, so nothing is sent',
    verdict: 'fixed:D32',
    rfc: 'RFC 9110 §5.5',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const { Client, Headers, Request } = t.tern;
      const server = await t.replies(reply(200));
      const client = t.client();
      const values = [
        'a\r\nInjected: 1',
        'a\nb',
        'a\rb',
        'a\0b',
        'a\u007fb',
        'a\u0001b',
        new Uint8Array([0x61, 0x0a]),
      ];
      const names = ['', 'a b', 'a:b', 'a\r\n', 'caf\u00e9', 'a\0', '(a)', ' a', 'a '];
      const fields: [string, string | Uint8Array][] = [
        ...values.map((value): [string, string | Uint8Array] => ['X-Bad', value]),
        ...names.map((name): [string, string] => [name, '1']),
      ];
      for (const [name, value] of fields) {
        const expected = { name: 'LocalProtocolError', code: 'ERR_LOCAL_PROTOCOL', phase: 'build' };
        const init = [[name, value]] as const;
        t.assert.throws(() => new Headers(init), expected);
        t.assert.throws(() => new Headers({ [name]: value }), expected);
        t.assert.throws(() => new Headers().set(name, value), expected);
        t.assert.throws(() => new Headers().append(name, value), expected);
        t.assert.throws(() => new Headers().update(init), expected);
        t.assert.throws(() => new Client({ headers: init }), expected);
        t.assert.throws(() => new Request('GET', 'http://h/', { headers: init }), expected);
        t.assert.throws(() => new Request('GET', 'http://h/').with({ headers: { [name]: value } }), expected);
        await t.assert.rejects(client.get(server.url('/'), { headers: init }), expected);
      }
      // The secret part of a value is not told.
      t.assert.throws(
        () => new Headers({ Authorization: 'Bearer hidden\nx' }),
        (error: unknown) => !inspect(error).includes('hidden'),
      );
      t.assert.equal(server.connections, 0);
      t.assert.equal(new Headers({ 'X-Tab': 'a\tb', "!#$%&'*+-.^_`|~9": 'ok' }).size, 2);
    },
  },
  {
    id: 'HD-17',
    rows: ['HD-17'],
    title: 'white space around a value is taken away',
    verdict: 'fixed:D32',
    rfc: 'RFC 9110 §5.5',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      await t.client().get(server.url('/'), {
        headers: { 'X-A': ' \t a b \t', 'X-B': '   ', 'X-C': new Uint8Array([32, 0x63, 9]) },
      });
      t.assert.ok(server.received[0]?.toString('latin1').endsWith('\r\nX-A: a b\r\nX-B: \r\nX-C: c\r\n\r\n'));
      t.assert.equal(new t.tern.Headers({ a: ' x ' }).get('a'), 'x');
    },
  },
  {
    id: 'HD-18',
    rows: ['HD-18'],
    title: 'Host comes first: the host, the port unless it is the default one, never the user information',
    verdict: 'same',
    rfc: 'RFC 9110 §7.2',
    layer: 'model',
    run(t) {
      const host = (url: string): [string, string] | undefined =>
        new t.tern.Client().buildRequest('GET', url).headers.raw[0];
      for (const [url, expected] of [
        ['http://u:p@h:80/', 'h'],
        ['http://u:p@h:123/', 'h:123'],
        ['https://h:443/', 'h'],
        ['https://h:80/', 'h:80'],
        ['http://[::1]:8080/', '[::1]:8080'],
        ['http://EXAMPLE.com/', 'example.com'],
        ['http://b\u00fccher.example/', 'xn--bcher-kva.example'],
      ] as const) {
        t.assert.deepEqual(host(url), ['Host', expected]);
      }
    },
  },
  {
    id: 'HD-18.override',
    rows: ['HD-18'],
    title: 'a Host of the caller is sent instead, in its case, still first and once',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      await t.client({ headers: { 'X-A': '1', hOST: 'other.test' } }).get(server.url('/'));
      await t.client().get(server.url('/'), { headers: { host: 'third.test:1' } });
      await t.client({ auth: ['u', 'p'] }).get(server.url('/'));
      t.assert.deepEqual(
        server.exchanges.map((exchange) => [exchange.fields[0], exchange.getAll('host').length]),
        [
          [['hOST', 'other.test'], 1],
          [['host', 'third.test:1'], 1],
          [['Host', `127.0.0.1:${server.port}`], 1],
        ],
      );
    },
  },
];
