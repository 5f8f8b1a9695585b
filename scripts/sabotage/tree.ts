import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';
import type { Sabotage } from './sabotage.ts';

const COPIED = ['src', 'conformance', 'fixtures', 'scripts', 'package.json', 'tsconfig.json'];
/** A sabotaged process that has not ended after so many milliseconds is killed. */
const PATIENCE = 120_000;

/** A copy of everything that the cases need, for one sabotage at a time. */
export class Tree {
  readonly #path: string;

  constructor(root: string) {
    this.#path = mkdtempSync(join(tmpdir(), 'tern-sabotage-'));
    for (const name of COPIED) cpSync(join(root, name), join(this.#path, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.#path, 'node_modules'));
  }

  /** Runs cases on the sources as they are. */
  async prove(cases: readonly string[]): Promise<Outcome> {
    const { outcome, hasEnded } = await this.#run(cases);
    if (!hasEnded) throw new Error(`the cases did not get through: ${cases.join(', ')}`);
    return outcome!;
  }

  /**
   * Which cases noticed, in words; null if none did.
   *
   * @throws Error if the sources cannot even be loaded with it, which proves nothing
   */
  async sabotage({ file, find, replace, cases, name }: Sabotage): Promise<string | null> {
    const path = join(this.#path, 'src', file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      source.replace(find, () => replace),
    );
    try {
      const { outcome, hasEnded } = await this.#run(['--first', ...cases], PATIENCE);
      if (outcome === null) throw new Error(`'${name}': the sources cannot be loaded with it`);
      if (!hasEnded) return 'the process broke down';
      return outcome.failed.length === 0 ? null : outcome.failed.join(', ');
    } finally {
      writeFileSync(path, source);
    }
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }

  /** Runs cases in a process of its own. Without an outcome it did not come as far as the first case. */
  #run(args: readonly string[], patience?: number): Promise<{ outcome: Outcome | null; hasEnded: boolean }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/sabotage/run-cases.ts', ...args], {
        cwd: this.#path,
        stdio: ['ignore', 'pipe', 'ignore'],
        ...(patience === undefined ? {} : { timeout: patience, killSignal: 'SIGKILL' as const }),
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      child.on('close', (code) => {
        const line = output.split('\n').findLast((text) => text.startsWith('{"ran":'));
        const outcome = line === undefined ? null : (JSON.parse(line) as Outcome);
        resolve({ outcome, hasEnded: code === 0 });
      });
    });
  }
}
