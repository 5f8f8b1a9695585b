import { afterEach, expect, test, vi } from 'vitest';
import type * as Suite from '../conformance.ts';
import { runInMemory } from './memory-io.ts';

const { cases } = vi.hoisted(() => {
  const make = (id: string, run: () => void) => ({
    id,
    rows: [id],
    title: `case ${id}`,
    verdict: 'same' as const,
    layer: 'model' as const,
    run,
  });
  return {
    cases: [
      make('CL-01', () => {}),
      make('CL-02', () => {
        throw new Error('does not hold');
      }),
    ],
  };
});

vi.mock('../conformance.ts', async (importOriginal) => {
  const suite = await importOriginal<typeof Suite>();
  return {
    ...suite,
    runConformance: (options: Suite.ConformanceOptions) => suite.runConformance({ ...options, cases }),
  };
});

afterEach(() => {
  vi.restoreAllMocks();
});

test('prints a matrix, and fails if a case does', async () => {
  const passing = await runInMemory(['conformance', '--filter', 'CL-01']);
  expect(passing).toMatchObject({ exitCode: 0, stderr: '' });
  expect(passing.stdout).toMatch(/^section +js\n/);
  expect(passing.stdout).toMatch(/\nall cases +1\/1\n/);
  const failing = await runInMemory(['conformance', '--seed', '7']);
  expect(failing.exitCode).toBe(1);
  expect(failing.stdout).toMatch(/\nFailed:\njs: CL-02 case CL-02\n {2}Error: does not hold \[seed 7\]/);
});

test('prints a document', async () => {
  const { exitCode, stdout } = await runInMemory(['conformance', '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      backend: 'js',
      passed: 1,
      failed: 1,
      results: [
        { id: 'CL-01', outcome: 'pass', reason: null },
        { id: 'CL-02', outcome: 'fail', reason: expect.stringContaining('does not hold') },
      ],
    },
  ]);
});

test('shows on a terminal how far it has come', async () => {
  const { stderr } = await runInMemory(['conformance'], { isTerminal: true });
  expect(stderr).toBe('\rjs: 1 cases, CL-01\u001B[K\rjs: 2 cases, CL-02\u001B[K\r\u001B[K');
});

test('stops after the case during which it is interrupted', async () => {
  const stopped = await runInMemory(['conformance'], { signal: AbortSignal.abort() });
  expect(stopped).toEqual(expect.objectContaining({ exitCode: 130, stdout: '', stderr: '' }));
});
