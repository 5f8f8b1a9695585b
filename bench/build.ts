import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the package that is measured, without its declarations. */
export function build(): void {
  execFileSync('npx', ['rolldown', '-c'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
