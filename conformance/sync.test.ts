import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { casesOf, chosenTopics, loadCaseFiles } from './load-cases.ts';
import { Line } from './sync/line.ts';
import { createSyncRunner } from './sync/runner.ts';
import { readSyncList, type SyncList, syncListFile } from './sync-column.ts';

/*
 * The suite on the client that blocks, which runs in a thread of its own with the face of the one that waits. Cases
 * that make no sense there, and those that fail, are listed with their reasons in sync-failures.json: a failure that is
 * not listed, and a case listed as failing that passes, fail the test. TERN_UPDATE_SYNC=1 writes the list of failures
 * anew and keeps the reasons of what still fails; TERN_CASES=redirects,cookies takes only these files of
 * conformance/cases.
 */
const isUpdate = process.env['TERN_UPDATE_SYNC'] === '1';
const topics = chosenTopics();

const { senseless, failing } = readSyncList();
const cases = casesOf(await loadCaseFiles(topics));
const runner = await createSyncRunner();
const found = new Map<string, string>();
const counts = { pass: 0, fail: 0, 'not-applicable': 0 };

describe('sync', () => {
  const sensible = cases.filter(({ id }) => senseless[id] === undefined);
  test.each(sensible.map((entry) => [entry.id, entry.title, entry] as const))(
    '%s %s',
    { timeout: 60_000 },
    async (id, _title, entry) => {
      const { outcome, reason = '' } = await runner.run(entry);
      counts[outcome]++;
      const hasFailed = outcome === 'fail';
      if (hasFailed) found.set(id, reason);
      const shouldFail = isUpdate ? hasFailed : failing[id] !== undefined;
      if (hasFailed && !shouldFail) {
        throw new Error(`${reason}\nThis is not listed in sync-failures.json (TERN_UPDATE_SYNC=1 lists it).`);
      }
      expect([id, hasFailed]).toEqual([id, shouldFail]);
    },
  );

  test('every listed case exists', () => {
    const ids = new Set(cases.map(({ id }) => id));
    const listed = [...Object.keys(senseless), ...Object.keys(failing)];
    const strays = topics === undefined && !isUpdate ? listed.filter((id) => !ids.has(id)) : [];
    expect(strays).toEqual([]);
  });
});

afterAll(async () => {
  await Line.end();
  const { pass, fail, 'not-applicable': rest } = counts;
  const left = cases.filter(({ id }) => senseless[id] !== undefined).length;
  console.log(`sync: ${pass} of ${pass + fail} cases pass, ${rest} do not apply, ${left} make no sense`);
  if (!isUpdate) return;
  const ran = new Set(cases.map(({ id }) => id));
  const entries = new Map(topics === undefined ? [] : Object.entries(failing).filter(([id]) => !ran.has(id)));
  for (const [id, reason] of found) entries.set(id, failing[id] ?? firstLine(reason));
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const list: SyncList = { senseless, failing: Object.fromEntries(sorted) };
  writeFileSync(syncListFile, `${JSON.stringify(list, undefined, 2)}\n`);
  console.log('sync-failures.json has been written; give new entries a reason');
});

function firstLine(reason: string): string {
  return (reason.split('\n').find((line) => line.trim() !== '') ?? reason).trim().slice(0, 200);
}
