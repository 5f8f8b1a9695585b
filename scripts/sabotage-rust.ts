import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artefacts } from './accel/artefacts.ts';
import { rustHTTP1Sabotages } from './sabotage/rust-http1.ts';
import { rustHTTP2Sabotages } from './sabotage/rust-http2.ts';
import { CODEC, type RustSabotage } from './sabotage/rust-sabotage.ts';
import { tryAll } from './sabotage/try-all.ts';
import { failedTest } from './sabotage/vitest.ts';

/*
 * Proves that the tests of the wire in Rust can fail: switches one behaviour after another off in a copy of the crate, and expects
 * the test that it names to go red: one of cargo, or the comparison with TypeScript, for which the addon is built without
 * optimization. `npm run sabotage:rust -- --only hpack` runs those whose name contains a word, `--every 4` one in four, `--list` only
 * checks the list. What cargo compiled stays in `accel/target/sabotage`.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'accel/crates/wire/src';
/** The comparison is told apart by so many mutations. */
const ROUNDS = '4000';
const CARGO = { CARGO_TARGET_DIR: join(root, 'accel/target/sabotage'), CARGO_INCREMENTAL: '1' };

tryAll<RustSabotage>({
  title: 'sabotages of the wire in Rust',
  sabotages: [...rustHTTP1Sabotages, ...rustHTTP2Sabotages],
  root,
  folder,
  copied: ['src', 'fixtures', 'conformance', 'accel', 'package.json', 'tsconfig.json'],
  linked: ['node_modules'],
  problems(sabotages) {
    const known = testsOfCargo();
    return sabotages
      .filter(({ test }) => test !== CODEC && !known.has(test.split('::').at(-1)!))
      .map(({ name, test }) => `'${name}': there is no test ${test}`);
  },
  test(tree, sabotage, chosen) {
    const wanted = sabotage === null ? chosen.map(({ test }) => test) : [sabotage.test];
    const inRust = wanted.some((test) => test !== CODEC)
      ? failedInRust(tree, sabotage === null ? [] : ['--exact', sabotage.test])
      : null;
    if (inRust !== null || !wanted.includes(CODEC)) return inRust;
    buildAddon(tree);
    return failedTest(tree, [CODEC], {
      TERN_ROUNDS: ROUNDS,
      TERN_VECTORS: process.env['TERN_VECTORS'] ?? join(root, '../shared/vectors'),
    });
  },
});

/** The names of all functions that are tests. */
function testsOfCargo(): ReadonlySet<string> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const sources = files
    .filter((file) => file.endsWith('.rs'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
  return new Set([...sources.join('\n').matchAll(/#\[test\]\s+fn (\w+)/g)].map(([, name]) => name!));
}

/** The first test of the crate that fails; null if none does. */
function failedInRust(tree: string, args: readonly string[]): string | null {
  const { status, output } = cargo(tree, ['test', '--locked', '--lib', '-p', 'tern-wire', '--', ...args]);
  if (status === 0 && !/running 0 tests/.test(output)) return null;
  const failed = /^test (\S+) \.\.\. FAILED$/m.exec(output)?.[1];
  if (failed === undefined) throw new Error(`no test was run: ${output.slice(-1000)}`);
  return failed;
}

/** Builds the addon of a copy, where the tests of the copy look for it. */
function buildAddon(tree: string): void {
  const { status, output } = cargo(tree, ['build', '--locked', '-p', 'tern-native']);
  if (status !== 0) throw new Error(`the addon cannot be built: ${output.slice(-1000)}`);
  const { built, place } = nativeArtefact();
  const target = join(tree, 'accel', place);
  copyFileSync(join(CARGO.CARGO_TARGET_DIR, 'debug', basename(built)), `${target}.new`);
  renameSync(`${target}.new`, target);
}

function cargo(tree: string, args: readonly string[]): { status: number | null; output: string } {
  const way = nativeArtefact().way();
  if ('missing' in way) throw new Error(way.missing);
  const { status, stdout, stderr, error } = spawnSync(way.cargo, [...args], {
    cwd: join(tree, 'accel'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...way.env, ...CARGO },
  });
  if (error !== undefined) throw error;
  return { status, output: stdout + stderr };
}

function nativeArtefact(): (typeof artefacts)[number] {
  const native = artefacts.find(({ name }) => name === 'native');
  if (native === undefined) throw new Error('there is no addon for this platform');
  return native;
}
