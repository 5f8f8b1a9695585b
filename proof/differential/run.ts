import { parseArgs } from 'node:util';
import { builtAccelerators } from '../../conformance/kernels/accelerators.ts';
import { responseCorpus } from '../../conformance/vectors/http1/corpus.ts';
import type { WireParse } from '../../conformance/wire/describe-parse.ts';
import { createRandom } from '../../fixtures/random.ts';
import { requireEngine } from '../engine.ts';
import { compareCodecs } from './codecs.ts';
import { compareExchanges } from './exchanges.ts';
import { compareRequests } from './requests.ts';
import { explain } from './rulings.ts';
import { type Difference, linesApart } from './difference.ts';

/**
 * Gives the engine in TypeScript and the one in Rust the same replies and requests, and compares what each makes of
 * them: most in memory, codec against codec, the others through clients, engines and sockets. A case depends on the
 * seed and its number alone.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '230000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    splits: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run differential -- [--cases N] [--seed N] [--splits]   (splits: cut each in two everywhere)',
  );
  process.exit(0);
}

/** Differences that are printed; one defect shows in many cases. */
const MOST_PRINTED = 12;

await requireEngine('native');
const { built } = await builtAccelerators();
const { wireParse } = built.find(({ name }) => name === 'native')!.host as unknown as {
  wireParse: WireParse;
};
const seed = Number(values.seed);
const cases = Number(values.cases);
let differences = 0;

function report(kind: string, number: number, difference: Difference): void {
  differences++;
  if (differences > MOST_PRINTED) return;
  console.error(
    `DIFFERENT ${kind}, case ${number}, seed ${seed}: ${difference.input.slice(0, 900)}\n${linesApart(difference)}`,
  );
}

/** Shares of the cases: the rest goes through the codecs in memory. */
const exchanges = Math.ceil(cases / 10);
const requests = Math.ceil(cases / 50);
const replies = cases - exchanges - requests;

console.log(`differential: js against native, ${cases} cases, seed ${seed}`);
const corpus = responseCorpus();
const codecs = { ended: 0, open: 0, failed: 0 };
for (let number = 0; number < replies; number++) {
  const random = createRandom(seed).derive(`codec ${number}`);
  const difference = compareCodecs(wireParse, corpus, random, values.splits, codecs);
  if (difference !== null) report('codec', number, difference);
}
console.log(`${replies} responses through the codecs in memory: ${JSON.stringify(codecs)}`);
const engines = await compareExchanges(exchanges, seed, corpus, (number, difference) =>
  report('exchange', number, difference),
);
const { ruled, ...counts } = engines;
console.log(`${exchanges} exchanges through engines and sockets: ${JSON.stringify(counts)}`);
for (const line of explain(ruled)) console.log(line);
const sent = await compareRequests(requests, seed, (number, difference) =>
  report('request', number, difference),
);
console.log(`${requests} requests, octet by octet: ${JSON.stringify(sent)}`);
console.log(`${cases} cases, ${differences === 0 ? 'no difference' : `${differences} DIFFERENCES`}`);
process.exit(differences === 0 && cases > 0 ? 0 : 1);
