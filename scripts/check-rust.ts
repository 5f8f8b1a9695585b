import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/* The formatter, the linter and the tests of the Rust parts. Without cargo they are not run, loudly; CI must have it. */

const cwd = fileURLToPath(new URL('../accel/', import.meta.url));
const COMMANDS = [
  'fmt --all --check',
  'clippy --quiet --locked --workspace --all-targets -- -D warnings',
  'test --quiet --locked -p tern-kernels -p tern-wire',
];
/** Distributions that package a recent compiler do not always package its formatter. */
const MAY_BE_ABSENT = new Set(['fmt']);

const isCI = process.env['CI'] === 'true';
if (isThere('--version')) {
  for (const command of COMMANDS) {
    const args = command.split(' ');
    const tool = args[0]!;
    if (tool !== 'test' && !isThere(tool, '--version')) {
      console.warn(`rust: 'cargo ${tool}' NOT RUN, because it is not installed`);
      if (isCI && !MAY_BE_ABSENT.has(tool)) process.exitCode = 1;
      continue;
    }
    if (spawnSync('cargo', args, { cwd, stdio: 'inherit' }).status !== 0) {
      console.error(`rust: 'cargo ${command}' FAILED`);
      process.exitCode = 1;
    }
  }
} else {
  console.warn('rust: NOT CHECKED, because there is no cargo; install Rust from https://rustup.rs');
  if (isCI) process.exitCode = 1;
}

function isThere(...args: string[]): boolean {
  return spawnSync('cargo', args, { cwd }).status === 0;
}
