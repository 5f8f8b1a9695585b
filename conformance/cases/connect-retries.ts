import { reply } from '../../fixtures/reply-server.ts';
import type { ClientOptions, RetryEvent, TraceEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const OK = reply(200, [['Connection', 'close']], 'ok');

interface Watched {
  readonly client: ReturnType<CaseContext['client']>;
  readonly retries: RetryEvent[];
  readonly events: TraceEvent[];
}

function watched(t: CaseContext, options: ClientOptions): Watched {
  const retries: RetryEvent[] = [];
  const events: TraceEvent[] = [];
  const client = t.client({
    ...options,
    trace: (event) => void events.push(event),
    hooks: { retry: [(event) => void retries.push(event)] },
  });
  return { client, retries, events };
}

async function* once(): AsyncGenerator<string> {
  yield 'one-shot';
}

/** Ends a request from its trace as soon as the wait is longer than a test may take. */
function untilDelay(delayMs: number): {
  readonly signal: AbortSignal;
  readonly seen: number[];
  readonly trace: (event: TraceEvent) => void;
} {
  const controller = new AbortController();
  const seen: number[] = [];
  return {
    signal: controller.signal,
    seen,
    trace({ name, info }) {
      if (name !== 'connection.retry') return;
      seen.push(info['delay'] as number);
      if (info['delay'] === delayMs) controller.abort();
    },
  };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'NW-03',
    rows: ['NW-03', 'XT-06'],
    title: 'a connection that cannot be opened is tried again, whatever the method and the body',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'trace', 'socket-options'],
    async run(t) {
      const server = await t.replies(OK);
      for (const method of ['GET', 'POST']) {
        let lookups = 0;
        const { client, retries, events } = watched(t, {
          retry: { connect: 1 },
          socket: {
            lookup: (_name, _options, callback) => {
              if (lookups++ === 0) callback(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }), []);
              else callback(null, [{ address: '127.0.0.1', family: 4 }]);
            },
          },
        });
        const url = `http://flaky.test:${server.port}/`;
        const options = method === 'POST' ? { content: once() } : {};
        const response = await client.request(method, url, options);
        t.assert.deepEqual([response.text, lookups, response.retries?.attempts], ['ok', 2, 1]);
        t.assert.deepEqual(
          retries.map(({ attempt, delayMs, error }) => [attempt, delayMs, (error as Error).name]),
          [[2, 0, 'ConnectError']],
        );
        const retry = events.filter(({ name }) => name === 'connection.retry');
        t.assert.deepEqual(
          retry.map(({ info }) => [info['attempt'], info['delay']]),
          [[2, 0]],
        );
        // It is told between the two attempts.
        const names = events.map(({ name }) => name);
        t.assert.ok(names.indexOf('connection.lookup.failed') < names.indexOf('connection.retry'));
        t.assert.ok(names.indexOf('connection.retry') < names.indexOf('connection.connect_tcp.started'));
        t.assert.equal(client.stats.active, 0);
      }
      t.assert.equal(server.requests.length, 2);
    },
  },
  {
    id: 'NW-03.waits',
    rows: ['NW-03', 'XT-06'],
    title: 'the waits are 0, 0.5, 1, 2, 4 … seconds, and so many as were asked for',
    verdict: 'same',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const refused = await t.refusedPort();
      const { signal, seen, trace } = untilDelay(500);
      const client = t.client({ retry: { connect: 5 } });
      await t.assert.rejects(client.get(refused.url, { signal, extensions: { trace } }), {
        name: 'AbortError',
      });
      t.assert.deepEqual(seen, [0, 500]);
      const one: number[] = [];
      await t.assert.rejects(
        client.get(refused.url, {
          retry: { connect: 1 },
          extensions: {
            trace: ({ name, info }) =>
              void (name === 'connection.retry' && one.push(info['delay'] as number)),
          },
        }),
        { name: 'ConnectError' },
      );
      t.assert.deepEqual(one, [0]);
    },
  },
  {
    id: 'NW-03.tls',
    rows: ['NW-03'],
    title: 'a TLS handshake that fails, and one that takes too long, are tried again',
    verdict: 'same',
    layer: 'live',
    needs: ['tls', 'timeouts'],
    async run(t) {
      for (const fault of ['reset', 'hang'] as const) {
        let connections = 0;
        const server = await t.scripted(async (peer) => {
          connections++;
          await peer.readSome();
          if (fault === 'reset') peer.reset();
        });
        const client = t.client({ retry: { connect: 1 }, timeout: { connect: 80 } });
        await t.assert.rejects(client.get(server.url().replace('http:', 'https:')), {
          name: fault === 'reset' ? 'ConnectError' : 'ConnectTimeout',
        });
        t.assert.equal(connections, 2);
      }
    },
  },
  {
    id: 'NW-03.sent',
    rows: ['NW-03'],
    title: 'nothing is repeated once the request has been sent: no failure of reading, no status',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const client = t.client({ retry: { connect: 3 } });
      for (const [answer, expected] of [
        [{ bytes: '', after: 'end' }, 'RemoteProtocolError'],
        [{ bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nx', after: 'end' }, 'RemoteProtocolError'],
        [reply(503, [['Connection', 'close']]), '503'],
      ] as const) {
        const server = await t.replies(answer);
        const outcome = await client.get(server.url()).then(
          ({ status }) => String(status),
          (error: unknown) => (error as Error).name,
        );
        t.assert.deepEqual([outcome, server.requests.length], [expected, 1]);
      }
    },
  },
  {
    id: 'NW-03.hook',
    rows: ['NW-03', 'EH-07'],
    title: 'a hook sees it and can prevent it; a wait is not begun beyond the total timeout',
    verdict: 'fixed:D42',
    layer: 'live',
    async run(t) {
      const refused = await t.refusedPort();
      const failure = new Error('not again');
      const client = t.client({
        retry: { connect: 3 },
        hooks: {
          retry: [
            ({ attempt }) => {
              if (attempt === 2) throw failure;
            },
          ],
        },
      });
      await t.assert.rejects(client.get(refused.url), (error: unknown) => error === failure);
      const limited = watched(t, { retry: { connect: 9 }, timeout: { total: 400 } });
      await t.assert.rejects(limited.client.get(refused.url), { name: 'ConnectError' });
      t.assert.deepEqual(
        limited.retries.map(({ delayMs }) => delayMs),
        [0],
      );
    },
  },
];
