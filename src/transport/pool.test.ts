import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import {
  FakeAcquirer,
  FakeConnection,
  FakeEngine,
  counts,
  routeOf,
  setUp,
} from '../../fixtures/pool-setup.ts';
import { wireConfig } from '../../fixtures/wire-setup.ts';
import { WireError } from '../backends/contract.ts';
import { resolveLimits } from '../models/limits.ts';
import { Pool } from './pool.ts';

guardAgainstLeaks();

describe('reuse', () => {
  test('one after another share a connection; the latest idle one is taken first', async () => {
    const { pool, acquire, release, connect, settle } = setUp();
    const [first, second] = [acquire(), acquire()];
    await connect();
    await connect();
    release(first);
    release(second);
    await settle();
    expect(counts(pool.stats)).toEqual([2, 0, 2, 0, 0]);
    const third = acquire();
    expect([third.waiter, third.connection]).toEqual([null, second.connection]);
    expect(pool.stats).toMatchObject({ opened: 2, reused: 1 });
    pool.close();
  });

  test('not on another origin, and not if it is not wanted', async () => {
    const { acquire, release, connect, states, pool } = setUp();
    const first = acquire();
    await connect();
    release(first);
    expect(states(acquire('b'), acquire('a', false))).toBe('connecting connecting');
    pool.close();
  });

  test('a repeated request that waits is not given a connection that another one has used', async () => {
    const { acquire, connect, release, engine, pool } = setUp({ maxConnections: 1 });
    const first = acquire();
    const used = await connect();
    const repeated = acquire('a', false);
    const later = acquire();
    release(first);
    expect([repeated.state, used.isOpen, engine.dials.length]).toEqual(['connecting', false, 1]);
    await connect();
    expect([repeated.state, later.state, pool.stats.connections]).toEqual(['acquired', 'waiting', 1]);
    release(repeated);
    expect(later.state).toBe('acquired');
    release(later);
    pool.close();
  });

  test('not once it has been idle too long, by our limit or the hint of the server less a second', async () => {
    const { acquire, release, connect, pass, states, pool } = setUp({ keepAliveMs: 5000 });
    const first = acquire();
    const connection = await connect();
    release(first);
    pass(4999);
    const again = acquire();
    expect(again.connection).toBe(connection);
    release(again);
    pass(5000);
    expect(states(acquire())).toBe('connecting');
    expect(connection.closedAs).toBe('graceful');

    const other = await connect();
    other.keepAliveHint = 3000;
    other.isBusy = false;
    pool.close();
    const short = setUp();
    const user = short.acquire();
    const hinted = await short.connect();
    hinted.keepAliveHint = 3000;
    short.release(user);
    short.pass(2001);
    expect(short.states(short.acquire())).toBe('connecting');
    short.pool.close();
  });

  test.each([
    ['keepAliveMs', { keepAliveMs: 0 }, null],
    ['maxKeepAlive', { maxKeepAlive: 0 }, null],
    ['a hint of one second', {}, 1000],
  ])('never: %s', async (_what, limits, hint) => {
    const { acquire, release, connect, pool } = setUp(limits);
    const user = acquire();
    const connection = await connect();
    connection.keepAliveHint = hint;
    release(user);
    expect([connection.closedAs, counts(pool.stats)]).toEqual(['graceful', [0, 0, 0, 0, 0]]);
  });

  test('so many idle ones are kept; active ones do not count', async () => {
    const { acquire, release, connect, pool } = setUp({ maxKeepAlive: 2 });
    const users = [acquire(), acquire(), acquire(), acquire(), acquire()];
    for (const _ of users) await connect();
    const [one, two, three] = users as [FakeAcquirer, FakeAcquirer, FakeAcquirer];
    release(one);
    release(two);
    expect(counts(pool.stats)).toEqual([5, 3, 2, 0, 0]);
    release(three);
    expect(counts(pool.stats)).toEqual([4, 2, 2, 0, 0]);
    expect([one, two, three].map(({ connection }) => connection.isOpen)).toEqual([false, true, true]);
    pool.close();
  });

  test('the peer closes an idle one: it is forgotten at once', async () => {
    const { acquire, release, connect, pool } = setUp();
    const user = acquire();
    const connection = await connect();
    release(user);
    connection.drop();
    expect(counts(pool.stats)).toEqual([0, 0, 0, 0, 0]);
    expect(connection.onIdleClose).toBeNull();
  });

  test('one that died before it could lie idle is not kept', async () => {
    const { acquire, engine, settle, pool, cancel } = setUp();
    const [first, second] = [acquire(), acquire()];
    await settle();
    engine.dials[0]!.succeed();
    await settle();
    // The second attempt belongs to nobody now.
    expect(first.state).toBe('acquired');
    cancel(second);
    await settle();
    expect(counts(pool.stats)).toEqual([1, 1, 0, 0, 0]);
    const third = acquire();
    const dead = engine.dials[0]!.succeed();
    dead.isOpen = false;
    await settle();
    expect([third.state, counts(pool.stats)]).toEqual(['acquired', [2, 2, 0, 0, 0]]);
    pool.close();
  });
});

describe('limits', () => {
  test('first come, first served', async () => {
    const { acquire, release, connect, states, pool } = setUp({ maxConnections: 1 });
    const [one, two, three] = [acquire(), acquire(), acquire()];
    expect([states(one, two, three), pool.stats.waiting]).toEqual(['connecting waiting waiting', 2]);
    await connect();
    release(one);
    expect(states(one, two, three)).toBe('released acquired waiting');
    release(two);
    expect(states(one, two, three)).toBe('released released acquired');
    expect(pool.stats.opened).toBe(1);
    pool.close();
  });

  test('over all origins: a connection gives way to the request that has waited longest', async () => {
    const { acquire, release, connect, states, pool, engine } = setUp({ maxConnections: 1 });
    const [a1, b1, a2] = [acquire('a'), acquire('b'), acquire('a')];
    const first = await connect();
    release(a1);
    expect([first.closedAs, states(a1, b1, a2)]).toEqual(['graceful', 'released connecting waiting']);
    await connect();
    release(b1);
    expect(states(a1, b1, a2)).toBe('released released connecting');
    await connect();
    release(a2);
    expect([engine.connections.length, counts(pool.stats)]).toEqual([3, [1, 0, 1, 0, 0]]);
    pool.close();
  });

  test('an idle connection of another origin makes room, the oldest one first', async () => {
    const { acquire, release, connect, pool } = setUp({ maxConnections: 2 });
    const [a, b] = [acquire('a'), acquire('b')];
    const [first, second] = [await connect(), await connect()];
    release(a);
    release(b);
    acquire('c');
    expect([first.isOpen, second.isOpen, counts(pool.stats)]).toEqual([false, true, [1, 0, 1, 1, 0]]);
    pool.close();
  });

  test('for one origin; others are not held up by it', async () => {
    const { acquire, release, connect, states, pool } = setUp({ maxPerOrigin: 1, maxConnections: 3 });
    const [a1, a2, b1] = [acquire('a'), acquire('a'), acquire('b')];
    expect(states(a1, a2, b1)).toBe('connecting waiting connecting');
    await connect();
    release(a1, false);
    expect(states(a1, a2, b1)).toBe('released connecting connecting');
    pool.close();
  });

  test('so many may wait', () => {
    const { acquire, states, pool } = setUp({ maxConnections: 1, maxWaiters: 1 });
    const [one, two, three, four] = [acquire('a'), acquire('b'), acquire('c'), acquire('a')];
    expect(states(one, two, three, four)).toBe('connecting waiting failed failed');
    expect(three.error).toMatchObject({ kind: 'pool-timeout', phase: 'pool', retrySafe: true });
    expect(three.waiter).toBeNull();
    pool.close();
  });
});

describe('opening', () => {
  test('whoever waits longest gets the first connection; its own attempt goes on for the other', async () => {
    const { acquire, engine, settle, states, pool } = setUp();
    const [one, two] = [acquire(), acquire()];
    engine.dials[1]!.succeed();
    await settle();
    expect(states(one, two)).toBe('acquired connecting');
    engine.dials[0]!.succeed();
    await settle();
    expect([states(one, two), counts(pool.stats)]).toEqual(['acquired acquired', [2, 2, 0, 0, 0]]);
    pool.close();
  });

  test('an attempt that was begun for another fails: a new one is begun, within the own limits', async () => {
    const { acquire, engine, settle, states, pool } = setUp();
    const [one, two] = [acquire(), acquire()];
    engine.dials[1]!.succeed();
    await settle();
    engine.dials[0]!.fail(
      new WireError({ kind: 'connect-timeout', phase: 'connect', reason: 'the limit of one' }),
    );
    await settle();
    expect([states(one, two), engine.dials.length]).toEqual(['acquired connecting', 1]);
    engine.dials[0]!.fail();
    await settle();
    expect([states(one, two), two.error?.message]).toEqual(['acquired failed', 'refused']);
    expect(counts(pool.stats)).toEqual([1, 1, 0, 0, 0]);
    pool.close();
  });

  test('a connection that comes free serves the one that waits for its own; that becomes idle', async () => {
    const { acquire, release, connect, settle, engine, states, pool } = setUp();
    const one = acquire();
    await connect();
    const two = acquire();
    release(one);
    expect(states(one, two)).toBe('released acquired');
    engine.dials[0]!.succeed();
    await settle();
    expect(counts(pool.stats)).toEqual([2, 1, 1, 0, 0]);
    pool.close();
  });

  test('that attempt is given up instead if somebody else needs its room', async () => {
    const { acquire, release, connect, settle, states, pool } = setUp({ maxConnections: 2 });
    const one = acquire('a');
    await connect();
    const two = acquire('a');
    const other = acquire('b');
    expect(states(one, two, other)).toBe('acquired connecting waiting');
    release(one);
    await settle();
    expect([states(one, two, other), counts(pool.stats)]).toEqual([
      'released acquired connecting',
      [1, 1, 0, 1, 0],
    ]);
    pool.close();
  });

  test('failure frees the room for the next one', async () => {
    const { acquire, engine, settle, states, pool } = setUp({ maxConnections: 1 });
    const [one, two] = [acquire('a'), acquire('b')];
    engine.dials[0]!.fail(new TypeError('a defect'));
    await settle();
    expect(states(one, two)).toBe('failed connecting');
    expect(one.error).toMatchObject({ kind: 'internal', cause: expect.any(TypeError) });
    pool.close();
  });

  test('limits of the request are passed on', () => {
    const engine = new FakeEngine();
    const pool = new Pool(engine, wireConfig(), resolveLimits({}));
    const dialWith = (connectTimeout: number | null): number | null => {
      pool.acquire(Object.assign(new FakeAcquirer(''), { connectTimeout }), routeOf('a'), 0, true);
      return engine.dials.at(-1)!.control.deadline;
    };
    expect(dialWith(null)).toBeNull();
    expect(dialWith(1000)).toBeGreaterThan(performance.now());
    expect(dialWith(0)).toBeLessThanOrEqual(performance.now());
    pool.close();
  });
});

test('the work for one request does not grow with the pool', async () => {
  const looksPerRequest = async (size: number): Promise<number> => {
    const limits = { maxConnections: size, maxKeepAlive: size };
    const { acquire, release, connect, settle, pool } = setUp(limits);
    const half = Array.from({ length: size }, (_, index) =>
      acquire(index % 2 === 0 ? 'a' : `origin ${index}`),
    );
    for (const _ of half) await connect();
    for (const user of half.filter((_user, index) => index % 2 === 0)) release(user);
    await settle();
    FakeConnection.looks = 0;
    for (let i = 0; i < 100; i++) release(acquire());
    const idle = FakeConnection.looks;
    // Now with a long queue.
    const busy = Array.from({ length: size / 2 }, () => acquire());
    const queue = Array.from({ length: size }, (_, index) => acquire(index % 2 === 0 ? 'a' : 'b'));
    FakeConnection.looks = 0;
    for (const user of queue.slice(0, 10)) pool.cancel(user.waiter!);
    release(busy[0]!);
    const queued = FakeConnection.looks;
    pool.close();
    return idle / 100 + queued;
  };
  expect(await looksPerRequest(1000)).toBe(await looksPerRequest(20));
});
