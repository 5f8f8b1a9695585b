import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { casesOf, loadCaseFiles } from './load-cases.ts';
import { rowById } from './rows.ts';

const page = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8');
const ID = /(?<![\w-])[A-Z][A-Z0-9]-\d\d(?:\.[a-z0-9-]+)?(?![\w-])/g;

/** The last cell of each threat. */
const shownBy = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| attacker'))
  .map((line) => line.split('|').at(-2)!.trim());

test('what the threats are shown by is there', async () => {
  const ids = new Set(casesOf(await loadCaseFiles()).map(({ id }) => id));
  const named = [...page.matchAll(ID)].map(([id]) => id);
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((id) => !ids.has(id) && !rowById.has(id))).toEqual([]);
  for (const [, row] of page.matchAll(/([A-Z][A-Z0-9])-\\\*/g))
    expect([...rowById.keys()].some((id) => id.startsWith(`${row}-`))).toBe(true);
});

test('every threat is shown by a case, a vector or a command', () => {
  expect(shownBy.length).toBeGreaterThan(15);
  for (const cell of shownBy)
    expect(cell).toMatch(/[A-Z][A-Z0-9]-(?:\d\d|\\\*)|`npm run |vectors|fuzz target|faults column/);
});
