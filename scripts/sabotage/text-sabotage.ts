import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One behaviour switched off by another text in a source. */
export interface TextSabotage {
  /** What is switched off. */
  readonly name: string;
  /** File below the folder of the sources. */
  readonly file: string;
  /** Text that stands in it exactly once. */
  readonly find: string;
  /** What takes its place. */
  readonly replace: string;
}

/** What is wrong with a list, in words: it goes stale when the sources change. */
export function textProblems(sabotages: readonly TextSabotage[], root: string, folder: string): string[] {
  const names = new Set<string>();
  const problems: string[] = [];
  for (const { name, file, find } of sabotages) {
    if (names.has(name)) problems.push(`'${name}': there are two of this name`);
    names.add(name);
    const count = readFileSync(join(root, folder, file), 'utf8').split(find).length - 1;
    if (count !== 1)
      problems.push(`'${name}': the text to replace stands ${count} times in ${folder}/${file}`);
  }
  return problems;
}

/** Does something while the sources are sabotaged. */
export function sabotaged<T>({ file, find, replace }: TextSabotage, folder: string, during: () => T): T {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    return during();
  } finally {
    writeFileSync(path, source);
  }
}
