import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { counts, setUp } from '../../fixtures/pool-setup.ts';
import type { FakeAcquirer } from '../../fixtures/pool-setup.ts';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';

guardAgainstLeaks();

describe('requests of several origins, more than there are connections', () => {
  test('a connection serves the next request of its origin that is not far behind', async () => {
    const { acquire, connect, release, states, pool } = setUp({ maxConnections: 2 });
    const [a1, a2] = [acquire('a'), acquire('a')];
    await connect();
    await connect();
    const [b3, a4] = [acquire('b'), acquire('a')];
    release(a1);
    expect([states(b3, a4), counts(pool.stats)]).toEqual(['waiting acquired', [2, 2, 0, 0, 1]]);
    release(a2);
    expect(states(b3)).toBe('connecting');
    pool.close();
  });

  test('fewer than there are connections go ahead of one that waits for room', async () => {
    const { acquire, connect, release, pool } = setUp({ maxConnections: 5 });
    const busy = Array.from({ length: 5 }, () => acquire('a'));
    for (const _ of busy) await connect();
    const other = acquire('b');
    const later = Array.from({ length: 20 }, () => acquire('a'));
    // One connection does all the work, the others are held.
    let user = busy[0]!;
    let ahead = 0;
    for (; other.state === 'waiting'; ahead++) {
      release(user);
      user = later[ahead]!;
    }
    expect(ahead).toBe(5);
    expect(later.map(({ state }) => state).slice(0, 5)).toEqual([
      ...Array.from({ length: 4 }, () => 'released'),
      'waiting',
    ]);
    expect(other.state).toBe('connecting');
    pool.close();
  });

  test('the attempt for one that is served otherwise goes on for the next of its origin', async () => {
    const { acquire, connect, engine, release, settle, states, pool } = setUp({ maxConnections: 2 });
    const a1 = acquire('a');
    await connect();
    const [a2, b3, a4] = [acquire('a'), acquire('b'), acquire('a')];
    const { signal } = engine.dials[0]!.control;
    release(a1);
    expect([states(a2, b3, a4), signal.aborted]).toEqual(['acquired waiting connecting', false]);
    await connect();
    expect([states(a2, b3, a4), counts(pool.stats)]).toEqual(['acquired waiting acquired', [2, 2, 0, 0, 1]]);
    release(a2);
    expect(b3.state).toBe('connecting');
    await settle();
    pool.close();
  });

  test('who has taken an attempt over may give it up, too', async () => {
    const { acquire, cancel, connect, engine, release, settle, states, pool } = setUp({ maxConnections: 2 });
    const a1 = acquire('a');
    await connect();
    const [a2, b3, a4] = [acquire('a'), acquire('b'), acquire('a')];
    const { signal } = engine.dials[0]!.control;
    release(a1);
    cancel(a4);
    await settle();
    expect([signal.aborted, states(a2, b3, a4), a4.outcomes]).toEqual([
      true,
      'acquired connecting cancelled',
      0,
    ]);
    pool.close();
  });

  test.each([1, 10, 100])('in turn to %i origins, hardly an attempt is given up', async (origins) => {
    const size = 200;
    const random = createRandom(seedFromEnvironment()).derive(`origins ${origins}`);
    const { acquire, engine, pool, release, settle } = setUp({ maxConnections: size, maxKeepAlive: size });
    let aborted = 0;
    const connect = engine.connect.bind(engine);
    engine.connect = (route, config, control) => {
      control.signal.addEventListener('abort', () => void aborted++, { once: true });
      return connect(route, config, control);
    };
    let users: FakeAcquirer[] = [];
    let ended = 0;
    for (let begun = 0; ended < 4000;) {
      for (; begun < ended + 1000; begun++) users.push(acquire(`origin ${begun % origins}`));
      // Half of what is under way ends, in the order of nothing.
      for (const dial of engine.dials.slice()) if (random.chance()) dial.succeed();
      await settle();
      for (const user of users.filter(({ state }) => state === 'acquired' && random.chance())) {
        release(user);
        ended++;
      }
      users = users.filter(({ state }) => state !== 'released');
    }
    expect(aborted).toBeLessThan(ended / 20);
    expect(pool.stats.opened).toBeLessThan(size + ended / 4);
    pool.close();
  });
});

test.each([0, 1, 2, 3, 4, 5])('whatever happens, nobody is passed by more, %i', async (index) => {
  const random = createRandom(seedFromEnvironment() * 1000 + index);
  const maxConnections = random.int(1, 8);
  const { acquire, cancel, engine, pool, release, settle } = setUp({ maxConnections, maxKeepAlive: 3 });
  const all: FakeAcquirer[] = [];
  const inState = (wanted: FakeAcquirer['state']): FakeAcquirer[] =>
    all.filter(({ state }) => state === wanted);
  const begin = (): void => {
    const user = acquire(random.pick(['a', 'b', 'c', 'd', 'e']), random.chance(0.95));
    if (user.waiter === null) return void all.push(user);
    const { ticket } = user.waiter;
    user.onOutcome = () => {
      if (user.state !== 'acquired') return;
      const waiting = inState('waiting').map(({ waiter }) => waiter!.ticket);
      expect(ticket - Math.min(...waiting, ticket)).toBeLessThan(maxConnections);
    };
    all.push(user);
  };
  for (let step = 0; step < 1500; step++) {
    const action = random.int(0, 9);
    if (action < 4) begin();
    else if (action < 6 && engine.dials.length > 0) random.pick(engine.dials).succeed();
    else if (action === 6 && engine.dials.length > 0) random.pick(engine.dials).fail();
    else if (action < 9) {
      const busy = inState('acquired');
      if (busy.length > 0) release(random.pick(busy), random.chance(0.9));
    } else {
      const patient = [...inState('waiting'), ...inState('connecting')];
      if (patient.length > 0) cancel(random.pick(patient));
    }
    if (random.chance(0.7)) await settle();
    if (step % 50 === 0)
      all.splice(0, all.length, ...all.filter(({ state }) => state.endsWith('ing') || state === 'acquired'));
  }
  for (let round = 0; round < 10_000; round++) {
    await settle();
    const busy = inState('acquired');
    for (const user of busy) release(user);
    if (engine.dials.length > 0) engine.dials[0]!.succeed();
    else if (busy.length === 0) break;
  }
  await settle();
  expect([...inState('waiting'), ...inState('connecting')]).toEqual([]);
  pool.close();
});
