import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/* The formatter, the linter and the tests of the Rust parts. Without cargo they are not run, loudly; CI must have it. */

const cwd = fileURLToPath(new URL('../accel/', import.meta.url));
const COMMANDS = [
  'fmt --all --check',
  'clippy --quiet --locked --workspace --all-targets -- -D warnings',
  'test --quiet --locked -p tern-kernels',
];

if (spawnSync('cargo', ['--version'], { cwd }).status === 0) {
  for (const command of COMMANDS) {
    const { status } = spawnSync('cargo', command.split(' '), { cwd, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  console.warn('rust: NOT CHECKED, because there is no cargo; install Rust from https://rustup.rs');
  if (process.env['CI'] === 'true') process.exitCode = 1;
}
