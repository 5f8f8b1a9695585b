import { expect, test } from 'vitest';
import type { ConformanceCase } from './case.ts';
import { syncCell, syncProblems } from './sync-column.ts';

function proof(id: string, needs: ConformanceCase['needs'] = []): ConformanceCase {
  return { id, rows: ['AA-01'], title: id, verdict: 'same', layer: 'model', needs, run: () => {} };
}

const list = { senseless: { 'AA-01.b': 'two at a time' }, failing: { 'AA-01.c': 'reads ahead' } };

test('what a row is worth on the client that blocks', () => {
  expect(syncCell([], list)).toBe('');
  expect(syncCell([proof('AA-01')], list)).toBe('passes');
  expect(syncCell([proof('AA-01.b')], list)).toBe('not: two at a time');
  expect(syncCell([proof('AA-01'), proof('AA-01.b'), proof('AA-01.c')], list)).toBe(
    '1 of 3: two at a time; reads ahead',
  );
  expect(syncCell([proof('AA-01', ['upgrade'])], list)).toBe("not: no 'upgrade'");
});

test('the list speaks of cases that exist, once, and says why', () => {
  const cases = [proof('AA-01.b'), proof('AA-01.c')];
  expect(syncProblems(cases, list)).toEqual([]);
  expect(syncProblems([], list)).toHaveLength(2);
  expect(
    syncProblems(cases, { senseless: { 'AA-01.b': ' ' }, failing: { 'AA-01.b': 'reads ahead' } }),
  ).toEqual(['sync-failures.json: AA-01.b has no reason', 'sync-failures.json: AA-01.b stands there twice']);
});
