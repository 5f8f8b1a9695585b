import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** Everything that keeps the house in order, cheapest first. `npm run check -- --only lint` runs one. */
const CHECKS: readonly { readonly name: string; readonly what: string; readonly command: string }[] = [
  { name: 'format', what: 'formatter', command: 'oxfmt --check' },
  {
    name: 'lint',
    what: 'type-aware linter, room boundaries, cycles',
    command: 'oxlint --type-aware --deny-warnings',
  },
  { name: 'types', what: 'compiler and type tests', command: 'tsc --noEmit' },
  { name: 'declarations', what: 'types of the package', command: 'tsup' },
  { name: 'build', what: 'ESM', command: 'rolldown -c' },
  { name: 'publint', what: 'shape of the package', command: 'publint --strict' },
  { name: 'attw', what: 'types as each resolver sees them', command: 'attw --pack . --profile esm-only' },
  { name: 'knip', what: 'dead code and dependencies', command: 'knip' },
  { name: 'size', what: 'size budget', command: 'tsx scripts/size.ts' },
  { name: 'coverage', what: 'table of behaviours', command: 'tsx scripts/coverage.ts --check' },
  {
    name: 'rust',
    what: 'formatter, linter and tests of the Rust parts',
    command: 'tsx scripts/check-rust.ts',
  },
  { name: 'pack', what: 'the package in an empty project, old compilers', command: 'tsx scripts/pack.ts' },
  {
    name: 'accelerators',
    what: 'the packages of accelerators in an empty project, offline',
    command: 'tsx scripts/pack-accelerators.ts',
  },
];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const chosen = CHECKS.filter(({ name }) => values.only?.includes(name) ?? true);
if (chosen.length === 0) throw new Error(`checks are ${CHECKS.map(({ name }) => name).join(', ')}`);

const failed: string[] = [];
for (const { name, what, command } of chosen) {
  console.log(`\n▸ ${name}: ${what} (${command})`);
  const started = performance.now();
  const { status } = spawnSync('npx', ['--no-install', ...command.split(' ')], { stdio: 'inherit' });
  console.log(
    `  ${status === 0 ? 'clean' : 'FAILED'} after ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) failed.push(name);
}
console.log(
  failed.length === 0 ? `\nall ${chosen.length} checks are clean` : `\nfailed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
