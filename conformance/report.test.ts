import { expect, test } from 'vitest';
import type { ConformanceCase } from './case.ts';
import type { CaseResult, ConformanceReport } from './report.ts';
import { formatMatrix, rowOf } from './report.ts';

function result(id: string, outcome: CaseResult['outcome'], reason?: string): CaseResult {
  const entry: ConformanceCase = {
    id,
    rows: [rowOf(id)],
    title: `about ${id}`,
    verdict: 'same',
    layer: 'model',
    run: () => {},
  };
  return { case: entry, outcome, durationMs: 1, ...(reason === undefined ? {} : { reason }) };
}

function report(backend: string, results: CaseResult[]): ConformanceReport {
  const count = (outcome: string): number => results.filter((entry) => entry.outcome === outcome).length;
  return {
    backend,
    engine: backend === 'js' ? 'wire js, kernels js' : null,
    node: 'v20.20.0',
    platform: 'linux-x64',
    seed: 1,
    results,
    passed: count('pass'),
    failed: count('fail'),
    notApplicable: count('not-applicable'),
  };
}

test('sections side by side, then what did not apply, then failures', () => {
  const js = report('js', [result('RD-01', 'pass'), result('RD-02.a', 'pass'), result('CL-01', 'pass')]);
  const other = report('other', [
    result('RD-01', 'pass'),
    result('RD-02.a', 'fail', 'Error: no'),
    result('CL-01', 'not-applicable', 'without pool'),
  ]);
  expect(formatMatrix([js, other])).toBe(
    [
      'section                              js   other',
      '-----------------------------------  ---  --------------',
      '1.1 Client lifecycle and properties  1/1  0/0 (1 n/a)',
      '1.13 Redirects                       2/2  1/2 (1 failed)',
      'all cases                            3/3  1/2 (1 failed, 1 n/a)',
      '',
      'js: wire js, kernels js, Node v20.20.0, linux-x64, seed 1',
      'other: Node v20.20.0, linux-x64, seed 1',
      '',
      'Not applicable:',
      'other: 1 without pool',
      '',
      'Failed:',
      'other: RD-02.a about RD-02.a',
      '  Error: no',
      '',
    ]
      .join('\n')
      .replace('  --------------\n', '  ---------------------\n'),
  );
});

test('the row of a case id', () => {
  expect([rowOf('RD-03'), rowOf('H1-03.b')]).toEqual(['RD-03', 'H1-03']);
});
