import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PingWatch } from './keep-alive-ping.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Bench {
  readonly watch: PingWatch;
  readonly session: { destroyed: boolean; closed: boolean };
  readonly pings: ((error: Error | null) => void)[];
  readonly onDead: ReturnType<typeof vi.fn>;
  readonly onAlive: ReturnType<typeof vi.fn>;
}

function bench(intervalMs: number | null): Bench {
  const pings: ((error: Error | null) => void)[] = [];
  const session = {
    destroyed: false,
    closed: false,
    ping: (onAnswer: (error: Error | null) => void): boolean => pings.push(onAnswer) > 0,
  };
  const onDead = vi.fn<(waitedMs: number) => void>();
  const onAlive = vi.fn<() => void>();
  const limits = { intervalMs, timeoutMs: 50 };
  const watch = new PingWatch(session, limits, onDead, onAlive);
  return { watch, session, pings, onDead, onAlive };
}

test('a silent server is asked after the interval, and dead without an answer', () => {
  const { pings, onDead } = bench(1000);
  vi.advanceTimersByTime(999);
  expect(pings).toHaveLength(0);
  vi.advanceTimersByTime(1);
  expect(pings).toHaveLength(1);
  vi.advanceTimersByTime(49);
  expect(onDead).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onDead.mock.calls).toEqual([[50]]);
});

test('an answer, and anything else that comes, puts the next question off', () => {
  const { watch, pings, onDead, onAlive } = bench(1000);
  vi.advanceTimersByTime(600);
  watch.heard();
  vi.advanceTimersByTime(600);
  expect(pings).toHaveLength(0);
  vi.advanceTimersByTime(400);
  expect(pings).toHaveLength(1);
  pings[0]!(null);
  vi.advanceTimersByTime(999);
  expect([pings.length, onDead.mock.calls.length]).toEqual([1, 0]);
  vi.advanceTimersByTime(1);
  expect(pings).toHaveLength(2);
  expect(onAlive).toHaveBeenCalledOnce();
  watch.stop();
});

test('without an interval only who doubts asks, once at a time', () => {
  const { watch, pings, onDead } = bench(null);
  vi.advanceTimersByTime(100_000);
  expect([pings.length, vi.getTimerCount()]).toEqual([0, 0]);
  watch.ask();
  watch.ask();
  expect(pings).toHaveLength(1);
  pings[0]!(null);
  watch.ask();
  expect(pings).toHaveLength(2);
  vi.advanceTimersByTime(50);
  expect(onDead).toHaveBeenCalledOnce();
});

test('a session that is over is not asked, and one that ends while it is asked is not dead', () => {
  const { watch, session, pings, onDead } = bench(null);
  watch.ask();
  pings[0]!(new Error('the session was closed'));
  session.closed = true;
  watch.ask();
  expect(pings).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  expect([onDead.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
});

test('stopped, it asks nothing and waits for nothing', () => {
  const { watch, pings } = bench(1000);
  watch.stop();
  watch.ask();
  vi.advanceTimersByTime(5000);
  expect([pings.length, vi.getTimerCount()]).toEqual([0, 0]);
});
