import { describeParse, type WireParse } from '../../conformance/wire/describe-parse.ts';
import { mutate } from '../../conformance/vectors/http1/mutate.ts';
import type { Random } from '../../fixtures/random.ts';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from '../../src/backends/contract.ts';
import type { Difference } from './difference.ts';
import { composeReply } from './replies.ts';

/** How many responses ended, stayed open, and failed. */
export interface CodecOutcomes {
  ended: number;
  open: number;
  failed: number;
}

/** Longer ones are cut in so many places that one case would take as long as all others. */
const MOST_SPLITS = 400;

/**
 * One response through both codecs in memory: the same events, the same errors with the same words and places.
 *
 * @param splits cut in two at every place, and octet by octet; else at random
 */
export function compareCodecs(
  wireParse: WireParse,
  corpus: readonly Buffer[],
  random: Random,
  splits: boolean,
  outcomes: CodecOutcomes,
): Difference | null {
  const octets = random.chance() ? mutate(corpus, random) : composeReply(random);
  const expectation = random.chance(0.7) ? 0 : random.int(0, 7);
  const limits = random.chance(0.7) ? DEFAULT_PARSER_LIMITS : smallLimits(random);
  const finish = random.chance();
  let text = '';
  for (const cuts of cutsOf(octets.length, random, splits)) {
    text = describeParse(octets, cuts, expectation, limits, finish);
    const found = wireParse(octets, cuts, expectation, Object.values(limits), finish);
    if (found !== text) {
      const message = JSON.stringify(octets.toString('latin1'));
      const given = { cuts, expectation, limits, finish };
      return { input: `${message} ${JSON.stringify(given)}`, js: text, native: found };
    }
  }
  if (text.startsWith('X\n') || text.includes('\n\nX\n')) outcomes.failed++;
  else if (text.includes('done true')) outcomes.ended++;
  else outcomes.open++;
  return null;
}

function smallLimits(random: Random): ParserLimits {
  return {
    maxHeadBytes: random.int(1, 300),
    maxHeadFields: random.int(0, 6),
    maxChunkLineBytes: random.int(1, 20),
    maxTrailerBytes: random.int(2, 40),
    maxInformational: random.int(0, 3),
  };
}

function cutsOf(length: number, random: Random, splits: boolean): number[][] {
  const some = Array.from({ length: random.int(0, 6) }, () => random.int(0, length)).toSorted(
    (a, b) => a - b,
  );
  if (!splits || length > MOST_SPLITS) return [some];
  const everywhere = Array.from({ length }, (_, at) => at).slice(1);
  return [some, everywhere, ...everywhere.map((at) => [at])];
}
