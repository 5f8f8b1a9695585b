import { expect, test } from 'vitest';
import { palette } from './colours.ts';
import { formatHelp } from './help.ts';
import { REQUEST_GROUPS, REQUEST_SPECS } from './request-specs.ts';

test('every option is there with its names and values', () => {
  const text = formatHelp(['usage'], REQUEST_GROUPS, ['note'], palette(false));
  expect(text).toMatch(/^usage\n\nRequest\n/);
  expect(text).toMatch(/\n\nnote\n$/);
  expect(text).toMatch(/\n {2}-p, --params NAME VALUE +Parameter to add to the query of the URL\.\n/);
  for (const { name, values = [] } of REQUEST_SPECS) {
    expect(text).toContain(`--${name}`);
    for (const value of values) expect(text).toContain(value);
  }
});

test('long texts are broken, and go below a long label', () => {
  const specs = [{ name: 'x'.repeat(40), values: ['VALUE'], help: 'word '.repeat(20).trim() }];
  const lines = formatHelp(['usage'], [{ title: 'Options', specs }], [], palette(false)).split('\n');
  expect(lines[3]).toBe(`      --${'x'.repeat(40)} VALUE`);
  expect(lines[4]).toBe(`${' '.repeat(36)}${'word '.repeat(9).trim()}`);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});

test('no option has a name or a short form twice', () => {
  const names = REQUEST_SPECS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const shorts = REQUEST_SPECS.flatMap(({ short = [] }) => short);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(shorts).size).toBe(shorts.length);
});
