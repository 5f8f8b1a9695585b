import { describe, expect, test } from 'vitest';
import { createRandom, type Random, seedFromEnvironment } from '../../fixtures/random.ts';
import { wireConfig } from '../../fixtures/wire-setup.ts';
import type { Connection, DialControl, Route, WireEngine } from '../backends/contract.ts';
import { WireError } from '../backends/contract.ts';
import { DEFAULT_HTTP2 } from '../models/http2-options.ts';
import { type Limits, resolveLimits } from '../models/limits.ts';
import { Pool } from './pool.ts';
import type { PoolSlot } from './pool-slot.ts';
import type { Acquirer, Waiter } from './waiter.ts';

/** A connection that carries as many exchanges as it is told. */
class SharedConnection implements Connection {
  readonly meta: Connection['meta'];
  readonly keepAliveHint = null;
  onIdleClose: (() => void) | null = null;
  onCapacity: (() => void) | null = null;
  limit = 1;
  running = 0;
  isOpen = true;

  constructor(protocol: 'h2' | 'http/1.1', id: number) {
    this.meta = { id, protocol } as Connection['meta'];
  }

  get capacity(): number {
    if (!this.isOpen) return 0;
    return this.meta.protocol === 'h2' ? this.limit : 1 - this.running;
  }

  exchange(): never {
    throw new Error('the pool never sends anything');
  }

  close(): void {
    this.isOpen = false;
  }

  /** The peer allows so many. */
  allow(limit: number): void {
    this.limit = limit;
    this.onCapacity?.();
  }

  /** The peer takes no more. */
  retire(): void {
    this.isOpen = false;
    if (this.running > 0) this.onCapacity?.();
    else this.onIdleClose?.();
  }
}

interface Attempt {
  readonly control: DialControl;
  succeed(protocol: 'h2' | 'http/1.1'): SharedConnection;
  fail(): void;
}

class SharedEngine implements WireEngine {
  readonly attempts: Attempt[] = [];
  readonly connections: SharedConnection[] = [];

  supports(): [] {
    return [];
  }

  connect(_route: Route, _config: unknown, control: DialControl): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const forget = (): void => {
        const index = this.attempts.indexOf(attempt);
        if (index !== -1) this.attempts.splice(index, 1);
      };
      const attempt: Attempt = {
        control,
        succeed: (protocol) => {
          forget();
          const connection = new SharedConnection(protocol, this.connections.length);
          this.connections.push(connection);
          resolve(connection);
          return connection;
        },
        fail: () => {
          forget();
          reject(new WireError({ kind: 'connect', phase: 'connect', reason: 'refused' }));
        },
      };
      this.attempts.push(attempt);
      control.signal.addEventListener('abort', () => attempt.fail(), { once: true });
    });
  }
}

type State = 'acquired' | 'cancelled' | 'connecting' | 'failed' | 'queued' | 'released' | 'sharing';

class Requester implements Acquirer {
  readonly connectTimeout = null;
  readonly tracer = null;
  state: State = 'queued';
  slot: PoolSlot | null = null;
  waiter: Waiter | null = null;

  get isWaiting(): boolean {
    return this.state === 'queued' || this.state === 'connecting' || this.state === 'sharing';
  }

  get connection(): SharedConnection {
    return this.slot!.connection as SharedConnection;
  }

  onConnecting(isShared: boolean): void {
    this.state = isShared ? 'sharing' : 'connecting';
  }

  onQueued(): void {
    this.state = 'queued';
  }

  onAcquired(slot: PoolSlot): void {
    this.state = 'acquired';
    this.slot = slot;
    this.connection.running++;
  }

  onAcquireFailed(): void {
    this.state = 'failed';
  }
}

function setUp(limits: Partial<Limits> = {}) {
  const engine = new SharedEngine();
  const pool = new Pool(engine, wireConfig({ http1: false, http2: DEFAULT_HTTP2 }), resolveLimits(limits));
  const acquire = (key = 'a'): Requester => {
    const requester = new Requester();
    const route: Route = { key, secure: false, hostname: key, port: 80, servername: null, proxy: null };
    requester.waiter = pool.acquire(requester, route, performance.now(), true);
    return requester;
  };
  const release = (requester: Requester): void => {
    requester.state = 'released';
    requester.connection.running--;
    pool.release(requester.slot!, performance.now());
  };
  const cancel = (requester: Requester): void => {
    requester.state = 'cancelled';
    pool.cancel(requester.waiter!);
  };
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await Promise.resolve();
  };
  const connect = async (protocol: 'h2' | 'http/1.1' = 'h2'): Promise<SharedConnection> => {
    const connection = engine.attempts[0]!.succeed(protocol);
    await settle();
    return connection;
  };
  const states = (...list: readonly Requester[]): string => list.map(({ state }) => state).join(' ');
  return { engine, pool, acquire, release, cancel, settle, connect, states };
}

describe('one connection for several', () => {
  test('those who come while it is opened wait, one is served, the others as the peer allows', async () => {
    const { engine, pool, acquire, connect, states } = setUp();
    const all = [acquire(), acquire(), acquire(), acquire()];
    expect(states(...all)).toBe('connecting sharing sharing sharing');
    expect([engine.attempts.length, pool.stats.waiting]).toEqual([1, 3]);
    const connection = await connect();
    expect(states(...all)).toBe('acquired queued queued queued');
    connection.allow(3);
    expect(states(...all)).toBe('acquired acquired acquired queued');
    expect(pool.stats).toMatchObject({ connections: 1, active: 1, exchanges: 3, waiting: 1, reused: 2 });
    expect(acquire().state).toBe('queued');
  });

  test('room goes to who has waited longest', async () => {
    const { acquire, release, connect, states } = setUp();
    const [first, second, third] = [acquire(), acquire(), acquire()];
    await connect();
    release(first);
    expect(states(second, third)).toBe('acquired queued');
    release(second);
    expect(third.state).toBe('acquired');
    release(third);
    expect(acquire().state).toBe('acquired');
  });

  test('one that takes no more is left, and the others open another one together', async () => {
    const { engine, pool, acquire, release, connect, states } = setUp();
    const all = [acquire(), acquire(), acquire()];
    const connection = await connect();
    connection.retire();
    expect(states(...all)).toBe('acquired connecting sharing');
    expect([engine.attempts.length, pool.stats.connections]).toEqual([1, 1]);
    (await connect()).allow(2);
    expect(states(...all)).toBe('acquired acquired acquired');
    release(all[0]!);
    expect(pool.stats).toMatchObject({ connections: 1, exchanges: 2 });
  });

  test('one that dies in the moment in which it is opened goes to who opened it, who will see', async () => {
    const { engine, acquire, release, settle, states } = setUp();
    const all = [acquire(), acquire()];
    engine.attempts[0]!.succeed('h2').isOpen = false;
    await settle();
    expect(states(...all)).toBe('acquired connecting');
    release(all[0]!);
    expect(engine.attempts.length).toBe(1);
  });

  test('a failed attempt fails its owner; the others try on their own', async () => {
    const { engine, acquire, settle, states } = setUp({ maxConnections: 2 });
    const all = [acquire(), acquire(), acquire(), acquire()];
    engine.attempts[0]!.fail();
    await settle();
    expect(states(...all)).toBe('failed connecting connecting queued');
  });

  test('who opens it may leave it to the next', async () => {
    const { engine, acquire, cancel, connect, states } = setUp();
    const all = [acquire(), acquire(), acquire()];
    cancel(all[0]!);
    expect(states(...all)).toBe('cancelled sharing sharing');
    expect([engine.attempts.length, engine.attempts[0]!.control.signal.aborted]).toEqual([1, false]);
    await connect();
    expect(states(...all)).toBe('cancelled acquired queued');
  });

  test('HTTP/1.1 after all: connections for each', async () => {
    const { engine, acquire, connect, states } = setUp({ maxConnections: 3 });
    const all = [acquire(), acquire(), acquire(), acquire()];
    await connect('http/1.1');
    expect(states(...all)).toBe('acquired connecting connecting queued');
    await connect('http/1.1');
    expect(acquire().state).toBe('queued');
    expect(engine.attempts.length).toBe(1);
  });

  test('with no place to wait each opens its own, and fails where it would have to wait for a stream', async () => {
    const { acquire, connect, states } = setUp({ maxWaiters: 0 });
    const all = [acquire(), acquire()];
    expect(states(...all)).toBe('connecting connecting');
    await connect();
    const third = acquire();
    expect(third.state).toBe('failed');
  });

  test('another origin that has waited longer gets the room', async () => {
    const { engine, acquire, release, connect, states } = setUp({ maxConnections: 1 });
    const first = acquire('a');
    (await connect()).allow(10);
    const [other, late] = [acquire('b'), acquire('a')];
    expect(states(first, other, late)).toBe('acquired queued queued');
    release(first);
    expect(states(other, late)).toBe('connecting queued');
    await connect();
    release(other);
    expect([late.state, engine.attempts.length]).toEqual(['connecting', 1]);
  });
});

describe('whatever happens', () => {
  const seed = seedFromEnvironment();
  test.each(Array.from({ length: 30 }, (_, index) => index))('nobody is forgotten, %i', async (index) => {
    const random = createRandom(seed).derive(`sharing ${index}`);
    const maxConnections = 1 + below(random, 3);
    const { engine, pool, acquire, release, cancel, settle } = setUp({ maxConnections });
    const all: Requester[] = [];
    const pick = (list: readonly Requester[]): Requester | undefined => list[below(random, list.length)];
    for (let step = 0; step < 300; step++) {
      await act(random, {
        acquire: () => void all.push(acquire('ab'[below(random, 2)])),
        release: () => {
          const one = pick(all.filter(({ state }) => state === 'acquired'));
          if (one !== undefined) release(one);
        },
        cancel: () => {
          const one = pick(all.filter(({ isWaiting }) => isWaiting));
          if (one !== undefined) cancel(one);
        },
        connect: () =>
          void engine.attempts[below(random, engine.attempts.length)]?.succeed(
            below(random, 8) === 0 ? 'http/1.1' : 'h2',
          ),
        fail: () => engine.attempts[below(random, engine.attempts.length)]?.fail(),
        allow: () => engine.connections.at(-1 - below(random, 2))?.allow(1 + below(random, 4)),
        retire: () => {
          const one = engine.connections.at(-1 - below(random, 2));
          if (one?.isOpen === true) one.retire();
        },
        settle,
      });
      const open = engine.connections.filter(({ isOpen, running }) => isOpen || running > 0).length;
      expect(pool.stats.connections).toBe(open);
      expect(open + pool.stats.connecting).toBeLessThanOrEqual(maxConnections);
      expect(pool.stats.exchanges).toBe(all.filter(({ state }) => state === 'acquired').length);
    }
    // From here on all goes well, so everyone who waits is served.
    for (let round = 0; round < 1000 && all.some(({ isWaiting }) => isWaiting); round++) {
      await settle();
      engine.attempts[0]?.succeed('h2');
      await settle();
      const one = all.find(({ state }) => state === 'acquired');
      if (one !== undefined) release(one);
    }
    expect(all.filter(({ isWaiting }) => isWaiting).map(({ state }) => state)).toEqual([]);
    for (const one of all) if (one.state === 'acquired') release(one);
    await settle();
    expect(pool.stats).toMatchObject({ waiting: 0, exchanges: 0, active: 0 });
    pool.close();
  });
});

async function act(
  random: Random,
  actions: Readonly<Record<string, () => Promise<void> | void>>,
): Promise<void> {
  const list = Object.values(actions);
  await list[below(random, list.length)]!();
}

/** A number from 0 up to, but not including, a limit. */
function below(random: Random, limit: number): number {
  return limit === 0 ? 0 : random.int(0, limit - 1);
}
