import { expect, test } from 'vitest';
import { packageEntry } from './package-entry.ts';

test('an entry by conditions, in the order of the package', () => {
  const exports = {
    './package.json': './package.json',
    '.': {
      browser: './web.js',
      node: { require: './node.cjs', import: { types: './node.d.ts', default: './node.mjs' } },
      default: './other.js',
    },
  };
  expect(packageEntry({ exports })).toBe('./node.mjs');
});

test('an entry that is one text, or only a main file, or not said at all', () => {
  expect(packageEntry({ exports: './a.js', main: 'b.js' })).toBe('./a.js');
  expect(packageEntry({ main: 'b.js' })).toBe('b.js');
  expect(packageEntry({})).toBe('index.js');
});
