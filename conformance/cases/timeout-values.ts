import type { Timeout, TimeoutInit } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { one } from '../support/timeouts.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TM-01',
    rows: ['TM-01', 'TM-09'],
    title: 'the phases, five seconds each; first byte and total only when asked for',
    verdict: 'fixed:D23',
    layer: 'model',
    run(t) {
      const client = t.client();
      const expected = { pool: 5000, connect: 5000, write: 5000, firstByte: null, read: 5000, total: null };
      t.assert.deepEqual(client.timeout, expected);
      const none = { pool: null, connect: null, write: null, firstByte: null, read: null, total: null };
      t.assert.deepEqual(t.client({ timeout: none }).timeout, none);
    },
  },
  {
    id: 'TM-02',
    rows: ['TM-02'],
    title: 'a number for all of them, null for none, an object for some',
    verdict: 'differs:an object instead of a tuple; what it leaves out is inherited',
    layer: 'model',
    run(t) {
      const timeoutOf = (timeout: TimeoutInit): Timeout => t.client({ timeout }).timeout;
      const base = { pool: 5000, connect: 5000, write: 5000, firstByte: null, read: 5000, total: null };
      t.assert.deepEqual(timeoutOf(70), { ...base, pool: 70, connect: 70, write: 70, read: 70 });
      t.assert.deepEqual(new Set(Object.values(timeoutOf(null))), new Set([null]));
      t.assert.deepEqual(timeoutOf({ read: 1, total: 2, connect: null }), {
        ...base,
        read: 1,
        total: 2,
        connect: null,
      });
      t.assert.deepEqual(timeoutOf({ read: Infinity }), { ...base, read: null });
      const extended = t.client({ timeout: { read: 1 } }).extend({ timeout: { write: 2 } });
      t.assert.deepEqual(extended.timeout, { ...base, read: 1, write: 2 });
      for (const wrong of [-1, Number.NaN, '5', { reed: 1 }, { read: -1 }, { read: '1' }, [1, 2]]) {
        t.assert.throws(
          () => timeoutOf(wrong as TimeoutInit),
          { name: 'InvalidArgument' },
          JSON.stringify(wrong),
        );
      }
    },
  },
  {
    id: 'TM-03',
    rows: ['TM-03'],
    title: 'the limits are a plain object that cannot be changed',
    verdict: 'differs:a plain object shows itself',
    layer: 'model',
    run(t) {
      const { timeout } = t.client({ timeout: 7 });
      t.assert.deepEqual(JSON.parse(JSON.stringify(timeout)), {
        pool: 7,
        connect: 7,
        write: 7,
        firstByte: null,
        read: 7,
        total: null,
      });
      t.assert.ok(Object.isFrozen(timeout));
    },
  },
  {
    id: 'TM-10',
    rows: ['TM-10'],
    title: 'every limit has its class, all are timeouts, and each says what was waited for and where',
    verdict: 'fixed:D24',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.wait(10_000);
      });
      const client = one(t);
      const secret = server.url('/?token=hunter2').replace('http://', 'http://user:hunter2@');
      async function asking(timeout: TimeoutInit): Promise<void> {
        await client.get(secret, { timeout });
      }
      for (const [timeout, name, text] of [
        [{ read: 30 }, 'ReadTimeout', /no response within 30 ms/],
        [{ firstByte: 31 }, 'FirstByteTimeout', /no response within 31 ms/],
        // Long enough to have connected by then, also on a busy machine.
        [{ total: 500 }, 'TotalTimeout', /not finished within 500 ms; the phase firstByte was under way/],
      ] as const) {
        const error = (await asking(timeout).catch((caught: unknown) => caught)) as Error;
        t.assert.equal(error.name, name);
        t.assert.match(error.message, text);
        t.assert.match(error.message, new RegExp(`peer 127\\.0\\.0\\.1:${server.port}\\]$`));
        t.assert.doesNotMatch(error.message, /hunter2/);
        t.assert.ok(error instanceof t.tern.TimeoutException && error instanceof t.tern.TransportError);
        t.assert.ok(t.tern.isTimeout(error));
        // The line that asked is in the stack.
        t.assert.match(String(error.stack), /at (?:async )?asking /);
      }
      for (const name of ['PoolTimeout', 'ConnectTimeout', 'WriteTimeout'] as const)
        t.assert.ok(t.tern[name].prototype instanceof t.tern.TimeoutException);
    },
  },
];
