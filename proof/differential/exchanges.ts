import { createRandom } from '../../fixtures/random.ts';
import type { ClientOptions } from '../../src/index.ts';
import type { Difference } from './difference.ts';
import { Peer } from './peer.ts';
import { createScript, type Pace, type Script } from './script.ts';
import { rulingFor } from './rulings.ts';
import { Side } from './side.ts';

/** Pairs of clients that work at the same time. */
const LANES = 24;
/** At what paces a script is played again until nothing races; the last is for a busy machine. */
const SLOWLY: readonly Pace[] = [15, 150];
/** One lane in so many has bounds that replies go beyond. */
const NARROW_EVERY = 4;
const NARROW: ClientOptions = {
  parser: {
    maxHeadBytes: 300,
    maxHeadFields: 6,
    maxChunkLineBytes: 12,
    maxTrailerBytes: 30,
    maxInformational: 1,
  },
};

/** What came of the replies that went through engines and sockets. */
export interface ExchangeOutcomes {
  responses: number;
  errors: number;
  kept: number;
  /** Not alike at first, but when nothing raced with anything. */
  raced: number;
  /** Not alike, but covered by a ruling: how often, by its name. */
  readonly ruled: Map<string, number>;
}

/** Gives both engines the same scripts over sockets, and reports those of which they do not tell the same. */
export async function compareExchanges(
  cases: number,
  seed: number,
  corpus: readonly Buffer[],
  report: (number: number, difference: Difference) => void,
): Promise<ExchangeOutcomes> {
  const outcomes: ExchangeOutcomes = { responses: 0, errors: 0, kept: 0, raced: 0, ruled: new Map() };
  const peers = [await Peer.start(), await Peer.start()] as const;

  async function work(lane: number): Promise<void> {
    const options = lane % NARROW_EVERY === NARROW_EVERY - 1 ? NARROW : {};
    const sides = [new Side('js', peers[0], options), new Side('native', peers[1], options)] as const;
    for (let number = lane; number < cases; number += LANES) {
      const script = createScript(number, corpus, createRandom(seed).derive(`exchange ${number}`));
      const records = await both(sides, script, 1);
      if (records[0].includes('\nresponse ') || records[0].startsWith('response ')) outcomes.responses++;
      if (/(?:^|\n)error /.test(records[0])) outcomes.errors++;
      if (records[0].includes('the same connection')) outcomes.kept++;
      if (records[0] === records[1]) continue;
      let difference: Difference = { input: describe(script), js: records[0], native: records[1] };
      const ruling = rulingFor(difference);
      if (ruling !== null) {
        outcomes.ruled.set(ruling, (outcomes.ruled.get(ruling) ?? 0) + 1);
        continue;
      }
      let isRace = false;
      for (const pace of script.isRacing ? SLOWLY : []) {
        const [js, native] = await both(sides, script, pace);
        difference = { input: difference.input, js, native };
        isRace = js === native || rulingFor(difference) !== null;
        if (isRace) break;
      }
      if (isRace) outcomes.raced++;
      else report(number, difference);
    }
    await Promise.all(sides.map((side) => side.close()));
  }

  await Promise.all(Array.from({ length: Math.min(LANES, cases) }, (_, lane) => work(lane)));
  await Promise.all(peers.map((peer) => peer.close()));
  return outcomes;
}

async function both(
  [js, native]: readonly [Side, Side],
  script: Script,
  pace: Pace,
): Promise<[string, string]> {
  return Promise.all([js.record(script, pace), native.record(script, pace)]);
}

function describe({ pieces, ...rest }: Script): string {
  return `${JSON.stringify(rest)} ${JSON.stringify(pieces.map((piece) => Buffer.from(piece).toString('latin1')))}`;
}
