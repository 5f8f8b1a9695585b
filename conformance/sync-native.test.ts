import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { builtAccelerators } from './kernels/accelerators.ts';
import { casesOf, chosenTopics, loadCaseFiles } from './load-cases.ts';
import { Line } from './sync/line.ts';
import { createSyncRunner } from './sync/runner.ts';
import { readSyncList } from './sync-column.ts';

/*
 * The cases that touch the wire on the client that blocks, over the native engine: in its worker, and, for plain requests,
 * on connections that the thread borrows from it. The lists of sync-failures.json hold here too; cases of the model, which
 * never come to an engine, are left to sync.test.ts.
 */
process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../accel/npm', import.meta.url));

const { built } = await builtAccelerators();
const isBuilt = built.some(({ name }) => name === 'native');

test('the addon is built where CI is to test it', () => {
  expect(isBuilt || process.env['CI'] !== 'true').toBe(true);
});

// oxlint-disable-next-line vitest/no-conditional-tests -- without the addon there is nothing to judge
if (isBuilt) {
  const { senseless, failing } = readSyncList();
  const unfit = { ...senseless, ...failing };
  const cases = casesOf(await loadCaseFiles(chosenTopics())).filter(
    ({ id, layer }) => layer !== 'model' && unfit[id] === undefined,
  );
  const runner = await createSyncRunner(undefined, 'native');

  describe('sync on native', () => {
    test.each(cases.map((entry) => [entry.id, entry.title, entry] as const))(
      '%s %s',
      { timeout: 60_000 },
      async (_id, _title, entry) => {
        const { outcome, reason = '' } = await runner.run(entry);
        if (outcome === 'fail') throw new Error(reason);
        expect(outcome).not.toBe('fail');
      },
    );
  });

  afterAll(() => Line.end());
}
