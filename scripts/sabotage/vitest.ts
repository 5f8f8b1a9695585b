import { spawnSync } from 'node:child_process';

/**
 * Runs tests in a copy of the project until one fails, and names it; null if none does.
 *
 * @throws Error if the sources cannot even be loaded, which proves nothing
 */
export function failedTest(
  cwd: string,
  tests: readonly string[],
  env: Readonly<Record<string, string>>,
): string | null {
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['--no-install', 'vitest', 'run', '--bail=1', ...tests],
    {
      cwd,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      // An accelerator that is not there is a failure here.
      env: { ...process.env, CI: 'true', NO_COLOR: '1', ...env },
    },
  );
  if (status === 0) return null;
  const output = stdout + stderr;
  const failed = /^ *FAIL +(.* > .*)$/m.exec(output)?.[1];
  if (failed === undefined) throw new Error(`the sources cannot even be loaded: ${output.slice(-1000)}`);
  return failed;
}
