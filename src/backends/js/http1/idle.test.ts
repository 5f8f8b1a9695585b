import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { releaseWhenIdle } from './idle.ts';

test('releases what is still idle after a turn of the loop, and nothing before', async () => {
  const released: string[] = [];
  const make = (name: string, isIdle: boolean) => ({
    isIdle,
    unreference: () => void released.push(name),
  });
  const first = make('first', true);
  const second = make('second', true);
  releaseWhenIdle(first);
  releaseWhenIdle(second);
  second.isIdle = false;
  expect(released).toEqual([]);
  await turn();
  expect(released).toEqual(['first']);
  releaseWhenIdle(make('third', true));
  await turn();
  expect(released).toEqual(['first', 'third']);
});
