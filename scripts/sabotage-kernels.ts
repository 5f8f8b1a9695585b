import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { kernelSabotages } from './sabotage/kernels.ts';

/*
 * Proves that the tests of kernels can fail: switches one behaviour after another off in a copy of the TypeScript twins, and
 * expects the differential tests or the unit tests to go red. It needs the accelerators: `npm run build:accel`.
 * `npm run sabotage:kernels -- --only html` runs those whose name contains a word, `--every 4` one in four, `--list` only checks the list.
 */

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    every: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['src', 'fixtures', 'conformance', 'package.json', 'tsconfig.json'];
const TESTS = [
  'conformance/kernels/differential.test.ts',
  'src/kernels',
  'src/backends/kernel-trials.test.ts',
];
/** The differential tests are told apart by so many inputs of each kind. */
const ROUNDS = '1500';

const every = Number(values.every);
if (!Number.isInteger(every) || every < 1) throw new RangeError(`--every ${values.every}: pass 1, 2, ...`);
const only = values.only ?? [''];
const chosen = kernelSabotages
  .filter(({ name }) => only.some((word) => name.includes(word)))
  .filter((_, index) => index % every === 0);
for (const { name, file, find } of kernelSabotages) {
  const count = readFileSync(join(root, 'src', file), 'utf8').split(find).length - 1;
  if (count === 1) continue;
  console.error(`'${name}': the text to replace stands ${count} times in src/${file}`);
  process.exitCode = 1;
}
if (values.list) console.log(`${chosen.length} sabotages of kernels`);
else if (process.exitCode === undefined) run();

function run(): void {
  const started = performance.now();
  const tree = mkdtempSync(join(tmpdir(), 'tern-sabotage-'));
  try {
    for (const name of COPIED)
      cpSync(join(root, name), join(tree, name), {
        recursive: true,
        filter: (path) => !path.endsWith('/node_modules'),
      });
    symlinkSync(realpathSync(join(root, 'node_modules')), join(tree, 'node_modules'));
    symlinkSync(join(root, 'accel'), join(tree, 'accel'));
    const failure = test(tree);
    if (failure !== null) throw new Error(`the tests fail without any sabotage: ${failure}`);
    const missed = chosen.filter((sabotage) => {
      const path = join(tree, 'src', sabotage.file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        source.replace(sabotage.find, () => sabotage.replace),
      );
      const noticed = test(tree);
      writeFileSync(path, source);
      console.log(noticed === null ? `MISSED  ${sabotage.name}` : `caught  ${sabotage.name}  (${noticed})`);
      return noticed === null;
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
      `\n${chosen.length - missed.length} of ${chosen.length} sabotages of kernels caught in ${seconds} s`,
    );
    process.exitCode = missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The test that fails first; null if none does. What breaks everything proves nothing. */
function test(tree: string): string | null {
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['--no-install', 'vitest', 'run', '--bail=1', ...TESTS],
    {
      cwd: tree,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      // An accelerator that is not there is a failure here.
      env: { ...process.env, CI: 'true', NO_COLOR: '1', TERN_ROUNDS: ROUNDS },
    },
  );
  if (status === 0) return null;
  const failed = /^ *FAIL +(.* > .*)$/m.exec(stdout + stderr)?.[1];
  if (failed === undefined)
    throw new Error(`the sources cannot even be loaded: ${(stdout + stderr).slice(-1000)}`);
  return failed;
}
