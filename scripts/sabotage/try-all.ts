import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSabotageOptions } from './options.ts';
import { sabotaged, type TextSabotage, textProblems } from './text-sabotage.ts';

/** Sabotages that tests have to notice, one after the other. */
interface Trial<T extends TextSabotage> {
  /** What they are called together. */
  readonly title: string;
  readonly sabotages: readonly T[];
  readonly root: string;
  /** The folder of the sources that are sabotaged. */
  readonly folder: string;
  /** What of the project is copied for it, and what is only referred to. */
  readonly copied: readonly string[];
  readonly linked: readonly string[];
  /** Other problems of a list, in words. */
  readonly problems?: (sabotages: readonly T[]) => readonly string[];
  /**
   * The test that failed; null if none did. Without a sabotage all of them are run that the chosen ones want.
   *
   * @throws Error if the sources cannot even be loaded, which proves nothing
   */
  readonly test: (tree: string, sabotage: T | null, chosen: readonly T[]) => string | null;
}

/** Does what the command line says: checks the list, or tries all in a copy, and exits with 1 if one is missed. */
export function tryAll<T extends TextSabotage>(trial: Trial<T>): void {
  const { title, root, folder } = trial;
  const { isList, named, thinned } = readSabotageOptions();
  const sabotages = named(trial.sabotages);
  const chosen = thinned(sabotages);
  const problems = [...textProblems(sabotages, root, folder), ...(trial.problems?.(sabotages) ?? [])];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else if (isList) console.log(`${chosen.length} ${title}`);
  else inCopy(trial, (tree) => tryIn(tree, trial, chosen));
}

function tryIn<T extends TextSabotage>(
  tree: string,
  { title, folder, test }: Trial<T>,
  chosen: readonly T[],
): void {
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  const failure = test(tree, null, chosen);
  if (failure !== null) throw new Error(`the tests fail without any sabotage: ${failure}`);
  console.log(
    `the tests pass on the sources as they are (${seconds()}); ${chosen.length} sabotages follow\n`,
  );
  let caught = 0;
  for (const sabotage of chosen) {
    try {
      const noticed = sabotaged(sabotage, join(tree, folder), () => test(tree, sabotage, chosen));
      console.log(noticed === null ? `MISSED  ${sabotage.name}` : `caught  ${sabotage.name}  (${noticed})`);
      caught += noticed === null ? 0 : 1;
    } catch (error) {
      console.log(`BROKEN  ${sabotage.name}: ${(error as Error).message}`);
    }
  }
  console.log(`\n${caught} of ${chosen.length} ${title} caught in ${seconds()}`);
  process.exitCode = caught === chosen.length ? 0 : 1;
}

function inCopy<T extends TextSabotage>(
  { root, copied, linked }: Trial<T>,
  run: (tree: string) => void,
): void {
  const tree = mkdtempSync(join(tmpdir(), 'tern-sabotage-'));
  try {
    for (const name of copied)
      cpSync(join(root, name), join(tree, name), {
        recursive: true,
        filter: (path) => !/\/(?:node_modules|target[^/]*)$/.test(path),
      });
    for (const name of linked) symlinkSync(realpathSync(join(root, name)), join(tree, name));
    run(tree);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}
