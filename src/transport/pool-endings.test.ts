import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { counts, setUp } from '../../fixtures/pool-setup.ts';
import type { TraceEvent } from '../models/trace.ts';

const defer = guardAgainstLeaks();

describe('cancelling', () => {
  test('in the queue', async () => {
    const { acquire, cancel, connect, release, states, pool } = setUp({ maxConnections: 1 });
    const [one, two, three] = [acquire(), acquire(), acquire()];
    cancel(two);
    expect(pool.stats.waiting).toBe(1);
    await connect();
    release(one);
    expect([states(one, two, three), two.outcomes]).toEqual(['released cancelled acquired', 0]);
    pool.close();
  });

  test('while connecting: the attempt is given up, and its room is free', async () => {
    const { acquire, cancel, engine, settle, states, pool } = setUp({ maxConnections: 1 });
    const [one, two] = [acquire('a'), acquire('b')];
    const { signal } = engine.dials[0]!.control;
    cancel(one);
    expect(signal.aborted).toBe(true);
    await settle();
    expect([states(one, two), counts(pool.stats)]).toEqual(['cancelled connecting', [0, 0, 0, 1, 0]]);
    pool.close();
  });

  test('while connecting: the next request of the origin takes the attempt over', async () => {
    const { acquire, cancel, connect, engine, states, pool } = setUp({ maxConnections: 1 });
    const [one, two] = [acquire(), acquire()];
    cancel(one);
    expect([states(one, two), engine.dials.length, pool.stats.waiting]).toEqual([
      'cancelled connecting',
      1,
      0,
    ]);
    await connect();
    expect(states(one, two)).toBe('cancelled acquired');
    pool.close();
  });

  test('whoever takes an attempt over learns that its limit is that of another request', async () => {
    const { acquire, cancel, engine, settle, pool } = setUp({ maxConnections: 1 });
    const [one, two] = [acquire(), acquire()];
    cancel(one);
    expect([one.hasInherited, two.hasInherited]).toEqual([false, true]);
    engine.dials[0]!.fail();
    await settle();
    // Its own attempt has its own limit.
    expect([two.state, two.hasInherited, engine.dials.length]).toEqual(['connecting', false, 1]);
    pool.close();

    const other = setUp({ maxConnections: 2 });
    const [first, second] = [other.acquire(), other.acquire()];
    other.engine.dials[1]!.succeed();
    await other.settle();
    expect([other.states(first, second), second.hasInherited]).toEqual(['acquired connecting', true]);
    other.pool.close();
  });

  test('but not past a request for another origin that has waited longer', async () => {
    const { acquire, cancel, settle, states, pool } = setUp({ maxConnections: 1 });
    const [a1, b1, a2] = [acquire('a'), acquire('b'), acquire('a')];
    cancel(a1);
    await settle();
    expect(states(a1, b1, a2)).toBe('cancelled connecting waiting');
    pool.close();
  });

  test('in the moment of success', async () => {
    const { acquire, cancel, engine, settle, pool } = setUp();
    const one = acquire();
    const connection = engine.dials[0]!.succeed();
    cancel(one);
    await settle();
    expect([connection.closedAs, one.outcomes, counts(pool.stats)]).toEqual(['abort', 0, [0, 0, 0, 0, 0]]);
  });
});

describe('closing', () => {
  test('ends everything', async () => {
    const { acquire, connect, release, settle, states, engine, pool } = setUp({ maxConnections: 3 });
    const [busy, idle] = [acquire(), acquire()];
    await connect();
    await connect();
    release(idle);
    const [dialling, waiting] = [acquire('b'), acquire('c')];
    const third = acquire('c');
    pool.close();
    await settle();
    expect(states(busy, dialling, waiting, third)).toBe('acquired failed failed failed');
    expect(waiting.error).toMatchObject({ kind: 'aborted', retrySafe: false });
    expect([engine.open, engine.dials]).toEqual([[], []]);
    expect(counts(pool.stats)).toEqual([0, 0, 0, 0, 0]);
    // The request that was under way comes back later.
    pool.release(busy.slot!, 0);
    expect(counts(pool.stats)).toEqual([0, 0, 0, 0, 0]);
  });

  test('opens nothing afterwards', () => {
    const { acquire, engine, pool } = setUp();
    pool.close();
    const late = acquire();
    expect([late.state, late.error?.kind, late.waiter, engine.dials]).toEqual([
      'failed',
      'aborted',
      null,
      [],
    ]);
  });

  test('a failed request may ask for another connection at once', () => {
    const { acquire, engine, pool } = setUp({ maxConnections: 1 });
    const first = acquire();
    first.onOutcome = () => void acquire('again');
    pool.close();
    expect(engine.dials).toEqual([]);
  });
});

test('idle connections end by themselves, without holding the process', async () => {
  const { acquire, release, connect, pool } = setUp({ keepAliveMs: 20 });
  const held = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  const before = held();
  const users = [acquire(), acquire()];
  const connections = [await connect(), await connect()];
  for (const user of users) release(user);
  expect(held()).toBe(before);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(connections.map(({ closedAs }) => closedAs)).toEqual(['graceful', 'graceful']);
  expect(counts(pool.stats)).toEqual([0, 0, 0, 0, 0]);
});

test('what the pool closes by itself is published', async () => {
  const events: TraceEvent[] = [];
  const listener = (event: unknown): void => void events.push(event as TraceEvent);
  subscribe('ternhttp:connection', listener);
  defer(() => void unsubscribe('ternhttp:connection', listener));
  const { acquire, release, connect, pool } = setUp({ maxKeepAlive: 0 });
  const user = acquire();
  await connect();
  release(user);
  expect(events).toMatchObject([
    { name: 'connection.close', requestId: 0, info: { connection: 0, origin: 'a' } },
  ]);
  pool.close();
});
