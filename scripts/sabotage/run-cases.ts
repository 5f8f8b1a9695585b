import { parseArgs } from 'node:util';
import { allCases } from '../../conformance/all-cases.ts';
import { createCaseRunner } from '../../conformance/runner.ts';
import { readSyncList } from '../../conformance/sync-column.ts';
import type { Outcome } from './outcome.ts';

/**
 * Runs the cases that are named, or those below the names, and prints what failed as JSON. The outcome is printed
 * once before anything runs: without it the modules could not even be loaded.
 *
 * `--first`: the first failure is enough. `--patience`: milliseconds that a case may take. `--sync`: on the client that
 * blocks.
 */
const { values, positionals } = parseArgs({
  options: {
    first: { type: 'boolean', default: false },
    patience: { type: 'string', default: '15000' },
    sync: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const sync = values.sync ? await import('../../conformance/sync/runner.ts') : null;
const unfit = values.sync ? readSyncList() : null;
const wanted = positionals
  .flatMap((name) => allCases.filter(({ id }) => id === name || id.startsWith(`${name}.`)))
  .filter(({ id }) => unfit?.senseless[id] === undefined && unfit?.failing[id] === undefined);
const outcome: Outcome = { took: {}, failed: [] };
print();
const timeoutMs = Number(values.patience);
const runner = await (sync === null
  ? createCaseRunner({ backend: 'js', timeoutMs })
  : sync.createSyncRunner(timeoutMs));
for (const entry of new Set(wanted)) {
  const result = await runner.run(entry);
  outcome.took[entry.id] = Math.ceil(result.durationMs);
  if (result.outcome === 'fail') outcome.failed.push(entry.id);
  if (values.first && outcome.failed.length > 0) break;
}
print();
process.exit(0);

function print(): void {
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`);
}
