import { reply } from '../../fixtures/reply-server.ts';
import type { Middleware, StreamResponse } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { layered } from '../support/mock-clients.ts';

/** Sends again until the status is below 500, and lets go of what it does not return. */
const retrying: Middleware = async (request, next) => {
  for (;;) {
    const response = await next(request);
    if (response.status < 500) return response;
    await response.cancel();
  }
};

/** What hooks and middleware see of a redirect to a guarded place. */
function round(status: number): string[] {
  return [
    'hook /moved',
    '> /moved',
    '< 302',
    'hook 302',
    'hook /guarded',
    '> /guarded',
    `< ${status}`,
    `hook ${status}`,
  ];
}

/** Sends twice, and reads the first response. */
const readingFirst: Middleware = async (request, next) => {
  await (await next(request)).read();
  return next(request);
};

async function* once(): AsyncGenerator<string> {
  yield 'content';
}

async function* inCapitals(response: StreamResponse): AsyncGenerator<string> {
  for await (const text of response.iterText()) yield text.toUpperCase();
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-05',
    rows: ['TR-05'],
    title: 'middleware wraps the transport, the first one outermost',
    verdict: 'differs:a list of functions does what wrapping transports do in httpx',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const layer =
        (name: string): Middleware =>
        async (request, next) => {
          log.push(`> ${name} ${request.headers.get('x-by') ?? ''}`);
          const response = await next(request.with({ headers: { 'X-By': name } }));
          log.push(`< ${name}`);
          response.headers.append('X-Through', name);
          return response;
        };
      const client = layered(t, [layer('a'), layer('b'), layer('c')], {}, (request) => {
        log.push(`transport ${request.headers.get('x-by')}`);
        return new t.tern.Response(200);
      });
      const response = await client.get('https://a.test/');
      t.assert.deepEqual(log, ['> a ', '> b a', '> c b', 'transport c', '< c', '< b', '< a']);
      t.assert.deepEqual(response.headers.getAll('x-through'), ['c', 'b', 'a']);
      t.assert.equal(response.request.headers.get('x-by'), 'c');
    },
  },
  {
    id: 'TR-05.hops',
    rows: ['TR-05', 'EH-03'],
    title:
      'middleware sees every hop and every round of authentication, after the request hooks and before the response hooks',
    verdict: 'differs:httpx has no middleware',
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) => {
        if (request.target === '/moved') return reply(302, [['Location', '/guarded']], 'moved');
        return request.get('authorization') === undefined ? reply(401, [], 'who?') : reply(200, [], 'in');
      });
      const log: string[] = [];
      const client = t.client({
        redirect: true,
        hooks: {
          request: [({ url }) => void log.push(`hook ${url.pathname}`)],
          response: [({ status }) => void log.push(`hook ${status}`)],
        },
        middleware: [
          async (request, next) => {
            log.push(`> ${request.url.pathname}`);
            const response = await next(request);
            log.push(`< ${response.status}`);
            return response;
          },
        ],
        auth: {
          *flow(request) {
            yield request;
            yield request.with({ headers: { Authorization: 'x' } });
          },
        },
      });
      t.assert.equal((await client.get(server.url('/moved'))).text, 'in');
      t.assert.deepEqual(log, [...round(401), ...round(200)]);
    },
  },
  {
    id: 'TR-05.answer',
    rows: ['TR-05', 'TR-02'],
    title: 'middleware may answer by itself; the client treats the answer like any other',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'from the network'));
      const { gzipSync } = await import('node:zlib');
      const client = t.client({
        redirect: true,
        defaultEncoding: 'latin1',
        middleware: [
          async (request, next) => {
            const { pathname } = request.url;
            if (pathname === '/moved')
              return new t.tern.StreamResponse(302, {
                headers: { Location: '/cached', 'Set-Cookie': 'a=1' },
                body: 'moved',
              });
            if (pathname === '/cached')
              return new t.tern.StreamResponse(200, {
                headers: { 'Content-Encoding': 'gzip', 'X-Cookie': request.headers.get('cookie') ?? '' },
                body: gzipSync(Buffer.from([0xe4])),
              });
            return next(request);
          },
        ],
      });
      const response = await client.get(server.url('/moved'));
      t.assert.deepEqual([response.status, response.text], [200, 'ä']);
      t.assert.equal(response.headers.get('x-cookie'), 'a=1');
      t.assert.deepEqual([response.history[0]?.text, response.url.pathname], ['moved', '/cached']);
      t.assert.equal(server.requests.length, 0);
      t.assert.equal((await client.get(server.url('/other'))).text, 'from the network');
    },
  },
  {
    id: 'TR-05.retry',
    rows: ['TR-05'],
    title: 'middleware may send several times, and lets go of what it does not return',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ index }) => reply(index < 3 ? 503 : 200, [], `answer ${index}`));
      const client = t.client({ middleware: [retrying] });
      const response = await client.post(server.url(), { content: 'again' });
      t.assert.deepEqual([response.text, response.history.length], ['answer 3', 0]);
      t.assert.deepEqual(
        server.exchanges.map(({ body }) => body.text),
        ['again', 'again', 'again', 'again'],
      );
      t.assert.equal(client.stats.active, 0);
      // One that reads them instead goes on over the same connection.
      const before = server.connections;
      const other = t.client({ middleware: [readingFirst] });
      await other.get(server.url());
      t.assert.equal(server.connections, before + 1);
    },
  },
  {
    id: 'TR-05.one-shot',
    rows: ['TR-05', 'RB-12'],
    title: 'a body that can be sent once cannot be sent twice by middleware',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(503));
      const client = t.client({ middleware: [retrying] });
      await t.assert.rejects(client.post(server.url(), { content: once() }), t.tern.StreamConsumed);
      t.assert.deepEqual([server.requests.length, client.stats.active], [1, 0]);
    },
  },
  {
    id: 'TR-05.replace',
    rows: ['TR-05'],
    title:
      'middleware may send another request, also to another place; redirects start from the one that came in',
    verdict: 'differs:httpx has no middleware',
    layer: 'live',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/v2/a' ? reply(302, [['Location', 'b']]) : reply(200, [], target),
      );
      const client = t.client({
        redirect: true,
        middleware: [
          (request, next) =>
            next(
              request.with({ url: server.url(`/v2${request.url.pathname}`), headers: { 'X-Own': 'secret' } }),
            ),
        ],
      });
      const response = await client.get('http://service.test/a');
      t.assert.equal(response.text, '/v2/b');
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.get('host')]),
        [
          ['/v2/a', `127.0.0.1:${server.port}`],
          ['/v2/b', `127.0.0.1:${server.port}`],
        ],
      );
    },
  },
  {
    id: 'TR-05.options',
    rows: ['TR-05', 'TM-01'],
    title: 'limits and a trace that middleware gives to a request hold for that request',
    verdict: 'differs:httpx has no middleware',
    layer: 'live',
    needs: ['timeouts', 'trace'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        if (peer.index === 1) await peer.send(reply(200, [], 'second'));
      });
      const names: string[] = [];
      const client = t.client({
        timeout: null,
        middleware: [
          async (request, next) => {
            try {
              return await next(request.with({ extensions: { timeout: { read: 30 } } }));
            } catch (error) {
              if (!t.tern.isTimeout(error)) throw error;
              return next(request.with({ extensions: { trace: ({ name }) => names.push(name) } }));
            }
          },
        ],
      });
      t.assert.equal((await client.get(server.url())).text, 'second');
      t.assert.ok(names.includes('http11.send_request_headers.started'), names.join());
    },
  },
  {
    id: 'TR-05.read',
    rows: ['TR-05', 'EH-06'],
    title: 'middleware may read the response that it returns',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const client = t.client({
        middleware: [
          async (request, next) => {
            const response = await next(request);
            response.headers.set('X-Length', String((await response.read()).text.length));
            return response;
          },
        ],
      });
      const response = await client.get(server.url());
      t.assert.deepEqual([response.text, response.headers.get('x-length')], ['content', '7']);
      const streamed = await client.stream('GET', server.url());
      const pieces: string[] = [];
      for await (const piece of streamed.iterText()) pieces.push(piece);
      t.assert.deepEqual(pieces, ['content']);
    },
  },
  {
    id: 'TR-05.transform',
    rows: ['TR-05'],
    title: 'middleware may return a response whose content is made from another, and closing reaches through',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
        if (peer.index > 0) await peer.send('3\r\ndef\r\n0\r\n\r\n');
      });
      const upper: Middleware = async (request, next) => {
        const response = await next(request);
        return new t.tern.StreamResponse(response.status, { body: inCapitals(response) });
      };
      const client = t.client({ middleware: [upper] });
      const early = await client.stream('GET', server.url());
      for await (const text of early.iterText()) {
        t.assert.equal(text, 'ABC');
        break;
      }
      await server.untilOpen(0);
      t.assert.equal((await client.get(server.url())).text, 'ABCDEF');
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'TR-05.extend',
    rows: ['TR-05', 'CL-08'],
    title: 'the middleware of an extended client lies inside that of the client that it extends',
    verdict: 'differs:httpx has no middleware',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const layer =
        (name: string): Middleware =>
        (request, next) => {
          log.push(name);
          return next(request);
        };
      const client = layered(t, [layer('outer')]);
      const child = client.extend({ middleware: [layer('inner')] });
      await child.get('https://a.test/');
      await client.get('https://a.test/');
      t.assert.deepEqual(log, ['outer', 'inner', 'outer']);
    },
  },
];
