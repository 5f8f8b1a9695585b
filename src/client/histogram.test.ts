import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('counts up to each bound, that included', () => {
  const histogram = new Histogram([1, 10]);
  const empty = {
    count: 0,
    sum: 0,
    min: null,
    max: null,
    buckets: [
      [1, 0],
      [10, 0],
    ],
  };
  expect(histogram.snapshot()).toEqual(empty);
  for (const value of [0.5, 1, 1.5, 10, 11]) histogram.record(value);
  expect(histogram.snapshot()).toEqual({
    count: 5,
    sum: 24,
    min: 0.5,
    max: 11,
    buckets: [
      [1, 2],
      [10, 4],
    ],
  });
  histogram.reset();
  expect(histogram.snapshot()).toEqual(empty);
});
