import { expect, test } from 'vitest';
import { judge, summarize } from './results.ts';
import type { Budget } from './rows.ts';
import type { Figures } from './worker.ts';

function figures(cpu: number, thread: number | null = cpu / 2): Figures {
  return { cpu, thread, gc: 1, perSecond: 1e6 / cpu, peakRSS: 2 ** 20 };
}

const samples = new Map([
  ['tern', [figures(10), figures(20), figures(12)]],
  ['peer', [figures(20), figures(80), figures(20)]],
]);

test('ratios are taken within a round, then the median', () => {
  const [tern, peer] = summarize(samples, 'peer');
  expect(tern).toMatchObject({ client: 'tern', cpu: 12, thread: 6, cpuRatio: 0.5, threadRatio: 0.5 });
  expect(tern!.rateRatio).toBeCloseTo(2);
  expect(peer).toMatchObject({ cpuRatio: 1, threadRatio: 1, rateRatio: 1 });
});

test('no thread ratio where one side does not know it', () => {
  const [tern] = summarize(new Map([...samples, ['tern', [figures(10, null)]]]), 'peer');
  expect(tern).toMatchObject({ thread: null, threadRatio: null, cpuRatio: 0.5 });
});

test('without the one to compare to there is nothing to tell', () => {
  expect(() => summarize(samples, 'other')).toThrow('other, to which all are compared, was not measured');
});

test('budgets at most, at least, in microseconds, and of who is absent', () => {
  const results = summarize(samples, 'peer');
  const told = (budget: Partial<Budget>): string => {
    const { isMet, text } = judge(
      { text: 'budget', client: 'tern', figure: 'cpu', ...budget },
      { against: 'peer' },
      results,
    );
    return `${isMet ? 'met' : 'missed'} ${text}`;
  };
  expect(told({ atMost: 0.5 })).toBe('met budget: 0.50x of peer');
  expect(told({ atMost: 0.4 })).toBe('missed budget: 0.50x of peer');
  expect(told({ figure: 'perSecond', atLeast: 2.5 })).toBe('missed budget: 2.00x of peer');
  expect(told({ figure: 'microseconds', atMost: 12 })).toBe('met budget: 12 µs');
  expect(told({ figure: 'cpuMicroseconds', atMost: 11 })).toBe('missed budget: 12 µs');
  expect(told({ client: 'other' })).toBe('missed budget: other was not measured');
});
