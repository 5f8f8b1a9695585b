import type { Random } from '../../fixtures/random.ts';
import type { FuzzTarget } from './target.ts';

/** Octets of the long inputs that show whether work grows with the square of their length. */
const LONG = 60_000;

const CHARACTERS: readonly string[] = Array.from(
  '\0\t\n\r !"#%&\'()*+,-./0159:;<=>?@AZ[\\]^_az{|}~\u007f\u0080\u00e9\u00ff\u20ac\u2028\ud83d\ude00',
);

/** A text that is some mutations away from a seed; now and then one piece, or two, over and over. */
export function makeInput({ seeds, pieces }: FuzzTarget, random: Random, isLong: boolean): string {
  const seed = random.pick(seeds);
  if (isLong) {
    const unit =
      random.pick([...pieces, ...CHARACTERS]) +
      (random.chance() ? random.pick([...pieces, ...CHARACTERS]) : '');
    const repeated = unit.repeat(Math.ceil(LONG / unit.length));
    return random.pick([repeated, seed + repeated, repeated + seed]);
  }
  if (random.chance(0.05))
    return Array.from({ length: random.int(0, 40) }, () => random.pick(CHARACTERS)).join('');
  let text = seed;
  for (let count = random.int(0, 5); count > 0; count--) text = mutate(text, seeds, pieces, random);
  return text;
}

function mutate(text: string, seeds: readonly string[], pieces: readonly string[], random: Random): string {
  const at = random.int(0, text.length);
  const end = random.int(at, Math.min(text.length, at + 8));
  switch (random.int(0, 6)) {
    case 0:
      return text.slice(0, at) + random.pick(CHARACTERS) + text.slice(at);
    case 1:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(end);
    case 3:
      return text.slice(0, at) + random.pick(CHARACTERS) + text.slice(at + 1);
    case 4:
      return text.slice(0, end) + text.slice(at);
    case 5: {
      const other = random.pick(seeds);
      return text.slice(0, at) + other.slice(random.int(0, other.length));
    }
    default:
      return text.slice(0, at);
  }
}
