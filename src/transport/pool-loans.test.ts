import { afterEach, expect, test, vi } from 'vitest';
import { counts, setUp, type FakeConnection } from '../../fixtures/pool-setup.ts';

afterEach(() => void vi.useRealTimers());

/** Makes a connection one that is used elsewhere while it is idle. */
function lend(connection: FakeConnection): { exchanges: number; isLost: boolean } {
  const loan = { exchanges: 0, isLost: false };
  Object.assign(connection, {
    lend: () => 7,
    settle: () => {
      if (loan.isLost) connection.isOpen = false;
      const { exchanges } = loan;
      loan.exchanges = 0;
      return { exchanges, idleMs: 1 };
    },
  });
  return loan;
}

test('a connection that was lost on loan takes no room from a request that needs a new one', async () => {
  const { acquire, connect, release, states, pool } = setUp({ maxPerOrigin: 1 });
  const first = acquire('a');
  const loan = lend(await connect());
  release(first);
  loan.isLost = true;
  loan.exchanges = 3;
  const repeated = acquire('a', false);
  expect([states(repeated), counts(pool.stats)]).toEqual(['connecting', [0, 0, 0, 1, 0]]);
  await connect();
  expect([states(repeated), pool.stats.reused]).toEqual(['acquired', 3]);
  pool.close();
});

test('what was done on loan counts, however the connection ends', async () => {
  const { acquire, connect, release, pool } = setUp({ maxConnections: 2 });
  const both = [acquire('a'), acquire('b')];
  const loans = [lend(await connect()), lend(await connect())];
  for (const acquirer of both) release(acquirer);
  for (const loan of loans) loan.exchanges = 2;
  // One gives way to another origin, the other one ends with the pool.
  acquire('c');
  expect(pool.stats.reused).toBe(4);
  loans[1]!.exchanges = 5;
  pool.close();
  expect(pool.stats.reused).toBe(9);
});

test('what the peer does to a connection on loan shows without a request or a question', async () => {
  vi.useFakeTimers();
  const { acquire, connect, release, pool } = setUp();
  const first = acquire('a');
  const connection = await connect();
  const loan = lend(connection);
  release(first);
  expect([pool.lend(connection.meta.id + 1), pool.lend(connection.meta.id)]).toEqual([null, 7]);
  vi.advanceTimersByTime(1000);
  expect(connection.closedAs).toBeNull();
  loan.isLost = true;
  vi.advanceTimersByTime(100);
  expect([connection.closedAs, counts(pool.stats)]).toEqual(['graceful', [0, 0, 0, 0, 0]]);
  pool.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('a connection that is used on loan is kept for longer', async () => {
  vi.useFakeTimers();
  const { acquire, connect, release, pool } = setUp({ keepAliveMs: 1000 });
  const first = acquire('a');
  const connection = await connect();
  const loan = lend(connection);
  release(first);
  loan.exchanges = 2;
  vi.advanceTimersByTime(1500);
  expect([connection.closedAs, counts(pool.stats)]).toEqual([null, [1, 0, 1, 0, 0]]);
  vi.advanceTimersByTime(1000);
  expect([connection.closedAs, counts(pool.stats)]).toEqual(['graceful', [0, 0, 0, 0, 0]]);
  pool.close();
});
