import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { columns } from '../conformance/columns.ts';
import { caseListOf, coverageOf } from '../conformance/coverage.ts';
import { allFeatures, featurePage, featureProblems } from '../conformance/features/features.ts';
import { fixes } from '../conformance/fixes.ts';
import { casesOf, loadCaseFiles } from '../conformance/load-cases.ts';
import { notYet } from '../conformance/not-yet.ts';
import { sections } from '../conformance/rows.ts';
import { readSyncList, syncProblems } from '../conformance/sync-column.ts';

const folder = fileURLToPath(new URL('../conformance/', import.meta.url));

/**
 * Writes `conformance/all-cases.ts` (the list that the suite runs and ships), `conformance/COVERAGE.md` and
 * `conformance/FEATURES.md`. With `--check` it writes nothing, and fails if one of them is out of date, contradicts its sources or has gaps.
 */
async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const files = await loadCaseFiles();
  const cases = casesOf(files);
  const { page, problems: contradictions, missing } = coverageOf({ sections, fixes, cases, notYet, columns });
  const caseIds = new Set(cases.map(({ id }) => id));
  const problems = [
    ...contradictions,
    ...featureProblems(allFeatures, { caseIds, read }),
    ...syncProblems(cases, readSyncList()),
  ];

  const outdated = [
    settle('all-cases.ts', caseListOf(files.map(({ file }) => file)), isCheck),
    settle('COVERAGE.md', page, isCheck),
    settle('FEATURES.md', featurePage(allFeatures), isCheck),
  ].filter((file) => file !== undefined);
  for (const problem of problems) console.error(problem);
  console.log(
    `${cases.length} cases in ${files.length} files; ${missing.length} rows without a case or a reason; ` +
      `${allFeatures.length} features with their proofs`,
  );
  if (missing.length > 0) console.log(missing.join(' '));
  if (outdated.length > 0) console.error(`out of date: ${outdated.join(', ')}; run npm run coverage`);
  if (problems.length > 0 || (isCheck && (outdated.length > 0 || missing.length > 0))) process.exitCode = 1;
}

function read(path: string): string | undefined {
  const file = new URL(`../${path}`, import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Writes or compares one file; gives its name if it is out of date. */
function settle(file: string, content: string, isCheck: boolean): string | undefined {
  const path = folder + file;
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return undefined;
  if (isCheck) return file;
  writeFileSync(path, content);
  return undefined;
}

await main();
