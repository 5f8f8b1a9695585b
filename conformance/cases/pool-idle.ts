import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';
import { counts, limited } from '../support/pool.ts';
import { PLAIN } from '../support/replies.ts';
import { until } from '../support/waiting.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'PL-04',
    rows: ['PL-04', 'CL-08'],
    title: 'an idle connection is closed after its time, without waiting for the next request',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const client = limited(t, { keepAliveMs: 40 });
      await client.get(server.url());
      await server.untilOpen(0);
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
      await client.get(server.url());
      t.assert.equal(server.connections, 2);
      // For ever, if that is asked for.
      const patient = limited(t, { keepAliveMs: null });
      await patient.get(server.url());
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      await patient.get(server.url());
      t.assert.equal(server.connections, 3);
    },
  },
  {
    id: 'PL-04.hint',
    rows: ['PL-04'],
    title: 'a server that says for how long it keeps a connection is believed, less a second',
    verdict: 'differs:httpx ignores Keep-Alive',
    rfc: 'RFC 2068 §19.7.1.1',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const [hint, opened] of [
        ['timeout=1', 2],
        ['timeout=0', 2],
        ['timeout=30, max=10', 1],
        ['max=10', 1],
        ['nonsense', 1],
      ] as const) {
        const server = await t.replies(reply(200, [['Keep-Alive', hint]], 'ok'));
        const client = t.client();
        await client.get(server.url());
        await client.get(server.url());
        t.assert.equal(server.connections, opened, hint);
      }
    },
  },
  {
    id: 'PL-06',
    rows: ['PL-06'],
    title: 'no idle connections: each is closed after its use',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const limits of [{ keepAliveMs: 0 }, { maxKeepAlive: 0 }]) {
        const server = await t.replies(PLAIN);
        const client = limited(t, { maxConnections: 1, ...limits });
        for (let i = 0; i < 3; i++) await client.get(server.url());
        t.assert.deepEqual([server.connections, counts(client.stats)], [3, [0, 0, 0, 0, 0]]);
        await server.untilOpen(0);
        // Unless somebody waits for it: then it does not become idle.
        await Promise.all([client.get(server.url()), client.get(server.url())]);
        t.assert.equal(server.connections, 4);
      }
    },
  },
  {
    id: 'PL-07',
    rows: ['PL-07'],
    title: 'the limit of idle connections counts idle ones only',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/held') await passed;
        return PLAIN;
      });
      const client = limited(t, { maxKeepAlive: 2 });
      const held = Array.from({ length: 5 }, () => client.get(server.url('/held')));
      await until(() => server.requests.length === 5);
      // Five are busy; that is no reason not to keep this one.
      await client.get(server.url());
      t.assert.deepEqual(counts(client.stats), [6, 5, 1, 0, 0]);
      await client.get(server.url());
      t.assert.equal(server.connections, 6);
      open();
      await Promise.all(held);
      t.assert.deepEqual(counts(client.stats), [2, 0, 2, 0, 0]);
      await server.untilOpen(2);
    },
  },
  {
    id: 'PL-02.oldest',
    rows: ['PL-02'],
    title: 'the connection that is idle longest gives way to another origin',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const [first, second, third] = [await t.replies(PLAIN), await t.replies(PLAIN), await t.replies(PLAIN)];
      const client = limited(t, { maxConnections: 2 });
      for (const server of [first, second, third]) await client.get(server.url());
      await first.untilOpen(0);
      await client.get(second.url());
      t.assert.deepEqual([first.connections, second.connections, third.connections], [1, 1, 1]);
    },
  },
  {
    id: 'PL-04.each',
    rows: ['PL-04'],
    title: 'every idle connection has its own time',
    verdict: 'fixed:D28',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const { passed, open } = gate();
      const server = await t.replies(async ({ target }) => {
        if (target === '/late') await passed;
        return PLAIN;
      });
      const client = limited(t, { keepAliveMs: 60 });
      const late = client.get(server.url('/late'));
      await until(() => server.requests.length === 1);
      await client.get(server.url());
      await new Promise((resolve) => {
        setTimeout(resolve, 30);
      });
      open();
      await late;
      await server.untilOpen(0);
      t.assert.deepEqual(counts(client.stats), [0, 0, 0, 0, 0]);
    },
  },
  {
    id: 'PL-04.late',
    rows: ['PL-04'],
    title: 'a connection whose time has passed is not used, although nobody had the time to close it',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const client = limited(t, { keepAliveMs: 40 });
      await client.get(server.url());
      const end = performance.now() + 60;
      while (performance.now() < end);
      await client.get(server.url());
      t.assert.equal(client.stats.opened, 2);
    },
  },
  {
    id: 'PL-04.least',
    rows: ['PL-04'],
    title: 'what the server says does not make the time longer',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies(reply(200, [['Keep-Alive', 'timeout=30']], 'ok'));
      const client = limited(t, { keepAliveMs: 40 });
      await client.get(server.url());
      await server.untilOpen(0);
      t.assert.equal(client.stats.connections, 0);
    },
  },
];
