import { expect, test } from 'vitest';
import type { ConformanceCase } from './case.ts';
import type { Column } from './columns.ts';
import type { CoverageInput } from './coverage.ts';
import { caseListOf, coverageOf } from './coverage.ts';
import { section } from './row.ts';

const sections = [section('1.1', 'One', { 'AA-01': 'first | row', 'AA-02': 'second', 'AA-03': 'third' })];
const fixes = [
  { id: 'D01', title: 'better', rows: ['AA-01'] },
  { id: 'D02', title: 'later', rows: ['AA-02'] },
  { id: 'D03', title: 'open', rows: ['AA-03'] },
];
const notYet = [{ row: 'AA-02', reason: 'too early' }];

const js: Column = { name: 'js', capabilities: ['pool'], failures: new Set(), proof: 'a test' };
const other: Column = { name: 'other', capabilities: [], failures: new Set(['AA-01.b']), proof: 'another' };

function proof(id: string, rest: Partial<ConformanceCase> = {}): ConformanceCase {
  return { id, rows: [id.slice(0, 5)], title: id, verdict: 'same', layer: 'model', run: () => {}, ...rest };
}

function coverage(
  cases: readonly ConformanceCase[],
  rest: Partial<CoverageInput> = {},
): ReturnType<typeof coverageOf> {
  return coverageOf({ sections, fixes, notYet, cases, columns: [js, other], ...rest });
}

test('rows and fixes with their cases and states', () => {
  const cases = [proof('AA-01.b', { verdict: 'fixed:D01', layer: 'bytes' }), proof('AA-01')];
  const { page, problems, missing } = coverage(cases);
  expect(page).toContain('| AA-01 | first \\| row | same, fixed:D01 | AA-01 AA-01.b | 2/2 | 1/2 | covered |');
  expect(page).toContain('| AA-02 | second |  |  | - | - | not yet: too early |');
  expect(page).toContain('| AA-03 | third |  |  | - | - | missing |');
  expect(page).toContain('| D01 | better | AA-01 | AA-01.b | covered |');
  expect(page).toContain('| D02 | later | AA-02 |  | not yet: too early |');
  expect(page).toContain('| D03 | open | AA-03 |  | missing |');
  expect(page).toContain('- 3 rows: 1 covered, 1 not yet, 1 missing\n- 3 fixes: 1 covered, 1 not yet\n');
  expect(page).toContain('- 2 cases: 1 model, 1 bytes, 0 live; 0 differ');
  expect([problems, missing]).toEqual([[], ['AA-03']]);
});

test('what a column lacks is told with the error', () => {
  const { page } = coverage([proof('AA-01')], {
    columns: [js, { ...other, lacks: { tea: ['pot', 'cup'] } }],
  });
  expect(page).toContain(
    '- other lacks tea: a client throws `UnsupportedOption` (`ERR_UNSUPPORTED_OPTION`), which names `pot`, `cup`\n',
  );
});

test('the page does not depend on the order of the cases', () => {
  const cases = [proof('AA-01'), proof('AA-01.b'), proof('AA-03')];
  expect(coverage(cases.toReversed()).page).toBe(coverage(cases).page);
});

test.each<[string, ConformanceCase[], string]>([
  ['doubled id', [proof('AA-01'), proof('AA-01')], 'case AA-01: the id is not unique'],
  ['odd id', [proof('AA-1', { rows: ['AA-1'] })], 'case AA-1: the id is no row id with a suffix'],
  [
    'own row left out',
    [proof('AA-01', { rows: ['AA-03'] })],
    'case AA-01: its own row is not among its rows',
  ],
  ['unknown row', [proof('AA-01', { rows: ['AA-01', 'ZZ-01'] })], 'case AA-01: there is no row ZZ-01'],
  ['unknown fix', [proof('AA-01', { verdict: 'fixed:D99' })], 'case AA-01: there is no fix D99'],
  ['no reason', [proof('AA-01', { verdict: 'differs:' })], 'case AA-01: the difference has no reason'],
  ['excused and covered', [proof('AA-02')], 'row AA-02 has a case: take it off the list of not-yet.ts'],
])('problem: %s', (_name, cases, problem) => {
  expect(coverage(cases).problems).toContain(problem);
});

test('an excuse for a row that does not exist is a problem', () => {
  const excuse = { row: 'ZZ-09', reason: 'none' };
  expect(coverage([], { notYet: [excuse] }).problems).toEqual(['not yet: there is no row ZZ-09']);
});

test('the list of cases imports every file', () => {
  const list = caseListOf(['http1-heads.ts', 'url.ts']);
  expect(list).toContain("import { cases as http1HeadsCases } from './cases/http1-heads.ts';\n");
  expect(list).toContain(
    '\nexport const allCases: readonly ConformanceCase[] = [...http1HeadsCases, ...urlCases];\n',
  );
  const long = caseListOf(Array.from({ length: 9 }, (_, index) => `some-cases-${index}.ts`));
  expect(long).toContain('= [\n  ...someCases0Cases,\n');
});
