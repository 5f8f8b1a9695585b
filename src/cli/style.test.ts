import { expect, test } from 'vitest';
import { styleOf } from './style.ts';

const output = (isTTY: boolean) => ({ isTTY, columns: 80, isClosed: false, write: () => Promise.resolve() });

test.each<[boolean, boolean | undefined, boolean, boolean]>([
  [true, undefined, true, true],
  [true, false, false, true],
  [false, undefined, false, false],
  [false, true, true, true],
])('terminal %j, colour %j: coloured %j, cleaned %j', (isTTY, colour, isColoured, isCleaned) => {
  const { palette, isForEyes, clean } = styleOf(output(isTTY), colour, {});
  expect([palette.isOn, isForEyes]).toEqual([isColoured, isCleaned]);
  expect(clean('\u001B')).toBe(isCleaned ? '␛' : '\u001B');
});
