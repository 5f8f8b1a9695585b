import { expect, test } from 'vitest';
import { compare, type Drift, driftReport, shortRows } from './check.ts';
import type { RowResults } from './results.ts';
import { ROWS, type Row } from './rows.ts';

const [row] = ROWS as readonly [Row];

function found(ratio: number | null): RowResults {
  const figures = { cpu: 1, thread: 1, gc: 0, perSecond: 1, peakRSS: 1, threadRatio: 1, rateRatio: 1 };
  return {
    rounds: 1,
    load: 0,
    results: ratio === null ? [] : [{ client: 'tern', cpuRatio: ratio, ...figures }],
    absent: ratio === null ? [{ client: 'tern', reason: 'failed with 1: Error' }] : [],
  };
}

test('within the band nothing has changed, outside it is faster or slower', () => {
  const verdicts = [0.5, 0.7, 1, 1.4, 1.6].map(
    (now) => compare(row, 'tern', found(now), found(1), 1.5).verdict,
  );
  expect(verdicts).toEqual(['faster', 'same', 'same', 'same', 'slower']);
});

test('a row that is not kept is new; one that cannot be measured is an error', () => {
  expect(compare(row, 'tern', found(1), undefined)).toMatchObject({ verdict: 'new', kept: null });
  expect(compare(row, 'tern', found(1), found(null))).toMatchObject({ verdict: 'new', kept: null });
  expect(() => compare(row, 'tern', found(null), found(1))).toThrow(
    `tern could not be measured in ${row.name}: failed with 1: Error`,
  );
});

test('the report has a line for each row, and is loud about drift and about what was not measured', () => {
  const drift: Drift = { row: 'small', against: 'peer', kept: 0.5, found: 1, verdict: 'slower' };
  const calm: Drift = { ...drift, row: 'serial', found: 0.55, verdict: 'same' };
  expect(driftReport([calm], [])).toContain('no ratio left the band');
  const report = driftReport([drift, calm], ['streamed']);
  expect(report).toContain('| small | peer | 0.50 | 1.00 | +100 % | SLOWER |');
  expect(report).toContain('| serial | peer | 0.50 | 0.55 | +10 % | same |');
  expect(report).toContain('!!! BENCH DRIFT: slower than what is kept: small');
  expect(report).toContain('NOT MEASURED, the time was up: streamed');
});

test('short rows have two clients each, and requests for all that run at a time', () => {
  for (const { row, client } of shortRows(ROWS)) {
    expect(row.clients).toEqual([row.against, client]);
    expect(row.job.requests).toBeGreaterThanOrEqual(1);
    const whole = ROWS.find(({ name }) => name === row.name)!;
    expect(row.job.requests).toBeLessThan(whole.job.requests);
  }
});
