import { mutate } from '../../conformance/vectors/http1/mutate.ts';
import type { Random } from '../../fixtures/random.ts';
import { DEFAULT_PARSER_LIMITS } from '../../src/backends/contract.ts';
import { describeParse } from '../../conformance/wire/describe-parse.ts';
import { composeReply } from './replies.ts';

/** What a server does when it has said everything. */
type Ending = 'end' | 'hangUp' | 'keep' | 'reset' | 'silence';

/** Times as long as a script says that its pauses are. */
export type Pace = 1 | 15 | 150;

/** What is asked, and what a server does with it. */
export interface Script {
  readonly number: number;
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST';
  /** Sent with the request, as it is or in pieces. */
  readonly content: string | null;
  readonly isUpload: boolean;
  /** The response is read as a stream, not as a whole. */
  readonly isStreamed: boolean;
  readonly pieces: readonly Uint8Array[];
  /** Milliseconds before each piece; 0 is the next turn of the loop. */
  readonly pauses: readonly number[];
  readonly ending: Ending;
  /** The reply is over before the server has said everything, so what comes behind it races with the next request. */
  readonly isRacing: boolean;
  /** The request after it, too, comes on a connection of its own. */
  readonly endsConnection: boolean;
}

/** The script with a number: a composed reply or one that is mutated, cut up and ended in one of the ways. */
export function createScript(number: number, corpus: readonly Buffer[], random: Random): Script {
  const octets = random.chance(0.3) ? mutate(corpus, random) : composeReply(random, 70_000);
  const method = random.pick(['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE'] as const);
  const content = method === 'POST' ? random.text(random.int(1, 400)) : null;
  const seen = describeParse(octets, [], method === 'HEAD' ? 1 : 0, DEFAULT_PARSER_LIMITS, false);
  const isWhole = seen.includes('done true');
  const ending = chooseEnding(isWhole || /(?:^|\n\n)X\n/.test(seen), random);
  const used = Number(/used (\d+) /.exec(seen)![1]);
  const pieces = cut(octets, random);
  return {
    number,
    method,
    content,
    isUpload: content !== null && random.chance(0.4),
    isStreamed: random.chance(0.4),
    pieces,
    pauses: pieces.map(() => (random.chance(0.9) ? 0 : 1)),
    ending,
    isRacing:
      ending === 'reset' || ending === 'silence' || (isWhole && (ending !== 'keep' || used < octets.length)),
    endsConnection: random.chance(0.3),
  };
}

function chooseEnding(isDone: boolean, random: Random): Ending {
  if (isDone && random.chance(0.8)) return 'keep';
  const chance = random.next();
  if (chance < 0.04) return 'silence';
  if (chance < 0.16) return 'reset';
  return chance < 0.5 ? 'hangUp' : 'end';
}

function cut(octets: Buffer, random: Random): Uint8Array[] {
  const way = random.next();
  if (way < 0.5 || octets.length === 0) return [octets];
  if (way < 0.55 && octets.length < 200) return Array.from(octets, (octet) => Uint8Array.of(octet));
  if (way < 0.8) {
    const at = random.int(0, octets.length);
    return [octets.subarray(0, at), octets.subarray(at)];
  }
  return random.splits(octets).slice(0, 40);
}
