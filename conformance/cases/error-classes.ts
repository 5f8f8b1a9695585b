import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EX-16',
    rows: ['EX-16'],
    title: 'InvalidURL is no HTTPError, but an error of this library',
    verdict: 'fixed:D37',
    layer: 'model',
    async run(t) {
      await t.assert.rejects(t.client().get('http://['), (error: unknown) => {
        t.assert.ok(error instanceof t.tern.InvalidURL && error instanceof t.tern.TernError);
        t.assert.ok(!(error instanceof t.tern.HTTPError));
        t.assert.equal((error as { code: string }).code, 'ERR_INVALID_URL');
        t.assert.ok(t.tern.isTernError(error) && !t.tern.isHTTPError(error));
        return true;
      });
    },
  },
  {
    id: 'EX-19',
    rows: ['EX-19'],
    title: 'the misuse of streams is a tree of its own, outside of HTTPError',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { StreamConsumed, StreamClosed, ResponseNotRead, RequestNotRead, StreamError } = t.tern;
      for (const ErrorClass of [StreamConsumed, StreamClosed, ResponseNotRead, RequestNotRead]) {
        const error = new ErrorClass('a mistake');
        t.assert.ok(error instanceof StreamError && error instanceof t.tern.TernError);
        t.assert.ok(!(error instanceof t.tern.HTTPError));
        t.assert.match(error.code, /^ERR_(?:STREAM|RESPONSE|REQUEST)_/);
      }
    },
  },
  {
    id: 'EX-19.tree',
    rows: ['EX-19'],
    title: 'the tree of errors is that of httpx, with the classes that are new hung into it',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { tern } = t;
      const chains: readonly (readonly (keyof typeof tern)[])[] = [
        ['ConnectTimeout', 'TimeoutException', 'TransportError', 'RequestError', 'HTTPError', 'TernError'],
        ['ReadTimeout', 'TimeoutException', 'TransportError'],
        ['WriteTimeout', 'TimeoutException'],
        ['PoolTimeout', 'TimeoutException'],
        ['FirstByteTimeout', 'TimeoutException'],
        ['TotalTimeout', 'TimeoutException'],
        ['ConnectError', 'NetworkError', 'TransportError', 'RequestError', 'HTTPError'],
        ['ReadError', 'NetworkError'],
        ['WriteError', 'NetworkError'],
        ['CloseError', 'NetworkError'],
        ['LocalProtocolError', 'ProtocolError', 'TransportError'],
        ['RemoteProtocolError', 'ProtocolError', 'TransportError'],
        ['ProxyError', 'TransportError'],
        ['UnsupportedProtocol', 'TransportError'],
        ['DecodingError', 'RequestError', 'HTTPError'],
        ['TooManyRedirects', 'RequestError', 'HTTPError'],
        ['AbortError', 'RequestError', 'HTTPError'],
        ['HTTPStatusError', 'HTTPError', 'TernError'],
        ['InvalidURL', 'TernError'],
        ['CookieConflict', 'TernError'],
        ['StreamError', 'TernError'],
      ];
      for (const chain of chains) {
        const [first, ...others] = chain.map((name) => tern[name] as { prototype: object });
        for (const other of others)
          t.assert.ok(
            Object.prototype.isPrototypeOf.call(other.prototype, first!.prototype),
            chain.join(' < '),
          );
      }
      for (const [child, parent] of [
        ['TooManyRedirects', 'TransportError'],
        ['DecodingError', 'TransportError'],
        ['HTTPStatusError', 'RequestError'],
        ['InvalidURL', 'HTTPError'],
        ['StreamError', 'HTTPError'],
      ] as const)
        t.assert.ok(
          !Object.prototype.isPrototypeOf.call(tern[parent].prototype, tern[child].prototype),
          child,
        );
    },
  },
  {
    id: 'EX-20',
    rows: ['EX-20'],
    title: 'JSON, charsets, header values and URLs that are wrong are errors of this library with a code',
    verdict: 'fixed:D37',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], '{"a":'));
      const client = t.client();
      const response = await client.get(server.url());
      const wrong: readonly (readonly [string, () => unknown])[] = [
        ['ERR_INVALID_JSON', (): unknown => response.json()],
        ['ERR_INVALID_ARGUMENT', (): unknown => void (response.encoding = 'no-such-charset')],
        ['ERR_LOCAL_PROTOCOL', (): unknown => new t.tern.Headers({ name: '☃' })],
        ['ERR_LOCAL_PROTOCOL', (): unknown => new t.tern.Headers({ 'na me': 'x' })],
        ['ERR_INVALID_URL', (): unknown => client.buildRequest('GET', 'http://a b/')],
        ['ERR_INVALID_ARGUMENT', (): unknown => new t.tern.Client({ timeout: -1 })],
        ['ERR_INVALID_ARGUMENT', (): unknown => new t.tern.Client({ nothing: 1 } as never)],
        [
          'ERR_INVALID_ARGUMENT',
          (): unknown => client.buildRequest('POST', server.url(), { json: 1, content: '' } as never),
        ],
        ['ERR_INVALID_ARGUMENT', (): unknown => client.buildRequest(7 as never, server.url())],
      ];
      for (const [code, work] of wrong) {
        t.assert.throws(work, (error: unknown) => {
          t.assert.ok(error instanceof t.tern.TernError, `${code}: ${String(error)}`);
          t.assert.equal((error as { code: string }).code, code);
          return true;
        });
      }
    },
  },
];
