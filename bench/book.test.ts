import { expect, test } from 'vitest';
import { importChapter, type Kept, makeBook } from './book.ts';
import type { Row } from './rows.ts';

const row: Row = {
  name: 'small',
  title: 'small responses',
  clients: ['tern', 'peer', 'other'],
  against: 'peer',
  unit: 'request',
  job: { path: '/', use: 'get', length: 1, connections: 1, concurrency: 1, warmup: 1, requests: 1 },
  budgets: [{ text: 'at most 0.5x', client: 'tern', figure: 'cpu', atMost: 0.5 }],
};
const figures = { cpu: 10, thread: 8, gc: 1, perSecond: 100, peakRSS: 2 ** 20 };
const ratios = { threadRatio: 1, rateRatio: 1 };
const kept: Kept = {
  machine: 'a machine',
  versions: { peer: '1.2.3' },
  imports: { load: 0.5, times: [{ name: 'tern', ms: 38, rssMiB: 40 }] },
  rows: {
    small: {
      rounds: 3,
      load: 1.25,
      results: [
        { client: 'tern', cpuRatio: 0.9, ...figures, ...ratios },
        { client: 'peer', cpuRatio: 1, ...figures, ...ratios },
      ],
      absent: [{ client: 'other', reason: 'not installed: npm install other' }],
    },
  },
};

test('a book has its conditions, what is missed at the front, a table and a drawing for each row', () => {
  const { text, charts } = makeBook(kept, [row]);
  expect(text).toContain('- a machine; ');
  expect(text).toContain('- peer 1.2.3; ');
  expect(text).toContain('Budgets that do not hold here:\n\n- small: at most 0.5x: 0.90x of peer\n');
  expect(text).toContain('## small: small responses\n\n![small](charts/small.svg)\n\n3 rounds, load 1.3.');
  expect(text).toContain('| other | not installed: npm install other |');
  expect(text).toContain('- MISSED: at most 0.5x: 0.90x of peer');
  expect([...charts.keys()]).toEqual(['import', 'small']);
});

test('what was measured is said where it depends on the machine', () => {
  const rows = { small: { ...kept.rows['small']!, subject: 'the page is made' } };
  expect(makeBook({ ...kept, rows }, [row]).text).toContain('3 rounds, load 1.3; the page is made.');
});

test('a book of what was measured only', () => {
  const { text, charts } = makeBook({ ...kept, imports: null, rows: {} }, [row]);
  expect(text).toContain('All budgets hold.');
  expect(charts.size).toBe(0);
});

test('the budget of the import', () => {
  const slow = importChapter({ load: 0, times: [{ name: 'tern', ms: 41, rssMiB: 40 }] });
  expect(slow.missed).toEqual(['import of the core at most 40 ms: 41.0 ms']);
  expect(importChapter(kept.imports!).missed).toEqual([]);
  expect(() => importChapter({ load: 0, times: [] })).toThrow('was not measured');
});

test('the addon has a budget of its own where it has been built', () => {
  const chapter = importChapter({
    load: 0,
    times: [
      { name: 'tern', ms: 30, rssMiB: 40 },
      { name: '@ternhttp/native', ms: 15.2, rssMiB: 45 },
    ],
  });
  expect(chapter.text).toContain('- met: import of the core at most 40 ms: 30.0 ms');
  expect(chapter.missed).toEqual(['loading the addon at most 15 ms: 15.2 ms']);
});
