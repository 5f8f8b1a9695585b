import { expect, test } from 'vitest';
import type { ConformanceCase } from './case.ts';
import { syncProblems } from './sync-column.ts';

function proof(id: string): ConformanceCase {
  return { id, rows: ['AA-01'], title: id, verdict: 'same', layer: 'model', run: () => {} };
}

const list = {
  senseless: { 'AA-01.b': 'two at a time' },
  failing: { 'AA-01.c': 'reads ahead' },
};

test('the list speaks of cases that exist, once, and says why', () => {
  const cases = [proof('AA-01.b'), proof('AA-01.c')];
  expect(syncProblems(cases, list)).toEqual([]);
  expect(syncProblems([], list)).toHaveLength(2);
  expect(
    syncProblems(cases, {
      senseless: { 'AA-01.b': ' ' },
      failing: { 'AA-01.b': 'reads ahead' },
    }),
  ).toEqual(['sync-failures.json: AA-01.b has no reason', 'sync-failures.json: AA-01.b stands there twice']);
});
