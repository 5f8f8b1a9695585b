import type { Transport } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { clientOn, transportOf } from '../support/transports.ts';

function hang(): Promise<never> {
  return new Promise(() => {});
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TR-01',
    rows: ['TR-01'],
    title:
      'a transport is a function from a request to a response with an unread body, and a way to close it',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: unknown[] = [];
      const transport = transportOf(
        async (request, context) => {
          log.push([request instanceof t.tern.Request, request.method, request.url.href, context.delivery]);
          log.push([context.timeout.read, context.totalDeadline === null, context.signal === null]);
          return new t.tern.StreamResponse(200, { body: ['some ', 'content'], headers: { 'X-Own': '1' } });
        },
        async () => void log.push('closed'),
      );
      const client = new t.tern.Client({ transport, timeout: { read: 7 } });
      const response = await client.put('https://a.test/x');
      t.assert.deepEqual(
        [response.text, response.headers.get('x-own'), response.url.pathname],
        ['some content', '1', '/x'],
      );
      const { signal } = new AbortController();
      const streamed = await client.stream('GET', 'https://a.test/y', { signal, timeout: { total: 60_000 } });
      const pieces: string[] = [];
      for await (const text of streamed.iterText()) pieces.push(text);
      t.assert.deepEqual(pieces, ['some ', 'content']);
      await client.close();
      await client.close();
      t.assert.deepEqual(log, [
        [true, 'PUT', 'https://a.test/x', 'whole'],
        [7, true, true],
        [true, 'GET', 'https://a.test/y', 'stream'],
        [7, false, false],
        'closed',
      ]);
      t.assert.deepEqual([client.backend, client.stats.connections], [null, 0]);
    },
  },
  {
    id: 'TR-01.owner',
    rows: ['TR-01', 'ST-11'],
    title: 'the body belongs to the caller: closing it early tells its maker to stop',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      async function* endless(): AsyncGenerator<string> {
        try {
          for (;;) yield 'more ';
        } finally {
          log.push('stopped');
        }
      }
      for (const options of [{}, { timeout: { total: 60_000 }, signal: new AbortController().signal }]) {
        const client = clientOn(
          t,
          transportOf(async () => new t.tern.StreamResponse(200, { body: endless() })),
        );
        const response = await client.stream('GET', 'https://a.test/', options);
        for await (const text of response.iterText(3)) {
          t.assert.equal(text, 'mor');
          break;
        }
        const unread = await client.stream('GET', 'https://a.test/', options);
        const iterator = unread.iterBytes();
        await iterator.next();
        await unread.cancel();
        await iterator.return();
        t.assert.deepEqual(log.splice(0), ['stopped', 'stopped']);
      }
    },
  },
  {
    id: 'TR-01.wrong',
    rows: ['TR-01', 'EX-20'],
    title: 'a transport that gives something else than a response is told so',
    verdict: 'differs:httpx lets errors of the language escape',
    layer: 'model',
    async run(t) {
      for (const answer of [undefined, null, 'x', {}, new t.tern.Response(200)]) {
        const client = clientOn(
          t,
          transportOf(async () => answer as never),
        );
        await t.assert.rejects(client.get('https://a.test/'), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
      }
      const failure = new RangeError('of the transport');
      const throwing = clientOn(
        t,
        transportOf(() => {
          throw failure;
        }),
      );
      await t.assert.rejects(throwing.get('https://a.test/'), (error: unknown) => error === failure);
    },
  },
  {
    id: 'TR-01.limits',
    rows: ['TR-01', 'TM-09'],
    title: 'a transport that knows nothing of signals and deadlines is held to them, and so is its body',
    verdict: 'fixed:D23',
    layer: 'model',
    async run(t) {
      async function* stuck(): AsyncGenerator<string> {
        yield 'a';
        await hang();
      }
      const transports: readonly (readonly [string, Transport])[] = [
        ['head', transportOf(hang)],
        ['body', transportOf(async () => new t.tern.StreamResponse(200, { body: stuck() }))],
        ['handler', new t.tern.MockTransport(hang)],
        ['mock body', new t.tern.MockTransport(() => new t.tern.StreamResponse(200, { body: stuck() }))],
      ];
      for (const [name, transport] of transports) {
        const client = clientOn(t, transport);
        await t.assert.rejects(
          client.get('https://a.test/', { timeout: { total: 20 } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.TotalTimeout, `${name}: ${String(error)}`);
            const { code, request } = error as InstanceType<typeof t.tern.TotalTimeout>;
            t.assert.deepEqual([code, request?.url.href], ['ERR_TOTAL_TIMEOUT', 'https://a.test/']);
            return true;
          },
        );
        const controller = new AbortController();
        const work = client.get('https://a.test/', { signal: controller.signal });
        setImmediate(() => controller.abort('enough'));
        await t.assert.rejects(work, { name: 'AbortError', code: 'ERR_ABORTED', cause: 'enough' }, name);
        await t.assert.rejects(
          client.get('https://a.test/', { signal: AbortSignal.timeout(5) }),
          { name: 'AbortError', message: /the signal timed out/ },
          name,
        );
      }
    },
  },
  {
    id: 'TR-01.aborted',
    rows: ['TR-01', 'TM-09'],
    title: 'with a signal that has aborted nothing reaches the transport',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const transport = new t.tern.MockTransport(() => {
        log.push('handled');
        return new t.tern.Response(200);
      });
      const client = clientOn(t, transport, {
        hooks: { request: [(): void => void log.push('hook')] },
        auth: {
          *flow(request) {
            log.push('flow');
            yield request;
          },
        },
      });
      const options = { signal: AbortSignal.abort('no') };
      await t.assert.rejects(client.get('https://a.test/', options), { name: 'AbortError', cause: 'no' });
      await t.assert.rejects(client.get('https://a.test/', { ...options, auth: null }), t.tern.AbortError);
      await t.assert.rejects(client.stream('GET', 'https://a.test/', options), t.tern.AbortError);
      t.assert.deepEqual(log, []);
      // Limits of many days are no limits of no time.
      const response = await client.get('https://a.test/', { timeout: { total: 2 ** 40 } });
      t.assert.equal(response.status, 200);
    },
  },
  {
    id: 'TR-01.late',
    rows: ['TR-01', 'TM-09'],
    title: 'a response that comes after its time is closed',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const log: string[] = [];
      const body = new ReadableStream<Uint8Array>({ cancel: () => void log.push('cancelled') });
      let answer!: () => void;
      const wanted = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const client = clientOn(
        t,
        transportOf(async () => {
          await wanted;
          return new t.tern.StreamResponse(200, { body: body as never });
        }),
      );
      await t.assert.rejects(client.get('https://a.test/', { timeout: { total: 10 } }), t.tern.TotalTimeout);
      answer();
      for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
      t.assert.deepEqual(log, ['cancelled']);
    },
  },
];
