import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCases } from '../../conformance/all-cases.ts';
import type { Sabotage } from './sabotage.ts';

/** What is wrong with the lists themselves, in words: they go stale when sources and cases change. */
export function problemsOf(sabotages: readonly Sabotage[], root: string): string[] {
  const names = new Set<string>();
  const problems: string[] = [];
  for (const { name, file, find, cases } of sabotages) {
    if (names.has(name)) problems.push(`'${name}': there are two of this name`);
    names.add(name);
    const count = readFileSync(join(root, 'src', file), 'utf8').split(find).length - 1;
    if (count !== 1) problems.push(`'${name}': the text to replace stands ${count} times in src/${file}`);
    for (const wanted of cases) {
      if (!allCases.some(({ id }) => id === wanted || id.startsWith(`${wanted}.`)))
        problems.push(`'${name}': there is no case ${wanted}`);
    }
  }
  return problems;
}
