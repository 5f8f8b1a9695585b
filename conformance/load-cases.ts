import { readdirSync } from 'node:fs';
import type { ConformanceCase } from './case.ts';

/** A file of conformance/cases. */
export interface CaseFile {
  readonly file: string;
  /** None if the file is broken. */
  readonly cases: readonly ConformanceCase[];
  /** Why there are none. */
  readonly error?: unknown;
}

/** The files that are asked for: TERN_CASES=redirects,cookie-jar. Undefined for all of them. */
export function chosenTopics(): readonly string[] | undefined {
  return process.env['TERN_CASES']?.split(',');
}

/** Loads the files of cases in the order of their names. One that is broken does not hide the others. */
export function loadCaseFiles(topics?: readonly string[]): Promise<readonly CaseFile[]> {
  const files = readdirSync(new URL('./cases/', import.meta.url))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => topics === undefined || topics.includes(file.slice(0, -3)))
    .toSorted((one, other) => (one < other ? -1 : 1));
  return Promise.all(files.map(load));
}

/** The cases of all these files. Throws the error of a file that is broken. */
export function casesOf(files: readonly CaseFile[]): readonly ConformanceCase[] {
  for (const { file, error } of files) {
    if (error !== undefined) throw new Error(`conformance/cases/${file} cannot be loaded`, { cause: error });
  }
  return files.flatMap(({ cases }) => cases);
}

async function load(file: string): Promise<CaseFile> {
  try {
    const module: unknown = await import(`./cases/${file.slice(0, -3)}.ts`);
    if (hasCases(module)) return { file, cases: module.cases };
    throw new Error(`conformance/cases/${file} exports no 'cases'`);
  } catch (error) {
    return { file, cases: [], error };
  }
}

function hasCases(module: unknown): module is { readonly cases: readonly ConformanceCase[] } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'cases' in module &&
    Array.isArray(module.cases) &&
    module.cases.length > 0
  );
}
