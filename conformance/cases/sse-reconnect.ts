import { reply } from '../../fixtures/reply-server.ts';
import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type { EventStream, RetryEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

// Each response on a connection of its own, so that no idle one is found dead and replaced in silence.
const CLOSE = ['Connection', 'close'] as const;
const TYPE = [['Content-Type', 'text/event-stream'], CLOSE] as const;
const HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
const DIFFERS = 'differs:httpx has no event streams';

/** Sends a piece of a stream as a chunk of its own. */
async function piece(peer: ScriptedPeer, text: string): Promise<void> {
  await peer.send(Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`));
}

/** The data of the next events. */
async function take(events: EventStream, count: number): Promise<string[]> {
  const data: string[] = [];
  while (data.length < count) {
    const { done, value } = await events.next();
    if (done === true) break;
    data.push(value.data);
  }
  return data;
}

/** A client that keeps what its retry hook sees. */
function watching(t: CaseContext): {
  readonly client: ReturnType<CaseContext['client']>;
  readonly seen: RetryEvent[];
} {
  const seen: RetryEvent[] = [];
  return { seen, client: t.client({ hooks: { retry: [(event) => void seen.push(event)] } }) };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'SE-06',
    rows: ['SE-06'],
    title:
      'a stream that ends, or breaks, goes on with Last-Event-ID after the time of the server, until 204',
    verdict: DIFFERS,
    rfc: 'HTML §9.2.3',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      const ids: (string | null)[] = [];
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        ids.push(head.get('last-event-id') ?? null);
        if (ids.length === 4) {
          await peer.send(reply(204));
          return;
        }
        await peer.send(HEAD);
        if (ids.length === 1) {
          await piece(peer, 'retry: 7\nid: a\ndata: 1\n\nid: b\ndata: never ended\n');
          await peer.send('0\r\n\r\n');
          await peer.end();
        } else if (ids.length === 2) {
          await piece(peer, 'id: ü\ndata: 2\n\n');
          // The reader has it before the connection breaks.
          await taken;
          peer.reset();
        } else {
          await piece(peer, 'data: 3\n\n');
          await peer.end();
        }
      });
      let tell!: () => void;
      const taken = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const { client, seen } = watching(t);
      const events = await client.sse(server.url());
      t.assert.deepEqual(await take(events, 2), ['1', '2']);
      tell();
      t.assert.deepEqual(await take(events, 2), ['3']);
      t.assert.deepEqual(await events.next(), { done: true, value: undefined });
      t.assert.deepEqual(
        ids.map((id) => id && Buffer.from(id, 'latin1').toString()),
        [null, 'a', 'ü', 'ü'],
      );
      t.assert.deepEqual([events.lastEventId, events.retry, events.response.status], ['ü', 7, 204]);
      t.assert.deepEqual(
        seen.map(({ attempt, delayMs, error }) => [attempt, delayMs >= 7 && delayMs <= 14, error === null]),
        [
          [2, true, true],
          [3, true, false],
          [4, true, false],
        ],
      );
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'SE-07',
    rows: ['SE-07'],
    title: 'failures in a row wait longer, an event begins again, and so many without one end it',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const broken = { bytes: '', after: 'end' } as const;
      const server = await t.replies([
        reply(200, TYPE, 'data: 0\n\n'),
        broken,
        reply(503, [CLOSE]),
        reply(200, TYPE, 'data: 3\n\n'),
        reply(502, [CLOSE, ['Retry-After', '0']]),
        broken,
        broken,
      ]);
      const { client, seen } = watching(t);
      const backoff = { baseMs: 2, factor: 3, maxMs: 5, jitter: 'none' } as const;
      const events = await client.sse(server.url(), { reconnect: { max: 3, backoff } });
      t.assert.deepEqual(await take(events, 2), ['0', '3']);
      await t.assert.rejects(events.next(), { name: 'RemoteProtocolError' });
      t.assert.deepEqual(
        seen.map(({ delayMs }) => delayMs),
        [2, 5, 5, 2, 0, 5],
      );
      t.assert.equal(server.requests.length, 7);
    },
  },
  {
    id: 'SE-07.final',
    rows: ['SE-07'],
    title: 'answers that say that there is no stream any more end it; so does a first attempt that fails',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const quick = { backoff: { baseMs: 1 } };
      for (const [answer, name] of [
        [reply(404, [], 'gone'), 'HTTPStatusError'],
        [reply(200, [['Content-Type', 'text/html']], 'hm'), 'EventStreamError'],
      ] as const) {
        const errors: unknown[] = [];
        const server = await t.replies([reply(200, TYPE, 'data: 0\n\n'), answer]);
        const client = t.client({ hooks: { error: [(error) => void errors.push(error)] } });
        const events = await client.sse(server.url(), { reconnect: quick });
        t.assert.deepEqual(await take(events, 1), ['0']);
        await t.assert.rejects(events.next(), { name });
        t.assert.deepEqual(await events.next(), { done: true, value: undefined });
        t.assert.deepEqual(
          errors.map((error) => (error as Error).name),
          [name],
        );
      }
      const server = await t.replies([reply(503), reply(200, TYPE, '')]);
      await t.assert.rejects(t.client().sse(server.url()), { name: 'HTTPStatusError', status: 503 });
      t.assert.equal(server.requests.length, 1);
    },
  },
  {
    id: 'SE-07.end',
    rows: ['SE-07'],
    title: 'whether an end in good order is one can be said; switched off, a break is an error',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        await peer.send(HEAD);
        await piece(peer, 'retry: 1\ndata: x\n\n');
        if (target === '/break' || (target === '/once' && peer.index === 0)) await peer.end();
        else await peer.send('0\r\n\r\n');
      });
      const client = t.client();
      const kept = async (path: string, reconnect: boolean | object): Promise<number> => {
        const before = server.requests.length;
        for await (const event of await client.sse(server.url(path), { reconnect })) void event;
        return server.requests.length - before;
      };
      t.assert.equal(await kept('/once', { onEnd: false }), 2);
      t.assert.equal(await kept('/end', { onEnd: false }), 1);
      t.assert.equal(await kept('/end', false), 1);
      await t.assert.rejects(kept('/break', false), { name: 'RemoteProtocolError' });
      await t.assert.rejects(kept('/end', { max: -1 }), { name: 'InvalidArgument' });
      await t.assert.rejects(kept('/end', { maximum: 1 }), { name: 'InvalidArgument' });
    },
  },
  {
    id: 'SE-08',
    rows: ['SE-08'],
    title: 'close() and abort end a stream at once: while it waits for events, or to reconnect',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        await peer.send(HEAD);
        await piece(peer, 'retry: 1000000\ndata: x\n\n');
        if (target === '/ends') await peer.send('0\r\n\r\n');
      });
      const client = t.client();
      for (const path of ['/stays', '/ends']) {
        const events = await client.sse(server.url(path));
        t.assert.deepEqual(await take(events, 1), ['x']);
        const waiting = events.next();
        await settle();
        await events.close();
        t.assert.deepEqual(await waiting, { done: true, value: undefined });
        t.assert.deepEqual(await events.next(), { done: true, value: undefined });
        const controller = new AbortController();
        const other = await client.sse(server.url(path), { signal: controller.signal });
        t.assert.deepEqual(await take(other, 1), ['x']);
        const pending = other.next();
        await settle();
        const why = new Error('enough');
        controller.abort(why);
        await t.assert.rejects(pending, { name: 'AbortError', cause: why });
        t.assert.equal(client.stats.active, 0);
      }
      const last = await client.sse(server.url('/ends'));
      t.assert.deepEqual(await take(last, 1), ['x']);
      const pending = last.next();
      const settled = t.assert.rejects(pending, { name: 'ClientClosed' });
      await settle();
      await client.close();
      await settled;
    },
  },
  {
    id: 'SE-08.leave',
    rows: ['SE-08'],
    title: 'leaving the loop and close() let go of the connection, and no other one is opened',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(HEAD);
        await piece(peer, 'retry: 0\ndata: x\n\n');
      });
      const client = t.client();
      for await (const event of await client.sse(server.url())) {
        t.assert.equal(event.data, 'x');
        break;
      }
      await server.untilOpen(0);
      const events = await client.sse(server.url());
      t.assert.deepEqual(await take(events, 1), ['x']);
      await events.close();
      t.assert.deepEqual(await events.next(), { done: true, value: undefined });
      await server.untilOpen(0);
      t.assert.equal(client.stats.active, 0);
      t.assert.equal(server.requests.length, 2);
    },
  },
  {
    id: 'SE-11',
    rows: ['SE-11'],
    title: "the client's read timeout is not for pauses between events; one that is given is, and reconnects",
    verdict: DIFFERS,
    layer: 'live',
    needs: ['timeouts'],
    async run(t) {
      const silent = new Promise<void>((resolve) => {
        t.signal.addEventListener('abort', () => resolve(), { once: true });
        t.defer(resolve);
      });
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        if (target === '/mute') return;
        await peer.send(HEAD);
        await piece(peer, 'retry: 1\ndata: x\n\n');
        if (target === '/late') {
          await peer.wait(60);
          await piece(peer, 'data: late\n\n');
        }
        await silent;
      });
      const client = t.client({ timeout: { read: 20 } });
      const late = await client.sse(server.url('/late'));
      t.assert.deepEqual(await take(late, 2), ['x', 'late']);
      await late.close();
      const watched = await client.sse(server.url('/watched'), { timeout: { read: 20 } });
      t.assert.deepEqual(await take(watched, 2), ['x', 'x']);
      await watched.close();
      await t.assert.rejects(client.sse(server.url('/mute')), { name: 'FirstByteTimeout' });
    },
  },
];

/** Lets what has been started come to where it waits. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 15);
  });
}
