import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the package that is measured, without its declarations. */
export function build(): void {
  execFileSync('npx', ['tsup', '--silent'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: { ...process.env, TERN_BUILD_TYPES: 'no' },
  });
}
