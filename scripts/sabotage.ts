import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sabotages } from './sabotage/all.ts';
import type { Sabotage } from './sabotage/sabotage.ts';

/**
 * Proves that the cases can fail: switches one behaviour after another off, in a copy of the sources, and expects
 * the cases that claim it to go red. `npm run sabotage -- --only redirect` runs those whose name contains a word.
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = sabotages.filter(({ name }) => name.includes(values.only ?? ''));
const trees = Array.from({ length: Math.min(availableParallelism(), 4) }, makeTree);

try {
  const untouched = await run(trees[0]!, [...new Set(chosen.flatMap(({ cases }) => cases))]);
  if (untouched === null || untouched.failed.length > 0) {
    throw new Error(
      `these cases fail without any sabotage: ${untouched?.failed.join(', ') ?? 'the run itself broke'}`,
    );
  }
  console.log(`${untouched.ran} cases pass on the sources as they are; ${chosen.length} sabotages follow\n`);
  const queue = [...chosen];
  const missed: string[] = [];
  await Promise.all(
    trees.map(async (tree) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const noticed = await sabotage(tree, next);
        console.log(
          `${noticed === null ? 'MISSED' : 'caught'}  ${next.name}${noticed === null ? '' : `  (${noticed})`}`,
        );
        if (noticed === null) missed.push(next.name);
      }
    }),
  );
  console.log(`\n${chosen.length - missed.length} of ${chosen.length} sabotages caught`);
  for (const name of missed) console.error(`missed: ${name}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  for (const tree of trees) rmSync(tree, { recursive: true, force: true });
}

/** A copy of everything that the cases need. */
function makeTree(): string {
  const tree = mkdtempSync(join(tmpdir(), 'tern-sabotage-'));
  for (const name of ['src', 'conformance', 'fixtures', 'scripts', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(tree, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

/** Which cases noticed, in words; null if none did. */
async function sabotage(
  tree: string,
  { file, find, replace, cases, name }: Sabotage,
): Promise<string | null> {
  const path = join(tree, 'src', file);
  const source = readFileSync(path, 'utf8');
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`'${name}': the text to replace stands ${parts.length - 1} times in src/${file}`);
  writeFileSync(path, parts.join(replace));
  try {
    const result = await run(tree, cases);
    if (result === null) return 'the suite did not get through';
    return result.failed.length === 0 ? null : result.failed.join(', ');
  } finally {
    writeFileSync(path, source);
  }
}

/** Runs cases in a process of its own; null if it broke down or did not end. */
function run(tree: string, cases: readonly string[]): Promise<{ ran: number; failed: string[] } | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/sabotage/run-cases.ts', ...cases], {
      cwd: tree,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 180_000);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('close', () => {
      clearTimeout(timer);
      const line = output.trimEnd().split('\n').at(-1) ?? '';
      resolve(line.startsWith('{') ? (JSON.parse(line) as { ran: number; failed: string[] }) : null);
    });
  });
}
