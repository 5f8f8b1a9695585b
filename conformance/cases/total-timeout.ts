import type { RequestOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { lookup } from '../support/lookups.ts';
import { OK } from '../support/replies.ts';
import { expectRoom, failure, forever, one } from '../support/timeouts.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TM-09.total',
    rows: ['TM-09', 'TM-10'],
    title: 'total holds in every phase, and over redirects',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'socket-options', 'timeouts'],
    async run(t) {
      const timeout = { pool: null, connect: null, write: null, read: null, total: 80 };
      const total = ['TotalTimeout', 'ERR_TOTAL_TIMEOUT', 'total'];
      const named = one(t, { socket: { lookup: lookup(null) }, timeout });
      t.assert.deepEqual(await failure(t, named.get('http://silent.test/')), total);

      const client = one(t, { timeout });
      const hole = await t.blackHole();
      t.assert.deepEqual(await failure(t, client.get(hole.url)), total);

      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        if (target === '/body') await peer.send(`${OK}Content-Length: 10\r\n\r\nhalf`);
        if (target === '/loop') {
          // Between two hops the connection is idle and may be kept, so another request can come on it.
          let next = target;
          while (next === '/loop') {
            await peer.wait(5);
            await peer.send('HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n');
            next = (await peer.readHead()).target;
          }
        }
        if (target === '/upload') peer.pause();
        await peer.wait(10_000);
      });
      t.assert.deepEqual(await failure(t, client.get(server.url('/silent'))), total);
      t.assert.deepEqual(await failure(t, client.get(server.url('/body'))), total, 'body');
      t.assert.deepEqual(await failure(t, client.post(server.url('/upload'), { content: forever() })), total);
      const redirect = { max: 10_000 };
      t.assert.deepEqual(await failure(t, client.get(server.url('/loop'), { redirect })), total);
      const held = client.get(server.url('/silent'), { timeout: { total: 30_000 } }).catch(() => {});
      t.assert.deepEqual(await failure(t, client.get(server.url('/queued'))), total);
      for (const peer of server.peers) peer.resume();
      await client.close();
      await held;
    },
  },
  {
    id: 'TM-09.transport',
    rows: ['TM-09', 'TR-03'],
    title: 'total and the signal hold for every transport: a mock that hangs is left',
    verdict: 'fixed:D23',
    layer: 'live',
    async run(t) {
      const transport = new t.tern.MockTransport(() => new Promise(() => {}));
      const client = new t.tern.Client({ transport });
      t.defer(() => client.close());
      const get = (options: RequestOptions): Promise<readonly unknown[]> =>
        failure(t, client.request('GET', 'http://mock.test/', options));
      t.assert.deepEqual((await get({ timeout: { total: 40 } })).slice(0, 2), [
        'TotalTimeout',
        'ERR_TOTAL_TIMEOUT',
      ]);
      const controller = new AbortController();
      const aborted = get({ signal: controller.signal });
      setTimeout(() => controller.abort(), 5);
      t.assert.deepEqual((await aborted).slice(0, 2), ['AbortError', 'ERR_ABORTED']);
    },
  },
  {
    id: 'TM-09.signal',
    rows: ['TM-09'],
    title: 'a signal ends a request in every phase; its reason is the cause',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        if (target === '/body') await peer.send(`${OK}Content-Length: 10\r\n\r\nhalf`);
        if (target === '/upload') peer.pause();
        await peer.wait(10_000);
      });
      const hole = await t.blackHole();
      const client = one(t, { timeout: null });
      const reason = new Error('changed my mind');
      for (const [url, content, phases] of [
        [hole.url, undefined, ['connect', 'tls']],
        [server.url('/silent'), undefined, ['firstByte']],
        [server.url('/body'), undefined, ['read']],
        [server.url('/upload'), forever(), ['write']],
      ] as const) {
        const controller = new AbortController();
        const options = { signal: controller.signal, ...(content === undefined ? {} : { content }) };
        const pending = client.request('PUT', url, options);
        setTimeout(() => controller.abort(reason), 300);
        const error = await pending.catch((caught: unknown) => caught);
        const { name, phase, cause } = error as { name: string; phase: string; cause: unknown };
        t.assert.equal(name, 'AbortError');
        t.assert.ok((phases as readonly string[]).includes(phase), phase);
        t.assert.equal(cause, reason);
        for (const peer of server.peers) peer.resume();
        await expectRoom(t, client);
      }
      const timer = await client
        .get(server.url('/silent'), { signal: AbortSignal.timeout(40) })
        .catch((caught: unknown) => caught as Error);
      t.assert.match((timer as Error).message, /the signal timed out/);
      t.assert.equal(((timer as Error).cause as Error).name, 'TimeoutError');
    },
  },
];
