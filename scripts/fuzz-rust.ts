import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { TARGETS, type Target, writeSeeds } from './fuzz-rust/seeds.ts';

/*
 * Coverage-guided fuzzing of the Rust parts, by libFuzzer on the stable compiler: `npm run fuzz:rust -- --seconds 10
 * --seed 1 --only jsonPluck`. Each target gets that many seconds, and begins with what the vectors hold (TERN_VECTORS).
 * What fails ends it, and the input is printed.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
});
const accel = fileURLToPath(new URL('../accel/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tern-fuzz-'));
/** Instruments what is compiled, the kernels and the framing included: there is no need of cargo-fuzz or of nightly. */
const FLAGS = [
  '-C passes=sancov-module',
  ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map(
    (flag) => `-C llvm-args=-sanitizer-coverage-${flag}`,
  ),
  '--cfg fuzzing',
].join(' ');

const unknown = values.only?.find((name) => !(TARGETS as readonly string[]).includes(name));
if (unknown !== undefined)
  throw new Error(`there is no target '${unknown}'; targets are ${TARGETS.join(', ')}`);
try {
  const program = build();
  for (const target of TARGETS)
    if ((values.only?.includes(target) ?? true) && !fuzz(program, target)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function build(): string {
  // With a target flags are for what is built, and not for programs that build it.
  const { stdout } = spawnSync('rustc', ['-vV'], { encoding: 'utf8' });
  const host = /^host: (\S+)/m.exec(stdout ?? '')?.[1];
  if (host === undefined) throw new Error('there is no rustc; install Rust from https://rustup.rs');
  const output = process.env['CARGO_TARGET_DIR'] ?? `${accel}target`;
  const args = [
    'build',
    '--quiet',
    '--locked',
    '--release',
    '--target',
    host,
    '--target-dir',
    `${output}/fuzz`,
  ];
  const { status } = spawnSync('cargo', args, {
    cwd: `${accel}fuzz`,
    stdio: 'inherit',
    env: { ...process.env, RUSTFLAGS: FLAGS },
  });
  if (status !== 0) throw new Error('the targets cannot be built');
  return `${output}/fuzz/${host}/release/tern-fuzz`;
}

/** Whether nothing was found. */
function fuzz(program: string, target: Target): boolean {
  const corpus = join(folder, target);
  const seeds = writeSeeds(target, corpus);
  const { status, stderr } = spawnSync(
    program,
    [
      corpus,
      `-max_total_time=${values.seconds}`,
      `-seed=${values.seed}`,
      '-max_len=4096',
      '-rss_limit_mb=1024',
      '-timeout=10',
      '-print_final_stats=1',
      `-artifact_prefix=${folder}/${target}-`,
    ],
    { encoding: 'utf8', env: { ...process.env, TERN_FUZZ_TARGET: target }, maxBuffer: 2 ** 28 },
  );
  const count = /stat::number_of_executed_units:\s*(\d+)/.exec(stderr)?.[1] ?? '?';
  const [, edges = '?', features = '?'] = /.*cov: (\d+) ft: (\d+)/s.exec(stderr) ?? [];
  console.log(
    `${target}: ${count} executions, ${edges} edges, ${features} features, ${seeds} seeds, ` +
      `seed ${values.seed}: ${status === 0 ? 'nothing found' : 'FOUND SOMETHING'}`,
  );
  if (status === 0) return true;
  console.error(stderr.split('\n').slice(-60).join('\n'));
  for (const file of readdirSync(folder).filter((name) => name.startsWith(`${target}-`)))
    console.error(`${file}: ${readFileSync(join(folder, file)).toString('base64')}`);
  return false;
}
