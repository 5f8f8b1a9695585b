import { fileURLToPath } from 'node:url';
import { kernelSabotages } from './sabotage/kernels.ts';
import { tryAll } from './sabotage/try-all.ts';
import { failedTest } from './sabotage/vitest.ts';

/*
 * Proves that the tests of kernels can fail: switches one behaviour after another off in a copy of the TypeScript twins, and
 * expects the differential tests or the unit tests to go red. It needs the accelerators: `npm run build:accel`.
 * `npm run sabotage:kernels -- --only html` runs those whose name contains a word, `--every 4` one in four, `--list` only checks the list.
 */

const TESTS = [
  'conformance/kernels/differential.test.ts',
  'src/kernels',
  'src/backends/kernel-trials.test.ts',
];
/** The differential tests are told apart by so many inputs of each kind. */
const ROUNDS = '1500';

tryAll({
  title: 'sabotages of kernels',
  sabotages: kernelSabotages,
  root: fileURLToPath(new URL('..', import.meta.url)),
  folder: 'src',
  copied: ['src', 'fixtures', 'conformance', 'package.json', 'tsconfig.json'],
  linked: ['node_modules', 'accel'],
  test: (tree) => failedTest(tree, TESTS, { TERN_ROUNDS: ROUNDS }),
});
