import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LoanWatch } from './loan-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it looks ten times a second, until nothing is left to look at', () => {
  let loans = 3;
  const look = vi.fn<() => boolean>(() => --loans > 0);
  const watch = new LoanWatch(look);
  expect(vi.getTimerCount()).toBe(0);
  watch.start();
  vi.advanceTimersByTime(250);
  expect(look).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect([look.mock.calls.length, vi.getTimerCount()]).toEqual([3, 0]);
  loans = 1;
  watch.start();
  vi.advanceTimersByTime(1000);
  expect([look.mock.calls.length, vi.getTimerCount()]).toEqual([4, 0]);
});

test('another loan does not put off the look, and makes no second one', () => {
  const look = vi.fn<() => boolean>(() => false);
  const watch = new LoanWatch(look);
  watch.start();
  vi.advanceTimersByTime(60);
  watch.start();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(60);
  expect([look.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
});

test('it can be stopped, and started again', () => {
  const look = vi.fn<() => boolean>(() => true);
  const watch = new LoanWatch(look);
  watch.stop();
  watch.start();
  watch.stop();
  vi.advanceTimersByTime(1000);
  expect([look.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  watch.start();
  vi.advanceTimersByTime(100);
  expect(look).toHaveBeenCalledOnce();
  watch.stop();
});

test('it keeps no process alive', () => {
  vi.useRealTimers();
  const started = vi.spyOn(globalThis, 'setTimeout');
  const watch = new LoanWatch(() => false);
  watch.start();
  expect(started.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
  watch.stop();
  started.mockRestore();
});
