import { expect, test, vi } from 'vitest';
import { StageInput } from './stage-input.ts';

function inputOf(...chunks: number[][]): {
  input: StageInput;
  destroy: ReturnType<typeof vi.fn<() => void>>;
} {
  const destroy = vi.fn<() => void>();
  const read = async (): Promise<Uint8Array | null> => {
    const chunk = chunks.shift();
    return chunk === undefined ? null : Uint8Array.from(chunk);
  };
  return { input: new StageInput({ read, destroy }), destroy };
}

test('octets are joined only when more are wanted than there are in one piece', async () => {
  const { input } = inputOf([1, 2, 3], [4], [5, 6]);
  expect(await input.ensure(2)).toBe(true);
  input.at += 2;
  expect(input.available).toBe(1);
  expect(await input.ensure(3)).toBe(true);
  expect([...input.take()]).toEqual([3, 4, 5, 6]);
  expect(input.available).toBe(0);
  expect(await input.ensure(1)).toBe(false);
  expect(await input.ensure(0)).toBe(true);
});

test('what is there stays when it is not enough', async () => {
  const { input } = inputOf([1], [2]);
  expect(await input.ensure(3)).toBe(false);
  expect([...input.take()]).toEqual([1, 2]);
});

test('drain reads to the end', async () => {
  const { input } = inputOf([1], [2], [3]);
  await input.ensure(1);
  await input.drain();
  expect(input.available).toBe(0);
  expect(await input.ensure(1)).toBe(false);
});

test('destroy goes to the stage before', () => {
  const { input, destroy } = inputOf();
  input.destroy();
  expect(destroy).toHaveBeenCalledTimes(1);
});
