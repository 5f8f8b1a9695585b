import { expect, test } from 'vitest';
import { evenness, median, quantile, stepsBack } from './statistics.ts';

test('the median of odd, even and no values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('quantiles lie between neighbours', () => {
  expect(quantile([10, 20, 30, 40, 50], 0)).toBe(10);
  expect(quantile([10, 20, 30, 40, 50], 1)).toBe(50);
  expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46);
});

test('evenness is 1 where all got the same, and 1/n where one got everything', () => {
  expect(evenness([5, 5, 5, 5])).toBe(1);
  expect(evenness([8, 0, 0, 0])).toBe(0.25);
  expect(evenness([0, 0])).toBe(1);
});

test('steps back count what stands before something smaller', () => {
  expect(stepsBack([1, 2, 2, 3])).toBe(0);
  expect(stepsBack([1, 3, 2, 5, 4])).toBe(2);
});
