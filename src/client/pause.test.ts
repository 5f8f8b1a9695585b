import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Request } from '../message/request.ts';
import { NO_TIMEOUT } from '../models/timeout.ts';
import { Pauses } from './pause.ts';

const request = new Request('GET', 'http://h/');
const bounds = (signal: AbortSignal | null = null): Parameters<Pauses['wait']>[2] => ({
  signal,
  totalDeadline: null,
  timeout: NO_TIMEOUT,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a pause ends by itself, and leaves nothing behind', async () => {
  const pauses = new Pauses();
  const controller = new AbortController();
  const done = pauses.wait(50, request, bounds(controller.signal));
  vi.advanceTimersByTime(50);
  await done;
  controller.abort();
  pauses.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('one that is longer than a timer can be does not end at once', async () => {
  const pauses = new Pauses();
  const done = pauses.wait(2 ** 40, request, bounds());
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(1);
  pauses.close();
  await expect(done).rejects.toMatchObject({ name: 'ClientClosed' });
});

test('abort and close end it at once', async () => {
  const pauses = new Pauses();
  const controller = new AbortController();
  const why = new Error('why');
  const aborted = pauses.wait(50, request, bounds(controller.signal));
  const closed = pauses.wait(50, request, bounds());
  controller.abort(why);
  pauses.close();
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError', cause: why, request });
  await expect(closed).rejects.toMatchObject({ name: 'ClientClosed' });
  expect(vi.getTimerCount()).toBe(0);
  await expect(pauses.wait(50, request, bounds())).rejects.toMatchObject({ name: 'ClientClosed' });
  await expect(new Pauses().wait(50, request, bounds(AbortSignal.abort()))).rejects.toThrow('aborted');
  expect(vi.getTimerCount()).toBe(0);
});
