import { reply } from '../../fixtures/reply-server.ts';
import type { Auth, RetryEvent, TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

const CLOSE = ['Connection', 'close'] as const;
const OK = reply(200, [CLOSE], 'ok');
const BUSY = reply(503, [CLOSE], 'busy');
const QUICK = { baseMs: 0 } as const;
const DIFFERS = 'fixed:D42';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RT-09',
    rows: ['RT-09'],
    title: 'retries are paid from a budget that the requests of a client fill, and clients can share',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const server = await t.replies(BUSY);
      const client = t.client({
        retry: { attempts: 3, backoff: QUICK, budget: { ratio: 0.5, reserve: 3 } },
      });
      const counts: [number, string | null | undefined][] = [];
      for (let i = 0; i < 4; i++) {
        const before = server.requests.length;
        const { retries } = await client.get(server.url());
        counts.push([server.requests.length - before, retries?.stopped]);
      }
      // 3 saved up and at most 3, half a retry more with each request, two spent by each as long as they last.
      t.assert.deepEqual(counts, [
        [3, 'attempts'],
        [2, 'budget'],
        [2, 'budget'],
        [1, 'budget'],
      ]);
      const budget = new t.tern.RetryBudget({ ratio: 0, reserve: 1 });
      const retry = { attempts: 2, backoff: QUICK, budget };
      t.assert.equal((await t.client({ retry }).get(server.url())).retries?.stopped, 'attempts');
      t.assert.equal((await t.client({ retry }).get(server.url())).retries?.stopped, 'budget');
      t.assert.equal(budget.available, 0);
      // A request that brings its own policy pays as well, unless it is told not to.
      const own = await client.get(server.url(), { retry: { attempts: 9 } });
      t.assert.deepEqual([own.retries?.stopped, own.retries?.attempts], ['budget', 2]);
      const free = await client.get(server.url(), { retry: { budget: null } });
      t.assert.deepEqual([free.retries?.stopped, free.retries?.attempts], ['attempts', 3]);
      await t.assert.rejects(client.get(server.url(), { retry: { budget: { reserve: 5 } } }), {
        name: 'InvalidArgument',
      });
    },
  },
  {
    id: 'RT-10',
    rows: ['RT-10', 'EH-07'],
    title: 'hooks see each repetition with what led to it, may read the response, and can prevent it',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool', 'trace'],
    async run(t) {
      const server = await t.replies([BUSY, { bytes: '', after: 'end' }, OK]);
      const seen: unknown[] = [];
      const names: string[] = [];
      const hooks = {
        retry: [
          async ({ request, attempt, delayMs, reason, error, response }: RetryEvent): Promise<void> => {
            const text = response === null ? null : (await response.read()).text;
            seen.push([request.method, attempt, delayMs, error === null, text, reason.length > 0]);
          },
        ],
      };
      const trace = ({ name, info }: TraceEvent): void => {
        if (name === 'client.retry')
          names.push(`${name} ${String(info['attempt'])} ${String(info['delay'])}`);
      };
      const client = t.client({ hooks, trace, retry: { attempts: 3, backoff: QUICK } });
      t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.deepEqual(seen, [
        ['GET', 2, 0, true, 'busy', true],
        ['GET', 3, 0, false, null, true],
      ]);
      t.assert.deepEqual(names, ['client.retry 2 0', 'client.retry 3 0']);
      const failure = new Error('not again');
      const refusing = t.client({
        retry: 2,
        hooks: {
          retry: [
            () => {
              throw failure;
            },
          ],
        },
      });
      const busy = await t.replies(BUSY);
      await t.assert.rejects(refusing.get(busy.url()), (error: unknown) => error === failure);
      t.assert.deepEqual([busy.requests.length, refusing.stats.active], [1, 0]);
    },
  },
  {
    id: 'RT-11',
    rows: ['RT-11'],
    title: 'a hop is repeated, not the chain or the login; hooks and middleware see every attempt',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      let rounds = 0;
      const auth: Auth = {
        *flow(request) {
          rounds++;
          const response = yield request.with({ headers: { Authorization: 'one' } });
          if (response.status === 401) yield request.with({ headers: { Authorization: 'two' } });
        },
      };
      let fails = 1;
      const server = await t.replies((request) => {
        if (request.target === '/start') return reply(307, [CLOSE, ['Location', '/end']]);
        if (request.get('authorization') === 'one') return reply(401, [CLOSE]);
        return fails-- > 0 ? BUSY : OK;
      });
      const hooked: string[] = [];
      const layered: number[] = [];
      const client = t.client({
        auth,
        redirect: true,
        retry: { attempts: 3, backoff: QUICK },
        hooks: {
          request: [(request) => void hooked.push(request.url.pathname)],
          response: [({ status }) => void hooked.push(String(status))],
        },
        middleware: [
          async (request, next) => {
            const response = await next(request);
            layered.push(response.status);
            return response;
          },
        ],
      });
      const response = await client.get(server.url('/start'));
      t.assert.deepEqual([response.text, rounds], ['ok', 1]);
      t.assert.deepEqual(
        server.exchanges.map(({ target }) => target),
        ['/start', '/end', '/start', '/end', '/end'],
      );
      t.assert.deepEqual(layered, hooked.filter((entry) => !entry.startsWith('/')).map(Number));
      t.assert.deepEqual(layered.slice(-2), [503, 200]);
      t.assert.equal(hooked.filter((entry) => entry.startsWith('/')).length, server.requests.length);
      t.assert.deepEqual(
        response.history.map(({ status }) => status),
        layered.filter((status) => status !== 503 && status !== 200),
      );
    },
  },
  {
    id: 'RT-12',
    rows: ['RT-12'],
    title:
      'a number is one of retries; a request changes parts of the policy of its client; what is wrong is refused',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) => (request.target === '/404' ? reply(404, [CLOSE]) : BUSY));
      const counted = async (
        client: ReturnType<typeof t.client>,
        retry?: object | number | null,
        path = '/',
      ): Promise<number> => {
        const before = server.requests.length;
        await client.get(server.url(path), retry === undefined ? {} : { retry });
        return server.requests.length - before;
      };
      const plain = t.client();
      const client = t.client({ retry: { attempts: 4, statuses: [404, 503], backoff: QUICK } });
      const extended = client.extend({ retry: { attempts: 2 } });
      t.assert.deepEqual(
        [
          await counted(plain, { backoff: QUICK }),
          await counted(client),
          await counted(client, { attempts: 2 }, '/404'),
          await counted(client, 1, '/404'),
          await counted(client, 0),
          await counted(client, null),
          await counted(client, { statuses: [404] }),
          await counted(extended, undefined, '/404'),
          await counted(client.extend({ retry: null })),
        ],
        [3, 4, 2, 2, 1, 1, 1, 2, 1],
      );
      for (const retry of [
        -1,
        1.5,
        '3',
        true,
        [],
        { attempts: 0 },
        { retries: 3 },
        { methods: 'GET' },
        { methods: ['G T'] },
        { statuses: [42] },
        { errors: true },
        { backoff: { baseMs: -1 } },
        { backoff: { factor: 0.5 } },
        { backoff: { jitter: 'some' } },
        { maxRetryAfterMs: -1 },
        { connect: -1 },
        { budget: { ratio: 'x' } },
      ]) {
        t.assert.throws(() => new t.tern.Client({ retry: retry as never }), { name: 'InvalidArgument' });
        await t.assert.rejects(plain.get(server.url(), { retry: retry as never }), {
          name: 'InvalidArgument',
        });
      }
      t.assert.throws(() => new t.tern.Client({ retries: 3 } as object), /here it is 'retry'/);
    },
  },
];
