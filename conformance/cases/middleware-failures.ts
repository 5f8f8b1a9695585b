import { reply } from '../../fixtures/reply-server.ts';
import type { Middleware, Next, Request } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { layered } from '../support/mock-clients.ts';

function hang(): Promise<never> {
  return new Promise(() => {});
}

async function* endless(): AsyncGenerator<string> {
  yield 'a';
  await hang();
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-05.throws',
    rows: ['TR-05', 'EH-05'],
    title: 'what middleware throws is what the caller gets, and the responses that it held are closed',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
      });
      const failure = new Error('of the middleware');
      const layers: readonly (readonly [string, number, Middleware])[] = [
        [
          'before next()',
          0,
          () => {
            throw failure;
          },
        ],
        [
          'after next()',
          1,
          async (request, next) => {
            await next(request);
            throw failure;
          },
        ],
        [
          'with two responses',
          2,
          async (request, next) => {
            await Promise.all([next(request), next(request)]);
            throw failure;
          },
        ],
      ];
      for (const [name, count, layer] of layers) {
        for (const outer of [[], [((request: Request, next: Next) => next(request)) as Middleware]]) {
          const before = server.requests.length;
          const client = t.client({ middleware: [...outer, layer] });
          await t.assert.rejects(
            client.stream('GET', server.url()),
            (error: unknown) => error === failure,
            name,
          );
          t.assert.deepEqual([client.stats.active, client.stats.connections], [0, 0], name);
          await server.untilOpen(0);
          t.assert.equal(server.requests.length - before, count, name);
        }
      }
    },
  },
  {
    id: 'TR-05.late',
    rows: ['TR-05'],
    title: 'a response that comes after middleware has given up is closed',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      let answer!: () => void;
      const wanted = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await wanted;
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
      });
      const failure = new Error('too slow');
      const client = t.client({
        middleware: [
          async (request, next) => {
            const late = next(request);
            while (server.requests.length === 0) await new Promise(setImmediate);
            return Promise.race([late, Promise.reject(failure)]);
          },
        ],
      });
      await t.assert.rejects(client.get(server.url()), (error: unknown) => error === failure);
      answer();
      await server.untilOpen(0);
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'TR-05.errors',
    rows: ['TR-05', 'EX-17'],
    title: 'middleware sees the errors of the transport and may answer in their place',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const seen: unknown[] = [];
      const fallback: Middleware = async (request, next) => {
        try {
          return await next(request);
        } catch (error) {
          seen.push(error);
          return new t.tern.StreamResponse(504, { body: 'sorry' });
        }
      };
      const client = t.client({ middleware: [fallback] });
      const response = await client.get(url);
      t.assert.deepEqual([response.status, response.text], [504, 'sorry']);
      t.assert.ok(seen[0] instanceof t.tern.ConnectError);
      t.assert.equal((seen[0] as InstanceType<typeof t.tern.ConnectError>).request?.url.href, url);
    },
  },
  {
    id: 'TR-05.wrong',
    rows: ['TR-05', 'EX-20'],
    title:
      'middleware that gives something else than a response, or sends something else than a request, is told',
    verdict: 'differs:httpx lets errors of the language escape',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const wrong: readonly unknown[] = [
        () => undefined,
        async () => 'x',
        async () => new t.tern.Response(200),
        async (request: Request, next: Next) => (await next(request)).read(),
        (_request: Request, next: (request: unknown) => unknown) => next('x'),
        (_request: Request, next: (request: unknown) => unknown) => next(undefined),
      ];
      for (const layer of wrong) {
        const client = t.client({ middleware: [layer as Middleware] });
        await t.assert.rejects(client.get(server.url()), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
        t.assert.equal(client.stats.active, 0);
      }
    },
  },
  {
    id: 'TR-05.limits',
    rows: ['TR-05', 'TM-09'],
    title:
      'middleware that waits for ever is held to the signal and the total timeout, and so is the content it makes',
    verdict: 'fixed:D23',
    layer: 'model',
    async run(t) {
      const layers: readonly Middleware[] = [
        hang,
        async (request, next) => {
          await next(request);
          return hang();
        },
        async () => new t.tern.StreamResponse(200, { body: endless() }),
      ];
      for (const layer of layers) {
        const client = layered(t, [layer]);
        await t.assert.rejects(client.get('https://a.test/', { timeout: { total: 30 } }), {
          name: 'TotalTimeout',
          code: 'ERR_TOTAL_TIMEOUT',
        });
        const controller = new AbortController();
        const work = client.get('https://a.test/', { signal: controller.signal });
        setTimeout(() => controller.abort('enough'), 10);
        await t.assert.rejects(work, { name: 'AbortError', cause: 'enough' });
      }
    },
  },
  {
    id: 'TR-05.after',
    rows: ['TR-05', 'TM-09'],
    title: 'once the signal has aborted or the time is over, next() sends nothing any more',
    verdict: 'fixed:D23',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(503));
      const controller = new AbortController();
      const errors: string[] = [];
      let done!: () => void;
      const isDone = new Promise<void>((resolve) => {
        done = resolve;
      });
      const client = t.client({
        middleware: [
          async (request, next) => {
            await (await next(request)).read();
            controller.abort();
            try {
              return await next(request);
            } catch (error) {
              errors.push((error as Error).name);
              throw error;
            } finally {
              done();
            }
          },
        ],
      });
      await t.assert.rejects(client.get(server.url(), { signal: controller.signal }), t.tern.AbortError);
      await isDone;
      t.assert.deepEqual([errors, server.requests.length], [['AbortError'], 1]);
    },
  },
];
