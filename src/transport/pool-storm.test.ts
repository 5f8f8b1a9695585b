import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { counts, setUp } from '../../fixtures/pool-setup.ts';
import type { FakeAcquirer } from '../../fixtures/pool-setup.ts';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import type { Random } from '../../fixtures/random.ts';
import { resolveLimits } from '../models/limits.ts';
import type { Limits } from '../models/limits.ts';

guardAgainstLeaks();

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
