import { reply } from '../../fixtures/reply-server.ts';
import type { TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';
import { loopback } from '../support/lookups.ts';
import { counts, limited, outcomeOf } from '../support/pool.ts';
import { PLAIN } from '../support/replies.ts';
import { until } from '../support/waiting.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'PL-01',
    rows: ['PL-01'],
    title: 'connections belong to scheme, host, port and server name',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'socket-options', 'tls'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const other = await t.replies(PLAIN);
      const secure = await t.replies(PLAIN, { tls: t.serverTLS });
      const client = t.client({
        tls: { ca: t.ca.certificate },
        socket: { lookup: loopback },
      });
      for (let round = 0; round < 2; round++) {
        for (const url of [
          server.url('/a'),
          server.url('/b?c').replace('http://', 'HTTP://user:pass@'),
          `http://localhost:${server.port}/`,
          `http://LOCALHOST:${server.port}/`,
          other.url(),
          secure.url(),
          `https://localhost:${secure.port}/`,
        ])
          t.assert.equal((await client.get(url)).text, 'ok');
        const named = { extensions: { sniHostname: 'localhost' } };
        t.assert.equal((await client.get(secure.url(), named)).text, 'ok');
      }
      t.assert.deepEqual([server.connections, other.connections, secure.connections], [2, 1, 3]);
      t.assert.deepEqual([client.stats.opened, client.stats.reused], [6, 10]);
    },
  },
  {
    id: 'PL-01.origin',
    rows: ['PL-01', 'PL-02'],
    title: 'one origin can be limited; requests for others pass by',
    verdict: 'differs:httpx has no limit for one origin',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { passed, open } = gate();
      const slow = await t.replies(async () => {
        await passed;
        return PLAIN;
      });
      const quick = await t.replies(PLAIN);
      const client = limited(t, { maxConnections: 10, maxPerOrigin: 2 });
      const held = Array.from({ length: 5 }, () => client.get(slow.url()));
      await until(() => slow.requests.length === 2);
      t.assert.equal((await client.get(quick.url())).text, 'ok');
      t.assert.deepEqual([slow.connections, client.stats.waiting], [2, 3]);
      open();
      for (const { text } of await Promise.all(held)) t.assert.equal(text, 'ok');
      t.assert.equal(slow.connections, 2);
    },
  },
  {
    id: 'PL-02',
    rows: ['PL-02', 'PL-03'],
    title: 'reuse, else open, else close an idle connection of another origin, else queue',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { passed, open } = gate();
      const one = await t.replies(async ({ target }) => {
        if (target === '/held') await passed;
        return PLAIN;
      });
      const other = await t.replies(PLAIN);
      const client = limited(t, { maxConnections: 2 });
      await client.get(one.url());
      await client.get(one.url());
      t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
      await client.get(other.url());
      t.assert.deepEqual(counts(client.stats), [2, 0, 2, 0, 0]);
      const held = client.get(one.url('/held'));
      const second = client.get(one.url('/held'));
      // The idle connection of the other origin gave way.
      await other.untilOpen(0);
      const queued = [client.get(one.url()), client.get(other.url())];
      t.assert.equal(client.stats.waiting, 2);
      open();
      await Promise.all([held, second, ...queued]);
      t.assert.deepEqual([one.connections, other.connections], [2, 2]);
    },
  },
  {
    id: 'PL-02.latest',
    rows: ['PL-02'],
    title: 'of several idle connections the one used last is taken',
    verdict: 'differs:it is the least likely to have been closed by the server',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const first = gate();
      const second = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/first') await first.passed;
        if (target === '/second') await second.passed;
        return PLAIN;
      });
      const client = t.client();
      const requests = [client.get(server.url('/first')), client.get(server.url('/second'))];
      await until(() => server.requests.length === 2);
      second.open();
      await requests[1];
      first.open();
      await requests[0];
      const last = await client.get(server.url('/third'));
      t.assert.equal(last.connection?.id, (await requests[0]!).connection?.id);
      t.assert.equal(server.connections, 2);
    },
  },
  {
    id: 'PL-02.fifo',
    rows: ['PL-02'],
    title: 'first come, first served, over all origins',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const order: string[] = [];
      const note = ({ target }: { readonly target: string }): string => {
        order.push(target);
        return PLAIN;
      };
      const servers = [await t.replies(note), await t.replies(note), await t.replies(note)];
      const client = limited(t, { maxConnections: 1 });
      const expected: string[] = [];
      const requests: Promise<unknown>[] = [];
      for (let i = 0; i < 60; i++) {
        const target = `/${i}`;
        expected.push(target);
        requests.push(client.get(t.random.pick(servers).url(target)));
      }
      await Promise.all(requests);
      t.assert.deepEqual(order, expected);
      t.assert.deepEqual(counts(client.stats), [1, 0, 1, 0, 0]);
    },
  },
  {
    id: 'PL-02.near',
    rows: ['PL-02'],
    title: 'a connection stays with its origin while the requests that wait for others are hardly older',
    verdict: 'differs:httpx closes it for the oldest one at once',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const gates = [gate(), gate(), gate()] as const;
      const one = await t.replies(async ({ target }) => {
        await gates[target === '/first' ? 0 : 2].passed;
        return PLAIN;
      });
      const other = await t.replies(async ({ target }) => {
        await gates[target === '/first' ? 1 : 2].passed;
        return PLAIN;
      });
      const client = limited(t, { maxConnections: 4 });
      const targets = ['/first', '/first', '/second', '/second'];
      const requests = targets.flatMap((target) => [
        client.get(one.url(target)),
        client.get(other.url(target)),
      ]);
      await until(() => one.requests.length + other.requests.length === 4);
      gates[0].open();
      await until(() => one.requests.length === 4);
      gates[1].open();
      await until(() => other.requests.length === 4);
      gates[2].open();
      for (const { text } of await Promise.all(requests)) t.assert.equal(text, 'ok');
      t.assert.deepEqual([one.connections, other.connections, client.stats.opened], [2, 2, 4]);
    },
  },
  {
    id: 'PL-12',
    rows: ['PL-12', 'CL-17'],
    title: 'five hundred requests at once over 1, 10 and 100 connections',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(({ target }) => reply(200, [], target));
      for (const maxConnections of [1, 10, 100]) {
        const client = limited(t, { maxConnections, maxKeepAlive: 100 });
        const requests = Array.from({ length: 512 }, async (_, index) => {
          const { text } = await client.get(server.url(`/${index}`), { timeout: null });
          t.assert.equal(text, `/${index}`);
        });
        t.assert.equal(client.stats.waiting + client.stats.connecting, 512);
        await Promise.all(requests);
        const { connections, idle, opened, reused } = client.stats;
        t.assert.ok(opened <= maxConnections, `${opened} of ${maxConnections}`);
        t.assert.deepEqual([connections, idle, reused + opened], [opened, opened, 512]);
        await client.close();
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'PL-12.waiters',
    rows: ['PL-12', 'TM-07'],
    title: 'the queue can be limited, too',
    verdict: 'differs:httpx lets any number wait',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.replies(async () => {
        await passed;
        return PLAIN;
      });
      const client = limited(t, { maxConnections: 1, maxWaiters: 2 });
      const outcomes = Array.from({ length: 5 }, () => outcomeOf(client.get(server.url())));
      t.assert.deepEqual(await Promise.all(outcomes.slice(3)), ['PoolTimeout', 'PoolTimeout']);
      open();
      t.assert.deepEqual(await Promise.all(outcomes.slice(0, 3)), ['done', 'done', 'done']);
    },
  },
  {
    id: 'PL-13',
    rows: ['PL-13'],
    title: 'the state of the pool can be read at any time',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/held') await passed;
        return PLAIN;
      });
      const client = limited(t, { maxConnections: 2 });
      const events: TraceEvent[] = [];
      t.assert.deepEqual(client.stats, {
        connections: 0,
        active: 0,
        idle: 0,
        connecting: 0,
        waiting: 0,
        opened: 0,
        reused: 0,
        waited: 0,
        exchanges: 0,
      });
      const held = Array.from({ length: 4 }, () => client.get(server.url('/held')));
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 2, 2]);
      await until(() => server.requests.length === 2);
      t.assert.deepEqual(counts(client.stats), [2, 2, 0, 0, 2]);
      open();
      await Promise.all(held);
      t.assert.deepEqual(counts(client.stats), [2, 0, 2, 0, 0]);
      t.assert.deepEqual([client.stats.opened, client.stats.reused, events], [2, 2, []]);
    },
  },
  {
    id: 'PL-02.order',
    rows: ['PL-02'],
    title: 'first come, first served, at the limit of an origin, too',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const order: string[] = [];
      const server = await t.replies(({ target }) => {
        order.push(target);
        return PLAIN;
      });
      const client = limited(t, { maxPerOrigin: 1 });
      const targets = Array.from({ length: 6 }, (_, index) => `/${index}`);
      await Promise.all(targets.map((target) => client.get(server.url(target))));
      t.assert.deepEqual(order, targets);
      t.assert.equal(server.connections, 1);
    },
  },
];
