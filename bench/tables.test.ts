import { expect, test } from 'vitest';
import type { Row } from './rows.ts';
import { importTable, rowTable, table } from './tables.ts';

const row: Row = {
  name: 'large',
  title: 'large',
  clients: ['tern', 'peer', 'other'],
  against: 'peer',
  unit: 'MiB',
  job: {
    path: '/',
    use: 'get',
    length: 4 * 1_048_576,
    connections: 1,
    concurrency: 1,
    warmup: 1,
    requests: 1,
  },
};

test('a row per unit, with the absent at the end', () => {
  const result = {
    client: 'tern',
    cpu: 400,
    thread: 200,
    gc: 100,
    perSecond: 50,
    peakRSS: 10 * 1_048_576,
    cpuRatio: 0.5,
    threadRatio: null,
    rateRatio: 2,
  };
  const text = rowTable(row, {
    rounds: 1,
    load: 0,
    results: [result],
    absent: [{ client: 'other', reason: 'not installed: npm install other' }],
  });
  expect(text.split('\n')).toEqual([
    '| client | CPU µs/MiB | JS thread µs | GC share | CPU ratio to peer | thread ratio | MiB/s | rate ratio | peak RSS MiB |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| tern | 100.0 | 50.0 | 25 % | 0.50 | – | 200 | 2.00 | 10 |',
    '| other | not installed: npm install other |  |  |  |  |  |  |  |',
  ]);
});

test('times of import', () => {
  expect(importTable([{ name: 'tern', ms: 38.04, rssMiB: 47.4 }])).toBe(
    '| module | ms | RSS MiB |\n| --- | ---: | ---: |\n| tern | 38.0 | 47 |',
  );
});

test('a table without lines has its head', () => {
  expect(table(['a', 'b'], [])).toBe('| a | b |\n| --- | ---: |');
});
