import { END_STREAM, ERROR, FRAME, type Frame } from '../../fixtures/http2-frames.ts';
import type { HTTP2Request } from '../../fixtures/http2-server.ts';
import type { Client, ClientOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { frameServer, http2Client, secureClient } from '../support/http2.ts';
import { counts, outcomeOf } from '../support/pool.ts';
import { gate, until } from '../support/waiting.ts';

/** How an upload may be given up, and what the caller gets to know. */
const OUTCOMES = {
  aborted: 'AbortError',
  stuck: 'AbortError',
  failed: 'Error',
  cancelled: 'done',
  answered: 'done',
} as const;
type Way = keyof typeof OUTCOMES;
const WAYS = Object.keys(OUTCOMES) as readonly Way[];

export const cases: readonly ConformanceCase[] = [
  {
    id: 'H2-06.cancel',
    rows: ['H2-06', 'PL-10'],
    title: 'a request that is given up resets its stream with CANCEL, and the others on the connection go on',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §5.4.2, §7',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const resets: [number, number][] = [];
      const server = await frameServer(t, async (peer) => {
        await peer.start();
        await peer.respond(await peer.request());
        const [first, second, third] = [await peer.request(), await peer.request(), await peer.request()];
        await peer.head(first, 200);
        await peer.head(second, 200);
        await peer.data(second, 'begun');
        for (let count = 0; count < 2; count++) {
          const { streamId, payload } = await peer.until(FRAME.reset);
          resets.push([streamId, payload.readUInt32BE(0)]);
        }
        // What was under way when the stream was reset does no harm.
        await peer.data(second, 'late', true);
        await peer.respond(first);
        await peer.respond(third, 'third');
        await peer.serve();
      });
      const client = http2Client(t, { timeout: null });
      await client.get(server.url('/'));
      const controller = new AbortController();
      const first = client.get(server.url('/'), { signal: controller.signal });
      const second = client.stream('GET', server.url('/'));
      const third = client.get(server.url('/'));
      const response = await second;
      await response.cancel();
      controller.abort();
      await t.assert.rejects(first, { name: 'AbortError' });
      await until(() => resets.length === 2);
      t.assert.deepEqual(
        resets.toSorted(([a], [b]) => a - b),
        [
          [3, ERROR.cancel],
          [5, ERROR.cancel],
        ],
      );
      t.assert.equal((await third).text, 'third');
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
    },
  },
  {
    id: 'H2-06.upload',
    rows: ['H2-06', 'PL-10', 'PL-14'],
    title: 'an upload that is given up is reset, and never ended as if a part of it were the whole',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §8.1, §5.4.2',
    layer: 'bytes',
    needs: ['http2', 'pool'],
    async run(t) {
      for (const way of WAYS) {
        const more = gate();
        const controller = new AbortController();
        const seen: string[] = [];
        const server = await frameServer(t, async (peer) => {
          await peer.start();
          const { streamId } = await peer.until(FRAME.headers);
          await peer.until(FRAME.data, streamId);
          if (way === 'aborted' || way === 'stuck') controller.abort();
          if (way === 'cancelled') await peer.head(streamId, 200);
          if (way === 'answered') await peer.respond(streamId, 'early');
          const { payload } = await peer.until(FRAME.reset, streamId);
          const ends = peer.frames.filter((read) => read.streamId === streamId && carriesEnd(read));
          seen.push(`${ends.length} ends, reset ${payload.readUInt32BE(0)}`);
          await peer.serve();
        });
        const client = http2Client(t, { timeout: null });
        const content = way === 'failed' ? failing() : way === 'stuck' ? large() : held(more.passed);
        const outcome = await outcomeOf(upload(client, server.url('/'), way, content, controller.signal));
        t.assert.deepEqual([way, outcome], [way, OUTCOMES[way]]);
        more.open();
        await until(() => seen.length === 1);
        t.assert.deepEqual(seen, [`0 ends, reset ${ERROR.cancel}`], way);
        t.assert.equal((await client.get(server.url('/'))).text, 'ok', way);
        t.assert.equal(server.connections, 1, way);
        await client.close();
      }
    },
  },
  {
    id: 'TM-11.http2',
    rows: ['TM-11', 'H2-06'],
    title: 'a timeout ends one stream, not the connection nor the streams beside it',
    verdict: 'fixed:D27',
    rfc: 'RFC 9113 §5.4.2',
    layer: 'live',
    needs: ['http2', 'pool', 'timeouts'],
    async run(t) {
      const codes: number[] = [];
      const server = await t.http2Server({}, async ({ stream, path }) => {
        stream.on('close', () => codes.push(stream.rstCode));
        if (path === '/silent') return;
        stream.respond({ ':status': 200 });
        stream.write('half');
        if (path === '/half') return;
        await until(() => codes.length === 3);
        stream.end(' and half');
      });
      const client = http2Client(t, { limits: { maxConnections: 1 } });
      await client.head(server.url('/silent'), { timeout: { read: 10 } }).catch(() => {});
      const slow = client.get(server.url('/slow'), { timeout: null });
      await t.assert.rejects(client.get(server.url('/silent'), { timeout: { read: 50 } }), {
        name: 'ReadTimeout',
        phase: 'firstByte',
      });
      await t.assert.rejects(client.get(server.url('/half'), { timeout: { read: 50 } }), {
        name: 'ReadTimeout',
        phase: 'read',
      });
      t.assert.equal((await slow).text, 'half and half');
      t.assert.deepEqual(codes.slice(0, 3), [ERROR.cancel, ERROR.cancel, ERROR.cancel]);
      t.assert.deepEqual([server.connections, ...counts(client.stats)], [1, 1, 0, 1, 0, 0]);
    },
  },
  {
    id: 'TM-11.silent',
    rows: ['TM-11', 'H2-06'],
    title:
      'a connection on which nothing came until a limit was over gets no new streams; one that spoke does',
    verdict: 'same',
    rfc: 'RFC 9113 §9.1',
    layer: 'live',
    needs: ['http2', 'pool', 'timeouts'],
    async run(t) {
      const server = await frameServer(t, async (peer, connection) => {
        await peer.start();
        await peer.respond(await peer.request());
        if (connection.index > 0) return peer.serve();
        const silent = await peer.request();
        const spoken = await peer.request();
        await peer.respond(spoken);
        t.assert.equal(spoken, silent + 2);
        await peer.respond(await peer.request());
        // From here on the connection is dead.
        await connection.closed;
      });
      const client = http2Client(t, { limits: { maxConnections: 1 } });
      await client.get(server.url('/'));
      const timeout = { read: 200 };
      const silent = client.get(server.url('/'), { timeout });
      const spoken = client.get(server.url('/'));
      await t.assert.rejects(silent, { name: 'ReadTimeout' });
      await spoken;
      await client.get(server.url('/'));
      t.assert.equal(server.connections, 1);
      await t.assert.rejects(client.get(server.url('/'), { timeout }), { name: 'ReadTimeout' });
      t.assert.equal((await client.get(server.url('/'))).text, 'ok');
      t.assert.deepEqual([server.connections, client.stats.connections], [2, 1]);
    },
  },
  {
    id: 'PL-10.http2',
    rows: ['PL-10', 'XT-02', 'H2-06'],
    title: 'given up at every event of a request on HTTP/2, with and without TLS; then one more succeeds',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['http2', 'pool', 'tls', 'trace', 'informational'],
    async run(t) {
      const servers = [await t.http2Server({}, answer), await t.http2Server({ tls: t.serverTLS }, answer)];
      for (const [index, server] of servers.entries()) {
        const open = (): Client => {
          const options: ClientOptions = { limits: { maxConnections: 1 } };
          return index === 0 ? http2Client(t, options) : secureClient(t, options);
        };
        const points: string[] = [];
        /** Makes a request, and gives it up at one point; without one it notes all there are. */
        const run = (client: Client, wanted: string | null): Promise<string> => {
          const controller = new AbortController();
          const reach = (point: string): void => {
            if (wanted === point) controller.abort();
            else if (wanted === null) points.push(point);
          };
          async function* content(): AsyncGenerator<Uint8Array> {
            reach('the body is opened');
            yield Buffer.from('some');
            reach('the body goes on');
            yield Buffer.from('more');
          }
          return outcomeOf(
            client.post(server.url('/'), {
              content: content(),
              signal: controller.signal,
              extensions: { trace: ({ name }) => reach(name) },
              onUploadProgress: ({ transferred }) => reach(`sent ${transferred}`),
              onDownloadProgress: ({ transferred }) => reach(`received ${transferred}`),
              onInformational: () => reach('an interim response'),
            }),
          );
        };
        const first = open();
        t.assert.equal(await run(first, null), 'done');
        await first.close();
        t.assert.ok(points.length > 20, points.join('\n'));
        for (const point of new Set(points)) {
          const client = open();
          const outcome = await run(client, point);
          // At the last ones there may be nothing left to give up.
          if (point.startsWith('http2.response_closed')) t.assert.equal(outcome, 'done', point);
          else if (point === 'client.request.complete') t.assert.match(outcome, /^(?:AbortError|done)$/);
          else t.assert.equal(outcome, 'AbortError', point);
          t.assert.equal(await run(client, 'none'), 'done', point);
          t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0], point);
          t.assert.equal(client.stats.exchanges, 0, point);
          await client.close();
        }
      }
    },
  },
  {
    id: 'PL-11.http2',
    rows: ['PL-11', 'H2-07'],
    title: 'closing the client ends every stream, those that wait too, and the connection',
    verdict: 'same',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await t.http2Server({ settings: { maxConcurrentStreams: 2 } }, ({ stream, path }) => {
        if (path !== '/held') stream.respond({ ':status': 200 });
        if (path === '/') stream.end('ok');
        else stream.write('half');
      });
      const client = http2Client(t, { timeout: null });
      await client.get(server.url('/'));
      const half = await client.stream('GET', server.url('/half'));
      const held = outcomeOf(client.get(server.url('/held')));
      const queued = outcomeOf(client.get(server.url('/')));
      await until(() => server.requests.length === 3);
      await client.close();
      t.assert.deepEqual(await Promise.all([held, queued, outcomeOf(half.read())]), [
        'ClientClosed',
        'ClientClosed',
        'ClientClosed',
      ]);
      await server.untilOpen(0);
    },
  },
  {
    id: 'PL-04.http2',
    rows: ['PL-04', 'PL-07'],
    title: 'an idle connection expires, or is not kept, as on HTTP/1.1',
    verdict: 'same',
    layer: 'live',
    needs: ['http2', 'pool'],
    async run(t) {
      const server = await t.http2Server();
      const brief = http2Client(t, { limits: { keepAliveMs: 30 } });
      await brief.get(server.url('/'));
      await server.untilOpen(0);
      t.assert.equal(brief.stats.connections, 0);
      const never = http2Client(t, { limits: { maxKeepAlive: 0 } });
      await Promise.all([never.get(server.url('/')), never.get(server.url('/'))]);
      await server.untilOpen(0);
      t.assert.equal(never.stats.connections, 0);
    },
  },
];

async function* held(more: Promise<void>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begun');
  await more;
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begun');
  throw new Error('no more');
}

/** Gives much more than a server takes that grants nothing. */
async function* large(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(50_000);
}

/** Sends a body, and reads what is answered unless it is to be cancelled. */
async function upload(
  client: Client,
  url: string,
  way: Way,
  content: AsyncGenerator<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const response = await client.stream('POST', url, { content, signal });
  if (way === 'cancelled') await response.cancel();
  else await response.read();
}

function carriesEnd({ type, flags }: Frame): boolean {
  return (type === FRAME.headers || type === FRAME.data) && (flags & END_STREAM) !== 0;
}

async function answer({ stream, body }: HTTP2Request): Promise<void> {
  stream.additionalHeaders({ ':status': 103 });
  const content = await body();
  if (stream.destroyed) return;
  stream.respond({ ':status': 200 });
  stream.write('an ');
  setImmediate(() => {
    if (!stream.destroyed) stream.end(content);
  });
}
