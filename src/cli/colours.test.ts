import { expect, test } from 'vitest';
import { palette, wantsColour } from './colours.ts';

test.each<[boolean | undefined, Record<string, string>, boolean, boolean]>([
  [undefined, {}, true, true],
  [undefined, {}, false, false],
  [undefined, { TERM: 'dumb' }, true, false],
  [undefined, { NO_COLOR: '1' }, true, false],
  [undefined, { NO_COLOR: '' }, true, true],
  [undefined, { FORCE_COLOR: '1' }, false, true],
  [undefined, { FORCE_COLOR: '' }, false, true],
  [undefined, { FORCE_COLOR: '0' }, true, false],
  [undefined, { FORCE_COLOR: 'false' }, true, false],
  [undefined, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  [true, { NO_COLOR: '1' }, false, true],
  [false, { FORCE_COLOR: '1' }, true, false],
])('option %j, variables %j, terminal %j: %j', (option, env, isTTY, expected) => {
  expect(wantsColour(option, env, isTTY)).toBe(expected);
});

test('a paint that is off changes nothing, and no paint colours nothing at all', () => {
  expect(palette(false).red('x')).toBe('x');
  expect(palette(true).red('x')).toBe('\u001B[31mx\u001B[39m');
  expect(palette(true).red('')).toBe('');
});
