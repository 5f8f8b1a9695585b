import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Whether processes can be kept on a core: Linux with `taskset` and more than one core. */
const canPin: boolean =
  process.platform === 'linux' && cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Keeps a running process on a core, where the system can do that. */
export function pin(pid: number, core: number): void {
  if (canPin) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)]);
}

/** The command that runs another one on a core, where the system can do that. */
export function pinned(command: readonly string[], core: number): readonly [file: string, args: string[]] {
  const [file = '', ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command;
  return [file, args];
}

/** What was measured on, in a line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'})`;
}
