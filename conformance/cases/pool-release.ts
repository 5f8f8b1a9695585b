import type { Client, ClientOptions, RetryEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';
import { loopback } from '../support/lookups.ts';
import { counts, limited, outcomeOf } from '../support/pool.ts';
import { OK, PLAIN } from '../support/replies.ts';
import { until } from '../support/waiting.ts';

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

/** Nothing is left of what was before: one more request succeeds on the only connection there may be. */
async function expectRoom(t: CaseContext, client: Client): Promise<void> {
  const server = await t.replies(PLAIN);
  t.assert.equal((await client.get(server.url(), { timeout: null })).text, 'ok');
  t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
}

export const cases: readonly ConformanceCase[] = [
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
      const { passed, open } = gate();
      const server = await t.replies(async () => {
        await passed;
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
    id: 'PL-08.origin',
    rows: ['PL-08'],
    title: 'nor does it take room of its origin',
    verdict: 'differs:httpx has no limit for one origin',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const client = limited(t, { maxPerOrigin: 1 });
      const { url } = await t.refusedPort();
      // As soon as a leak would leave one without room, it would wait.
      const timeout = { pool: 0 };
      const outcomes = Array.from({ length: 3 }, async () => {
        await client.get(url).catch(() => {});
        return outcomeOf(client.get(url, { timeout }));
      });
      t.assert.deepEqual((await Promise.all(outcomes)).includes('PoolTimeout'), true);
      for (let i = 0; i < 3; i++)
        t.assert.equal(await outcomeOf(client.get(url, { timeout })), 'ConnectError');
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
    },
  },
  {
    id: 'PL-08.next',
    rows: ['PL-08'],
    title: 'who waits gets a new connection in the place of one that is closed after its use',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const retries: string[] = [];
      const server = await t.replies(`${OK}Connection: close\r\nContent-Length: 2\r\n\r\nok`);
      const hooks = { retry: [({ reason }: RetryEvent) => void retries.push(reason)] };
      const client = limited(t, { maxConnections: 1 }, { hooks });
      const requests = Array.from({ length: 4 }, () => client.get(server.url()));
      for (const { text } of await Promise.all(requests)) t.assert.equal(text, 'ok');
      t.assert.deepEqual([server.connections, client.stats.reused, retries], [4, 0, []]);
    },
  },
];
