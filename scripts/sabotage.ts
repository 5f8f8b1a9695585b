import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sabotages } from './sabotage/all.ts';
import { readSabotageOptions } from './sabotage/options.ts';
import type { Outcome } from './sabotage/outcome.ts';
import { problemsOf } from './sabotage/problems.ts';
import type { Sabotage } from './sabotage/sabotage.ts';
import { Tree } from './sabotage/tree.ts';

/**
 * Proves that the cases can fail: switches one behaviour after another off, in a copy of the sources, and expects
 * the cases that claim it to go red. `npm run sabotage -- --only redirect` runs those whose name contains a word,
 * `--every 4` one in four; `--list` only checks that the lists fit sources and cases.
 */
const { isList, named, thinned } = readSabotageOptions();
const root = fileURLToPath(new URL('..', import.meta.url));
const isBrief = process.env['CI'] === 'true';
const started = performance.now();
const wanted = named(sabotages);
const chosen = thinned(wanted);
const problems = problemsOf(wanted, root);
for (const problem of problems) console.error(problem);

if (problems.length > 0) process.exitCode = 1;
else if (isList) console.log(`${chosen.length} sabotages`);
else await run();

async function run(): Promise<void> {
  const first = new Tree(root);
  const trees = [first];
  while (trees.length < Math.min(availableParallelism(), 4)) trees.push(new Tree(first));
  try {
    const took = await prove(trees);
    const failures = await sabotageAll(trees, took);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`\n${chosen.length - failures.length} of ${chosen.length} sabotages caught in ${seconds} s`);
    for (const failure of failures) console.error(failure);
    process.exitCode = failures.length === 0 ? 0 : 1;
  } finally {
    for (const tree of trees) tree.remove();
  }
}

/**
 * Without a sabotage all must pass, else a failure would prove nothing.
 *
 * @returns milliseconds that each case took, by its id
 */
async function prove(trees: readonly Tree[]): Promise<ReadonlyMap<string, number>> {
  const outcomes = [...(await proveColumn(trees, undefined)), ...(await proveColumn(trees, 'sync'))];
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `the cases pass on the sources as they are (${seconds} s); ${chosen.length} sabotages follow\n`,
  );
  return new Map(outcomes.flatMap(({ took }) => Object.entries(took)));
}

async function proveColumn(trees: readonly Tree[], column: 'sync' | undefined): Promise<Outcome[]> {
  const concerned = chosen.filter((sabotage) => sabotage.column === column);
  const cases = [...new Set(concerned.flatMap((sabotage) => sabotage.cases))].toSorted();
  if (cases.length === 0) return [];
  const outcomes = await Promise.all(
    trees.map((tree, index) =>
      tree.prove(
        cases.filter((_, at) => at % trees.length === index),
        column,
      ),
    ),
  );
  // What failed on a busy machine gets a second chance, on its own.
  const suspects = outcomes.flatMap((outcome) => outcome.failed);
  const failed = suspects.length === 0 ? [] : (await trees[0]!.prove(suspects, column)).failed;
  if (failed.length > 0)
    throw new Error(`these cases fail without any sabotage: ${[...new Set(failed)].join(', ')}`);
  return outcomes;
}

/** What was missed or proves nothing. */
async function sabotageAll(trees: readonly Tree[], took: ReadonlyMap<string, number>): Promise<string[]> {
  const queue = [...chosen];
  const suspects: Sabotage[] = [];
  const failures: string[] = [];
  let done = 0;
  await Promise.all(
    trees.map(async (tree) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if ((await failureOf(tree, next, took)) !== null) suspects.push(next);
        done += 1;
        if (isBrief && done % 100 === 0) console.log(`${done} of ${chosen.length} tried`);
      }
    }),
  );
  // A sabotage may need a race that a busy machine did not run; it gets a second chance, on its own.
  for (const suspect of suspects) {
    const failure = await failureOf(trees[0]!, suspect, took);
    if (failure !== null) failures.push(failure);
  }
  return failures;
}

async function failureOf(
  tree: Tree,
  sabotage: Sabotage,
  took: ReadonlyMap<string, number>,
): Promise<string | null> {
  const { name } = sabotage;
  try {
    const noticed = await tree.sabotage(sabotage, patienceFor(sabotage, took));
    if (noticed === null) console.log(`MISSED  ${name}`);
    else if (!isBrief) console.log(`caught  ${name}  (${noticed})`);
    return noticed === null ? `missed: ${name}` : null;
  } catch (error) {
    const reason = (error as Error).message;
    console.log(`BROKEN  ${reason}`);
    return `broken: ${reason}`;
  }
}

/** A case that hangs is soon given up: it gets a few times as long as it takes when nothing is wrong. */
function patienceFor({ cases }: Sabotage, took: ReadonlyMap<string, number>): number {
  const times = cases.map((id) => took.get(id) ?? 0);
  return 2000 + 4 * Math.max(...times);
}
