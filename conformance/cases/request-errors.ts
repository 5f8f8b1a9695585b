import { gzipSync } from 'node:zlib';
import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { failureOf, summary } from '../support/failures.ts';

async function* fiveOctets(): AsyncGenerator<string> {
  yield '12345';
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EX-07',
    rows: ['EX-07', 'CL-07'],
    title: 'transports that cannot be closed: CloseError with what they threw, after all have been tried',
    verdict: 'fixed:D41',
    layer: 'model',
    async run(t) {
      const closed: string[] = [];
      const failures = [new Error('one'), new Error('two')];
      const make = (name: string, failure?: Error): InstanceType<typeof t.tern.MockTransport> =>
        Object.assign(new t.tern.MockTransport(() => new t.tern.Response(204)), {
          close: async (): Promise<void> => {
            closed.push(name);
            if (failure !== undefined) throw failure;
          },
        });
      const client = new t.tern.Client({
        transport: make('main', failures[0]),
        mounts: { 'all://a.test': make('a', failures[1]), 'all://b.test': make('b') },
      });
      const error = await failureOf(t, client.close());
      t.assert.deepEqual([error.name, error.code, error.phase], ['CloseError', 'ERR_CLOSE', 'close']);
      t.assert.deepEqual((error.cause as AggregateError).errors, failures);
      t.assert.deepEqual(closed.toSorted(), ['a', 'b', 'main']);
      const single = new t.tern.Client({ transport: make('main', failures[0]) });
      t.assert.equal((await failureOf(t, single.close())).cause, failures[0]);
    },
  },
  {
    id: 'EX-08',
    rows: ['EX-08'],
    title: 'a request that would break the protocol: LocalProtocolError before anything is sent',
    verdict: 'same',
    rfc: 'RFC 9110 §5.5',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client();
      const url = server.url();
      const bad: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['method', (): Promise<unknown> => client.request('BAD METHOD', url)],
        ['method', (): Promise<unknown> => client.request('G\r\nET', url)],
        ['name', (): Promise<unknown> => client.get(url, { headers: { 'bad name': 'x' } })],
        ['value', (): Promise<unknown> => client.get(url, { headers: { name: 'a\r\nInjected: b' } })],
        ['value', (): Promise<unknown> => client.get(url, { headers: { name: 'a\0b' } })],
        ['value', (): Promise<unknown> => client.get(url, { headers: { name: '☃' } })],
        ['target', (): Promise<unknown> => client.get(url, { extensions: { target: '/a b' } })],
      ];
      for (const [part, work] of bad) {
        const error = await failureOf(t, work());
        t.assert.deepEqual([error.name, error.code], ['LocalProtocolError', 'ERR_LOCAL_PROTOCOL'], part);
        t.assert.match(error.message, new RegExp(part), error.message);
      }
      t.assert.equal(server.connections, 0);
    },
  },
  {
    id: 'EX-08.length',
    rows: ['EX-08'],
    title:
      'a body that is shorter or longer than announced: LocalProtocolError, and the connection is dropped',
    verdict: 'same',
    rfc: 'RFC 9110 §8.6',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.readToEnd();
      });
      const client = t.client();
      for (const length of ['2', '8']) {
        const error = await failureOf(
          t,
          client.post(server.url(), { content: fiveOctets(), headers: { 'Content-Length': length } }),
        );
        t.assert.deepEqual(summary(error), ['LocalProtocolError', 'ERR_LOCAL_PROTOCOL', 'write']);
        await server.untilOpen(0);
      }
      t.assert.equal(client.stats.connections, 0);
    },
  },
  {
    id: 'EX-12',
    rows: ['EX-12'],
    title: 'a scheme that is missing or unknown: UnsupportedProtocol',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const client = t.client();
      for (const url of [
        '/path',
        'path',
        '//example.com/',
        'ftp://example.com/',
        'localhost:80',
        'mailto:a@b.test',
        '',
      ]) {
        const error = await failureOf(t, client.get(url));
        t.assert.deepEqual(
          [error.name, error.code],
          ['UnsupportedProtocol', 'ERR_UNSUPPORTED_PROTOCOL'],
          url,
        );
        t.assert.ok(error instanceof t.tern.TransportError);
      }
      t.assert.match(
        (await failureOf(t, client.get('example.com/x'))).message,
        /missing an 'http:\/\/' or 'https:\/\/' protocol/,
      );
      t.assert.match(
        (await failureOf(t, client.get('ftp://example.com/'))).message,
        /unsupported protocol 'ftp:\/\/'/,
      );
      await t.assert.rejects(client.get('http://'), { name: 'InvalidURL' });
    },
  },
  {
    id: 'EX-13',
    rows: ['EX-13'],
    title: 'bad compressed data: DecodingError, which is a RequestError and no TransportError',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(
        reply(200, [['Content-Encoding', 'gzip']], gzipSync('x').subarray(0, -1)),
      );
      const error = await failureOf(t, t.client().get(server.url()));
      t.assert.deepEqual(summary(error), ['DecodingError', 'ERR_CONTENT_CODING', 'decode']);
      t.assert.ok(error instanceof t.tern.RequestError && !(error instanceof t.tern.TransportError));
    },
  },
  {
    id: 'EX-14',
    rows: ['EX-14'],
    title: 'too many hops: TooManyRedirects, which is a RequestError and no TransportError',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const error = await failureOf(t, t.client({ redirect: true }).get(server.url('/loop')));
      t.assert.deepEqual(summary(error), ['TooManyRedirects', 'ERR_TOO_MANY_REDIRECTS', 'redirect']);
      t.assert.match(error.message, /maximum allowed redirects \(20\)/);
      t.assert.ok(error instanceof t.tern.RequestError && !(error instanceof t.tern.TransportError));
    },
  },
  {
    id: 'EX-15',
    rows: ['EX-15'],
    title: 'raiseForStatus(): HTTPStatusError with request, response and status, and its text',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const more = 'For more information check: https://developer.mozilla.org/docs/Web/HTTP/Reference/Status';
      const texts: readonly (readonly [number, Record<string, string>, string])[] = [
        [101, {}, `Informational response '101 Switching Protocols' for url 'https://a.test/x'\n${more}/101`],
        [
          303,
          { Location: 'https://b.test/' },
          `Redirect response '303 See Other' for url 'https://a.test/x'\nRedirect location: 'https://b.test/'\n${more}/303`,
        ],
        [403, {}, `Client error '403 Forbidden' for url 'https://a.test/x'\n${more}/403`],
        [500, {}, `Server error '500 Internal Server Error' for url 'https://a.test/x'\n${more}/500`],
        [600, {}, `Invalid status code '600' for url 'https://a.test/x'\n${more}/600`],
      ];
      for (const [status, headers, text] of texts) {
        const client = new t.tern.Client({
          transport: new t.tern.MockTransport(() => new t.tern.Response(status, { headers, text: 'why' })),
        });
        t.defer(() => client.close());
        const response = await client.get('https://a.test/x');
        t.assert.throws(
          () => response.raiseForStatus(),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.HTTPStatusError && !(error instanceof t.tern.RequestError));
            const failure = error as InstanceType<typeof t.tern.HTTPStatusError>;
            t.assert.equal(failure.message, text);
            t.assert.equal(failure.response, response);
            t.assert.equal(failure.request, response.request);
            t.assert.deepEqual([failure.status, failure.code], [status, 'ERR_HTTP_STATUS']);
            return true;
          },
        );
        await t.assert.rejects(client.get('https://a.test/x', { raiseForStatus: true }), { message: text });
      }
    },
  },
  {
    id: 'EX-15.stream',
    rows: ['EX-15', 'ST-12'],
    title:
      'raiseForStatus for a streamed response reads its content first, so that no connection is lost with it',
    verdict: 'differs:httpx has no such option',
    layer: 'bytes',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(({ target }) => reply(target === '/ok' ? 200 : 500, [], 'why'));
      const client = t.client({ raiseForStatus: true });
      const error = await failureOf(t, client.stream('GET', server.url()));
      const { response } = error as InstanceType<typeof t.tern.HTTPStatusError>;
      t.assert.equal(response instanceof t.tern.Response && response.text, 'why');
      t.assert.deepEqual([client.stats.active, client.stats.idle], [0, 1]);
      const request = client.buildRequest('GET', server.url());
      await t.assert.rejects(client.send(request, { stream: true }), t.tern.HTTPStatusError);
      await t.assert.rejects(client.send(request), t.tern.HTTPStatusError);
      t.assert.equal((await client.get(server.url(), { raiseForStatus: false })).status, 500);
      const ok = await client.stream('GET', server.url('/ok'));
      t.assert.equal(ok.isClosed, false);
      t.assert.equal((await ok.read()).text, 'why');
      t.assert.equal(server.connections, 1);
    },
  },
];
