import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFile, compileFolder } from './compile.ts';
import type { Outcome } from './outcome.ts';
import type { Sabotage } from './sabotage.ts';

const COPIED = ['src', 'conformance', 'fixtures', 'scripts/sabotage', 'package.json', 'tsconfig.json'];
/** A process that has not ended after so many milliseconds is killed. */
const PATIENCE = 120_000;

/** A copy of everything that the cases need, for one sabotage at a time. */
export class Tree {
  readonly #path: string;

  /** @param root the sources: the project, or another tree */
  constructor(root: Tree | string) {
    const from = typeof root === 'string' ? root : root.#path;
    this.#path = mkdtempSync(join(tmpdir(), 'tern-sabotage-'));
    // Not what tests of peers have installed for themselves.
    const filter = (source: string): boolean => !source.endsWith('/node_modules');
    for (const name of COPIED) cpSync(join(from, name), join(this.#path, name), { recursive: true, filter });
    symlinkSync(realpathSync(join(from, 'node_modules')), join(this.#path, 'node_modules'));
    if (from === root) compileFolder(this.#path);
  }

  /** Runs cases on the sources as they are. */
  async prove(cases: readonly string[], column?: 'sync'): Promise<Outcome> {
    const { outcome, hasEnded } = await this.#run([...flagsOf(column), ...cases]);
    if (!hasEnded) throw new Error(`the cases did not get through: ${cases.join(', ')}`);
    return outcome!;
  }

  /**
   * Which case noticed, in words; null if none did.
   *
   * @param patience milliseconds that a case may take
   * @throws Error if the sources cannot even be loaded with it, which proves nothing
   */
  async sabotage(
    { file, find, replace, cases, name, column }: Sabotage,
    patience: number,
  ): Promise<string | null> {
    const path = join(this.#path, 'src', file);
    const source = readFileSync(path, 'utf8');
    write(
      path,
      source.replace(find, () => replace),
    );
    try {
      const args = [...flagsOf(column), '--first', `--patience=${patience}`, ...cases];
      const { outcome, hasEnded } = await this.#run(args, PATIENCE);
      if (outcome === null) throw new Error(`'${name}': the sources cannot be loaded with it`);
      if (!hasEnded) return 'the process broke down';
      return outcome.failed.length === 0 ? null : outcome.failed.join(', ');
    } finally {
      write(path, source);
    }
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }

  /** Runs cases in a process of its own. Without an outcome it did not come as far as the first case. */
  #run(args: readonly string[], patience?: number): Promise<{ outcome: Outcome | null; hasEnded: boolean }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['scripts/sabotage/run-cases.js', ...args], {
        cwd: this.#path,
        stdio: ['ignore', 'pipe', 'ignore'],
        ...(patience === undefined ? {} : { timeout: patience, killSignal: 'SIGKILL' as const }),
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      child.on('close', (code) => {
        const line = output.split('\n').findLast((text) => text.startsWith('{"took":'));
        const outcome = line === undefined ? null : (JSON.parse(line) as Outcome);
        resolve({ outcome, hasEnded: code === 0 });
      });
    });
  }
}

function flagsOf(column: 'sync' | undefined): string[] {
  return column === undefined ? [] : ['--sync'];
}

function write(path: string, source: string): void {
  writeFileSync(path, source);
  compileFile(path);
}
