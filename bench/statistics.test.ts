import { expect, test } from 'vitest';
import { evenness, greatestDelay, median, quantile } from './statistics.ts';

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

test('the greatest delay counts places behind the own turn', () => {
  expect(greatestDelay([0, 1, 2, 3])).toBe(0);
  expect(greatestDelay([1, 2, 3, 0])).toBe(3);
  expect(greatestDelay([])).toBe(0);
});
