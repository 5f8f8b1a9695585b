import { reply } from '../../fixtures/reply-server.ts';
import type { BodilessRequestOptions, Response, RetryEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const CLOSE = ['Connection', 'close'] as const;
const OK = reply(200, [CLOSE], 'ok');
const NONE = { baseMs: 0 } as const;
const DIFFERS = 'fixed:D42';

type Fields = readonly (readonly [string, string])[];

/** The waits that a client announces for an answer, and what it gives in the end. */
async function waits(
  t: CaseContext,
  status: number,
  fields: Fields,
  retry: object = {},
): Promise<{ readonly delays: number[]; readonly response: Response }> {
  const server = await t.replies([reply(status, [CLOSE, ...fields]), OK]);
  const delays: number[] = [];
  const client = t.client({
    retry: { attempts: 2, backoff: NONE, ...retry },
    hooks: { retry: [({ delayMs }) => void delays.push(delayMs)] },
  });
  const response = await client.get(server.url());
  return { delays, response };
}

/** Sends a request whose second attempt is an hour away, and does something meanwhile. */
async function during(
  t: CaseContext,
  meanwhile: (client: ReturnType<CaseContext['client']>) => Promise<void> | void,
  options: BodilessRequestOptions = {},
): Promise<unknown> {
  const server = await t.replies(reply(503, [CLOSE], 'busy'));
  let waiting!: () => void;
  const reached = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const client = t.client({
    retry: { attempts: 2, backoff: { baseMs: 3_600_000, maxMs: 3_600_000, jitter: 'none' } },
    hooks: { retry: [() => waiting()] },
  });
  const outcome = client.get(server.url(), options).then(
    (response) => response,
    (error: unknown) => error,
  );
  await reached;
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  await meanwhile(client);
  const result = await outcome;
  t.assert.equal(server.requests.length, 1);
  return result;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RT-06',
    rows: ['RT-06'],
    title: 'waits grow by the factor up to the longest; with full jitter each is a part of that',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(503, [CLOSE]));
      const seen: RetryEvent[] = [];
      const client = t.client({ hooks: { retry: [(event) => void seen.push(event)] } });
      const backoff = { baseMs: 1, factor: 3, maxMs: 20 } as const;
      await client.get(server.url(), { retry: { attempts: 6, backoff: { ...backoff, jitter: 'none' } } });
      t.assert.deepEqual(
        seen.map(({ delayMs, attempt }) => [attempt, delayMs]),
        [
          [2, 1],
          [3, 3],
          [4, 9],
          [5, 20],
          [6, 20],
        ],
      );
      seen.length = 0;
      await client.get(server.url(), { retry: { attempts: 30, backoff: { ...backoff, baseMs: 20 } } });
      const delays = seen.map(({ delayMs }) => delayMs);
      t.assert.ok(delays.every((delay) => delay >= 0 && delay <= 20));
      t.assert.ok(new Set(delays).size > 3, `no jitter: ${delays.join(' ')}`);
    },
  },
  {
    id: 'RT-07',
    rows: ['RT-07'],
    title: 'Retry-After as seconds and as a date of the clock of the server',
    verdict: DIFFERS,
    rfc: 'RFC 9110 §10.2.3',
    layer: 'live',
    async run(t) {
      const date = ['Date', 'Tue, 03 Feb 2015 10:00:00 GMT'] as const;
      for (const [status, fields, expected] of [
        [503, [['Retry-After', '0.02']], 20],
        [429, [date, ['Retry-After', 'Tue, 03 Feb 2015 10:00:00 GMT']], 0],
        [503, [date, ['Retry-After', 'Tue, 03 Feb 2015 09:00:00 GMT']], 0],
        [503, [['Retry-After', 'soon']], 0],
        [429, [['RateLimit-Reset', '0.01']], 10],
        [429, [date, ['X-RateLimit-Reset', String(Date.UTC(2015, 1, 3, 10) / 1000)]], 0],
        // Who has quota left does not wait for its renewal.
        [503, [['RateLimit-Reset', '3000']], 0],
        [
          503,
          [
            ['X-RateLimit-Remaining', '0'],
            ['X-RateLimit-Reset', '0.01'],
          ],
          10,
        ],
      ] as const) {
        const { delays, response } = await waits(t, status, fields);
        t.assert.deepEqual([delays, response.status], [[expected], 200], JSON.stringify(fields));
      }
    },
  },
  {
    id: 'RT-07.cap',
    rows: ['RT-07'],
    title: 'a wait longer than allowed is not begun: the response says what the server wants',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const date = ['Date', 'Tue, 03 Feb 2015 10:00:00 GMT'] as const;
      for (const fields of [
        [['Retry-After', '61']],
        [date, ['Retry-After', 'Tue, 03 Feb 2015 10:01:01 GMT']],
        [date, ['X-RateLimit-Reset', String(Date.UTC(2015, 1, 3, 10, 1, 1) / 1000)]],
        [['RateLimit', '"default";r=0;t=61, "other";r=5;t=1']],
      ] as readonly Fields[]) {
        const { delays, response } = await waits(t, 429, fields);
        t.assert.deepEqual([delays, response.status, response.retries?.stopped], [[], 429, 'retry-after']);
        t.assert.match(response.retries!.note, /61000 ms/);
      }
      const shorter = await waits(t, 503, [['Retry-After', '1']], { maxRetryAfterMs: 500 });
      t.assert.deepEqual([shorter.response.status, shorter.delays], [503, []]);
      const deaf = await waits(t, 503, [['Retry-After', '100']], { maxRetryAfterMs: 0 });
      t.assert.deepEqual([deaf.response.status, deaf.delays], [200, [0]]);
    },
  },
  {
    id: 'RT-08',
    rows: ['RT-08'],
    title: 'abort and close end a wait at once; nothing is sent any more',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const controller = new AbortController();
      const why = new Error('enough');
      const aborted = await during(t, () => controller.abort(why), { signal: controller.signal });
      t.assert.deepEqual([(aborted as Error).name, (aborted as Error).cause], ['AbortError', why]);
      const closed = await during(t, (client) => client.close());
      t.assert.equal((closed as Error).name, 'ClientClosed');
    },
  },
  {
    id: 'RT-08.total',
    rows: ['RT-08', 'TM-09'],
    title: 'a wait that would outlast the total timeout is not begun; the total counts all attempts',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['timeouts', 'pool'],
    async run(t) {
      const server = await t.replies(reply(503, [CLOSE], 'busy'));
      const retry = {
        attempts: 9,
        backoff: { baseMs: 3_600_000, maxMs: 3_600_000, jitter: 'none' },
      } as const;
      const client = t.client({ retry });
      const response = await client.get(server.url(), { timeout: { total: 60_000 } });
      t.assert.deepEqual([response.status, response.text, response.retries?.stopped], [503, 'busy', 'total']);
      const gone = await t.replies({ bytes: '', after: 'end' });
      await t.assert.rejects(client.get(gone.url(), { timeout: { total: 60_000 } }), {
        name: 'RemoteProtocolError',
      });
      t.assert.deepEqual([server.requests.length, gone.requests.length], [1, 1]);
      const mute = await t.scripted(async (peer) => {
        await peer.readRequest();
        if (peer.index === 0) await peer.send(reply(503, [CLOSE]));
      });
      const quick = { attempts: 9, backoff: NONE };
      await t.assert.rejects(client.get(mute.url(), { retry: quick, timeout: { total: 100 } }), {
        name: 'TotalTimeout',
      });
      t.assert.equal(mute.requests.length, 2);
    },
  },
];
