import { describe, expect, test } from 'vitest';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from '../../src/backends/contract.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';
import { responseCorpus } from '../vectors/http1/corpus.ts';
import { mutate } from '../vectors/http1/mutate.ts';
import { describeParse, type WireParse } from './describe-parse.ts';

/*
 * The codec in Rust against the one in TypeScript, which passes the third-party vectors: the same events, the same
 * errors with the same words and offsets, on all responses of those vectors, cut everywhere, and on mutations of them.
 */

interface CodecHost {
  readonly wireParse: WireParse;
}

const SMALL: ParserLimits = {
  maxHeadBytes: 120,
  maxHeadFields: 3,
  maxChunkLineBytes: 12,
  maxTrailerBytes: 40,
  maxInformational: 1,
};
const seed = seedFromEnvironment();
const rounds = Number(process.env['TERN_ROUNDS'] ?? 20_000);
const corpus = responseCorpus();
const { built } = await builtAccelerators();
const host = built.find(({ name }) => name === 'native')?.host as unknown as CodecHost | undefined;

test('the addon is built where CI is to test it', () => {
  expect(host !== undefined || process.env['CI'] !== 'true').toBe(true);
});

const compare = (
  octets: Buffer,
  cuts: number[],
  expectation: number,
  limits: ParserLimits,
  finish: boolean,
): string => {
  const wanted = describeParse(octets, cuts, expectation, limits, finish);
  const found = host!.wireParse(octets, cuts, expectation, Object.values(limits), finish);
  if (found !== wanted) {
    const message = JSON.stringify(octets.toString('latin1'));
    expect({ found, message, cuts, expectation, limits, finish }).toEqual({
      found: wanted,
      message,
      cuts,
      expectation,
      limits,
      finish,
    });
  }
  return wanted;
};

describe.runIf(host !== undefined)('the codec in Rust does what the one in TypeScript does', () => {
  test(
    'on every response of the vectors, cut in two everywhere, and octet by octet',
    { timeout: 120_000 },
    () => {
      let parses = 0;
      for (const octets of corpus) {
        const everywhere = Array.from({ length: octets.length }, (_, at) => at);
        for (const limits of [DEFAULT_PARSER_LIMITS, SMALL]) {
          compare(octets, everywhere.slice(1), 0, limits, true);
          for (const at of everywhere) compare(octets, at === 0 ? [] : [at], 0, limits, true);
          parses += everywhere.length + 1;
        }
      }
      console.log(`codec: ${corpus.length} responses of the corpus, ${parses} parses, all alike`);
      expect(parses).toBeGreaterThan(100);
    },
  );

  test('on mutations, whatever the request and the limits', { timeout: 120_000 }, () => {
    const random = createRandom(seed).derive('codec');
    const outcomes = { failed: 0, ended: 0, open: 0 };
    for (let round = 0; round < rounds; round++) {
      const octets = mutate(corpus, random);
      const cuts = Array.from({ length: random.int(0, 6) }, () => random.int(0, octets.length)).toSorted(
        (a, b) => a - b,
      );
      const expectation = random.int(0, 7);
      const text = compare(
        octets,
        cuts,
        expectation,
        random.pick([DEFAULT_PARSER_LIMITS, SMALL]),
        random.chance(),
      );
      if (/(?:^|\n\n)X\n/.test(text)) outcomes.failed++;
      else if (text.includes('done true')) outcomes.ended++;
      else outcomes.open++;
    }
    console.log(`codec: ${rounds} mutations (seed ${seed}), all alike: ${JSON.stringify(outcomes)}`);
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(rounds / 100);
  });
});
