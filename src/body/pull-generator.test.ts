import { expect, test, vi } from 'vitest';
import { type Puller, PullGenerator } from './pull-generator.ts';

function pullerOf<T>(...values: T[]): Puller<T> & { close: ReturnType<typeof vi.fn<() => Promise<void>>> } {
  return {
    pull: async () => values.shift() ?? null,
    close: vi.fn<() => Promise<void>>(async () => undefined),
  };
}

test('yields until null and then closes once', async () => {
  const puller = pullerOf(1, 2, 3);
  const generator = new PullGenerator(puller);
  const seen: number[] = [];
  for await (const value of generator) seen.push(value);
  expect(seen).toEqual([1, 2, 3]);
  expect(await generator.next()).toEqual({ value: undefined, done: true });
  await generator.return();
  expect(puller.close).toHaveBeenCalledTimes(1);
});

test('return() closes although nothing was read', async () => {
  const puller = pullerOf(1);
  const generator = new PullGenerator(puller);
  expect(await generator.return()).toEqual({ value: undefined, done: true });
  expect(puller.close).toHaveBeenCalledTimes(1);
  expect(await generator.next()).toEqual({ value: undefined, done: true });
});

test('leaving a loop closes', async () => {
  const puller = pullerOf(1, 2);
  for await (const value of new PullGenerator(puller)) {
    expect(value).toBe(1);
    break;
  }
  expect(puller.close).toHaveBeenCalledTimes(1);
});

test.each([
  ['ends', (settle: PromiseWithResolvers) => settle.resolve(null)],
  ['gives a value', (settle: PromiseWithResolvers) => settle.resolve(7)],
  ['fails', (settle: PromiseWithResolvers) => settle.reject(new Error('torn down'))],
])('return() during a pull closes at once, and next() is done when the pull %s', async (_, finish) => {
  const settle = withResolvers();
  const close = vi.fn<() => Promise<void>>(async () => finish(settle));
  const generator = new PullGenerator({ pull: () => settle.promise, close });
  const pending = generator.next();
  await generator.return();
  expect(close).toHaveBeenCalledTimes(1);
  expect(await pending).toEqual({ value: undefined, done: true });
});

test('an error of pull() closes, comes out once, and wins against an error of close()', async () => {
  const failure = new Error('pull');
  const close = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('close')));
  const generator = new PullGenerator({ pull: () => Promise.reject(failure), close });
  await expect(generator.next()).rejects.toBe(failure);
  expect(close).toHaveBeenCalledTimes(1);
  expect(await generator.next()).toEqual({ value: undefined, done: true });
});

test('an error of close() comes out of return()', async () => {
  const failure = new Error('close');
  const generator = new PullGenerator({ pull: async () => 1, close: () => Promise.reject(failure) });
  await expect(generator.return()).rejects.toBe(failure);
});

test('throw() closes and throws what it was given', async () => {
  const puller = pullerOf(1);
  const failure = new Error('mine');
  await expect(new PullGenerator(puller).throw(failure)).rejects.toBe(failure);
  expect(puller.close).toHaveBeenCalledTimes(1);
});

test('disposal closes', async () => {
  const puller = pullerOf(1);
  await new PullGenerator(puller)[Symbol.asyncDispose]();
  expect(puller.close).toHaveBeenCalledTimes(1);
});

test('calls of next() wait for one another and come in order', async () => {
  let running = 0;
  let count = 0;
  const pull = async (): Promise<number | null> => {
    expect(++running).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return ++count > 3 ? null : count;
  };
  const generator = new PullGenerator({ pull, close: async () => undefined });
  const results = await Promise.all(Array.from({ length: 5 }, () => generator.next()));
  expect(results.map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined]);
});

interface PromiseWithResolvers {
  readonly promise: Promise<number | null>;
  readonly resolve: (value: number | null) => void;
  readonly reject: (reason: Error) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve!: PromiseWithResolvers['resolve'];
  let reject!: PromiseWithResolvers['reject'];
  const promise = new Promise<number | null>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

test('values that are there already need no promise', async () => {
  const values = ['a', 'b', null];
  const generator = new PullGenerator({ pull: () => values.shift()!, close: async () => undefined });
  const [first, second, third] = await Promise.all([generator.next(), generator.next(), generator.next()]);
  expect([first.value, second.value, third.done]).toEqual(['a', 'b', true]);
});

test('an error is shown before it goes out and before anything is closed', async () => {
  const failure = new Error('pull');
  const log: unknown[] = [];
  const close = async (): Promise<void> => void log.push('closed');
  const pull = (): null => {
    throw failure;
  };
  const generator = new PullGenerator({ pull, close }, (error) => log.push(error));
  await expect(generator.next()).rejects.toBe(failure);
  expect(log).toEqual([failure, 'closed']);
});
