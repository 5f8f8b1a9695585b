import { palette } from '../../src/cli/colours.ts';
import { isTernError } from '../../src/index.ts';

const { bold, cyan, dim, green, red, yellow } = palette(
  process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
);

/** Where a step shows what it does; what it asserts must hold. */
interface Stage {
  /** One line of result. */
  show(text: string): void;
  /** A line that is written over by the next one on a terminal, and left out elsewhere. */
  flicker(text: string): void;
  /**
   * Shows what came, if it is what was to come.
   *
   * @throws Error if it is not
   */
  check(holds: boolean, text: string): void;
  /**
   * Shows the error that a promise ends with, which must be of this class.
   *
   * @throws Error if it does not end so
   */
  fails<E extends Error>(work: Promise<unknown>, errorClass: abstract new (...args: never) => E): Promise<E>;
}

/** One thing that the tour shows. */
export interface Step<T> {
  readonly title: string;
  /** The lines that matter, as a user would write them. */
  readonly code: readonly string[];
  /** If it fails, the steps after it are left out. */
  readonly isEssential?: boolean;
  readonly run: (world: T, stage: Stage) => Promise<void>;
}

/** What became of the steps. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly milliseconds: number;
}

/** Runs steps one after another and shows each; one that fails does not stop the others. */
export async function perform<T>(world: T, steps: readonly Step<T>[]): Promise<Tally> {
  const started = performance.now();
  let passed = 0;
  let failed = 0;
  for (const [index, step] of steps.entries()) {
    console.log(`\n${bold(`${index + 1}. ${step.title}`)}`);
    for (const line of step.code) console.log(`   ${cyan(line)}`);
    try {
      await step.run(world, stage);
      passed++;
    } catch (error) {
      failed++;
      erase();
      console.log(`   ${red('✗')} ${describe(error)}`);
      if (step.isEssential === true) break;
    }
  }
  return { passed, failed, milliseconds: performance.now() - started };
}

/** A heading over everything that follows. */
export function announce(text: string): void {
  console.log(`\n${bold(`━━ ${text} ${'━'.repeat(Math.max(4, 90 - text.length))}`)}`);
}

/** Something that is not as one might expect, but no failure. */
export function warn(text: string): void {
  console.log(`\n${yellow(`! ${text.replaceAll('\n', '\n  ')}`)}`);
}

/** The last line of a part. */
export function conclude(name: string, { passed, failed, milliseconds }: Tally): void {
  const seconds = `${(milliseconds / 1000).toFixed(1)} s`;
  console.log(
    failed === 0
      ? green(`✓ ${name}: ${passed} steps as expected in ${seconds}`)
      : red(`✗ ${name}: ${failed} of ${passed + failed} steps failed (${seconds})`),
  );
}

const stage: Stage = {
  show(text) {
    erase();
    console.log(`   ${dim('→')} ${text.replaceAll('\n', '\n     ')}`);
  },
  flicker(text) {
    if (process.stdout.isTTY === true) process.stdout.write(`\r   ${dim('→')} ${text}\u001B[K`);
  },
  check(holds, text) {
    if (!holds) throw new Error(`unexpected: ${text}`);
    stage.show(text);
  },
  async fails(work, errorClass) {
    const outcome = await work.then(
      () => null,
      (error: unknown) => error,
    );
    if (!(outcome instanceof errorClass)) {
      throw new Error(`${errorClass.name} was expected, but the result is ${String(outcome)}`, {
        cause: outcome,
      });
    }
    stage.show(`${yellow(outcome.name)}: ${outcome.message}`);
    return outcome;
  },
};

/** What the library throws says enough; anything else is a mistake somewhere. */
function describe(error: unknown): string {
  if (isTernError(error)) return `${error.name}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function erase(): void {
  if (process.stdout.isTTY === true) process.stdout.write('\r\u001B[K');
}
