import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { reply } from '../../fixtures/reply-server.ts';
import type { Lookup, TraceEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

type Address = { readonly address: string; readonly family: number };

/** Resolves every name to these addresses, and notes what was asked. */
function answering(addresses: readonly Address[], asked: unknown[] = []): Lookup {
  return (hostname, options, done) => {
    asked.push([hostname, options]);
    setImmediate(done, null, [...addresses]);
  };
}

/** A second server on a port that is taken on 127.0.0.1: on another address of this machine. */
async function neighbour(t: CaseContext, port: number): Promise<string[]> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    seen.push(String(socket.localAddress));
    socket.on('error', () => {});
    socket.on('data', () => socket.write(PLAIN));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.2', resolve);
  });
  t.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return seen;
}

/** How many attempts to connect are under way in this process. */
function attempts(): number {
  const handles = Reflect.get(process, '_getActiveHandles') as () => readonly Partial<Socket>[];
  return handles.call(process).filter(({ connecting }) => connecting === true).length;
}

/** Pieces that come one by one, a turn of the loop apart. */
async function* slowly(...pieces: readonly string[]): AsyncGenerator<string> {
  for (const piece of pieces) {
    yield piece;
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

/** A failure that names the path. */
function isMissing(path: string): (error: unknown) => boolean {
  return (error) => {
    const { name, code, phase, peer, message } = error as Readonly<Record<string, unknown>>;
    const isNamed = String(message).includes('there is no such socket (ENOENT)');
    return (
      [name, code, phase, peer].join() === ['ConnectError', 'ERR_CONNECT', 'connect', path].join() && isNamed
    );
  };
}

const V4: Address = { address: '127.0.0.1', family: 4 };
const OTHER: Address = { address: '127.0.0.2', family: 4 };
const V6: Address = { address: '::1', family: 6 };

export const cases: readonly ConformanceCase[] = [
  {
    id: 'NW-01',
    rows: ['NW-01'],
    title: 'a Unix domain socket carries everything; Host and target come from the URL',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'uds', 'wire-bytes'],
    async run(t) {
      const socketPath = join(t.tempDir(), 'socket');
      const server = await t.replies(reply(200, [], 'local'), { socketPath });
      const client = t.client({ socket: { path: socketPath } });
      for (const url of ['http://one.test/a?b', 'http://two.test:8080/', 'http://[2001:db8::1]/'])
        t.assert.equal((await client.get(url)).text, 'local');
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.get('host')]),
        [
          ['/a?b', 'one.test'],
          ['/', 'two.test:8080'],
          ['/', '[2001:db8::1]'],
        ],
      );
      const response = await client.get('http://one.test/again');
      t.assert.deepEqual(
        [response.connection?.remoteAddress, response.connection?.remotePort, response.connection?.reused],
        [socketPath, null, true],
      );
      t.assert.equal(server.connections, 3);
    },
  },
  {
    id: 'NW-01.tls',
    rows: ['NW-01'],
    title: 'TLS over a Unix domain socket verifies the name of the URL',
    verdict: 'same',
    layer: 'live',
    needs: ['uds', 'tls'],
    async run(t) {
      const socketPath = join(t.tempDir(), 'socket');
      const server = await t.httpServer({ socketPath, tls: t.serverTLS });
      const client = t.client({ socket: { path: socketPath }, tls: { ca: t.ca.certificate } });
      const response = await client.get('https://localhost/get');
      t.assert.deepEqual([response.status, response.connection?.tls?.servername], [200, 'localhost']);
      await t.assert.rejects(client.get('https://other.test/get'), { name: 'ConnectError', code: 'ERR_TLS' });
      t.assert.equal(server.requests.length, 1);
    },
  },
  {
    id: 'NW-01.missing',
    rows: ['NW-01'],
    title: 'a path where nobody listens, and options that make no sense beside a path',
    verdict: 'same',
    layer: 'live',
    needs: ['uds'],
    async run(t) {
      const path = join(t.tempDir(), 'missing');
      const client = t.client({ socket: { path } });
      await t.assert.rejects(client.get('http://h.test/'), isMissing(path));
      for (const socket of [
        { path, localAddress: '127.0.0.1' },
        { path, family: 4 },
        { path, lookup: answering([]) },
        { path, noDelay: true },
        { path: '' },
      ] as const)
        t.assert.throws(() => t.client({ socket }), { name: 'InvalidArgument' });
    },
  },
  {
    id: 'NW-02',
    rows: ['NW-02'],
    title: 'the local address can be chosen, and with it the family',
    verdict: 'same',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const lookup = answering([{ address: '2001:db8::1', family: 6 }, V4]);
      const client = t.client({ socket: { localAddress: '127.0.0.3', lookup } });
      const response = await client.get(`http://both.test:${server.port}/`);
      t.assert.equal(response.connection?.localAddress, '127.0.0.3');
      t.assert.equal(server.peers[0]?.remoteAddress, '127.0.0.3');
      t.assert.equal(server.peers[0]?.remotePort, response.connection?.localPort);
      const only6 = t.client({
        socket: { localAddress: '127.0.0.3', lookup: answering([{ address: '::1', family: 6 }]) },
      });
      await t.assert.rejects(only6.get('http://six.test/'), {
        name: 'ConnectError',
        message: /no IPv4 address/,
      });
      // An address that is not ours.
      const foreign = t.client({ socket: { localAddress: '192.0.2.1' } });
      await t.assert.rejects(foreign.get(server.url()), { name: 'ConnectError', message: /EADDRNOTAVAIL/ });
      for (const localAddress of ['eth0', 'localhost', '127.0.0.1:80'])
        t.assert.throws(() => t.client({ socket: { localAddress } }), { name: 'InvalidArgument' });
    },
  },
  {
    id: 'NW-02.ipv6',
    rows: ['NW-02', 'NW-06'],
    title: 'IPv6: literal addresses, and one family only',
    verdict: 'same',
    layer: 'live',
    needs: ['socket-options', 'ipv6', 'wire-bytes'],
    async run(t) {
      const server = await t.replies(PLAIN, { host: '::1' });
      const client = t.client();
      const response = await client.get(server.url());
      t.assert.equal(response.connection?.remoteAddress, '::1');
      t.assert.equal(server.requests[0]?.get('host'), `[::1]:${server.port}`);
      const both = [V4, { address: '::1', family: 6 }];
      const asked: unknown[] = [];
      const six = t.client({ socket: { family: 6, lookup: answering(both, asked) } });
      t.assert.equal((await six.get(`http://both.test:${server.port}/`)).text, 'ok');
      t.assert.deepEqual(asked, [['both.test', { all: true, family: 6 }]]);
      const four = t.client({ socket: { family: 4, lookup: answering(both) } });
      await t.assert.rejects(four.get(`http://both.test:${server.port}/`), {
        name: 'ConnectError',
        message: /127\.0\.0\.1/,
      });
      t.assert.throws(() => t.client({ socket: { family: 5 as 4 } }), { name: 'InvalidArgument' });
    },
  },
  {
    id: 'NW-04',
    rows: ['NW-04', 'NW-05'],
    title: 'small writes are not held back until the first one is acknowledged, unless that is asked for',
    verdict: 'differs:the options that Node has, by name',
    rfc: 'RFC 896',
    layer: 'live',
    needs: ['pool', 'socket-options', 'wire-bytes'],
    async run(t) {
      t.assert.throws(() => t.client({ socket: { noDelay: 1 as never } }), { name: 'InvalidArgument' });
      t.assert.throws(() => t.client({ socket: { noDelai: true } as never }), { name: 'InvalidArgument' });
      const server = await t.replies(PLAIN);
      const fastest: number[] = [];
      for (const noDelay of [undefined, true, false]) {
        const client = t.client(noDelay === undefined ? {} : { socket: { noDelay } });
        await client.get(server.url());
        const times: number[] = [];
        for (let round = 0; round < 10; round++) {
          const started = performance.now();
          await client.post(server.url(), { content: slowly('three', 'small', 'pieces') });
          times.push(performance.now() - started);
        }
        fastest.push(Math.min(...times));
      }
      const [byDefault = 0, without = 0, delayed = 0] = fastest;
      // Where the system does not delay acknowledgements there is nothing to see.
      if (delayed < 30) return;
      t.assert.ok(byDefault * 2 < delayed && without * 2 < delayed, fastest.join(' '));
    },
  },
  {
    id: 'NW-06',
    rows: ['NW-06'],
    title: 'several addresses: a refusal moves on at once, silence after a quarter of a second',
    verdict: 'same',
    rfc: 'RFC 8305 §5',
    layer: 'live',
    needs: ['socket-options', 'trace', 'timeouts'],
    async run(t) {
      const { port } = await t.refusedPort();
      const seen = await neighbour(t, port);
      const refusing = t.client({ socket: { lookup: answering([V4, OTHER]) } });
      const first = await refusing.get(`http://two.test:${port}/`);
      t.assert.deepEqual(
        [first.text, first.connection?.remoteAddress, seen],
        ['ok', '127.0.0.2', ['127.0.0.2']],
      );
      const hole = await t.blackHole();
      if (hole.kind !== 'backlog') return;
      await neighbour(t, hole.port);
      const events: TraceEvent[] = [];
      const silent = t.client({
        socket: { lookup: answering([V4, OTHER]) },
        trace: (event) => events.push(event),
      });
      const second = await silent.get(`http://two.test:${hole.port}/`);
      t.assert.equal(second.connection?.remoteAddress, '127.0.0.2');
      const attempts = events.filter(({ name }) => name === 'connection.connect_tcp.started');
      t.assert.deepEqual(
        attempts.map(({ info }) => info['host']),
        ['127.0.0.1', '127.0.0.2'],
      );
      t.assert.ok(attempts[1]!.time - attempts[0]!.time >= 240);
      // The one that lost is given up, and said to be.
      const lost = events.filter(({ name }) => name === 'connection.connect_tcp.failed');
      t.assert.deepEqual(
        lost.map(({ info }) => info['host']),
        ['127.0.0.1'],
      );
    },
  },
  {
    id: 'NW-06.all',
    rows: ['NW-06'],
    title: 'all addresses fail: one error that tells each',
    verdict: 'same',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const { port } = await t.refusedPort();
      const client = t.client({ socket: { lookup: answering([V4, OTHER]) } });
      const error = await client.get(`http://two.test:${port}/`).catch((caught: unknown) => caught as Error);
      const { name, message, cause } = error as Error;
      t.assert.equal(name, 'ConnectError');
      t.assert.match(
        message,
        new RegExp(`127\\.0\\.0\\.1:${port}: connection refused .*127\\.0\\.0\\.2:${port}: `),
      );
      t.assert.equal((cause as AggregateError).errors.length, 2);
    },
  },
  {
    id: 'NW-06.lookup',
    rows: ['NW-06'],
    title:
      'a lookup of one\u2019s own: asked once for a connection, its failures and nonsense are failures of the name',
    verdict: 'differs:httpx cannot be given one',
    layer: 'live',
    needs: ['pool', 'socket-options'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const asked: unknown[] = [];
      const client = t.client({ socket: { lookup: answering([V4], asked) } });
      for (let i = 0; i < 3; i++) await client.get(`http://named.test:${server.port}/`);
      // Addresses need none.
      await client.get(server.url());
      t.assert.deepEqual(asked, [['named.test', { all: true, family: 0 }]]);
      t.assert.equal(server.requests[0]?.get('host'), `named.test:${server.port}`);
      const failing: readonly Lookup[] = [
        (_name, _options, done) => done(new Error('no such name'), []),
        (_name, _options, done) => setImmediate(done, null, []),
        (_name, _options, done) => setImmediate(done, null, '127.0.0.1' as never),
        (_name, _options, done) => setImmediate(done, null, [{ address: 'other.test', family: 4 }]),
        (_name, _options, done) => setImmediate(done, null, [undefined as never]),
        () => {
          throw new Error('thrown');
        },
      ];
      for (const lookup of failing) {
        const one = t.client({ socket: { lookup } });
        await t.assert.rejects(one.get('http://named.test/'), {
          name: 'ConnectError',
          code: 'ERR_DNS',
          phase: 'dns',
        });
        t.assert.equal(one.stats.connecting, 0);
      }
    },
  },
  {
    id: 'NW-06.family',
    rows: ['NW-06', 'NW-02'],
    title: 'with one family asked for, addresses of the other one are none',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'socket-options'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const both = t.client({ socket: { family: 4, lookup: answering([V6, V4]) } });
      t.assert.equal((await both.get(`http://both.test:${server.port}/`)).text, 'ok');
      const other = t.client({ socket: { family: 4, lookup: answering([V6]) } });
      await t.assert.rejects(other.get(`http://other.test:${server.port}/`), {
        name: 'ConnectError',
        code: 'ERR_DNS',
        phase: 'dns',
      });
    },
  },
  {
    id: 'NW-06.turns',
    rows: ['NW-06'],
    title: 'the families of several addresses take turns',
    verdict: 'same',
    rfc: 'RFC 8305 §4',
    layer: 'live',
    needs: ['socket-options', 'trace'],
    async run(t) {
      const { port } = await t.refusedPort();
      const hosts: unknown[] = [];
      const client = t.client({
        socket: { lookup: answering([V4, OTHER, V6]) },
        trace({ name, info }) {
          if (name === 'connection.connect_tcp.started') hosts.push(info['host']);
        },
      });
      await t.assert.rejects(client.get(`http://three.test:${port}/`), { name: 'ConnectError' });
      t.assert.deepEqual(hosts, ['127.0.0.1', '::1', '127.0.0.2']);
    },
  },
  {
    id: 'NW-06.lost',
    rows: ['NW-06'],
    title: 'an attempt to connect that another one has overtaken is given up',
    verdict: 'same',
    rfc: 'RFC 8305 §5',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const hole = await t.blackHole();
      if (hole.kind !== 'backlog') return;
      await neighbour(t, hole.port);
      const before = attempts();
      const client = t.client({ socket: { lookup: answering([V4, OTHER]) } });
      const response = await client.get(`http://two.test:${hole.port}/`);
      t.assert.equal(response.connection?.remoteAddress, '127.0.0.2');
      t.assert.equal(attempts(), before);
    },
  },
  {
    id: 'NW-06.localhost',
    rows: ['NW-06'],
    title: 'every name below localhost is this machine, unless a lookup says otherwise',
    verdict: 'differs:httpx leaves it to the system, which may not know',
    rfc: 'RFC 6761 §6.3',
    layer: 'live',
    needs: ['socket-options'],
    async run(t) {
      const server = await t.replies(reply(200));
      const url = `http://app.tern.localhost:${server.port}/`;
      t.assert.equal((await t.client({ socket: { family: 4 } }).get(url)).status, 200);
      t.assert.equal(server.requests[0]?.get('host'), `app.tern.localhost:${server.port}`);
      const asked: string[] = [];
      const own = t.client({
        socket: {
          lookup: (hostname, _options, done) => {
            asked.push(hostname);
            done(null, [{ address: '127.0.0.1', family: 4 }]);
          },
        },
      });
      await own.get(url);
      t.assert.deepEqual(asked, ['app.tern.localhost']);
    },
  },
];
