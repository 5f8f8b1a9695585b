import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, LimitsInit, Lookup, PoolStats, TraceEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const PLAIN = `${OK}Content-Length: 2\r\n\r\nok`;

function limited(t: CaseContext, limits: LimitsInit, options: ClientOptions = {}): Client {
  return t.client({ limits, ...options });
}

function counts({ connections, active, idle, connecting, waiting }: PoolStats): number[] {
  return [connections, active, idle, connecting, waiting];
}

/** A gate that requests to a server wait at. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as Error).name;
  }
}

async function* failing(): AsyncGenerator<string> {
  yield 'some';
  throw new Error('no more');
}

/** A body that tells when it is asked for. */
async function* reported(reach: (point: string) => void): AsyncGenerator<string> {
  reach('the source is asked');
  yield 'half of ';
  reach('the source is asked again');
  yield 'the body';
}

/** Every name is this machine. */
const loopback: Lookup = (_name, _options, done) => {
  setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }]);
};

/** Nothing is left of what was before: one more request succeeds on the only connection there may be. */
async function expectRoom(t: CaseContext, client: Client): Promise<void> {
  const server = await t.replies(PLAIN);
  t.assert.equal((await client.get(server.url(), { timeout: null })).text, 'ok');
  t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'PL-01',
    rows: ['PL-01'],
    title: 'connections belong to scheme, host, port and server name',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'socket-options', 'tls'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const other = await t.replies(PLAIN);
      const secure = await t.replies(PLAIN, { tls: t.serverTLS });
      const client = t.client({
        tls: { ca: t.ca.certificate },
        socket: { lookup: loopback },
      });
      for (let round = 0; round < 2; round++) {
        for (const url of [
          server.url('/a'),
          server.url('/b?c').replace('http://', 'HTTP://user:pass@'),
          `http://localhost:${server.port}/`,
          `http://LOCALHOST:${server.port}/`,
          other.url(),
          secure.url(),
          `https://localhost:${secure.port}/`,
        ])
          t.assert.equal((await client.get(url)).text, 'ok');
        const named = { extensions: { sniHostname: 'localhost' } };
        t.assert.equal((await client.get(secure.url(), named)).text, 'ok');
      }
      t.assert.deepEqual([server.connections, other.connections, secure.connections], [2, 1, 3]);
      t.assert.deepEqual([client.stats.opened, client.stats.reused], [6, 10]);
    },
  },
  {
    id: 'PL-01.origin',
    rows: ['PL-01', 'PL-02'],
    title: 'one origin can be limited; requests for others pass by',
    verdict: 'differs:httpx has no limit for one origin',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { opened, open } = gate();
      const slow = await t.replies(async () => {
        await opened;
        return PLAIN;
      });
      const quick = await t.replies(PLAIN);
      const client = limited(t, { maxConnections: 10, maxPerOrigin: 2 });
      const held = Array.from({ length: 5 }, () => client.get(slow.url()));
      await until(() => slow.requests.length === 2);
      t.assert.equal((await client.get(quick.url())).text, 'ok');
      t.assert.deepEqual([slow.connections, client.stats.waiting], [2, 3]);
      open();
      for (const { text } of await Promise.all(held)) t.assert.equal(text, 'ok');
      t.assert.equal(slow.connections, 2);
    },
  },
  {
    id: 'PL-02',
    rows: ['PL-02', 'PL-03'],
    title: 'reuse, else open, else close an idle connection of another origin, else queue',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { opened, open } = gate();
      const one = await t.replies(async ({ target }) => {
        if (target === '/held') await opened;
        return PLAIN;
      });
      const other = await t.replies(PLAIN);
      const client = limited(t, { maxConnections: 2 });
      await client.get(one.url());
      await client.get(one.url());
      t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
      await client.get(other.url());
      t.assert.deepEqual(counts(client.stats), [2, 0, 2, 0, 0]);
      const held = client.get(one.url('/held'));
      const second = client.get(one.url('/held'));
      // The idle connection of the other origin gave way.
      await other.untilOpen(0);
      const queued = [client.get(one.url()), client.get(other.url())];
      t.assert.equal(client.stats.waiting, 2);
      open();
      await Promise.all([held, second, ...queued]);
      t.assert.deepEqual([one.connections, other.connections], [2, 2]);
    },
  },
  {
    id: 'PL-02.latest',
    rows: ['PL-02'],
    title: 'of several idle connections the one used last is taken',
    verdict: 'differs:it is the least likely to have been closed by the server',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const first = gate();
      const second = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/first') await first.opened;
        if (target === '/second') await second.opened;
        return PLAIN;
      });
      const client = t.client();
      const requests = [client.get(server.url('/first')), client.get(server.url('/second'))];
      await until(() => server.requests.length === 2);
      second.open();
      await requests[1];
      first.open();
      await requests[0];
      const last = await client.get(server.url('/third'));
      t.assert.equal(last.connection?.id, (await requests[0]!).connection?.id);
      t.assert.equal(server.connections, 2);
    },
  },
  {
    id: 'PL-02.fifo',
    rows: ['PL-02'],
    title: 'first come, first served, over all origins',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const order: string[] = [];
      const note = ({ target }: { readonly target: string }): string => {
        order.push(target);
        return PLAIN;
      };
      const servers = [await t.replies(note), await t.replies(note), await t.replies(note)];
      const client = limited(t, { maxConnections: 1 });
      const expected: string[] = [];
      const requests: Promise<unknown>[] = [];
      for (let i = 0; i < 60; i++) {
        const target = `/${i}`;
        expected.push(target);
        requests.push(client.get(t.random.pick(servers).url(target)));
      }
      await Promise.all(requests);
      t.assert.deepEqual(order, expected);
      t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
    },
  },
  {
    id: 'PL-04',
    rows: ['PL-04', 'CL-08'],
    title: 'an idle connection is closed after its time, without waiting for the next request',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const client = limited(t, { keepAliveMs: 40 });
      await client.get(server.url());
      await server.untilOpen(0);
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
      await client.get(server.url());
      t.assert.equal(server.connections, 2);
      // For ever, if that is asked for.
      const patient = limited(t, { keepAliveMs: null });
      await patient.get(server.url());
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      await patient.get(server.url());
      t.assert.equal(server.connections, 3);
    },
  },
  {
    id: 'PL-04.hint',
    rows: ['PL-04'],
    title: 'a server that says for how long it keeps a connection is believed, less a second',
    verdict: 'differs:httpx ignores Keep-Alive',
    rfc: 'RFC 2068 §19.7.1.1',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const [hint, opened] of [
        ['timeout=1', 2],
        ['timeout=0', 2],
        ['timeout=30, max=10', 1],
        ['max=10', 1],
        ['nonsense', 1],
      ] as const) {
        const server = await t.replies(reply(200, [['Keep-Alive', hint]], 'ok'));
        const client = t.client();
        await client.get(server.url());
        await client.get(server.url());
        t.assert.equal(server.connections, opened, hint);
      }
    },
  },
  {
    id: 'PL-06',
    rows: ['PL-06'],
    title: 'no idle connections: each is closed after its use',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const limits of [{ keepAliveMs: 0 }, { maxKeepAlive: 0 }]) {
        const server = await t.replies(PLAIN);
        const client = limited(t, { maxConnections: 1, ...limits });
        for (let i = 0; i < 3; i++) await client.get(server.url());
        t.assert.deepEqual([server.connections, counts(client.stats)], [3, [0, 0, 0, 0, 0]]);
        await server.untilOpen(0);
        // Unless somebody waits for it: then it does not become idle.
        await Promise.all([client.get(server.url()), client.get(server.url())]);
        t.assert.equal(server.connections, 4);
      }
    },
  },
  {
    id: 'PL-07',
    rows: ['PL-07'],
    title: 'the limit of idle connections counts idle ones only',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { opened, open } = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/held') await opened;
        return PLAIN;
      });
      const client = limited(t, { maxKeepAlive: 2 });
      const held = Array.from({ length: 5 }, () => client.get(server.url('/held')));
      await until(() => server.requests.length === 5);
      // Five are busy; that is no reason not to keep this one.
      await client.get(server.url());
      t.assert.deepEqual(counts(client.stats), [6, 5, 1, 0, 0]);
      await client.get(server.url());
      t.assert.equal(server.connections, 6);
      open();
      await Promise.all(held);
      t.assert.deepEqual(counts(client.stats), [2, 0, 2, 0, 0]);
      await server.untilOpen(2);
    },
  },
  {
    id: 'PL-08',
    rows: ['PL-08'],
    title: 'a connection that could not be opened, or failed, takes no room',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const client = limited(t, { maxConnections: 1 });
      const { url } = await t.refusedPort();
      for (let i = 0; i < 3; i++) t.assert.equal(await outcomeOf(client.get(url)), 'ConnectError');
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
      const broken = await t.replies({ bytes: 'garbage', after: 'end' });
      for (let i = 0; i < 3; i++)
        t.assert.equal(await outcomeOf(client.get(broken.url())), 'RemoteProtocolError');
      const server = await t.scripted((peer) => peer.closed);
      for (let i = 0; i < 3; i++)
        t.assert.equal(await outcomeOf(client.post(server.url(), { content: failing() })), 'Error');
      await server.untilOpen(0);
      await expectRoom(t, client);
    },
  },
  {
    id: 'PL-09',
    rows: ['PL-09'],
    title: 'a response that is given up frees its room, at once',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`${OK}Content-Length: 100\r\n\r\nsome`);
      });
      const client = limited(t, { maxConnections: 1 });
      const ways: readonly ((url: string) => Promise<void>)[] = [
        async (url) => (await client.stream('GET', url)).cancel(),
        async (url) => {
          const response = await client.stream('GET', url);
          for await (const piece of response) {
            t.assert.ok(piece.length > 0);
            break;
          }
        },
        async (url) => {
          const response = await client.stream('GET', url);
          await response.body.cancel();
        },
        async (url) => {
          const response = await client.stream('GET', url);
          response.toNodeReadable().destroy();
          await until(() => response.isClosed);
        },
        async (url) => {
          const response = await client.stream('GET', url);
          await response[Symbol.asyncDispose]();
        },
      ];
      for (const giveUp of ways) {
        await giveUp(server.url());
        t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
        await server.untilOpen(0);
      }
      await expectRoom(t, client);
    },
  },
  {
    id: 'PL-09.complete',
    rows: ['PL-09'],
    title: 'a response that is complete keeps its connection, whatever its reader does',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const client = limited(t, { maxConnections: 1 });
      const unread = await client.stream('GET', server.url());
      // It fits into the buffer, so the connection is free although nobody has read.
      await until(() => client.stats.idle === 1);
      t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.equal((await unread.read()).text, 'ok');
      const cancelled = await client.stream('GET', server.url());
      await until(() => client.stats.idle === 1);
      await cancelled.cancel();
      t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'PL-10',
    rows: ['PL-10'],
    title: 'a request that is given up leaves no trace: in the queue, while connecting, while waiting',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { opened, open } = gate();
      const server = await t.replies(async () => {
        await opened;
        return PLAIN;
      });
      const hole = await t.blackHole();
      const client = limited(t, { maxConnections: 1 });
      const begin = (
        url: string,
      ): { readonly controller: AbortController; readonly done: Promise<string> } => {
        const controller = new AbortController();
        return { controller, done: outcomeOf(client.get(url, { signal: controller.signal, timeout: null })) };
      };
      const [connecting, queued, behind] = [begin(hole.url), begin(server.url()), begin(hole.url)];
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 1, 2]);
      behind.controller.abort();
      t.assert.equal(await behind.done, 'AbortError');
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 1, 1]);
      connecting.controller.abort();
      t.assert.equal(await connecting.done, 'AbortError');
      await until(() => client.stats.active === 1);
      const next = begin(server.url());
      queued.controller.abort();
      t.assert.equal(await queued.done, 'AbortError');
      open();
      t.assert.equal(await next.done, 'done');
      await expectRoom(t, client);
    },
  },
  {
    id: 'PL-10.matrix',
    rows: ['PL-10', 'XT-02'],
    title: 'given up at every event of a request, with and without TLS; then one more succeeds',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool', 'socket-options', 'tls', 'trace', 'informational'],
    async run(t) {
      const plain = await t.scripted(async (peer) => {
        for (;;) {
          await peer.readRequest();
          await peer.send('HTTP/1.1 103 Early Hints\r\n\r\n');
          await peer.sendPieces([OK.slice(0, 10), OK.slice(10), 'Transfer-Encoding: chunked\r\n', '\r\n']);
          await peer.sendPieces(['4\r\nsome', '\r\n', '5\r\nmore!\r\n', '0\r\n', '\r\n']);
        }
      });
      const secure = await t.httpServer({ tls: t.serverTLS });
      for (const url of [
        `http://named.test:${plain.port}/`,
        `https://localhost:${secure.port}/early-hints`,
      ]) {
        const points: string[] = [];
        /** Makes a request, and gives it up at one point; without one it notes all there are. */
        const run = (client: Client, wanted: string | null): Promise<string> => {
          const controller = new AbortController();
          const reach = (point: string): void => {
            if (wanted === point) controller.abort();
            else if (wanted === null) points.push(point);
          };
          return outcomeOf(
            client.post(url, {
              content: reported(reach),
              signal: controller.signal,
              extensions: { trace: ({ name }) => reach(name) },
              onUploadProgress: ({ transferred }) => reach(`sent ${transferred}`),
              onDownloadProgress: ({ transferred }) => reach(`received ${transferred}`),
              onInformational: () => reach('an interim response'),
            }),
          );
        };
        const options: ClientOptions = { tls: { ca: t.ca.certificate }, socket: { lookup: loopback } };
        const first = limited(t, { maxConnections: 1 }, options);
        t.assert.equal(await run(first, null), 'done');
        await first.close();
        t.assert.ok(points.length > 20, points.join('\n'));
        for (const point of new Set(points)) {
          const client = limited(t, { maxConnections: 1 }, options);
          const outcome = await run(client, point);
          // At the last ones there may be nothing left to give up.
          if (point.startsWith('http11.response_closed')) t.assert.equal(outcome, 'done', point);
          else if (point === 'client.request.complete') t.assert.match(outcome, /^(?:AbortError|done)$/);
          else t.assert.equal(outcome, 'AbortError', point);
          t.assert.equal(await run(client, 'none'), 'done', point);
          t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0], point);
          await client.close();
        }
      }
    },
  },
  {
    id: 'PL-11',
    rows: ['PL-11'],
    title: 'closing ends what is under way, and nothing is sent again',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      let heads = 0;
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { target } = await peer.readHead();
          heads++;
          if (target === '/held') await peer.closed;
          if (target === '/body') await peer.send(`${OK}Content-Length: 10\r\n\r\nhalf`);
          else await peer.send(PLAIN);
        }
      });
      const hole = await t.blackHole();
      const client = limited(t, { maxConnections: 4 });
      // On a connection that was used before, where a loss would be a reason to send it again.
      await client.get(server.url());
      const held = outcomeOf(client.get(server.url('/held')));
      const stream = await client.stream('GET', server.url('/body'));
      const connecting = outcomeOf(client.get(hole.url, { timeout: null }));
      const fourth = outcomeOf(client.get(server.url('/held')));
      await until(() => heads === 4);
      const queued = outcomeOf(client.get(server.url('/held')));
      t.assert.deepEqual(counts(client.stats), [3, 3, 0, 1, 1]);
      await client.close();
      t.assert.deepEqual(await Promise.all([held, connecting, fourth, queued, outcomeOf(stream.read())]), [
        'ClientClosed',
        'ClientClosed',
        'ClientClosed',
        'ClientClosed',
        'ClientClosed',
      ]);
      await server.untilOpen(0);
      t.assert.deepEqual([heads, client.stats.opened, counts(client.stats)], [4, 3, [0, 0, 0, 0, 0]]);
    },
  },
  {
    id: 'PL-12',
    rows: ['PL-12', 'CL-17'],
    title: 'five hundred requests at once over 1, 10 and 100 connections',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(({ target }) => reply(200, [], target));
      for (const maxConnections of [1, 10, 100]) {
        const client = limited(t, { maxConnections, maxKeepAlive: 100 });
        const requests = Array.from({ length: 512 }, async (_, index) => {
          const { text } = await client.get(server.url(`/${index}`), { timeout: null });
          t.assert.equal(text, `/${index}`);
        });
        t.assert.equal(client.stats.waiting + client.stats.connecting, 512);
        await Promise.all(requests);
        const { connections, idle, opened, reused } = client.stats;
        t.assert.ok(opened <= maxConnections, `${opened} of ${maxConnections}`);
        t.assert.deepEqual([connections, idle, reused + opened], [opened, opened, 512]);
        await client.close();
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'PL-12.waiters',
    rows: ['PL-12', 'TM-07'],
    title: 'the queue can be limited, too',
    verdict: 'differs:httpx lets any number wait',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { opened, open } = gate();
      const server = await t.replies(async () => {
        await opened;
        return PLAIN;
      });
      const client = limited(t, { maxConnections: 1, maxWaiters: 2 });
      const outcomes = Array.from({ length: 5 }, () => outcomeOf(client.get(server.url())));
      t.assert.deepEqual(await Promise.all(outcomes.slice(3)), ['PoolTimeout', 'PoolTimeout']);
      open();
      t.assert.deepEqual(await Promise.all(outcomes.slice(0, 3)), ['done', 'done', 'done']);
    },
  },
  {
    id: 'PL-13',
    rows: ['PL-13'],
    title: 'the state of the pool can be read at any time',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { opened, open } = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/held') await opened;
        return PLAIN;
      });
      const client = limited(t, { maxConnections: 2 });
      const events: TraceEvent[] = [];
      t.assert.deepEqual(client.stats, {
        connections: 0,
        active: 0,
        idle: 0,
        connecting: 0,
        waiting: 0,
        opened: 0,
        reused: 0,
        exchanges: 0,
      });
      const held = Array.from({ length: 4 }, () => client.get(server.url('/held')));
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 2, 2]);
      await until(() => server.requests.length === 2);
      t.assert.deepEqual(counts(client.stats), [2, 2, 0, 0, 2]);
      open();
      await Promise.all(held);
      t.assert.deepEqual(counts(client.stats), [2, 0, 2, 0, 0]);
      t.assert.deepEqual([client.stats.opened, client.stats.reused, events], [2, 2, []]);
    },
  },
];
