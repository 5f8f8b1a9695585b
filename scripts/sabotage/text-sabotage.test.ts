import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSabotageOptions } from './options.ts';
import { sabotaged, textProblems } from './text-sabotage.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tern-text-'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src', 'a.ts'), 'one two two');
});
afterAll(() => rmSync(root, { recursive: true }));

test('a text stands once, and a name too', () => {
  const one = { name: 'one', file: 'a.ts', find: 'one', replace: '$&' };
  expect(textProblems([one], root, 'src')).toEqual([]);
  const two = { ...one, find: 'two' };
  expect(textProblems([one, two, { ...one, name: 'none', find: 'three' }], root, 'src')).toEqual([
    "'one': there are two of this name",
    "'one': the text to replace stands 2 times in src/a.ts",
    "'none': the text to replace stands 0 times in src/a.ts",
  ]);
});

test('a source is sabotaged for a while, to the letter', () => {
  const sabotage = { name: 'one', file: 'a.ts', find: 'one', replace: '$& three' };
  const read = (): string => readFileSync(join(root, 'src', 'a.ts'), 'utf8');
  expect(sabotaged(sabotage, join(root, 'src'), read)).toBe('$& three two two');
  expect(() =>
    sabotaged(sabotage, join(root, 'src'), () => {
      throw new Error('red');
    }),
  ).toThrow('red');
  expect(read()).toBe('one two two');
});

test('options', () => {
  const list = ['a one', 'b one', 'c two', 'd three'].map((name) => ({ name }));
  const { named, thinned, isList } = readSabotageOptions(['--only', 'one', '--only', 'two', '--every', '2']);
  expect(named(list).map(({ name }) => name)).toEqual(['a one', 'b one', 'c two']);
  expect(thinned(named(list)).map(({ name }) => name)).toEqual(['a one', 'c two']);
  expect(isList).toBe(false);
  const all = readSabotageOptions(['--list']);
  expect(all.isList).toBe(true);
  expect(all.thinned(all.named(list))).toEqual(list);
  for (const every of ['0', '1.5', 'x'])
    expect(() => readSabotageOptions(['--every', every])).toThrow('pass 1, 2, ...');
});
