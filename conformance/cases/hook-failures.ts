import { reply } from '../../fixtures/reply-server.ts';
import type { Hooks } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { mocked } from '../support/mock-clients.ts';

/** The places where a hook can fail while requests are on their way. */
const PLACES = ['request', 'response', 'redirect'] as const;

function hang(): Promise<never> {
  return new Promise(() => {});
}

function failingAt(kind: (typeof PLACES)[number], failure: unknown): Partial<Hooks> {
  return {
    [kind]: [
      () => {
        throw failure;
      },
    ],
  };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EH-05',
    rows: ['EH-05'],
    title: 'what a hook throws is what the caller gets, and the response is closed before that',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const failure = new Error('of the hook');
      for (const kind of PLACES) {
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 10\r\n\r\nabc');
        });
        const client = t.client({ redirect: true, hooks: failingAt(kind, failure) });
        for (const work of [
          (): Promise<unknown> => client.get(server.url()),
          (): Promise<unknown> => client.stream('GET', server.url()),
          (): Promise<unknown> => client.send(client.buildRequest('GET', server.url()), { stream: true }),
        ]) {
          await t.assert.rejects(work, (error: unknown) => error === failure, kind);
          t.assert.deepEqual([client.stats.active, client.stats.connections], [0, 0], kind);
          await server.untilOpen(0);
        }
        t.assert.equal(server.requests.length, kind === 'request' ? 0 : 3, kind);
      }
    },
  },
  {
    id: 'EH-05.order',
    rows: ['EH-05', 'EH-02'],
    title: 'after a hook that throws no other of its kind runs',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const failure = new Error('of the hook');
      for (const kind of ['request', 'response'] as const) {
        const log: string[] = [];
        const note = (): void => void log.push('ran');
        const client = t.client({
          hooks: {
            [kind]: [
              note,
              async () => {
                throw failure;
              },
              note,
            ],
          },
        });
        await t.assert.rejects(client.get(server.url()), (error: unknown) => error === failure);
        t.assert.deepEqual([log, client.stats.active], [['ran'], 0], kind);
      }
    },
  },
  {
    id: 'EH-05.body',
    rows: ['EH-05', 'ST-09'],
    title: 'a body that has not been opened when a hook throws is let go',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const replaced of [false, true]) {
        const log: string[] = [];
        const content = new ReadableStream<Uint8Array>({
          cancel: (reason: unknown) => void log.push(String(reason)),
        });
        const client = mocked(t, {
          hooks: {
            request: [
              (request) => (replaced ? request.with({ content: content as never }) : undefined),
              () => {
                throw new RangeError('of the hook');
              },
            ],
          },
        });
        await t.assert.rejects(
          client.post('https://a.test/', replaced ? {} : { content: content as never }),
          RangeError,
        );
        t.assert.deepEqual(log, ['RangeError: of the hook']);
      }
    },
  },
  {
    id: 'EH-07',
    rows: ['EH-07'],
    title: 'error hooks see every failure once, in order, and may put another error in its place',
    verdict: 'fixed:D42',
    layer: 'live',
    async run(t) {
      const { url } = await t.refusedPort();
      const server = await t.replies(reply(500, [], 'why'));
      const log: unknown[] = [];
      const other = new Error('other');
      const last = new Error('last');
      const client = t.client({
        raiseForStatus: true,
        hooks: {
          error: [
            async (error): Promise<Error> => {
              log.push((error as Error).name);
              return other;
            },
            (error): void => void log.push(error === other),
            () => {
              throw last;
            },
            (error): void => void log.push(error === last),
          ],
        },
      });
      const failing: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['ConnectError', (): Promise<unknown> => client.get(url)],
        ['ConnectError', (): Promise<unknown> => client.stream('GET', url)],
        ['ConnectError', (): Promise<unknown> => client.send(client.buildRequest('GET', url))],
        ['HTTPStatusError', (): Promise<unknown> => client.get(server.url())],
        ['HTTPStatusError', (): Promise<unknown> => client.stream('GET', server.url())],
        ['InvalidURL', (): Promise<unknown> => client.get('http://[')],
        ['InvalidArgument', (): Promise<unknown> => client.get(server.url(), { wrong: 1 } as never)],
      ];
      for (const [name, work] of failing) {
        await t.assert.rejects(work, (error: unknown) => error === last, name);
        t.assert.deepEqual(log.splice(0), [name, true, true]);
      }
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'EH-07.content',
    rows: ['EH-07'],
    title: 'the error hook sees a failure in the middle of the content of get()',
    verdict: 'fixed:D42',
    layer: 'bytes',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
        await peer.end();
      });
      const seen: unknown[] = [];
      const client = t.client({ hooks: { error: [(error): void => void seen.push(error)] } });
      await t.assert.rejects(
        client.get(server.url()),
        (error: unknown) => seen.length === 1 && seen[0] === error,
      );
    },
  },
  {
    id: 'EH-07.retry',
    rows: ['EH-07', 'PL-05'],
    title:
      'the retry hook runs before a request is repeated, which waits for it; what it throws ends the request',
    verdict: 'fixed:D42',
    rfc: 'RFC 9112 §9.3.1',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      // A connection that is closed just when it is used again.
      const stale = (): ReturnType<CaseContext['scripted']> =>
        t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send(reply(200, [], 'one'));
          await peer.readRequest();
          if (peer.index === 0) peer.reset();
          else await peer.send(reply(200, [], 'again'));
        });
      const log: unknown[] = [];
      const client = t.client({
        hooks: {
          retry: [
            async ({ request, reason, attempt }): Promise<void> => {
              await new Promise((resolve) => {
                setImmediate(resolve);
              });
              log.push(request.url.pathname, attempt, reason.length > 0, server.connections);
            },
          ],
        },
      });
      const server = await stale();
      await client.get(server.url('/a'));
      t.assert.equal((await client.get(server.url('/b'))).text, 'one');
      t.assert.deepEqual(log, ['/b', 2, true, 1]);
      const failure = new Error('of the hook');
      const other = await stale();
      const refusing = t.client({
        hooks: {
          retry: [
            () => {
              throw failure;
            },
          ],
        },
      });
      await refusing.get(other.url());
      await t.assert.rejects(refusing.get(other.url()), (error: unknown) => error === failure);
      t.assert.deepEqual([other.connections, refusing.stats.active], [1, 0]);
    },
  },
  {
    id: 'EH-07.limits',
    rows: ['EH-07', 'TM-09'],
    title: 'hooks that wait for ever are held to the signal and the total timeout',
    verdict: 'fixed:D23',
    layer: 'live',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 10\r\n\r\nabc');
      });
      for (const kind of PLACES) {
        const client = t.client({ redirect: true, hooks: { [kind]: [hang] } });
        await t.assert.rejects(
          client.get(server.url(), { timeout: { total: 40 } }),
          { name: 'TotalTimeout', code: 'ERR_TOTAL_TIMEOUT' },
          kind,
        );
        const controller = new AbortController();
        const work = client.get(server.url(), { signal: controller.signal });
        setTimeout(() => controller.abort('enough'), 20);
        await t.assert.rejects(work, { name: 'AbortError', cause: 'enough' }, kind);
        t.assert.equal(client.stats.active, 0, kind);
        await server.untilOpen(0);
      }
    },
  },
];
