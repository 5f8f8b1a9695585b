import { allCases } from '../../conformance/all-cases.ts';
import type { Sabotage } from './sabotage.ts';
import { textProblems } from './text-sabotage.ts';

/** What is wrong with the lists themselves, in words: they go stale when sources and cases change. */
export function problemsOf(sabotages: readonly Sabotage[], root: string): string[] {
  const problems = textProblems(sabotages, root, 'src');
  for (const { name, cases } of sabotages) {
    for (const wanted of cases) {
      if (!allCases.some(({ id }) => id === wanted || id.startsWith(`${wanted}.`)))
        problems.push(`'${name}': there is no case ${wanted}`);
    }
  }
  return problems;
}
