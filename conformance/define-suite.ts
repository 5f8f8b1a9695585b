import { describe, expect, test } from 'vitest';
import { chosenTopics, loadCaseFiles } from './load-cases.ts';
import type { CaseRunner } from './runner.ts';
import { createCaseRunner } from './runner.ts';

/**
 * Defines one test for each case on each of these backends. TERN_CASES=redirects,cookie-jar takes only these files of
 * conformance/cases, TERN_SEED another seed.
 */
export async function defineSuite(backends: readonly ('js' | 'native' | 'wasm')[]): Promise<void> {
  const loaded = await loadCaseFiles(chosenTopics());

  test('every file of cases loads and exports some', () => {
    const broken = loaded.filter(({ error }) => error !== undefined).map(({ file, error }) => [file, error]);
    expect(broken).toEqual([]);
  });

  const full = loaded.filter(({ cases }) => cases.length > 0);

  describe.each(full.length > 0 ? backends : [])('%s', (backend) => {
    let runner: Promise<CaseRunner> | undefined;
    for (const { file, cases } of full) {
      describe(`cases/${file}`, () => {
        test.each(cases.map((entry) => [entry.id, entry.title, entry] as const))(
          '%s %s',
          { timeout: 60_000 },
          async (_id, _title, entry) => {
            runner ??= createCaseRunner({ backend });
            const { outcome, reason, error } = await (await runner).run(entry);
            if (outcome === 'fail') throw new Error(reason, { cause: error });
            expect(outcome).toMatch(/^(?:pass|not-applicable)$/);
            if (outcome === 'not-applicable') console.log(`${entry.id} does not apply here: ${reason}`);
          },
        );
      });
    }
  });
}
