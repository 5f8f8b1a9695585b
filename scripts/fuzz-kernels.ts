import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/*
 * Compares the accelerators that are built with TypeScript on random and damaged inputs until the time is up, with one
 * seed after another: `npm run fuzz:kernels -- --seconds 60 --seed 1`. A difference ends it, and its seed is printed.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '8000' },
  },
});
const until = performance.now() + Number(values.seconds) * 1000;
const first = Number(values.seed);
const counts = new Map<string, number>();
let seed = first;
for (; performance.now() < until || seed === first; seed++) {
  const { status, stdout } = spawnSync(
    'npx',
    [
      '--no-install',
      'vitest',
      'run',
      'conformance/kernels/differential.test.ts',
      'conformance/kernels/zstd.test.ts',
    ],
    {
      encoding: 'utf8',
      // An accelerator that is not there is a failure here.
      env: { ...process.env, CI: 'true', NO_COLOR: '1', TERN_SEED: String(seed), TERN_ROUNDS: values.rounds },
      maxBuffer: 2 ** 28,
    },
  );
  for (const [, what, count] of stdout.matchAll(/^kernels (\w+ \w+): (\d+) (?:inputs|frames)/gm)) {
    counts.set(what!, (counts.get(what!) ?? 0) + Number(count));
  }
  if (status !== 0) {
    console.log(stdout);
    console.log(`FAILED with seed ${seed}`);
    process.exit(1);
  }
}
for (const [what, count] of counts) console.log(`${what}: ${count} inputs`);
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
console.log(`${total} inputs, seeds ${first} to ${seed - 1}, 0 differences`);
