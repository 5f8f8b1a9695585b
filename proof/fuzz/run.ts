import { parseArgs } from 'node:util';
import { createRandom } from '../../fixtures/random.ts';
import { FIELD_TARGETS } from './fields.ts';
import { MULTIPART_TARGET } from './multipart.ts';
import { makeInput } from './mutate-text.ts';
import { startProxyTargets } from './proxies.ts';
import { STREAM_TARGETS } from './streams.ts';
import type { FuzzTarget } from './target.ts';
import { URL_TARGETS } from './urls.ts';

/**
 * Gives every parser that is written in TypeScript mutated and repeated inputs until the time is up, and checks what
 * must hold of it. A case depends on the seed and its number alone.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    cases: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run fuzz -- [--seconds N | --cases N] [--seed N] [--only TEXT]   (seconds in all, cases for each)',
  );
  process.exit(0);
}

/** One case in so many is a long one. */
const LONG_EVERY = 100;
/** Work that grows with the square of 60,000 takes longer, on any machine. */
const HANG_MS = 5000;

const seed = Number(values.seed);
const proxies = await startProxyTargets();
const targets = [
  ...STREAM_TARGETS,
  ...FIELD_TARGETS,
  ...URL_TARGETS,
  MULTIPART_TARGET,
  ...proxies.targets,
].filter(({ name }) => name.includes(values.only));
const share = (Number(values.seconds) * 1000) / targets.length;
let failed = 0;
let total = 0;

async function fuzz(target: FuzzTarget): Promise<number> {
  const until = performance.now() + share;
  const most = values.cases === undefined ? Infinity : Number(values.cases);
  for (let number = 0; ; number++) {
    if (number >= most || (most === Infinity && performance.now() > until)) return number;
    const random = createRandom(seed).derive(`${target.name} ${number}`);
    const input = makeInput(target, random, number % LONG_EVERY === LONG_EVERY - 1);
    const started = performance.now();
    try {
      await target.check(input, random);
      const took = performance.now() - started;
      if (took > HANG_MS) throw new Error(`it took ${took.toFixed(0)} ms for ${input.length} characters`);
    } catch (error) {
      failed++;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(
        `FAILED ${target.name}, case ${number}, seed ${seed}: ${text.slice(0, 1200)}\n    with ${JSON.stringify(input).slice(0, 600)}`,
      );
      return number + 1;
    }
  }
}

console.log(`fuzz: ${targets.length} targets, seed ${seed}`);
for (const target of targets) {
  const count = await fuzz(target);
  total += count;
  console.log(`${String(count).padStart(9)} ${target.name}`);
}
await proxies.close();
console.log(`${total} cases, ${failed === 0 ? 'every property held' : `${failed} targets failed`}`);
process.exit(failed === 0 && total > 0 ? 0 : 1);
