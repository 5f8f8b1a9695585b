import { END_STREAM, ERROR, FRAME } from '../../fixtures/http2-frames.ts';
import type { ConformanceCase } from '../case.ts';
import { echoOf, frameServer, http2Client, valuesOf } from '../support/http2.ts';
import { gate, until } from '../support/waiting.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H2-03',
    rows: ['H2-03'],
    title: 'names go out in lower case, Host as :authority, and nothing that speaks about the connection',
    verdict: 'same',
    rfc: 'RFC 9113 §8.2, §8.2.2, §8.3.1',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const server = await t.http2Server();
      const headers = {
        Host: 'other.test:8080',
        'X-MiXeD': 'Value',
        Connection: 'keep-alive, X-Hop',
        'X-Hop': 'gone',
        'Keep-Alive': 'timeout=5',
        'Proxy-Connection': 'keep-alive',
        'Transfer-Encoding': 'chunked',
        TE: 'trailers, deflate;q=0.5',
      };
      const response = await http2Client(t).post(server.url('/a/b?c=d'), { headers, content: pieces('x') });
      const echo = echoOf(response);
      t.assert.deepEqual(echo.fields.slice(0, 4), [
        [':method', 'POST'],
        [':scheme', 'http'],
        [':authority', 'other.test:8080'],
        [':path', '/a/b?c=d'],
      ]);
      const names = echo.fields.slice(4).map(([name]) => name);
      t.assert.deepEqual(
        names.filter((name) => !['accept', 'accept-encoding', 'user-agent'].includes(name)),
        ['x-mixed', 'te'],
      );
      t.assert.deepEqual([valuesOf(echo, 'x-mixed'), valuesOf(echo, 'te')], [['Value'], ['trailers']]);
      t.assert.equal(echo.content, 'x');
    },
  },
  {
    id: 'H2-03.te',
    rows: ['H2-03'],
    title: 'TE that does not ask for trailers is not sent',
    verdict: 'same',
    rfc: 'RFC 9113 §8.2.2',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const server = await t.http2Server();
      const echo = echoOf(await http2Client(t).get(server.url('/'), { headers: { TE: 'gzip' } }));
      t.assert.deepEqual(valuesOf(echo, 'te'), []);
    },
  },
  {
    id: 'H2-03.repeated',
    rows: ['H2-03'],
    title:
      'fields that are repeated stay apart, in their order; cookies stay in one field; octets stay as they are',
    verdict: 'same',
    rfc: 'RFC 9113 §8.2.3',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const server = await t.http2Server();
      const client = http2Client(t, { cookies: { a: '1', b: '2' }, baseURL: server.origin });
      const headers: [string, string][] = [
        ['X-One', 'first'],
        ['X-Two', 'caf\u00e9'],
        ['X-One', 'second'],
      ];
      const echo = echoOf(await client.get('/', { headers }));
      t.assert.deepEqual(valuesOf(echo, 'x-one'), ['first', 'second']);
      t.assert.deepEqual(valuesOf(echo, 'x-two'), ['caf\u00e9']);
      t.assert.deepEqual(valuesOf(echo, 'cookie'), ['a=1; b=2']);
    },
  },
  {
    id: 'H2-03.twice',
    rows: ['H2-03', 'EX-01'],
    title: 'what cannot be sent is a local error, and the connection goes on',
    verdict: 'same',
    rfc: 'RFC 9110 §5.5',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await t.http2Server();
      const client = http2Client(t, { limits: { maxConnections: 1 } });
      const headers: [string, string][] = [
        ['Referer', 'http://a.test/'],
        ['Referer', 'http://b.test/'],
      ];
      await t.assert.rejects(client.get(server.url('/'), { headers }), { name: 'LocalProtocolError' });
      for (const work of [
        () => client.get(server.url('/'), { headers: { Upgrade: 'echo', Connection: 'Upgrade' } }),
        () => client.request('CONNECT', server.url('/')),
      ]) {
        await t.assert.rejects(work, {
          name: 'LocalProtocolError',
          message: /HTTP\/2 cannot switch protocols/,
        });
      }
      t.assert.equal((await client.get(server.url('/'))).status, 200);
      t.assert.deepEqual([server.connections, client.stats.exchanges], [1, 0]);
    },
  },
  {
    id: 'H2-04',
    rows: ['H2-04'],
    title: 'a request without a body ends with its head; one with a small body, with its data',
    verdict: 'same',
    rfc: 'RFC 9113 §8.1',
    layer: 'bytes',
    needs: ['http2'],
    async run(t) {
      const seen: string[] = [];
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        for (;;) {
          const stream = await peer.request();
          seen.push(
            peer.frames
              .filter(({ streamId, type }) => streamId === stream && type !== FRAME.windowUpdate)
              .map(({ type, flags, payload }) => {
                const name = type === FRAME.headers ? 'head' : `data ${payload.length}`;
                return (flags & END_STREAM) === 0 ? name : `${name} end`;
              })
              .join(', '),
          );
          await peer.respond(stream);
        }
      });
      const client = http2Client(t);
      await client.get(server.url('/'));
      await client.post(server.url('/'));
      await client.post(server.url('/'), { content: '' });
      await client.post(server.url('/'), { content: 'four' });
      await client.post(server.url('/'), { content: pieces('one', 'two') });
      t.assert.deepEqual(seen.slice(0, 4), ['head end', 'head end', 'head end', 'head, data 4 end']);
      t.assert.match(seen[4]!, /^head, data (?:3, data 3|6)(?:, data 0)? end$/);
    },
  },
  {
    id: 'H2-04.large',
    rows: ['H2-04', 'H2-08'],
    title: 'large bodies arrive whole, in both directions, with their length announced',
    verdict: 'same',
    rfc: 'RFC 9113 §5.2',
    layer: 'live',
    needs: ['http2'],
    async run(t) {
      const server = await t.http2Server({}, async ({ stream, headers, body }) => {
        const content = await body();
        stream.respond({ ':status': 200, 'x-length': headers['content-length'] ?? 'none' });
        stream.end(content);
      });
      const client = http2Client(t);
      const content = t.random.bytes(3_000_000);
      const whole = await client.put(server.url('/'), { content });
      t.assert.equal(whole.headers.get('x-length'), '3000000');
      t.assert.ok(content.equals(whole.bytes));
      async function* source(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < content.length; at += 70_000) yield content.subarray(at, at + 70_000);
      }
      const streamed = await client.put(server.url('/'), { content: source() });
      t.assert.equal(streamed.headers.get('x-length'), 'none');
      t.assert.ok(content.equals(streamed.bytes));
    },
  },
  {
    id: 'H2-09',
    rows: ['H2-09', 'PL-14'],
    title:
      'the answer is read while the body is sent; one that comes early ends the upload, not the connection',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §8.1',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await t.http2Server({}, async ({ stream, path, body }) => {
        stream.respond({ ':status': path === '/early' ? 413 : 200 });
        if (path === '/early') stream.end('too much');
        else if (path === '/echo')
          for await (const chunk of stream as AsyncIterable<Buffer>) stream.write(chunk);
        else stream.end(await body());
        if (path === '/echo') stream.end();
      });
      const client = http2Client(t, { limits: { maxConnections: 1 } });
      let hasClosed = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield new Uint8Array(65_536);
        } finally {
          hasClosed = true;
        }
      }
      const early = await client.post(server.url('/early'), { content: endless() });
      t.assert.deepEqual([early.status, early.text, hasClosed], [413, 'too much', true]);
      const { passed, open } = gate();
      async function* slowly(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('ping');
        await passed;
        yield Buffer.from('pong');
      }
      const echoed = await client.stream('POST', server.url('/echo'), { content: slowly() });
      let text = '';
      for await (const chunk of echoed.iterBytes()) {
        text += Buffer.from(chunk).toString();
        open();
      }
      t.assert.equal(text, 'pingpong');
      t.assert.equal((await client.post(server.url('/'), { content: 'x' })).text, 'x');
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'H2-09.early',
    rows: ['H2-09', 'PL-14'],
    title: 'a server that has answered is told that no more of the body will come',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §8.1',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      let code = -1;
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        const { streamId } = await peer.until(FRAME.headers);
        await peer.respond(streamId, 'early');
        code = (await peer.until(FRAME.reset, streamId)).payload.readUInt32BE(0);
        await peer.serve();
      });
      const client = http2Client(t);
      const { passed, open } = gate();
      async function* held(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('begun');
        await passed;
      }
      t.assert.equal((await client.post(server.url('/'), { content: held() })).text, 'early');
      open();
      await until(() => code !== -1);
      t.assert.equal(code, ERROR.cancel);
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'H2-09.continue',
    rows: ['H2-09', 'H2-11'],
    title: 'Expect: 100-continue holds the body back until the server wants it, or refuses it',
    verdict: 'fixed:D38',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'live',
    needs: ['http2', 'expect-continue', 'informational'],
    async run(t) {
      const server = await t.http2Server({}, async ({ stream, path, body }) => {
        if (path === '/refuse') {
          stream.respond({ ':status': 417 }, { endStream: true });
          return;
        }
        stream.additionalHeaders({ ':status': 100 });
        const content = await body();
        stream.respond({ ':status': 200 });
        stream.end(content);
      });
      const client = http2Client(t, { expectContinueMs: 60_000 });
      const headers = { Expect: '100-continue' };
      const interim: number[] = [];
      const accepted = await client.post(server.url('/'), {
        headers,
        content: 'wanted',
        onInformational: ({ status }) => interim.push(status),
      });
      t.assert.deepEqual([accepted.text, interim], ['wanted', [100]]);
      let isOpened = false;
      async function* unwanted(): AsyncGenerator<Uint8Array> {
        isOpened = true;
        yield Buffer.from('unwanted');
      }
      const refused = await client.post(server.url('/refuse'), { headers, content: unwanted() });
      t.assert.deepEqual([refused.status, isOpened], [417, false]);
    },
  },
];
