import { expect, test } from 'vitest';
import { closest } from './closest.ts';

const OPTIONS = ['--headers', '--params', '--download', '--proxy'];

test.each([
  ['--header', '--headers'],
  ['--haeders', '--headers'],
  ['--donwload', '--download'],
  ['--parms', '--params'],
  ['--zebra', undefined],
  ['', undefined],
])('%j is nearest to %j', (word, expected) => {
  expect(closest(word, OPTIONS)).toBe(expected);
});
