import { gzipSync } from 'node:zlib';
import type { ConformanceCase } from '../case.ts';
import { clientOn } from '../support/transports.ts';

async function* once(): AsyncGenerator<string> {
  yield 'some ';
  yield 'content';
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-03',
    rows: ['TR-03'],
    title: 'MockTransport reads the body of the request and answers with what its handler returns',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const wait of [false, true]) {
        const transport = new t.tern.MockTransport((request) => {
          const response = new t.tern.Response(201, {
            json: { method: request.method, body: Buffer.from(request.content).toString() },
            headers: { 'X-Own': '1' },
          });
          return wait ? Promise.resolve(response) : response;
        });
        const response = await clientOn(t, transport).post('https://a.test/', { content: once() });
        t.assert.deepEqual(response.json(), { method: 'POST', body: 'some content' });
        t.assert.deepEqual([response.status, response.headers.get('x-own')], [201, '1']);
        t.assert.equal(response.request.url.href, 'https://a.test/');
      }
    },
  },
  {
    id: 'TR-03.errors',
    rows: ['TR-03'],
    title: 'what the handler throws is what the caller gets',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const failure = new RangeError('of the handler');
      for (const handler of [
        (): never => {
          throw failure;
        },
        (): Promise<never> => Promise.reject(failure),
      ]) {
        const client = clientOn(t, new t.tern.MockTransport(handler));
        await t.assert.rejects(client.get('https://a.test/'), (error: unknown) => error === failure);
        await t.assert.rejects(
          client.stream('GET', 'https://a.test/'),
          (error: unknown) => error === failure,
        );
      }
      const timeout = clientOn(
        t,
        new t.tern.MockTransport((request) => {
          throw new t.tern.ReadTimeout({ reason: 'simulated', request });
        }),
      );
      await t.assert.rejects(timeout.get('https://a.test/'), {
        name: 'ReadTimeout',
        code: 'ERR_READ_TIMEOUT',
      });
    },
  },
  {
    id: 'TR-03.again',
    rows: ['TR-03'],
    title: 'one answer may be given many times, whole or streamed, and keeps no trace of it',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const answer = new t.tern.Response(302, { text: 'moved', headers: { Location: '/x' } });
      const client = clientOn(t, new t.tern.MockTransport(() => answer));
      for (const path of ['/a', '/b']) {
        const response = await client.get(`https://a.test${path}`);
        t.assert.deepEqual([response.text, response.url.pathname], ['moved', path]);
        t.assert.equal(response.nextRequest?.url.href, 'https://a.test/x');
        t.assert.notEqual(response, answer);
        response.headers.append('X-Added', path);
        t.assert.deepEqual(response.headers.getAll('x-added'), [path]);
      }
      const streamed = await client.stream('GET', 'https://a.test/c');
      t.assert.equal((await streamed.read()).text, 'moved');
      t.assert.throws(() => answer.request, t.tern.InvalidArgument);
      t.assert.equal(answer.nextRequest, null);
      t.assert.equal(answer.headers.has('x-added'), false);
    },
  },
  {
    id: 'TR-03.stream',
    rows: ['TR-03'],
    title: 'a handler may answer with a stream, with codings and trailers',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const coded = gzipSync('one\ntwo\n');
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield coded.subarray(0, 5);
        yield coded.subarray(5);
      }
      const handler = (): InstanceType<typeof t.tern.StreamResponse> =>
        new t.tern.StreamResponse(200, {
          headers: { 'Content-Encoding': 'gzip' },
          body: pieces(),
          trailers: { 'X-Sum': '7' },
        });
      for (const options of [{}, { timeout: { total: 60_000 } }]) {
        const client = clientOn(t, new t.tern.MockTransport(handler));
        const response = await client.stream('GET', 'https://a.test/', options);
        const lines: string[] = [];
        for await (const line of response.iterLines()) lines.push(line);
        t.assert.deepEqual([lines, response.bytesReceived], [['one', 'two'], coded.length]);
        t.assert.equal(response.trailers.get('x-sum'), '7');
        const read = await client.get('https://a.test/', options);
        t.assert.deepEqual(
          [read.text, read.bytesReceived, read.trailers.get('x-sum')],
          ['one\ntwo\n', coded.length, '7'],
        );
      }
    },
  },
  {
    id: 'TR-03.wrong',
    rows: ['TR-03', 'EX-20'],
    title: 'a handler that is none, or returns no response, is told',
    verdict: 'differs:httpx lets errors of the language escape',
    layer: 'model',
    async run(t) {
      t.assert.throws(() => new t.tern.MockTransport('x' as never), t.tern.InvalidArgument);
      for (const answer of [undefined, 'x', new globalThis.Response('x')]) {
        const client = clientOn(t, new t.tern.MockTransport(() => answer as never));
        await t.assert.rejects(client.get('https://a.test/'), t.tern.InvalidArgument);
      }
    },
  },
  {
    id: 'TR-03.proxy',
    rows: ['TR-03'],
    title: 'a proxy that a request names is refused where nothing is connected to, not ignored',
    verdict: 'differs:httpx has no proxy for a request',
    layer: 'model',
    async run(t) {
      for (const transport of [
        new t.tern.MockTransport(() => new t.tern.Response(204)),
        new t.tern.HandlerTransport(() => new globalThis.Response(null, { status: 204 })),
        new t.tern.NodeHandlerTransport((_request, response) => void response.writeHead(204).end()),
      ]) {
        const client = clientOn(t, transport);
        const refused = { name: 'InvalidArgument', message: /^'proxy' would do nothing: / };
        const proxy = 'http://me:hunter2@proxy.test';
        await t.assert.rejects(client.get('http://a.test/', { proxy }), refused);
        t.assert.equal((await client.get('http://a.test/', { proxy: null })).status, 204);
      }
    },
  },
];
