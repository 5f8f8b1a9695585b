import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { createRandom, type Random, seedFromEnvironment } from '../../fixtures/random.ts';
import { wireConfig } from '../../fixtures/wire-setup.ts';
import type { Connection, DialControl, Route, WireEngine } from '../backends/contract.ts';
import { WireError } from '../backends/contract.ts';
import { type Limits, resolveLimits } from '../models/limits.ts';
import type { TraceEvent } from '../models/trace.ts';
import { Pool } from './pool.ts';
import type { PoolStats } from './pool-stats.ts';
import type { PoolSlot } from './pool-slot.ts';
import type { Acquirer, Waiter } from './waiter.ts';

const defer = guardAgainstLeaks();

class FakeConnection implements Connection {
  /** How often the pool looked at any connection. */
  static looks = 0;
  readonly meta: Connection['meta'];
  readonly route: Route;
  keepAliveHint: number | null = null;
  onIdleClose: (() => void) | null = null;
  isOpen = true;
  isBusy = false;
  closedAs: string | null = null;

  constructor(route: Route, id: number) {
    this.route = route;
    this.meta = { id } as Connection['meta'];
  }

  get capacity(): number {
    FakeConnection.looks++;
    return this.isOpen && !this.isBusy ? 1 : 0;
  }

  exchange(): never {
    throw new Error('the pool never sends anything');
  }

  close(mode: 'abort' | 'graceful'): void {
    this.isOpen = false;
    this.closedAs ??= mode;
  }

  /** The peer closes while nothing runs. */
  drop(): void {
    this.isOpen = false;
    this.onIdleClose?.();
  }
}

interface FakeDial {
  readonly route: Route;
  readonly control: DialControl;
  succeed(): FakeConnection;
  fail(error?: unknown): void;
}

class FakeEngine implements WireEngine {
  readonly dials: FakeDial[] = [];
  readonly connections: FakeConnection[] = [];

  supports(): [] {
    return [];
  }

  connect(route: Route, _config: unknown, control: DialControl): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const dial: FakeDial = {
        route,
        control,
        succeed: () => {
          this.#forget(dial);
          const connection = new FakeConnection(route, this.connections.length);
          this.connections.push(connection);
          resolve(connection);
          return connection;
        },
        fail: (error = refused()) => {
          this.#forget(dial);
          // oxlint-disable-next-line prefer-promise-reject-errors -- whatever the test wants
          reject(error);
        },
      };
      this.dials.push(dial);
      control.signal.addEventListener('abort', () => dial.fail(control.signal.reason), { once: true });
    });
  }

  get open(): FakeConnection[] {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  #forget(dial: FakeDial): void {
    const index = this.dials.indexOf(dial);
    if (index !== -1) this.dials.splice(index, 1);
  }
}

class FakeAcquirer implements Acquirer {
  readonly name: string;
  readonly connectTimeout: number | null = null;
  readonly tracer = null;
  state: 'acquired' | 'cancelled' | 'connecting' | 'failed' | 'released' | 'waiting' = 'waiting';
  outcomes = 0;
  slot: PoolSlot | null = null;
  error: WireError | null = null;
  waiter: Waiter | null = null;
  onOutcome: (() => void) | null = null;

  constructor(name: string) {
    this.name = name;
  }

  get connection(): FakeConnection {
    return this.slot!.connection as FakeConnection;
  }

  onConnecting(): void {
    this.state = 'connecting';
  }

  onQueued(): void {
    this.state = 'waiting';
  }

  onAcquired(slot: PoolSlot): void {
    this.outcomes++;
    this.state = 'acquired';
    this.slot = slot;
    this.connection.isBusy = true;
    this.onOutcome?.();
  }

  onAcquireFailed(error: WireError): void {
    this.outcomes++;
    this.state = 'failed';
    this.error = error;
    this.onOutcome?.();
  }
}

function refused(): WireError {
  return new WireError({ kind: 'connect', phase: 'connect', reason: 'refused' });
}

function routeOf(key: string): Route {
  return { key, secure: false, hostname: key, port: 80, servername: null };
}

function setUp(limits: Partial<Limits> = {}) {
  const engine = new FakeEngine();
  const pool = new Pool(engine, wireConfig(), resolveLimits(limits));
  let now = performance.now();
  let names = 0;
  const acquire = (origin = 'a', mayReuse = true): FakeAcquirer => {
    const acquirer = new FakeAcquirer(`${origin}${names++}`);
    acquirer.waiter = pool.acquire(acquirer, routeOf(origin), now, mayReuse);
    return acquirer;
  };
  const release = (acquirer: FakeAcquirer, isUsable = true): void => {
    acquirer.connection.isBusy = false;
    if (!isUsable) acquirer.connection.isOpen = false;
    acquirer.state = 'released';
    pool.release(acquirer.slot!, now);
  };
  const cancel = (acquirer: FakeAcquirer): void => {
    acquirer.state = 'cancelled';
    pool.cancel(acquirer.waiter!);
  };
  /** Lets the promises of the engine arrive. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await Promise.resolve();
  };
  const connect = async (): Promise<FakeConnection> => {
    const connection = engine.dials[0]!.succeed();
    await settle();
    return connection;
  };
  const pass = (milliseconds: number): void => void (now += milliseconds);
  const states = (...list: readonly FakeAcquirer[]): string => list.map(({ state }) => state).join(' ');
  return { engine, pool, acquire, release, cancel, settle, connect, pass, states };
}

function counts({ connections, active, idle, connecting, waiting }: PoolStats): number[] {
  return [connections, active, idle, connecting, waiting];
}

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

describe('a storm', () => {
  interface World extends ReturnType<typeof setUp> {
    readonly limits: Limits;
    /** Requests in the order of their arrival; those that are over are checked once more and left out. */
    all: FakeAcquirer[];
  }

  function act(world: World, random: Random): void {
    const { engine, acquire, release, cancel, pass } = world;
    const inState = (...wanted: readonly string[]): FakeAcquirer[] =>
      world.all.filter(({ state }) => wanted.includes(state));
    const some = <T>(list: readonly T[], then: (one: T) => void): void => {
      if (list.length > 0) then(random.pick(list));
    };
    switch (random.int(0, 11)) {
      case 0:
      case 1:
      case 2:
      case 3:
        world.all.push(acquire(random.pick(['a', 'b', 'c', 'd']), random.chance(0.9)));
        return;
      case 4:
      case 5:
        some(engine.dials, (dial) => void dial.succeed());
        return;
      case 6:
        some(engine.dials, (dial) => dial.fail());
        return;
      case 7:
      case 8:
        some(inState('acquired'), (user) => release(user, random.chance(0.7)));
        return;
      case 9:
        some(inState('waiting', 'connecting'), cancel);
        return;
      case 10:
        some(
          engine.open.filter(({ isBusy, onIdleClose }) => !isBusy && onIdleClose !== null),
          (connection) => connection.drop(),
        );
        return;
      default:
        pass(random.int(0, 400));
    }
  }

  /** Whatever has happened, this holds. */
  function check(world: World): void {
    const { engine, pool, limits, all } = world;
    const { stats } = pool;
    const { open, dials } = engine;
    expect(stats.connections).toBe(open.length);
    expect(stats.active).toBe(open.filter(({ isBusy }) => isBusy).length);
    expect(stats.connecting).toBe(dials.length);
    expect(stats.opened).toBe(engine.connections.length);
    expect(stats.idle).toBeLessThanOrEqual(limits.maxKeepAlive);
    expect(stats.connections + stats.connecting).toBeLessThanOrEqual(limits.maxConnections);
    expect(stats.waiting).toBe(all.filter(({ state }) => state === 'waiting').length);
    const perOrigin = new Map<string, number>();
    for (const { route } of [...open, ...dials])
      perOrigin.set(route.key, (perOrigin.get(route.key) ?? 0) + 1);
    for (const count of perOrigin.values()) expect(count).toBeLessThanOrEqual(limits.maxPerOrigin);
    for (const { outcomes, state } of all) {
      const expected = state === 'acquired' || state === 'failed' || state === 'released' ? 1 : 0;
      expect(outcomes).toBe(expected);
    }
    const connecting = all.filter(({ state }) => state === 'connecting');
    // Nobody is said to be connecting for whom no attempt is made.
    expect(connecting.length).toBeLessThanOrEqual(dials.length);
    // Nobody waits while there is room, or an idle connection that could give way.
    const hasRoom = stats.connections + stats.connecting < limits.maxConnections || stats.idle > 0;
    for (const { state, name } of all) {
      const isHeldUp = state === 'waiting' && hasRoom;
      if (isHeldUp) expect(perOrigin.get(name[0]!)).toBe(limits.maxPerOrigin);
    }
    // First come, first served, within an origin.
    for (const origin of ['a', 'b', 'c', 'd']) {
      const list = all.filter(({ name }) => name.startsWith(origin));
      const firstWaiting = list.findIndex(({ state }) => state === 'waiting');
      if (firstWaiting === -1) continue;
      const later = list.slice(firstWaiting).map(({ state }) => state);
      expect(later).not.toContain('connecting');
    }
    world.all = all.filter(
      ({ state }) => state === 'waiting' || state === 'connecting' || state === 'acquired',
    );
  }

  test.each(Array.from({ length: 12 }, (_, index) => index))('of everything at once, %d', async (index) => {
    const seed = seedFromEnvironment() * 1000 + index;
    const random = createRandom(seed);
    const limits = resolveLimits({
      maxConnections: random.int(1, 6),
      maxPerOrigin: random.chance() ? random.int(1, 3) : null,
      maxKeepAlive: random.int(0, 4),
      keepAliveMs: random.pick([0, 500, 5000, null]),
    });
    const world: World = { ...setUp(limits), limits, all: [] };
    for (let step = 0; step < 800; step++) {
      act(world, random);
      // Sometimes several things happen before the promises of the engine arrive.
      if (!random.chance(0.7)) continue;
      await world.settle();
      check(world);
    }
    // In the end everybody is served: nothing has been lost on the way.
    for (let round = 0; round < 10_000; round++) {
      await world.settle();
      const busy = world.all.filter(({ state }) => state === 'acquired');
      for (const user of busy) world.release(user);
      if (world.engine.dials.length > 0) world.engine.dials[0]!.succeed();
      else if (busy.length === 0) break;
    }
    await world.settle();
    check(world);
    expect(world.all.filter(({ state }) => state === 'waiting' || state === 'connecting')).toEqual([]);
    world.pool.close();
    await world.settle();
    expect(counts(world.pool.stats)).toEqual([0, 0, 0, 0, 0]);
    expect(world.engine.open).toEqual([]);
  });
});
