import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { UndiciTransport } from '../src/undici.ts';
import { UNDICI_CAPABILITIES } from './columns.ts';
import { casesOf, chosenTopics, loadCaseFiles } from './load-cases.ts';
import { createCaseRunner } from './runner.ts';

/*
 * The suite on undici's Agent under our client, a column of its own. What fails there is listed with its reason in
 * undici-failures.json: a failure that is not listed, and a listed case that passes, fail the test.
 * TERN_UPDATE_UNDICI=1 writes the list anew and keeps the reasons of what still fails; TERN_CASES=redirects,cookie-jar
 * takes only these files of conformance/cases.
 */
const isUpdate = process.env['TERN_UPDATE_UNDICI'] === '1';
const topics = chosenTopics();
const listFile = new URL('./undici-failures.json', import.meta.url);

const known = JSON.parse(readFileSync(listFile, 'utf8')) as Readonly<Record<string, string>>;
const cases = casesOf(await loadCaseFiles(topics));
const runner = await createCaseRunner({
  name: 'undici',
  capabilities: UNDICI_CAPABILITIES,
  transport: () => new UndiciTransport(new Agent(), { closeDispatcher: true }),
});
const found = new Map<string, string>();
const counts = { pass: 0, fail: 0, 'not-applicable': 0 };

describe('undici', () => {
  test.each(cases.map((entry) => [entry.id, entry.title, entry] as const))(
    '%s %s',
    { timeout: 60_000 },
    async (id, _title, entry) => {
      const { outcome, reason = '' } = await runner.run(entry);
      counts[outcome]++;
      const hasFailed = outcome === 'fail';
      if (hasFailed) found.set(id, reason);
      const shouldFail = isUpdate ? hasFailed : known[id] !== undefined;
      if (hasFailed && !shouldFail) {
        throw new Error(
          `${reason}\nThis is not listed in undici-failures.json (TERN_UPDATE_UNDICI=1 lists it).`,
        );
      }
      expect([id, hasFailed]).toEqual([id, shouldFail]);
    },
  );

  test('every listed case exists', () => {
    const ids = new Set(cases.map(({ id }) => id));
    const strays = topics === undefined && !isUpdate ? Object.keys(known).filter((id) => !ids.has(id)) : [];
    expect(strays).toEqual([]);
  });
});

afterAll(() => {
  const { pass, fail, 'not-applicable': rest } = counts;
  console.log(`undici: ${pass} of ${pass + fail} cases pass, ${rest} do not apply`);
  if (!isUpdate) return;
  const ran = new Set(cases.map(({ id }) => id));
  const entries = new Map(topics === undefined ? [] : Object.entries(known).filter(([id]) => !ran.has(id)));
  for (const [id, reason] of found) entries.set(id, known[id] ?? firstLine(reason));
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(listFile, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
  console.log('undici-failures.json has been written; give new entries a reason that says what undici does');
});

function firstLine(reason: string): string {
  return (reason.split('\n').find((line) => line.trim() !== '') ?? reason).trim().slice(0, 200);
}
