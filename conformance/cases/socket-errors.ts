import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type {
  BodilessRequestOptions,
  Client,
  ClientOptions,
  HTTPError,
  RequestOptions,
} from '../../src/index.ts';
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

const REMOTE = { name: 'RemoteProtocolError', code: 'ERR_REMOTE_PROTOCOL' } as const;

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

const EVENTS: readonly SocketEvent[] = [
  { event: 'nothing, then the end', script: says(''), ...REMOTE, phase: 'firstByte' },
  {
    event: 'reset instead of a response',
    script: says('', 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'firstByte',
  },
  {
    event: 'reset within the head',
    script: says('HTTP/1.1 200', 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'firstByte',
  },
  { event: 'end within the status line', script: says('HTTP/1.1 2'), ...REMOTE, phase: 'firstByte' },
  { event: 'end within the fields', script: says(`${HEAD}Content-`), ...REMOTE, phase: 'firstByte' },
  { event: 'not HTTP at all', script: says('SSH-2.0-OpenSSH_9.6\r\n'), ...REMOTE, phase: 'firstByte' },
  {
    event: 'a status that is no number',
    script: says('HTTP/1.1 2xx OK\r\n\r\n'),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'another version of HTTP',
    script: says('HTTP/9.9 200 OK\r\n\r\n'),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a field without a colon',
    script: says(`${HEAD}no colon\r\n\r\n`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a field name with a space',
    script: says(`${HEAD}Bad Name: x\r\n\r\n`),
    ...REMOTE,
    phase: 'firstByte',
  },
  { event: 'a NUL in a field', script: says(`${HEAD}X: a\0b\r\n\r\n`), ...REMOTE, phase: 'firstByte' },
  {
    event: 'a head without end',
    script: says(`${HEAD}X: ${'x'.repeat(110_000)}`, 'stay'),
    ...REMOTE,
    phase: 'firstByte',
    isLarge: true,
  },
  {
    event: 'lengths that differ',
    script: says(`${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\nab`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a negative length',
    script: says(`${HEAD}Content-Length: -1\r\n\r\n`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'a length that is no number',
    script: says(`${HEAD}Content-Length: 0x2\r\n\r\nab`),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: '101 that nobody asked for',
    script: says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'),
    ...REMOTE,
    phase: 'firstByte',
  },
  {
    event: 'end within a body with a length',
    script: says(`${HEAD}Content-Length: 10\r\n\r\nab`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'reset within a body with a length',
    script: says(`${HEAD}Content-Length: 10\r\n\r\nab`, 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'read',
  },
  {
    event: 'end within a chunked body',
    script: says(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nab`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'end before the last chunk',
    script: says(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'a chunk size that is none',
    script: says(`${HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'a chunk that is longer than its size',
    script: says(`${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`),
    ...REMOTE,
    phase: 'read',
  },
  {
    event: 'reset within a body up to the end',
    script: says(`${HEAD}\r\nab`, 'reset'),
    name: 'ReadError',
    code: 'ERR_READ',
    phase: 'read',
  },
  {
    event: 'no response in time',
    script: says('', 'stay'),
    options: { timeout: { read: 40 } },
    name: 'ReadTimeout',
    code: 'ERR_READ_TIMEOUT',
    phase: 'firstByte',
  },
  {
    event: 'no first octet in time',
    script: says('', 'stay'),
    options: { timeout: { firstByte: 40 } },
    name: 'FirstByteTimeout',
    code: 'ERR_FIRST_BYTE_TIMEOUT',
    phase: 'firstByte',
  },
  {
    event: 'no more of the body in time',
    script: says(`${HEAD}Content-Length: 10\r\n\r\nab`, 'stay'),
    options: { timeout: { read: 200 } },
    name: 'ReadTimeout',
    code: 'ERR_READ_TIMEOUT',
    phase: 'read',
  },
  {
    event: 'not all in time',
    script: says(`${HEAD}Content-Length: 10\r\n\r\nab`, 'stay'),
    options: { timeout: { total: 60 } },
    name: 'TotalTimeout',
    code: 'ERR_TOTAL_TIMEOUT',
    phase: 'total',
  },
  {
    event: 'the peer takes no data in time',
    script: (peer) => peer.pause(),
    method: 'POST',
    options: { content: new Uint8Array(32 * 1024 * 1024), timeout: { write: 60 } },
    name: 'WriteTimeout',
    code: 'ERR_WRITE_TIMEOUT',
    phase: 'write',
    isLarge: true,
  },
  {
    event: 'reset within the upload',
    script: async (peer) => {
      await peer.readHead();
      await peer.read(10);
      peer.reset();
    },
    method: 'POST',
    options: { content: new Uint8Array(32 * 1024 * 1024) },
    // Whether the system tells it to a read or to a write is a matter of its mood.
    name: 'ReadError|WriteError',
    code: 'ERR_READ|ERR_WRITE',
    phase: 'write',
    isLarge: true,
  },
  {
    event: 'corrupt content',
    script: says(`${HEAD}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd`),
    name: 'DecodingError',
    code: 'ERR_CONTENT_CODING',
    phase: 'decode',
  },
];

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

async function failsWith(
  t: CaseContext,
  client: Client,
  url: string,
  [name, code, phase]: readonly [string, string, string],
  options?: BodilessRequestOptions,
): Promise<HTTPError> {
  const error = await failureOf(t, client.get(url, options));
  t.assert.deepEqual(summary(error), [name, code, phase], error.message);
  t.assert.equal(error.request?.url.href, new URL(url).href);
  return error;
}

/** A client whose names resolve as given. */
function resolving(
  t: CaseContext,
  answer: Error | { address: string; family: number }[],
  options: ClientOptions = {},
): Client {
  return t.client({
    ...options,
    socket: {
      lookup: (_hostname, _options, callback) =>
        setImmediate(() => (answer instanceof Error ? callback(answer, []) : callback(null, answer))),
    },
  });
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EX-01',
    rows: ['EX-01'],
    title: 'refused, unreachable, impossible port: ConnectError that names the peer',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url, port } = await t.refusedPort();
      const refused = await failsWith(t, t.client(), url, ['ConnectError', 'ERR_CONNECT', 'connect']);
      t.assert.match(refused.message, /ECONNREFUSED/);
      t.assert.equal(refused.peer, `127.0.0.1:${port}`);
      t.assert.ok(refused instanceof t.tern.NetworkError && refused instanceof t.tern.TransportError);
      await failsWith(t, t.client(), 'http://127.0.0.1:0/', ['ConnectError', 'ERR_CONNECT', 'connect']);
      await failsWith(t, t.client(), 'http://255.255.255.255/', ['ConnectError', 'ERR_CONNECT', 'connect']);
    },
  },
  {
    id: 'EX-01.dns',
    rows: ['EX-01', 'EX-18'],
    title: 'a name that does not resolve: ConnectError of the phase dns',
    verdict: 'same',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const cause = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), { code: 'ENOTFOUND' });
      const client = resolving(t, cause);
      const error = await failsWith(t, client, 'http://nowhere.test/', ['ConnectError', 'ERR_DNS', 'dns']);
      t.assert.match(error.message, /nowhere\.test/);
      t.assert.equal(rootCause(error), cause);
      await failsWith(t, resolving(t, []), 'http://nowhere.test/', ['ConnectError', 'ERR_DNS', 'dns']);
    },
  },
  {
    id: 'EX-01.tls',
    rows: ['EX-01'],
    title:
      'a certificate that is not trusted or for another name, and a peer that speaks no TLS: ConnectError of the phase tls',
    verdict: 'same',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const server = await t.httpServer({ tls: t.serverTLS });
      const failing = ['ConnectError', 'ERR_TLS', 'tls'] as const;
      await failsWith(t, t.client(), server.url('/get'), failing);
      const trusting: ClientOptions = { tls: { ca: t.ca.certificate } };
      t.assert.equal((await t.client(trusting).get(server.url('/get'))).status, 200);
      const elsewhere = resolving(t, [{ address: '127.0.0.1', family: 4 }], trusting);
      await failsWith(t, elsewhere, `https://other.test:${server.port}/get`, failing);
      const plain = await t.scripted(async (peer) => {
        await peer.readSome();
        await peer.send('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        await peer.end();
      });
      await failsWith(t, t.client(), plain.url().replace('http:', 'https:'), failing);
      const old = await t.httpServer({ tls: { ...t.serverTLS, maxVersion: 'TLSv1.2' } });
      const modern = t.client({ tls: { ca: t.ca.certificate, minVersion: 'TLSv1.3' } });
      await failsWith(t, modern, old.url('/get'), failing);
    },
  },
  {
    id: 'EX-02',
    rows: ['EX-02'],
    title: 'connecting takes too long: ConnectTimeout, in TCP and in the TLS handshake',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts'],
    async run(t) {
      const hole = await t.blackHole();
      const options = { timeout: { connect: 50 } };
      const error = await failureOf(t, t.client().get(hole.url, options));
      t.assert.deepEqual([error.name, error.code], ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT']);
      t.assert.ok(error instanceof t.tern.TimeoutException);
      const silent = await t.scripted(() => {});
      const url = silent.url().replace('http:', 'https:');
      const handshake = await failureOf(t, t.client().get(url, options));
      t.assert.deepEqual([handshake.name, handshake.code], ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT']);
      await silent.untilOpen(0);
    },
  },
  {
    id: 'EX-03',
    rows: ['EX-03', 'EX-04', 'EX-06', 'EX-09', 'EX-13'],
    title: 'thirty things that happen on a socket, with class, code and phase of the failure',
    verdict: 'same',
    rfc: 'RFC 9112',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['timeouts', 'wire-bytes'],
    async run(t) {
      for (const { event, script, method = 'GET', options, isLarge, ...expected } of EVENTS) {
        const server = await t.scripted(isLarge === true ? { split: 'whole' } : {}, script);
        const client = t.client();
        const error = await failureOf(t, client.request(method, server.url(), options));
        for (const [key, values] of Object.entries(expected)) {
          const found = error[key as keyof Expected];
          t.assert.ok(
            values.split('|').includes(found),
            `${event}: ${found}, not ${values}: ${error.message}`,
          );
        }
        t.assert.equal(error.request?.url.href, server.url(), event);
        if (error.phase !== 'decode') t.assert.equal(error.peer, `127.0.0.1:${server.port}`, event);
        for (const peer of server.peers) peer.resume();
        await server.untilOpen(0);
        t.assert.equal(client.stats.active, 0, event);
      }
    },
  },
  {
    id: 'EX-03.stream',
    rows: ['EX-03', 'EX-06', 'EX-09', 'EX-13'],
    title: 'the same failures in the content of a streamed response',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['timeouts', 'wire-bytes'],
    async run(t) {
      for (const { event, script, options, ...expected } of EVENTS) {
        if (expected.phase !== 'read' && expected.phase !== 'decode') continue;
        const server = await t.scripted(script);
        const client = t.client();
        const response = await client.stream('GET', server.url(), options);
        const read = async (): Promise<void> => {
          for await (const piece of response) void piece;
        };
        const error = await failureOf(t, read());
        t.assert.deepEqual(summary(error), summary(expected), `${event}: ${error.message}`);
        t.assert.equal(error.request, response.request, event);
        t.assert.equal(client.stats.active, 0, event);
      }
    },
  },
  {
    id: 'EX-05',
    rows: ['EX-05'],
    title: 'no connection in time: PoolTimeout',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send(`${HEAD}Content-Length: 10\r\n\r\nab`);
      });
      const client = t.client({ limits: { maxConnections: 1 } });
      const held = await client.stream('GET', server.url());
      for (const pool of [0, 30]) {
        const error = await failsWith(
          t,
          client,
          server.url('/second'),
          ['PoolTimeout', 'ERR_POOL_TIMEOUT', 'pool'],
          {
            timeout: { pool },
          },
        );
        t.assert.ok(error instanceof t.tern.TimeoutException);
      }
      t.assert.equal(client.stats.waiting, 0);
      await held.cancel();
    },
  },
  {
    id: 'EX-06',
    rows: ['EX-06'],
    title: 'a response that comes although the peer takes no more data is a response',
    verdict: 'same',
    rfc: 'RFC 9112 §9.5',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(
          'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig',
        );
        await peer.end();
      });
      const client = t.client();
      const response = await client.post(server.url(), { content: new Uint8Array(8 * 1024 * 1024) });
      t.assert.deepEqual([response.status, response.text], [413, 'big']);
      t.assert.equal(client.stats.active, 0);
    },
  },
];

/** The end of a chain of causes. */
function rootCause(error: Error): unknown {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
}
