import { expect, test, vi } from 'vitest';
import { SourceReader } from './source-reader.ts';

function sourceOf(results: (() => Promise<IteratorResult<number>>)[]): {
  next: () => Promise<IteratorResult<number>>;
  return: ReturnType<typeof vi.fn<() => Promise<IteratorResult<number>>>>;
} {
  return {
    next: () => results.shift()!(),
    return: vi.fn<() => Promise<IteratorResult<number>>>(
      async () => ({ value: undefined, done: true }) as const,
    ),
  };
}

test('reads to the end, is not closed after it, and stays at the end', async () => {
  const source = sourceOf([async () => ({ value: 1, done: false }), async () => ({ value: 2, done: true })]);
  const reader = new SourceReader(source);
  expect([await reader.read(), await reader.read(), await reader.read()]).toEqual([1, null, null]);
  await reader.close();
  expect(source.return).not.toHaveBeenCalled();
});

test('a source that failed is not closed', async () => {
  const failure = new Error('source');
  const source = sourceOf([() => Promise.reject(failure)]);
  const reader = new SourceReader(source);
  await expect(reader.read()).rejects.toBe(failure);
  await reader.close();
  expect(source.return).not.toHaveBeenCalled();
  expect(await reader.read()).toBeNull();
});

test('a source that has more is closed once, and read no further', async () => {
  const source = sourceOf([]);
  const reader = new SourceReader(source);
  await reader.close();
  await reader.close();
  expect(source.return).toHaveBeenCalledTimes(1);
  expect(await reader.read()).toBeNull();
});

test('a source without return() can be closed', async () => {
  await new SourceReader({ next: async () => ({ value: 1, done: false }) }).close();
  expect.assertions(0);
});
