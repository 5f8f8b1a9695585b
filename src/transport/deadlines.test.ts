import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { type Deadlined, Deadlines } from './deadlines.ts';

interface Item extends Deadlined {
  readonly fired: number[];
}

function item(onDeadline: () => void = () => {}): Item {
  const fired: number[] = [];
  return {
    deadline: Infinity,
    deadlineIndex: -1,
    fired,
    onDeadline(now) {
      fired.push(now);
      onDeadline();
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const now = (): number => performance.now();

describe('one item', () => {
  test('is told once, not before its time', () => {
    const deadlines = new Deadlines();
    const one = item();
    deadlines.limit(one, 100, null, now());
    vi.advanceTimersByTime(99);
    expect(one.fired).toEqual([]);
    vi.advanceTimersByTime(5);
    expect(one.fired).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect([one.fired.length, one.deadline, one.deadlineIndex, vi.getTimerCount()]).toEqual([
      1,
      Infinity,
      -1,
      0,
    ]);
  });

  test('may be moved later without a new timer, nearer with one, and off', () => {
    const deadlines = new Deadlines();
    const one = item();
    deadlines.limit(one, 100, null, now());
    vi.advanceTimersByTime(90);
    deadlines.limit(one, 100, null, now());
    vi.advanceTimersByTime(95);
    expect(one.fired).toEqual([]);
    deadlines.limit(one, 1000, null, now());
    deadlines.limit(one, 10, null, now());
    vi.advanceTimersByTime(15);
    expect(one.fired).toHaveLength(1);
    deadlines.limit(one, 10, null, now());
    deadlines.move(one, Infinity, now());
    deadlines.move(one, Infinity, now());
    vi.advanceTimersByTime(100);
    expect(one.fired).toHaveLength(1);
  });

  test('the total holds beside the limit of a step', () => {
    const deadlines = new Deadlines();
    const one = item();
    const total = now() + 50;
    deadlines.limit(one, 100, total, now());
    expect(one.deadline).toBe(total);
    deadlines.limit(one, 10, total, now());
    expect(one.deadline).toBe(now() + 10);
    deadlines.limit(one, null, total, now());
    expect(one.deadline).toBe(total);
    deadlines.limit(one, null, null, now());
    expect(one.deadline).toBe(Infinity);
  });

  test('a deadline farther away than a timer reaches', () => {
    const deadlines = new Deadlines();
    const one = item();
    const month = 30 * 86_400_000;
    deadlines.limit(one, month, null, now());
    vi.advanceTimersByTime(month - 1000);
    expect([one.fired.length, vi.getTimerCount()]).toEqual([0, 1]);
    vi.advanceTimersByTime(2000);
    expect(one.fired).toHaveLength(1);
  });

  test('the timer holds the process only while something is waited for', () => {
    vi.useRealTimers();
    const held = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    const before = held();
    const deadlines = new Deadlines();
    const one = item();
    const other = item();
    deadlines.limit(one, 60_000, null, now());
    expect(held()).toBe(before + 1);
    deadlines.limit(other, 60_000, null, now());
    deadlines.move(one, Infinity, now());
    expect(held()).toBe(before + 1);
    deadlines.move(other, Infinity, now());
    expect(held()).toBe(before);
    deadlines.limit(one, 90_000, null, now());
    expect(held()).toBe(before + 1);
    deadlines.move(one, Infinity, now());
    expect(held()).toBe(before);
  });
});

describe('several', () => {
  test('what the end of one changes for another one counts', () => {
    const deadlines = new Deadlines();
    const moved = item();
    const gone = item();
    const first = item(() => {
      deadlines.limit(moved, 50, null, now());
      deadlines.move(gone, Infinity, now());
      deadlines.limit(fresh, 20, null, now());
    });
    const fresh = item();
    for (const one of [first, moved, gone]) deadlines.limit(one, 100, null, now());
    vi.advanceTimersByTime(110);
    expect([first, moved, gone, fresh].map(({ fired }) => fired.length)).toEqual([1, 0, 0, 0]);
    vi.advanceTimersByTime(30);
    expect([first, moved, gone, fresh].map(({ fired }) => fired.length)).toEqual([1, 0, 0, 1]);
    vi.advanceTimersByTime(60);
    expect([first, moved, gone, fresh].map(({ fired }) => fired.length)).toEqual([1, 1, 0, 1]);
  });

  test('one that throws does not stop the clock of the others, and is not swallowed', () => {
    const thrown: (() => void)[] = [];
    const nextTick = vi
      .spyOn(process, 'nextTick')
      .mockImplementation((task) => void thrown.push(task as never));
    const deadlines = new Deadlines();
    const failure = new Error('defect');
    const broken = item(() => {
      throw failure;
    });
    const same = item();
    const later = item();
    for (const one of [broken, same]) deadlines.limit(one, 100, null, now());
    deadlines.limit(later, 200, null, now());
    vi.advanceTimersByTime(110);
    expect([broken, same, later].map(({ fired }) => fired.length)).toEqual([1, 1, 0]);
    vi.advanceTimersByTime(110);
    expect([broken, same, later].map(({ fired }) => fired.length)).toEqual([1, 1, 1]);
    nextTick.mockRestore();
    expect(thrown).toHaveLength(1);
    expect(thrown[0]).toThrow(failure);
  });

  test('thousands, each at its time, with one timer', () => {
    const random = createRandom(seedFromEnvironment());
    const deadlines = new Deadlines();
    const items = Array.from({ length: 5000 }, () => item());
    const due = new Map<Item, number>();
    for (let step = 0; step < 40_000; step++) {
      const one = random.pick(items);
      if (one.fired.length > 0) continue;
      if (random.chance(0.1)) {
        deadlines.move(one, Infinity, now());
        due.delete(one);
      } else {
        const limit = random.int(1, 3000);
        deadlines.limit(one, limit, null, now());
        due.set(one, now() + limit);
      }
      if (step % 40 === 0) vi.advanceTimersByTime(1);
      expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    }
    vi.advanceTimersByTime(10_000);
    for (const one of items) {
      const at = due.get(one);
      expect(one.fired.length).toBe(at === undefined ? 0 : 1);
      // Never early; late by the grain of the timer, and what a turn of it takes.
      if (at !== undefined) expect(one.fired[0]! - at).toBeGreaterThanOrEqual(0);
      if (at !== undefined) expect(one.fired[0]! - at).toBeLessThan(10);
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});
