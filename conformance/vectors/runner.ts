import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** One case of a third-party test set, ready to run. It passes if `run` returns and fails if it throws. */
export interface VectorCase {
  /** Unique in its set and stable between runs, because rulings refer to it. */
  readonly id: string;
  readonly run: () => Promise<void> | void;
}

/** A listed failure: a decision to differ, or a difference of the platform underneath. */
interface Ruling {
  /** Why the outcome is right, or why it is not ours. */
  readonly reason: string;
  /** The outcome depends on the version of Node; the case may pass. */
  readonly platform?: boolean;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const root =
  process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/**
 * Registers one test that runs a whole set of third-party vectors and compares its failures with
 * `rulings/<set>.json`. An unlisted failure fails the test, and so does a listed one that passes.
 *
 * @param set name of the set; the test, the printed line and the file of rulings carry it
 * @param file path of the data below the vectors folder (`TERN_VECTORS`)
 * @param load turns the parsed data into cases
 */
export function vectors<T>(set: string, file: string, load: (data: T) => Iterable<VectorCase>): void {
  const path = `${root}/${file}`;
  if (!existsSync(path)) {
    test.skip(`vectors ${set}: ${path} is absent; set TERN_VECTORS to the folder that holds it`, () => {});
    console.warn(`vectors ${set}: NOT RUN, ${path} is absent (set TERN_VECTORS)`);
    return;
  }
  test(`vectors ${set}`, { timeout: 120_000 }, async () => {
    const rulings = readRulings(set);
    const failures = new Map<string, string>();
    const seen = new Set<string>();
    for (const { id, run } of load(JSON.parse(readFileSync(path, 'utf8')) as T)) {
      if (seen.has(id)) throw new Error(`vectors ${set}: the id '${id}' is not unique`);
      seen.add(id);
      try {
        await run();
      } catch (error) {
        failures.set(id, String(error instanceof Error ? error.message : error).slice(0, 400));
      }
    }
    const ruled = [...failures.keys()].filter((id) => Object.hasOwn(rulings, id));
    console.log(
      `vectors ${set}: ${seen.size} ran, ${seen.size - failures.size} passed, ${ruled.length} differ by ruling, ` +
        `${failures.size - ruled.length} failed`,
    );
    expect(seen.size, 'a set without cases proves nothing').toBeGreaterThan(0);
    expect(Object.fromEntries([...failures].filter(([id]) => !Object.hasOwn(rulings, id)))).toEqual({});
    const stale = Object.keys(rulings).filter((id) => !failures.has(id) && rulings[id]?.platform !== true);
    expect(stale, 'these rulings are not needed (any more)').toEqual([]);
  });
}

function readRulings(set: string): Record<string, Ruling> {
  const path = `${here}rulings/${set.replaceAll('/', '-')}.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Ruling>) : {};
}
