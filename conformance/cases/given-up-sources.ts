import type { ConformanceCase } from '../case.ts';
import { until } from '../support/waiting.ts';

/** Content without end, whose cleanup throws at once. */
function* spiteful(size: number): Generator<string, void> {
  try {
    for (;;) yield 'x'.repeat(size);
  } finally {
    // oxlint-disable-next-line no-unsafe-finally -- this is what the cases are about
    throw new Error('cleanup failed');
  }
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EX-20.cleanup',
    rows: ['EX-20', 'RB-06'],
    title:
      'a source whose cleanup throws keeps neither the error of its request back nor that of another one',
    verdict: 'differs:httpx closes no source of a request',
    layer: 'live',
    needs: ['timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        peer.pause();
        await peer.closed;
      });
      const client = t.client();
      const other = client.get(server.url(), { timeout: { read: 300 } });
      const upload = client.post(server.url(), { content: spiteful(70_000), timeout: { write: 100 } });
      await Promise.all([
        t.assert.rejects(upload, t.tern.WriteTimeout),
        t.assert.rejects(other, t.tern.ReadTimeout),
      ]);
      for (const peer of server.peers) peer.resume();
    },
  },
  {
    id: 'ST-11.cleanup',
    rows: ['ST-11'],
    title: 'giving up a content whose cleanup throws does not throw',
    verdict: 'differs:httpx lets the error of the cleanup out of close()',
    layer: 'model',
    async run(t) {
      const response = new t.tern.StreamResponse(200, { body: spiteful(10) });
      await response.iterBytes().next();
      await response.cancel();
      t.assert.equal(response.isClosed, true);
    },
  },
  {
    id: 'EX-17.let-go',
    rows: ['EX-17', 'RB-19'],
    title: 'a body that nobody opened and that does not come to rest keeps no error back',
    verdict: 'differs:httpx closes no source of a request',
    layer: 'live',
    async run(t) {
      const { port } = await t.refusedPort();
      let isCancelled = false;
      const content = new ReadableStream<Uint8Array>({
        cancel() {
          isCancelled = true;
          return new Promise(() => {});
        },
      });
      const client = t.client();
      await t.assert.rejects(
        client.post(`http://127.0.0.1:${port}/`, { content: content as never }),
        t.tern.ConnectError,
      );
      t.assert.equal(isCancelled, true);
    },
  },
  {
    id: 'TM-09.reading',
    rows: ['TM-09', 'RB-20', 'AU-06'],
    title: 'a body that is read into memory is read no further when the request is given up',
    verdict: 'differs:httpx has no total timeout and no cancellation',
    layer: 'model',
    async run(t) {
      const controller = new AbortController();
      const mock = new t.tern.MockTransport(() => new t.tern.Response(200));
      const auth = {
        needsRequestBody: true,
        async *flow(request: InstanceType<typeof t.tern.Request>) {
          yield request;
        },
      };
      for (const options of [{}, { auth }]) {
        const client = new t.tern.Client({ transport: mock, ...options });
        t.defer(() => client.close());
        let isClosed = false;
        const endless = async function* (): AsyncGenerator<Uint8Array> {
          try {
            for (;;) {
              yield new Uint8Array(1024);
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          } finally {
            isClosed = true;
          }
        };
        const timeout = { total: 60 };
        await t.assert.rejects(
          client.post('http://a.test/', { content: endless(), timeout, signal: controller.signal }),
          t.tern.TotalTimeout,
        );
        await until(() => isClosed);
      }
    },
  },
];
