import { gzipSync } from 'node:zlib';
import { reply } from '../../fixtures/reply-server.ts';
import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type { HTTPError, RequestOptions, StreamResponse } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** What a failure has to be. */
interface Expected {
  readonly name: string;
  readonly code: string;
  readonly phase: string;
}

/** Something that happens on a socket, and the failure that it is. */
interface SocketEvent extends Expected {
  readonly event: string;
  readonly script: (peer: ScriptedPeer) => Promise<void> | void;
  readonly method?: string;
  readonly options?: RequestOptions;
  /** Large bodies and many octets are not sent one by one. */
  readonly isLarge?: boolean;
}

/** Reads the request, sends something, and ends the connection. */
function says(text: string, ending: 'end' | 'reset' | 'stay' = 'end'): SocketEvent['script'] {
  return async (peer) => {
    await peer.readRequest();
    await peer.send(text);
    if (ending === 'end') await peer.end();
    if (ending === 'reset') {
      await peer.wait(20);
      peer.reset();
    }
  };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

/** The failure of some work. */
async function failureOf(t: CaseContext, work: Promise<unknown>): Promise<HTTPError> {
  let caught: unknown;
  try {
    await work;
  } catch (error) {
    caught = error;
  }
  t.assert.ok(caught instanceof t.tern.HTTPError, `not an HTTPError: ${String(caught)}`);
  return caught as HTTPError;
}

function summary({ name, code, phase }: Expected): string[] {
  return [name, code, phase];
}

/** Ends within the body, a moment after its first octets. */
const CUT: SocketEvent['script'] = async (peer) => {
  await peer.readRequest();
  await peer.send(`${HEAD}Content-Length: 10\r\n\r\nab`);
  await peer.wait(10);
  await peer.end();
};

/** Asserts that each failure has its caller in the stack, in one line. */
async function namesCallers(t: CaseContext, callers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const caller of callers) {
    const { stack = '' } = await failureOf(t, caller());
    const lines = stack.split('\n').filter((line) => line.includes(`${caller.name} `));
    t.assert.equal(lines.length, 1, `${caller.name} in ${stack}`);
  }
}

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
    id: 'EX-09',
    rows: ['EX-09', 'EX-17'],
    title: 'the message names method, URL without secrets, reason, phase and peer',
    verdict: 'fixed:D24',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(says(`${HEAD}Content-Length: 10\r\n\r\nab`));
      const url = server.url('/x?token=hidden&q=1').replace('//', '//user:hidden@');
      const { message, stack } = await failureOf(t, t.client().post(url));
      t.assert.match(message, /^POST http:\/\/\[secure\]@127\.0\.0\.1:\d+\/x\?token=\[secure\]&q=1: /);
      t.assert.match(message, /8 bytes missing/);
      t.assert.match(message, new RegExp(`\\[phase read, peer 127\\.0\\.0\\.1:${server.port}\\]$`));
      t.assert.doesNotMatch(`${message}${stack}`, /hidden/);
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
      t.assert.equal('text' in response && response.text, 'why');
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
    id: 'EX-17',
    rows: ['EX-17'],
    title: 'a failure carries the request that failed, with the fields that were sent',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const server = await t.replies(reply(302, [['Location', url]]));
      const client = t.client({ redirect: true, headers: { 'X-Own': '1' }, auth: ['user', 'secret'] });
      const { request, message } = await failureOf(t, client.post(server.url(), { content: 'x' }));
      t.assert.deepEqual(
        [request?.method, request?.url.href, request?.headers.get('x-own')],
        ['GET', url, '1'],
      );
      t.assert.equal(request?.headers.get('authorization'), null);
      t.assert.match(message, new RegExp(`^GET ${url}: `));
      const { inspect } = await import('node:util');
      const printed = inspect(await failureOf(t, client.get(url.replace('//', '//user:secret@'))));
      t.assert.doesNotMatch(printed, /secret(?!\])/);
      const bare = new t.tern.ReadTimeout({ reason: 'made by hand' });
      t.assert.equal(bare.request, undefined);
    },
  },
  {
    id: 'EX-18',
    rows: ['EX-18'],
    title: 'the error of the system is the cause',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const refused = rootCause(await failureOf(t, t.client().get(url)));
      t.assert.equal((refused as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      const server = await t.scripted(says('', 'reset'));
      const reset = rootCause(await failureOf(t, t.client().get(server.url())));
      t.assert.equal((reset as NodeJS.ErrnoException).code, 'ECONNRESET');
    },
  },
  {
    id: 'EX-18.caller',
    rows: ['EX-18'],
    title: 'the stack of a failure names the function that waits for the request',
    verdict: 'differs:JavaScript has no traceback that grows while an error travels',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const client = t.client({ timeout: { read: 30 } });
      const silent = await t.scripted(says('', 'stay'));
      const cut = await t.scripted(CUT);
      await namesCallers(t, [
        async function callerOfGet(): Promise<void> {
          await client.get(url);
        },
        async function callerOfPost(): Promise<void> {
          await client.post(silent.url(), { content: 'x' });
        },
        async function callerOfStream(): Promise<void> {
          await client.stream('GET', url);
        },
        async function callerOfSend(): Promise<void> {
          await client.send(client.buildRequest('GET', url));
        },
        async function callerOfOneShot(): Promise<void> {
          await t.tern.get(url);
        },
        async function callerOfContent(): Promise<void> {
          await client.get(cut.url());
        },
      ]);
    },
  },
  {
    id: 'EX-18.reader',
    rows: ['EX-18'],
    title: 'the stack of a failure within the content names the function that reads it',
    verdict: 'differs:JavaScript has no traceback that grows while an error travels',
    layer: 'live',
    async run(t) {
      const client = t.client();
      const cut = await t.scripted(CUT);
      const open = (): Promise<StreamResponse> => client.stream('GET', cut.url());
      await namesCallers(t, [
        async function readerByIteration(): Promise<void> {
          for await (const piece of await open()) void piece;
        },
        async function readerOfLines(): Promise<void> {
          for await (const line of (await open()).iterLines()) void line;
        },
        async function readerOfPieces(): Promise<void> {
          for await (const piece of (await open()).iterBytes(7)) void piece;
        },
        async function readerOfAll(): Promise<void> {
          await (await open()).read();
        },
      ]);
    },
  },
  {
    id: 'EX-18.own-stack',
    rows: ['EX-18'],
    title: 'an error that the program made keeps the place where it was made',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const made: Error[] = [];
      function makeInHandler(): Error {
        const error = new t.tern.ReadTimeout({ reason: 'simulated' });
        made.push(error);
        return error;
      }
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => {
          throw makeInHandler();
        }),
      });
      t.defer(() => client.close());
      await t.assert.rejects(client.get('https://a.test/'), (error: unknown) => {
        t.assert.equal(error, made[0]);
        t.assert.match((error as Error).stack ?? '', /makeInHandler/);
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

/** The end of a chain of causes. */
function rootCause(error: Error): unknown {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
}
