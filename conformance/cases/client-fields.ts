import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { zstdFrame } from '../support/coded-content.ts';

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array([1]);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CL-14',
    rows: ['CL-14', 'HD-18'],
    title: 'order on the wire: Host, the defaults, client headers, request headers, body headers',
    verdict: 'same',
    rfc: 'RFC 9110 §7.2',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ headers: { 'X-Client': 'c' } });
      const accepted = client.headers.get('accept-encoding')!;
      const authority = `127.0.0.1:${server.port}`;
      await client.post(server.url('/p?q=1'), { headers: { 'X-Request': 'r' }, json: { a: 1 } });
      t.assert.equal(
        server.received[0]?.toString('latin1'),
        `POST /p?q=1 HTTP/1.1\r\nHost: ${authority}\r\nAccept: */*\r\nAccept-Encoding: ${accepted}\r\n` +
          `Connection: keep-alive\r\nUser-Agent: ternhttp/${t.tern.VERSION}\r\nX-Client: c\r\nX-Request: r\r\n` +
          'Content-Length: 7\r\nContent-Type: application/json\r\n\r\n{"a":1}',
      );
      await client.get(server.url('/'));
      t.assert.deepEqual(
        server.exchanges[1]?.fields.map(([name]) => name),
        ['Host', 'Accept', 'Accept-Encoding', 'Connection', 'User-Agent', 'X-Client'],
      );
      await client.post(server.url('/'), { content: oneByte(), headers: { 'Content-Type': 'x/y' } });
      t.assert.deepEqual(
        server.exchanges[2]?.fields.slice(-3).map(([name]) => name),
        ['X-Client', 'Content-Type', 'Transfer-Encoding'],
      );
    },
  },
  {
    id: 'CL-15',
    rows: ['CL-15'],
    title: 'Accept-Encoding names gzip, deflate, br, and zstd where it can be decoded',
    verdict: 'same',
    rfc: 'RFC 9110 §12.5.3',
    layer: 'live',
    async run(t) {
      const expected = t.has('zstd') ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br';
      const client = t.client();
      t.assert.equal(client.headers.get('accept-encoding'), expected);
      const server = await t.httpServer();
      for (const [route, coding] of [
        ['/gzip', 'gzip'],
        ['/deflate', 'deflate'],
        ['/brotli', 'br'],
      ] as const) {
        const response = await client.get(server.url(route));
        t.assert.equal(response.headers.get('content-encoding'), coding);
        t.assert.equal(typeof response.json(), 'object');
      }
      // The server has the zlib of Node, which need not have zstd where the client has it from elsewhere.
      if (t.has('zstd')) {
        const coded = await t.replies(reply(200, [['Content-Encoding', 'zstd']], zstdFrame('{"a":1}')));
        t.assert.deepEqual((await client.get(coded.url())).json(), { a: 1 });
      }
      const withZstd = t.client({ decode: { zstd: (input) => input } });
      t.assert.equal(withZstd.headers.get('accept-encoding'), 'gzip, deflate, br, zstd');
      withZstd.headers = {};
      t.assert.equal(withZstd.headers.get('accept-encoding'), 'gzip, deflate, br, zstd');
    },
  },
  {
    id: 'CL-16',
    rows: ['CL-16'],
    title: 'a default header that was removed is not sent, however it was removed',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ headers: { 'User-Agent': null } });
      t.assert.equal(client.headers.delete('ACCEPT'), true);
      await client.get(server.url('/'), { headers: { 'accept-encoding': null } });
      await client.extend({ headers: { Connection: null } }).get(server.url('/'));
      t.assert.deepEqual(
        server.exchanges.map(({ fields }) => fields.map(([name]) => name)),
        [
          ['Host', 'Connection'],
          ['Host', 'Accept-Encoding'],
        ],
      );
    },
  },
];
