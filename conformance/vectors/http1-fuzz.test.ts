import { expect, test } from 'vitest';
import { createRandom, type Random, seedFromEnvironment } from '../../fixtures/random.ts';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from '../../src/backends/contract.ts';
import type { Expectation } from '../../src/backends/js/http1/parser.ts';
import { responseCorpus } from './http1/corpus.ts';
import { mutate } from './http1/mutate.ts';
import { GET, HEAD, type Parsed, parseSomeSplits } from './http1/parse-response.ts';

/** How long to go on; the sequence of messages depends on the seed alone. */
const SECONDS = Number(process.env['TERN_FUZZ_SECONDS'] ?? 3);

const EXPECTATIONS: readonly Expectation[] = [
  GET,
  GET,
  GET,
  GET,
  HEAD,
  { ...GET, isConnect: true },
  { ...GET, isUpgrade: true },
];

test('mutated responses mean the same however they are cut', { timeout: (SECONDS + 60) * 1000 }, () => {
  const seed = seedFromEnvironment();
  const base = createRandom(seed);
  const corpus = responseCorpus();
  // Of the sets few are chunked, and that is where most of the grammar is.
  const chunked = corpus.filter((message) => message.includes('chunked'));
  const outcomes = new Map<string, number>();
  const deadline = performance.now() + SECONDS * 1000;
  let round = 0;
  for (; performance.now() < deadline; round++) {
    const random = createRandom(base.int(0, 0xffff_ffff));
    const message = mutate(random.chance(0.4) ? chunked : corpus, random);
    const expectation = random.pick(EXPECTATIONS);
    const limits = random.chance(0.7) ? DEFAULT_PARSER_LIMITS : tightLimits(random);
    const outcome = tryOut(message, expectation, limits, `TERN_SEED=${seed}, round ${round}`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const counts = [...outcomes].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  console.log(
    `fuzz http1: seed ${seed}, ${corpus.length} messages, ${round} mutations: ${counts.join(', ')}`,
  );
  expect(round).toBeGreaterThan(0);
});

function tryOut(message: Buffer, expectation: Expectation, limits: ParserLimits, where: string): string {
  try {
    return judge(message, expectation, limits);
  } catch (error) {
    const small = shrink(message, (candidate) => fails(candidate, expectation, limits));
    const text = JSON.stringify(small.toString('latin1'));
    const settings = JSON.stringify({ ...expectation, ...(limits === DEFAULT_PARSER_LIMITS ? {} : limits) });
    throw new Error(
      `${String(error)}\n${where}, shrunk to ${text} with ${settings}: ${reason(small, expectation, limits)}`,
      {
        cause: error,
      },
    );
  }
}

/** The same splits for the same message, so that a failure can be shrunk. */
function judge(message: Buffer, expectation: Expectation, limits: ParserLimits): string {
  const parsed: Parsed = parseSomeSplits(message, createRandom(message.length), expectation, limits);
  const { error } = parsed;
  if (error === null) return 'accepted';
  if (!(error.offset >= 0 && error.offset <= message.length)) {
    throw new Error(`${error.code} at ${error.offset} of ${message.length} octets`);
  }
  return error.code;
}

function fails(message: Buffer, expectation: Expectation, limits: ParserLimits): boolean {
  return reason(message, expectation, limits) !== null;
}

function reason(message: Buffer, expectation: Expectation, limits: ParserLimits): string | null {
  try {
    judge(message, expectation, limits);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** A part of a message that still fails and of which nothing can be left out. */
function shrink(message: Buffer, stillFails: (candidate: Buffer) => boolean): Buffer {
  let smallest = message;
  for (let size = Math.ceil(message.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length;) {
      const candidate = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (stillFails(candidate)) smallest = candidate;
      else at += size;
    }
  }
  return smallest;
}

function tightLimits(random: Random): ParserLimits {
  return {
    maxHeadBytes: random.int(1, 120),
    maxHeadFields: random.int(0, 4),
    maxChunkLineBytes: random.int(1, 12),
    // A trailer section without fields is a CRLF.
    maxTrailerBytes: random.int(2, 30),
    maxInformational: random.int(0, 2),
  };
}
